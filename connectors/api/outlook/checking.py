"""The connection test for Outlook, step by step (S3.C2): the tenant, the credentials, the consent, a mailbox."""

from connectors.api.outlook.client import GraphClient
from connectors.api.outlook.errors import NO_TENANT, OUTSIDE_POLICY, judge_graph, read_refusal
from connectors.api.outlook.objects import CONTACT, contacts_of
from connectors.api.outlook.sign_in import check_tenant
from connectors.api.reach import NETWORK, Steps, check_address, check_connection, check_name, check_tls
from connectors.api.values import CheckReport, CheckState, CheckStep

STEPS = ("Address", "DNS", "Connection", "TLS", "Tenant", "Credentials", "Permission", "Mailbox")
BLAME = NETWORK | {NO_TENANT: "Tenant", "invalid_client": "Credentials", "unauthorized_client": "Credentials"}
# A user that no tenant has: what is said of it tells whether mailboxes may be opened at all.
NOBODY = "00000000-0000-0000-0000-000000000000"
REFUSALS = (403, 404)


def check(client: GraphClient) -> CheckReport:
    """Test the connection. Never raises for a remote failure: the step that failed says what is wrong."""
    steps = Steps(STEPS)
    proxied = bool(client.session.proxies)
    steps.run("Address", lambda: check_address(client.base_url))
    steps.run("DNS", lambda: check_name(client.base_url))
    steps.run("Connection", lambda: check_connection(client.base_url, proxied))
    steps.run("TLS", lambda: check_tls(client.base_url, proxied))
    steps.run("Tenant", lambda: _tenant(client), BLAME)
    steps.run("Credentials", lambda: _credentials(client), BLAME)
    steps.run("Permission", lambda: _permission(client), BLAME)
    steps.run("Mailbox", lambda: _mailbox(client), BLAME)
    return CheckReport(steps.all())


def _tenant(client: GraphClient) -> CheckStep:
    return CheckStep("Tenant", CheckState.OK, check_tenant(client.connection, client.base_url, client.session))


def _credentials(client: GraphClient) -> CheckStep:
    client.sign_in.grant()
    return CheckStep("Credentials", CheckState.OK, "Microsoft gave an access token.")


def _permission(client: GraphClient) -> CheckStep:
    """Whether the application may open mailboxes: Graph denies access before it says that a user is not there."""
    path = f"{contacts_of(f'{CONTACT}/{NOBODY}').path}/contacts"
    response = client.session.request("GET", client.url(path), params={"$top": 1, "$select": "id"}, accept=REFUSALS)
    refusal = read_refusal(response)
    if response.status_code == 403 and refusal.code != OUTSIDE_POLICY:
        raise judge_graph(response).error
    return CheckStep("Permission", CheckState.OK, "Contacts of mailboxes may be read and written.")


def _mailbox(client: GraphClient) -> CheckStep:
    """The contacts of the mailbox that is named for the test."""
    address = client.connection.settings.get("mailbox", "").strip()
    if not address:
        return CheckStep("Mailbox", CheckState.OK, "No mailbox is named for the test; any of them can be named.")
    client.get(f"{contacts_of(f'{CONTACT}/{address}').path}/contacts", {"$top": 1, "$select": "id"})
    return CheckStep("Mailbox", CheckState.OK, f"The contacts of {address} can be read.")
