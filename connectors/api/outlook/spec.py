"""The declaration of Outlook: settings, secrets and sign-in methods."""

from connectors.api.costs import Costs
from connectors.api.outlook.batch import SIZE
from connectors.api.outlook.connector import OutlookConnector
from connectors.api.outlook.objects import CONTACT
from connectors.api.outlook.remedies import REMEDIES
from connectors.api.outlook.sign_in import CERTIFICATE, SECRET
from connectors.api.outlook.subscriptions import HOOKS
from connectors.api.protocol import AuthMethod, ConnectorSpec, Setting
from connectors.api.values import Noun

HELP = (
    "In the Entra admin center under App registrations, register an application, give it the application permission "
    "Contacts.ReadWrite of Microsoft Graph, and grant admin consent. An application access policy in Exchange Online "
    "limits it to the mailboxes that are synced."
)
TENANT = Setting("tenant_id", "Tenant id", "The directory (tenant) id on the overview of the app registration.")
CLIENT = Setting("client_id", "Client id", "The application (client) id on the same page.")
MAILBOX = Setting(
    "mailbox",
    "Mailbox to test",
    "Its contacts are read by the connection test.",
    required=False,
    placeholder="ann@x.com",
)

SPEC = ConnectorSpec(
    kind="outlook",
    label="Outlook",
    product="Microsoft 365",
    domains=("microsoft.com", "office.com", "office365.com", "outlook.com", "microsoftonline.com"),
    auth_methods=(
        AuthMethod(
            key=SECRET,
            label="Client secret",
            help=HELP,
            settings=(
                TENANT,
                CLIENT,
                Setting("client_secret", "Client secret", "The value of the secret, not its id.", secret=True),
                MAILBOX,
            ),
        ),
        AuthMethod(
            key=CERTIFICATE,
            label="Certificate",
            help=HELP,
            settings=(
                TENANT,
                CLIENT,
                Setting("thumbprint", "Thumbprint", "The SHA-1 thumbprint that Entra shows for the certificate."),
                Setting("private_key", "Private key", "PEM text, without a password.", secret=True, multiline=True),
                MAILBOX,
            ),
        ),
    ),
    open=OutlookConnector,
    url_help="The address of Microsoft Graph; other clouds than the public one have their own.",
    url_placeholder="https://graph.microsoft.com",
    objects={CONTACT: Noun("contact", "contacts")},
    costs=Costs(batch=SIZE, jobs=1, wave_seconds=0.0, a_minute=1_000),
    remedies=REMEDIES,
    hooks=HOOKS,
)
