"""The declaration of Didomi: settings and secrets. The connection is read-only."""

from connectors.api.costs import Costs
from connectors.api.didomi.client import PAGE_SIZE
from connectors.api.didomi.connector import DidomiConnector
from connectors.api.didomi.reading import watermark_at
from connectors.api.didomi.schema import USER
from connectors.api.didomi.sign_in import API_KEY
from connectors.api.didomi.webhooks import merge, newest, parse, summary
from connectors.api.protocol import AuthMethod, ConnectorSpec, Pushes, Setting
from connectors.api.values import Noun

SPEC = ConnectorSpec(
    kind="didomi",
    label="Didomi",
    product="Didomi",
    domains=("didomi.io",),
    auth_methods=(
        AuthMethod(
            key=API_KEY,
            label="API key",
            help=(
                "In the Didomi console, under the settings of the organization, add a private API key with access to "
                "consents and to the data manager. Nothing is written to Didomi."
            ),
            settings=(
                Setting("organization_id", "Organization ID", "The id in the address of the console."),
                Setting("key_id", "API key ID", "The id of the private API key."),
                Setting("secret", "Secret", "Shown once, when the key is made.", secret=True),
            ),
        ),
    ),
    open=DidomiConnector,
    url_help="The address of Didomi's API.",
    url_placeholder="https://api.didomi.io",
    watermark_at=watermark_at,
    objects={USER: Noun("user", "users")},
    hides_deletions=True,
    # 100 calls in 15 seconds, consents not counted (developers.didomi.io, "Rate limiting").
    pushes=Pushes(USER, parse, merge, newest, summary),
    costs=Costs(batch=PAGE_SIZE, a_minute=400),
)
