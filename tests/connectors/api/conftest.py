"""A sandbox for the connectors' tests, reset before each."""

import socket
from collections.abc import Iterator

import pytest

from connectors.sandbox.options import Options
from connectors.sandbox.server import Sandbox, running
from tests.connectors.api.subjects import SUBJECTS, Remote


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running(Options(job_ms=20, zendesk_rpm=100_000)) as servers:
        yield servers


def remote_of(sandbox: Sandbox, server: str, kind: str = "") -> Iterator[Remote]:
    endpoint = getattr(sandbox, server)
    remote = Remote(SUBJECTS[kind or server], endpoint.base_url, endpoint.credentials)
    remote.control("POST", "reset")
    yield remote
    remote.control("POST", "clock", {"stopped": False})  # the sandbox outlives the test
    remote.close()


@pytest.fixture
def salesforce(sandbox: Sandbox) -> Iterator[Remote]:
    yield from remote_of(sandbox, "salesforce")


@pytest.fixture
def zendesk(sandbox: Sandbox) -> Iterator[Remote]:
    yield from remote_of(sandbox, "zendesk")


@pytest.fixture
def didomi(sandbox: Sandbox) -> Iterator[Remote]:
    yield from remote_of(sandbox, "didomi")


@pytest.fixture
def outlook(sandbox: Sandbox) -> Iterator[Remote]:
    """With a shared folder that a person has filled before."""
    for remote in remote_of(sandbox, "graph", "outlook"):
        shared = remote.made("contactFolders", displayName="Salesforce Contacts")
        for number in range(remote.subject.rows):
            remote.made(f"contactFolders/{shared['id']}/contacts", displayName=f"Shared {number}", jobTitle="Buyer")
        remote.control("DELETE", "stats")
        yield remote


@pytest.fixture
def unused_tcp_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
