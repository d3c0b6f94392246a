"""The host and port of an org's Pub/Sub API."""

from urllib.parse import urlsplit

from connectors.api.address import is_loopback, netloc
from connectors.api.errors import ConfigError
from connectors.api.protocol import ConnectionSettings
from connectors.api.salesforce.sign_in import INSTANCES

DEFAULT = "api.pubsub.salesforce.com:7443"
SETTING = "pubsub"
_HINT = f"It looks like {DEFAULT}: a host name of Salesforce and a port."


def address_of(settings: ConnectionSettings) -> str:
    """Host and port of the Pub/Sub API of this connection. Raises ConfigError where there is none to be called.

    Salesforce's own is called for orgs at Salesforce alone: the token of another address would be shown to it.
    """
    given = settings.settings.get(SETTING, "").strip()
    host = netloc(settings.base_url).partition(":")[0]
    if not given and not host.endswith(INSTANCES):
        raise ConfigError(
            f"The connection names no Pub/Sub API, and {host} is not at Salesforce.",
            "Enter the address of the Pub/Sub API in the connection.",
        )
    return checked(given or DEFAULT)


def checked(address: str) -> str:
    """The address as gRPC takes it. Raises ConfigError for anything but a host of Salesforce, or this one, and a port.

    The token that opens the org is sent there.
    """
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or port is None or f"{host}:{port}" != address.lower():
        raise ConfigError(f"{address!r} is not the address of a Pub/Sub API.", _HINT)
    if not is_loopback(host) and not host.endswith(INSTANCES):
        raise ConfigError(f"{host} is not a host of Salesforce, and our token would be sent there.", _HINT)
    return f"{host}:{port}"
