"""The declaration of Salesforce: settings, secrets and sign-in methods."""

from connectors.api.costs import Costs
from connectors.api.protocol import AuthMethod, ConnectionSettings, ConnectorSpec, Setting
from connectors.api.salesforce.attached import MOST_RELATED
from connectors.api.salesforce.connector import SalesforceConnector
from connectors.api.salesforce.frames import frame_origins
from connectors.api.salesforce.ids import looks_like_id, whole_id
from connectors.api.salesforce.my_domain import account_url
from connectors.api.salesforce.pubsub.address import DEFAULT, SETTING, checked
from connectors.api.salesforce.reading import OVERLAP, RETRIEVE_SIZE, watermark_at
from connectors.api.salesforce.remarks import remarks
from connectors.api.salesforce.remedies import REMEDIES
from connectors.api.salesforce.sign_in import CLIENT_CREDENTIALS, JWT_BEARER
from connectors.api.salesforce.writing import BATCH_SIZE
from connectors.api.streams import ChangeStream
from connectors.api.values import Noun

COSTS = Costs(batch=BATCH_SIZE, looked_at=RETRIEVE_SIZE, fetched=RETRIEVE_SIZE, related=MOST_RELATED, related_batch=400)
OBJECTS = {
    "Account": Noun("account", "accounts"),
    "Contact": Noun("contact", "contacts"),
    "Lead": Noun("lead", "leads"),
    "User": Noun("user", "users"),
    "Case": Noun("case", "cases"),
}

FACTS = {
    "organization_name": "Name of the org",
    "edition": "Edition",
    "is_sandbox": "Sandbox",
    "time_zone": "Time zone",
    "person_accounts": "Person accounts",
}

PUBSUB = Setting(
    SETTING,
    "Pub/Sub API",
    f"Host and port where Salesforce tells of changes as they happen; {DEFAULT} where you leave it empty.",
    required=False,
    placeholder=DEFAULT,
    check=checked,
)


def stream(settings: ConnectionSettings) -> ChangeStream:
    """gRPC is loaded by the process that listens, and by no other."""
    from connectors.api.salesforce.pubsub.stream import SalesforceStream

    return SalesforceStream(settings)


def record_url(base_url: str, object: str, id: str) -> str:
    """Where a person sees the record."""
    return f"{base_url}/lightning/r/{object}/{id}/view"


def stream_setup(base_url: str) -> str:
    """The page Change Data Capture of Setup."""
    return f"{base_url}/lightning/setup/CdcObjectEnablement/home"


SPEC = ConnectorSpec(
    kind="salesforce",
    label="Salesforce",
    product="Sales Cloud and Service Cloud",
    auth_methods=(
        AuthMethod(
            key=CLIENT_CREDENTIALS,
            label="Client credentials",
            help=(
                "In Setup under External Client App Manager, create an app with the client credentials flow and "
                "the scope api, and choose the integration user as its run-as user."
            ),
            settings=(
                Setting("client_id", "Consumer key", "From the app's OAuth settings."),
                Setting("client_secret", "Consumer secret", secret=True),
                PUBSUB,
            ),
        ),
        AuthMethod(
            key=JWT_BEARER,
            label="Signed assertion (JWT bearer)",
            help="The app holds the certificate, SyncAdmin the private key; no secret crosses the network.",
            settings=(
                Setting("client_id", "Consumer key", "From the app's OAuth settings."),
                Setting("username", "User name", "The integration user, as it signs in."),
                Setting(
                    "private_key",
                    "Private key",
                    "In PEM form, without a passphrase.",
                    secret=True,
                    multiline=True,
                    placeholder="-----BEGIN PRIVATE KEY-----",
                ),
                PUBSUB,
            ),
        ),
    ),
    open=SalesforceConnector,
    url_help="Your My Domain, as in the address bar when you are signed in.",
    url_placeholder="https://yourcompany.my.salesforce.com",
    account_url=account_url,
    domains=("salesforce.com", "force.com", "salesforce-setup.com", "salesforce-sites.com", "visualforce.com"),
    record_url=record_url,
    looks_like_id=looks_like_id,
    whole_id=whole_id,
    watermark_at=watermark_at,
    export_lag_seconds=int(OVERLAP.total_seconds()),
    skips_own_writes=False,
    objects=OBJECTS,
    costs=COSTS,
    remedies=REMEDIES,
    fact_labels=FACTS,
    remarks=remarks,
    reports_edits=True,
    changed_field="LastModifiedDate",
    compares=True,
    keeps_list_views=True,
    stream=stream,
    stream_setup=stream_setup,
    frame_origins=frame_origins,
)
