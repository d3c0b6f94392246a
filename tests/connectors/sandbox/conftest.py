"""A running helpdesk on a clock that only tests move, seeded again before each test."""

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

NOW = 1_790_000_000  # a Monday in September 2026


@dataclass
class Desk:
    """A plain HTTP client of one endpoint, signed in as the administrator unless `auth` says otherwise."""

    endpoint: Endpoint
    clock: Clock
    session: requests.Session

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        token = self.endpoint.credentials["access_token"]
        headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
        address = path if path.startswith("http") else f"{self.endpoint.base_url}/api/v2/{path}"
        return self.session.request(method, address, json=body, headers=headers, timeout=HANG_SECONDS, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.call("POST", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.call("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> requests.Response:
        return self.call("DELETE", path, **more)

    def control(self, method: str, name: str, body: Any = None) -> Any:
        address = f"{self.endpoint.base_url}/_sandbox/{name}"
        answer = self.session.request(method, address, data=json.dumps(body), timeout=HANG_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def done(self, submitted: requests.Response) -> dict[str, Any]:
        """Skip to the end of a job and return its status."""
        assert submitted.ok, submitted.text
        self.clock.advance(2)
        return self.get(f"job_statuses/{submitted.json()['job_status']['id']}").json()["job_status"]

    def organization(self, **values: Any) -> dict[str, Any]:
        answer = self.post("organizations", {"organization": values})
        assert answer.status_code == 201, answer.text
        return answer.json()["organization"]

    def user(self, **values: Any) -> dict[str, Any]:
        answer = self.post("users", {"user": values})
        assert answer.status_code == 201, answer.text
        return answer.json()["user"]

    def update_user(self, user: dict[str, Any], **values: Any) -> requests.Response:
        """A single update, after the account's one-a-second limit has passed."""
        self.clock.advance(1)
        return self.put(f"users/{user['id']}", {"user": values})


@pytest.fixture(scope="session")
def desk_process() -> Iterator[Desk]:
    clock = Clock(lambda: NOW)
    options = Options(vendors=("zendesk",), clock=clock, job_ms=1000)
    with running(options) as sandbox, requests.Session() as session:
        yield Desk(sandbox.zendesk, clock, session)


@pytest.fixture
def desk(desk_process: Desk) -> Desk:
    desk_process.control("POST", "reset")
    return desk_process
