"""Opens the gRPC channel to the Pub/Sub API: with TLS, except to a sandbox on this machine."""

import os
from pathlib import Path

import grpc

from connectors.api.address import is_loopback
from connectors.api.protocol import ConnectionSettings
from connectors.api.salesforce.pubsub.address import address_of

# A burst of events of wide objects is larger than gRPC's own limit of 4 MB.
OPTIONS = (("grpc.max_receive_message_length", 32 * 1024 * 1024), ("grpc.primary_user_agent", "SyncAdmin"))


def open_channel(settings: ConnectionSettings) -> grpc.Channel:
    """A channel; nothing is sent yet. Plain text goes to this machine alone, for an org that is there as well.

    Raises ConfigError where no address can be called.
    """
    address = address_of(settings)
    here = is_loopback(address.rpartition(":")[0])
    options = (*OPTIONS, ("grpc.enable_http_proxy", 0)) if here else OPTIONS
    if here and settings.base_url.startswith("http://"):
        return grpc.insecure_channel(address, options)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(_authority()), options)


def _authority() -> bytes | None:
    """The certificates to trust where they are not gRPC's own: those that our other calls trust."""
    file = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return Path(file).read_bytes() if file else None
