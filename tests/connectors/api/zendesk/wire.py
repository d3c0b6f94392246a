"""Zendesk's own calls, for what no connector does."""

from connectors.api.protocol import ConnectionSettings
from connectors.api.zendesk.client import ZendeskClient
from tests.connectors.api.subjects import Remote


def wire(remote: Remote) -> ZendeskClient:
    """A client of the sandbox, signed in as the connector is."""
    credentials = {key: str(value) for key, value in remote.credentials.items()}
    return ZendeskClient(ConnectionSettings(remote.base_url, remote.subject.auth, credentials))
