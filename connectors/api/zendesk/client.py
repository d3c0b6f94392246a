"""The HTTP client for Zendesk: zenpy for a few objects, plain JSON for many records.

zenpy's objects cost about 60 microseconds a record to read, which at 100,000 records is a third of the processor
time that the whole product may use; and a new object loses its Nones, which are how a field is cleared.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson
from requests import Response
from zenpy import Zenpy
from zenpy.lib.api_objects import User
from zenpy.lib.exception import ZenpyException

from connectors.api.address import netloc, normalise_base_url
from connectors.api.errors import OutcomeUnknown, Transient
from connectors.api.http import RetryPolicy
from connectors.api.of_session import session_of
from connectors.api.protocol import Allocation, ConnectionSettings
from connectors.api.usable import decoded
from connectors.api.zendesk.errors import judge_zendesk
from connectors.api.zendesk.pace import Pace
from connectors.api.zendesk.sign_in import sign_in_for

Json = dict[str, Any]
SECONDS_BETWEEN_UPDATES = 1.02
"""A little more than a second: calls do not take equally long to arrive."""


class ZendeskClient:
    """Calls of one connection. Every failure is a ConnectorError; ``accept`` names statuses to hand back."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = normalise_base_url(connection.base_url)
        self.session = session_of(connection, "Zendesk", judge_zendesk, retry_policy, sleep)
        self.session.sign_in = sign_in_for(connection, self.session)
        self.session.auth = self.session.sign_in
        self.session.hooks["response"].append(self._note_limits)
        self.allocation: Allocation | None = None
        # One update of a single user a second (developer.zendesk.com, "Rate limits"); jobs do not count.
        self.user_updates = Pace("user updates", SECONDS_BETWEEN_UPDATES, sleep, connection.budget)

    @cached_property
    def zenpy(self) -> Zenpy:
        """zenpy over our session. Its cache answers with stale records, so it is off."""
        subdomain, _, domain = netloc(self.base_url).partition(".")
        return Zenpy(subdomain=subdomain, domain=domain, session=self.session, disable_cache=True)

    def me(self) -> User:
        """Who we are signed in as. An anonymous user when Zendesk takes the call for an unsigned one."""
        try:
            user = self.zenpy.users.me()
        except (ZenpyException, ValueError):
            user = None
        if not isinstance(user, User):  # zenpy hands back an answer that it cannot read
            raise Transient("Zendesk's answer cannot be read.", "Try again.")
        return user

    def get(self, path: str, params: Mapping[str, Any] | None = None, accept: Collection[int] = ()) -> Json:
        """The decoded answer to a read of ``/api/v2/{path}``. Of an accepted refusal it is the error body."""
        response = self.session.request("GET", self.url(path), params=params, accept=accept)
        return self.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))

    def send(self, method: str, path: str, body: Json | None = None, accept: Collection[int] = ()) -> Response:
        """Write once: POST, PUT or DELETE. Raises OutcomeUnknown when the answer does not come."""
        return self.session.request(
            method,
            self.url(path),
            data=orjson.dumps(body) if body is not None else None,
            headers={"Content-Type": "application/json"},
            accept=accept,
        )

    def written(self, response: Response) -> Json:
        """The decoded answer to a write. Raises OutcomeUnknown when it cannot be read: the write was done."""
        return self.decode(response, OutcomeUnknown("Zendesk's answer to a write cannot be read."))

    def url(self, path: str) -> str:
        """The address of a resource below ``/api/v2``."""
        return f"{self.base_url}/api/v2/{path}"

    def _note_limits(self, response: Response, **_: Any) -> None:
        """Remember how much of the minute is used; the headers' names have changed over the years."""
        headers = response.headers
        limit = headers.get("ratelimit-limit") or headers.get("x-rate-limit") or headers.get("rate-limit")
        left = (
            headers.get("ratelimit-remaining")
            or headers.get("x-rate-limit-remaining")
            or headers.get("rate-limit-remaining")
        )
        if limit and left and limit.isdecimal() and left.isdecimal():
            used = max(0, int(limit) - int(left))
            self.allocation = Allocation(used, int(limit), "minute", datetime.now(UTC))
            self.session.learn(int(limit))

    @staticmethod
    def decode(response: Response, failure: Exception) -> Json:
        """The JSON object of an answer; raises ``failure`` when it is none."""
        try:
            body = decoded(response.content)
        except ValueError:
            raise failure from None
        if not isinstance(body, dict):
            raise failure
        return body
