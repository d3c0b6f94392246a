"""The gRPC server of the Pub/Sub API, on a port of its own."""

from __future__ import annotations

import errno
from pathlib import Path

import grpc

from connectors.eventbus.pubsub_pb2_grpc import add_PubSubServicer_to_server
from connectors.sandbox.salesforce.pubsub.service import PubSub
from connectors.sandbox.vendor import Stop

GRACE_SECONDS = 0.2
# Two servers must not share a port by accident.
ALONE = (("grpc.so_reuseport", 0),)


async def start(service: PubSub, host: str, port: int, certificate: Path | None) -> tuple[int, Stop]:
    """Serve; gives the port and how to stop. Raises OSError for a port that cannot be had."""
    server = grpc.aio.server(options=ALONE)
    add_PubSubServicer_to_server(service, server)  # type: ignore[no-untyped-call]  # generated
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        bound = _bind(server, address, certificate)
    except RuntimeError as error:
        raise OSError(errno.EADDRINUSE, str(error)) from error
    await server.start()

    async def stop() -> None:
        await server.stop(GRACE_SECONDS)

    return bound, stop


def _bind(server: grpc.aio.Server, address: str, certificate: Path | None) -> int:
    if certificate is None:
        return server.add_insecure_port(address)
    pem = certificate.read_bytes()  # the key and the certificate in one file
    return server.add_secure_port(address, grpc.ssl_server_credentials([(pem, pem)]))
