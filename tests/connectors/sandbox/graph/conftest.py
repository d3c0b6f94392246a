"""A running tenant on a clock that only tests move, seeded again before each test."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.server import Endpoint, running
from tests.timeouts import HANG_SECONDS

NOW = 1_790_000_000
IMMUTABLE = 'IdType="ImmutableId"'


@dataclass
class Graph:
    """A plain HTTP client of the API, signed in, that asks for immutable ids unless `prefer` says otherwise."""

    endpoint: Endpoint
    clock: Clock
    session: requests.Session

    def call(self, method: str, path: str, body: Any = None, prefer: str = IMMUTABLE, **headers: str) -> Any:
        address = path if path.startswith("http") else f"{self.endpoint.base_url}/{path}"
        signed = {"Authorization": f"Bearer {self.endpoint.credentials['access_token']}", "Prefer": prefer}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, address, json=body, headers=signed | named, timeout=HANG_SECONDS)

    def get(self, path: str, **more: str) -> Any:
        answer = self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, path: str, **values: Any) -> Any:
        answer = self.call("POST", path, values)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None, **more: str) -> tuple[int, str]:
        """Status and code of a call that is refused."""
        answer = self.call(method, path, body, **more)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]["code"]

    def control(self, method: str, name: str, body: Any = None) -> Any:
        address = f"{self.endpoint.base_url.removesuffix('/v1.0')}/_sandbox/{name}"
        answer = self.session.request(method, address, data=json.dumps(body), timeout=HANG_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def round(self, address: str, **more: str) -> tuple[list[dict[str, Any]], str, int]:
        """All items of a delta round, its delta link, and how many pages it had."""
        items, pages = [], 0
        while True:
            page = self.get(address, **more)
            items += page["value"]
            pages += 1
            if link := page.get("@odata.deltaLink"):
                return items, link, pages
            address = page["@odata.nextLink"]


@pytest.fixture(scope="session")
def graph_process() -> Iterator[Graph]:
    clock = Clock(lambda: NOW)
    with running(Options(vendors=("graph",), clock=clock)) as sandbox, requests.Session() as session:
        yield Graph(sandbox.graph, clock, session)


@pytest.fixture
def graph(graph_process: Graph) -> Graph:
    graph_process.control("POST", "reset")
    return graph_process


@pytest.fixture
def box(graph: Graph) -> str:
    """The address of a mailbox, below which its contacts are."""
    return f"users/{graph.endpoint.credentials['mailboxes'][0]}"
