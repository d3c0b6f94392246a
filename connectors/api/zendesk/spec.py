"""The declaration of Zendesk: settings, secrets and sign-in methods."""

from connectors.api.address import netloc
from connectors.api.costs import Costs
from connectors.api.errors import ConfigError
from connectors.api.protocol import AuthMethod, ConnectorSpec, Setting
from connectors.api.values import Noun
from connectors.api.zendesk.connector import ZendeskConnector
from connectors.api.zendesk.errors import REMEDIES
from connectors.api.zendesk.objects import field_name
from connectors.api.zendesk.reading import YOUNGEST_START, watermark_at
from connectors.api.zendesk.sign_in import API_TOKEN, OAUTH
from connectors.api.zendesk.ticket_lists import WORDS
from connectors.api.zendesk.webhooks import HOOKS
from connectors.api.zendesk.writing import BATCH_SIZE, MOST_JOBS

PATHS = {"organization": "organizations", "user": "users", "ticket": "tickets"}
COSTS = Costs(
    batch=BATCH_SIZE,
    jobs=MOST_JOBS,
    wave_seconds=6.0,
    # An email takes its user's identities, a new one, and a call that makes it the primary; others go in a fourth.
    email_calls=3,
)
# Where an administrator finds the welcome mail and several organizations of a user; older versions have it elsewhere.
PAGES = {"end_users": "/admin/people/configuration/end_users"}
OBJECTS = {
    "organization": Noun("organization", "organizations"),
    "user": Noun("user", "users"),
    "organization_membership": Noun("membership", "memberships"),
    "ticket": Noun("ticket", "tickets"),
}

FACTS = {
    "account_name": "Name of the account",
    "user_name": "Signs in as",
    "user_email": "Email of that user",
    "user_role": "Role of that user",
    "multiple_organizations": "Users in several organizations",
    "welcome_emails": "Welcome mails to users that agents create",
    "bulk_user_import": "New users a hundred at a time",
    "rate_limit": "Requests allowed a minute",
}
WEBSITE = ("zendesk.com", "www.zendesk.com", "support.zendesk.com", "developer.zendesk.com")


def account_url(origin: str) -> str:
    """The origin itself. Raises ConfigError for Zendesk's own website."""
    if netloc(origin) in WEBSITE:
        hint = "Use the address you see when you are signed in as an agent: https://yourcompany.zendesk.com."
        raise ConfigError(f"{netloc(origin)} is a website of Zendesk, not an account.", hint)
    return origin


def record_url(base_url: str, object: str, id: str) -> str:
    """Where an agent sees the record; empty for objects without a page of their own."""
    path = PATHS.get(object)
    return f"{base_url}/agent/{path}/{id}" if path else ""


SPEC = ConnectorSpec(
    kind="zendesk",
    label="Zendesk",
    product="Zendesk Support",
    auth_methods=(
        AuthMethod(
            key=OAUTH,
            label="OAuth client",
            help=(
                "In the Admin Center under Apps and integrations > APIs > OAuth clients, add a confidential client "
                "while signed in as an administrator. It acts as that administrator."
            ),
            settings=(
                Setting("client_id", "Unique identifier", "The identifier of the OAuth client."),
                Setting("client_secret", "Secret", "Shown once, when the client is saved.", secret=True),
            ),
        ),
        AuthMethod(
            key=API_TOKEN,
            label="API token",
            legacy="API tokens stop working on 30 April 2027; new ones can no longer be created.",
            settings=(
                Setting("email", "Email", "The administrator the token belongs to."),
                Setting("api_token", "API token", secret=True),
            ),
        ),
    ),
    open=ZendeskConnector,
    url_help="The address you see when you are signed in as an agent.",
    url_placeholder="https://yourcompany.zendesk.com",
    account_url=account_url,
    domains=("zendesk.com",),
    record_url=record_url,
    field_name=field_name,
    watermark_at=watermark_at,
    export_lag_seconds=YOUNGEST_START,
    objects=OBJECTS,
    costs=COSTS,
    pages=PAGES,
    remedies=REMEDIES,
    fact_labels=FACTS,
    hooks=HOOKS,
    tickets=WORDS,
)
