"""The connection test for Salesforce, step by step (S3.C2), and the facts about the org that it collects (S3.6,
S3.47).
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from requests import Response

from connectors.api.errors import AuthError, ConfigError
from connectors.api.http import UNSIGNED
from connectors.api.reach import NETWORK, Steps, check_address, check_connection, check_name, check_tls
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.soql import select
from connectors.api.values import CheckReport, CheckState, CheckStep

STEPS = (
    "Address",
    "DNS",
    "Connection",
    "TLS",
    "Salesforce answers",
    "Credentials",
    "Scope",
    "Permission",
    "Edition",
    "Limits",
)
READ_ACCOUNTS = "Give it a permission set with Read on Accounts, or View All."
ORGANIZATION = ("Name", "OrganizationType", "IsSandbox", "TimeZoneSidKey")
# A sync that uses more than this part of what is left disturbs the org's other apps.
NEARLY_USED_UP = 0.8
# What the first call to the API is refused for when it is not the scope.
BLAME = NETWORK | {"API_DISABLED_FOR_ORG": "Edition", "API_CURRENTLY_DISABLED": "Permission"}


def check(client: SalesforceClient) -> CheckReport:
    """Test the connection. Never raises for a remote failure: the step that failed says what is wrong."""
    steps, facts = Steps(STEPS), dict[str, Any]()
    steps.run("Address", lambda: check_address(client.base_url))
    steps.run("DNS", lambda: check_name(client.base_url))
    steps.run("Connection", lambda: check_connection(client.base_url, bool(client.session.proxies)))
    steps.run("TLS", lambda: check_tls(client.base_url, bool(client.session.proxies)))
    steps.run("Salesforce answers", lambda: _answers(client))
    steps.run("Credentials", lambda: _credentials(client))
    steps.run("Scope", lambda: _scope(client), BLAME)
    steps.run("Permission", lambda: _permission(client, facts))
    steps.run("Edition", lambda: _edition(client, facts))
    steps.run("Limits", lambda: _limits(client, facts))
    return CheckReport(steps.all(), facts)


def usage(used: int, limit: int, at: datetime) -> dict[str, Any]:
    """The facts about the requests of the last 24 hours, as Salesforce told them at a moment."""
    return {"daily_limit": limit, "daily_used": used, "daily_used_at": at.isoformat(timespec="seconds")}


def _answers(client: SalesforceClient) -> CheckStep:
    """The list of API versions, which Salesforce gives to everybody; a refusal in its own shape will do, too."""
    response = client.session.request("GET", f"{client.base_url}/services/data", auth=UNSIGNED, accept=(401, 403, 404))
    if response.status_code == 404 or not _speaks_salesforce(response):
        raise ConfigError(
            "The server at this address is not a Salesforce org.",
            "Use your My Domain: https://yourcompany.my.salesforce.com.",
        )
    return CheckStep("Salesforce answers", CheckState.OK, client.base_url)


def _speaks_salesforce(response: Response) -> bool:
    """Whether the body is a list of API versions, or a refusal as Salesforce words it."""
    try:
        rows = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return False
    key = "version" if response.ok else "errorCode"
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) and key in row for row in rows)


def _credentials(client: SalesforceClient) -> CheckStep:
    grant = client.sign_in.grant()
    return CheckStep("Credentials", CheckState.OK, f"Signed in at {grant.origin}.")


def _scope(client: SalesforceClient) -> CheckStep:
    """Any call below the API needs the scope ``api``. Whether the user may see accounts is another step."""
    client.session.request("GET", client.url("sobjects/Account"), accept=(404,))
    return CheckStep("Scope", CheckState.OK, "The API may be used.")


def _permission(client: SalesforceClient, facts: dict[str, Any]) -> CheckStep:
    response = client.session.request("GET", client.url("sobjects/Account/describe"), accept=(404,))
    if response.status_code == 404:
        raise AuthError("The integration user does not see accounts.", READ_ACCOUNTS)
    described = orjson.loads(response.content)
    facts["person_accounts"] = any(field["name"] == "IsPersonAccount" for field in described["fields"])
    if not described.get("queryable"):
        raise AuthError(
            "The integration user may not read accounts.",
            READ_ACCOUNTS,
        )
    if not described.get("createable"):
        return CheckStep(
            "Permission",
            CheckState.WARNING,
            "Accounts can be read, but not created.",
            "Give the integration user Create on Accounts if records are to be created in Salesforce.",
        )
    return CheckStep("Permission", CheckState.OK, "Accounts can be read and created.")


def _edition(client: SalesforceClient, facts: dict[str, Any]) -> CheckStep:
    answer = client.get("query", {"q": select(ORGANIZATION, "Organization", limit=1)})
    rows = answer.get("records") or [{}]
    organization = rows[0]
    facts["organization_name"] = organization.get("Name")
    facts["edition"] = organization.get("OrganizationType")
    facts["is_sandbox"] = organization.get("IsSandbox")
    facts["time_zone"] = organization.get("TimeZoneSidKey")
    kind = "a sandbox" if facts["is_sandbox"] else "production"
    return CheckStep("Edition", CheckState.OK, f"{facts['organization_name']}: {facts['edition']}, {kind}.")


def _limits(client: SalesforceClient, facts: dict[str, Any]) -> CheckStep:
    daily = client.get("limits")["DailyApiRequests"]
    limit, used = int(daily["Max"]), int(daily["Max"]) - int(daily["Remaining"])
    facts.update(usage(used, limit, datetime.now(UTC)))
    text = f"{used:,} of {limit:,} API requests of the last 24 hours are used."
    if used > limit * NEARLY_USED_UP:
        return CheckStep("Limits", CheckState.WARNING, text, "See which app uses them in Setup > System Overview.")
    return CheckStep("Limits", CheckState.OK, text)
