"""The HTTP client for Didomi: JSON over our own session, as Didomi has no Python library."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from requests import Response

from connectors.api.address import normalise_base_url
from connectors.api.didomi.errors import judge_didomi
from connectors.api.didomi.sign_in import ask_for_token
from connectors.api.errors import Transient
from connectors.api.http import RetryPolicy
from connectors.api.of_session import session_of
from connectors.api.proof import incomplete
from connectors.api.protocol import ConnectionSettings
from connectors.api.sign_in import BearerSignIn
from connectors.api.usable import decoded

Json = dict[str, Any]
Query = Mapping[str, str | int | Sequence[str]]
Rows = tuple[list[Json], int | None]
PAGE_SIZE = 100
MOST_PAGES = 1_000_000


class DidomiClient:
    """Calls of one connection, all of them for one organization. Every failure is a ConnectorError."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = normalise_base_url(connection.base_url)
        self.organization = connection.settings.get("organization_id", "")
        self.session = session_of(connection, "Didomi", judge_didomi, retry_policy, sleep)
        self.sign_in = BearerSignIn(lambda: ask_for_token(connection, self.session), connection.tokens)
        self.session.sign_in = self.sign_in
        self.session.auth = self.sign_in

    def get(self, path: str, query: Query | None = None) -> Any:
        """The decoded answer to a read of ``/v1/{path}`` for the organization."""
        return _decoded(self.response(path, query))

    def response(self, path: str, query: Query | None = None, accept: Collection[int] = (), **how: Any) -> Response:
        params = {"organization_id": self.organization, **(query or {})}
        return self.session.request("GET", self.url(path), params=params, accept=accept, **how)

    def url(self, path: str) -> str:
        return f"{self.base_url}/v1/{path}"

    def pages(self, path: str, query: Query | None = None, size: int = PAGE_SIZE) -> Iterator[Rows]:
        """The rows of each page of a list, and how many there are in all where that is told.

        A list without a total ends with an empty page: a short one may be what the server gives at most. The server
        decides how large a page is, so the next one begins after the rows that have come.
        """
        skip = 0
        for _ in range(MOST_PAGES):
            answer = self.get(path, {**(query or {}), "$limit": size, "$skip": skip})
            rows, total = _rows(answer, path)
            yield rows, total
            skip += len(rows)
            if not rows:
                if total is not None and skip < total:
                    raise incomplete(f"Didomi's list of {path} ended after {skip:,} of {total:,} rows.")
                return
            if total is not None and skip >= total:
                return

    def all(self, path: str, query: Query | None = None) -> list[Json]:
        """Every row of a list."""
        return [row for rows, _ in self.pages(path, query) for row in rows]

    def total(self, path: str, query: Query | None = None) -> int | None:
        """How many rows a list has; None where it does not tell."""
        return _rows(self.get(path, {**(query or {}), "$limit": 1}), path)[1]


def _decoded(response: Response) -> Any:
    try:
        return decoded(response.content)
    except ValueError:
        raise Transient("Didomi's answer cannot be read.", "Try again.") from None


def _rows(answer: Any, path: str) -> tuple[list[Json], int | None]:
    """The rows of an answer, which is an array or holds one as ``data``. Raises Transient for anything else."""
    total = answer.get("total") if isinstance(answer, dict) else None
    rows = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Transient(f"Didomi's answer holds no {path}.", "Try again.")
    return rows, total if isinstance(total, int) and not isinstance(total, bool) else None
