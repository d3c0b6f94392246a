"""What a vendor's contract test needs to know of its vendor, and a hand on its sandbox."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from connectors.api.errors import ConnectorError
from connectors.api.http import RetryPolicy
from connectors.api.protocol import Budget, ConnectionSettings, Connector, TokenStore
from connectors.api.registry import connector_spec
from connectors.api.values import Op, Page, Query, Record, Write, WriteResult
from tests.timeouts import HANG_SECONDS


@dataclass(frozen=True)
class Subject:
    """One vendor. Paths are the templates that the sandbox counts under."""

    kind: str
    object: str
    name: str
    text: str
    auth: str
    list_path: str
    create_path: str
    token_path: str
    batch_size: int
    rows: int
    refused: str = ""
    """A name that the vendor refuses."""
    turns_ahead: int = 0
    """Calls for which the budget may have been asked before there was anything to send."""


SUBJECTS = {
    "salesforce": Subject(
        kind="salesforce",
        object="Account",
        name="Name",
        text="Description",
        auth="client_credentials",
        list_path="*/query*",
        create_path="*/composite/sobjects",
        token_path="*/oauth2/token",
        batch_size=200,
        rows=214,
    ),
    "zendesk": Subject(
        kind="zendesk",
        object="organization",
        name="name",
        text="details",
        auth="oauth",
        list_path="/api/v2/organizations",
        create_path="/api/v2/organizations/create_many",
        token_path="/oauth/tokens",
        batch_size=100,
        turns_ahead=1,
        rows=180,
    ),
    "didomi": Subject(
        kind="didomi",
        object="user",
        name="organization_user_id",
        text="country",
        auth="api_key",
        list_path="/consents/users",
        create_path="",
        token_path="/sessions",
        batch_size=100,
        rows=166,
    ),
    "outlook": Subject(
        kind="outlook",
        object="contact/olivia@outlook.example",
        name="displayName",
        text="jobTitle",
        auth="secret",
        list_path="*/contacts/delta",
        create_path="*/$batch",
        token_path="*/oauth2/v2.0/token",
        batch_size=20,
        rows=12,
        refused="x" * 256,
    ),
}

# A busy machine may take its time to answer; only a test of silence itself cannot wait.
LONG_RETRIES = RetryPolicy(read_timeout=HANG_SECONDS, first_pause=0.01)
SHORT_RETRIES = RetryPolicy(read_timeout=0.4, first_pause=0.01)


@dataclass
class Remote:
    """A vendor's running sandbox and connectors to it. ``slept`` holds the seconds nobody really waited."""

    subject: Subject
    base_url: str
    credentials: Mapping[str, Any]
    slept: list[float] = field(default_factory=list)
    opened: list[Connector] = field(default_factory=list)

    def open(
        self,
        *,
        auth: str = "",
        settings: Mapping[str, str] | None = None,
        base_url: str = "",
        budget: Budget | None = None,
        tokens: TokenStore | None = None,
        retry_policy: RetryPolicy = LONG_RETRIES,
        at_once: bool = False,
    ) -> Connector:
        """A connector whose waits are recorded instead of waited."""
        spec = connector_spec(self.subject.kind)
        values = {key: str(value) for key, value in self.credentials.items()} | dict(settings or {})
        connection = ConnectionSettings(base_url or self.base_url, auth or self.subject.auth, values, budget, tokens)
        connection = replace(connection, at_once=at_once)
        connector = spec.open(connection, retry_policy=retry_policy, sleep=self.slept.append)  # type: ignore[call-arg]
        self.opened.append(connector)
        return connector

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call to the sandbox's control plane."""
        response = requests.request(method, f"{self.base_url}/_sandbox/{path}", json=body, timeout=HANG_SECONDS)
        assert response.ok, response.text
        return response.json() if response.content else None

    def break_next(self, method: str, path: str, times: int = 1, skip: int = 0, **fault: Any) -> None:
        """The next matching calls go wrong."""
        self.control("PUT", "faults", [{"method": method, "path": path, "times": times, "skip": skip, **fault}])

    def seen(self, path_part: str) -> int:
        """Calls so far whose template holds ``path_part``."""
        calls = self.control("GET", "stats")["calls"]
        return sum(number for template, number in calls.items() if path_part in template)

    def create(self, *names: str) -> list[Write]:
        """Writes that create records of these names."""
        return [
            Write(Op.CREATE, self.subject.object, tag, None, {self.subject.name: name})
            for tag, name in enumerate(names)
        ]

    def names(self, connector: Connector) -> set[str]:
        """The names of all records."""
        return {record.values[self.subject.name] for record in self.records(connector)}

    def records(self, connector: Connector, **query: Any) -> list[Record]:
        """All records of a query that asks for the name."""
        asked = Query(self.subject.object, (self.subject.name,), **query)
        return [record for page in connector.read(asked) for record in page.records]

    def made(self, path: str, **values: Any) -> Any:
        """What somebody makes in the mailbox of the subject's object."""
        address = f"{self.base_url}/users/{self.subject.object.partition('/')[2]}/{path}"
        signed = {"Authorization": f"Bearer {self.credentials['access_token']}", "Prefer": 'IdType="ImmutableId"'}
        response = requests.post(address, json=values, headers=signed, timeout=HANG_SECONDS)
        assert response.status_code == 201, response.text
        return response.json()

    def close(self) -> None:
        for connector in self.opened:
            connector.close()


def by_tag(results: Iterator[WriteResult]) -> dict[int, WriteResult]:
    """Results by the caller's own key; each key once."""
    found: dict[int, WriteResult] = {}
    for result in results:
        assert result.tag not in found
        found[result.tag] = result
    return found


def last_watermark(pages: list[Page]) -> str:
    """The watermark to go on from."""
    marks = [page.watermark for page in pages if page.watermark]
    assert marks
    return marks[-1]


def until_it_stops(results: Iterator[WriteResult]) -> tuple[list[WriteResult], ConnectorError | None]:
    """The results up to the error that stopped them, and that error."""
    found = []
    try:
        for result in results:
            found.append(result)
    except ConnectorError as error:
        return found, error
    return found, None


class MemoryTokens:
    """A token store of one process."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.lifetime = 0.0

    def get(self) -> str | None:
        return self.token

    def set(self, token: str, lifetime_seconds: float) -> None:
        self.token, self.lifetime = token, lifetime_seconds

    def clear(self) -> None:
        self.token = None


class CountingBudget:
    """A budget that never makes anybody wait."""

    def __init__(self) -> None:
        self.acquired = 0
        self.limit = 0
        self.held: list[float] = []

    def acquire(self, longest_wait: float) -> None:
        self.acquired += 1

    def hold(self, seconds: float) -> None:
        self.held.append(seconds)

    def part(self, name: str) -> "CountingBudget":
        return self

    def learn(self, per_minute: int) -> None:
        self.limit = per_minute

    def turn(self, name: str, seconds: float, longest_wait: float) -> float:
        return 0.0
