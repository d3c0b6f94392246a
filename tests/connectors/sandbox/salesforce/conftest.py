"""A running organisation on a clock that only tests move, seeded again before each test."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.server import Endpoint, running
from connectors.sandbox.world import WorldSize
from tests.timeouts import HANG_SECONDS

NOW = 1_790_000_000  # 2026-09-21T14:13:20Z
ROOT = Path(__file__).parents[4]


class RewindingClock(Clock):
    """Stands still, is moved by tests, and goes back between them."""

    def rewind(self) -> None:
        self._skipped = self._latest = 0.0


@dataclass
class Organisation:
    """A plain HTTP client of the sandbox, with a valid token unless told otherwise."""

    endpoint: Endpoint
    clock: RewindingClock
    session: requests.Session

    @property
    def store(self) -> Any:
        return self.endpoint.store

    @property
    def credentials(self) -> dict[str, Any]:
        return self.endpoint.credentials

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.credentials['access_token']}"} | more.pop("headers", {})
        base = "" if path.startswith("/") else "/services/data/v59.0/"
        url = f"{self.endpoint.base_url}{base}{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=HANG_SECONDS, **more)

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.call("GET", path, params=params)

    def post(self, path: str, body: Any, **more: Any) -> requests.Response:
        return self.call("POST", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> requests.Response:
        return self.call("PATCH", path, body, **more)

    def query(self, soql: str) -> list[dict[str, Any]]:
        answer = self.get("query", q=soql)
        assert answer.status_code == 200, answer.text
        return answer.json()["records"]

    def one(self, soql: str) -> dict[str, Any]:
        records = self.query(soql)
        assert len(records) == 1, records
        return records[0]

    def refusal(self, answer: requests.Response) -> tuple[int, str]:
        """Status and error code of a refused request."""
        return answer.status_code, answer.json()[0]["errorCode"]

    def create(self, object: str, **values: Any) -> str:
        answer = self.post(f"sobjects/{object}", values)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def control(self, method: str, name: str, body: Any = None) -> Any:
        answer = self.session.request(
            method, f"{self.endpoint.base_url}/_sandbox/{name}", json=body, timeout=HANG_SECONDS
        )
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def organisation_process() -> Iterator[Organisation]:
    clock = RewindingClock(lambda: NOW)
    size = WorldSize(accounts=60, contacts=50, leads=10)
    with running(Options(vendors=("salesforce",), clock=clock, size=size)) as sandbox, requests.Session() as session:
        yield Organisation(sandbox.salesforce, clock, session)


@pytest.fixture
def sf(organisation_process: Organisation) -> Organisation:
    organisation_process.clock.rewind()
    organisation_process.control("POST", "reset")
    return organisation_process


@pytest.fixture(scope="session")
def specs() -> Path:
    """The folder of recorded describes and of the vendor's published schemas."""
    folder = Path(os.environ.get("SYNCADMIN_SPECS") or ROOT.parent / "shared" / "specs") / "salesforce"
    if not folder.is_dir():
        pytest.skip("the vendor's recorded describes are not on this machine (SYNCADMIN_SPECS)")
    return folder
