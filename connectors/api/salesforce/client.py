"""The HTTP client for Salesforce: simple-salesforce on top of our session; streams use the session directly."""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson
from requests import Response
from requests.exceptions import JSONDecodeError
from simple_salesforce.api import Salesforce

from connectors.api.address import normalise_base_url
from connectors.api.errors import ConnectorError, OutcomeUnknown, RateLimited, Transient
from connectors.api.http import RetryPolicy
from connectors.api.of_session import session_of
from connectors.api.protocol import Allocation, ConnectionSettings
from connectors.api.salesforce.errors import HOUR, judge_salesforce
from connectors.api.salesforce.sign_in import sign_in_for, trusted_origin
from connectors.api.usable import decoded

API_VERSION = "65.0"
# Triggers and flows of the org run inside a write: two hundred rows may well take a minute.
RETRY_POLICY = RetryPolicy(read_timeout=180.0)
IN_FLIGHT = 8
# Change events name it: those of our own writes start nothing.
CLIENT_NAME = "SyncAdmin"
# This part of a day's requests is left to the org's other apps.
RESERVE = 0.01

Json = dict[str, Any]


class SalesforceClient:
    """Calls of one connection. Every failure is a ConnectorError; ``accept`` names statuses to hand back."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = normalise_base_url(connection.base_url)
        self.session = session_of(connection, "Salesforce", judge_salesforce, retry_policy or RETRY_POLICY, sleep)
        self.sign_in = sign_in_for(connection, self.session)
        self.session.headers["Sforce-Call-Options"] = f"client={CLIENT_NAME}"
        self.session.sign_in = self.sign_in
        self.session.auth = self.sign_in
        self.session.hooks["response"].append(self._note_usage)
        self.allocation: Allocation | None = None

    @cached_property
    def sf(self) -> Salesforce:
        """simple-salesforce, signed in. Signs in at the first use; raises AuthError when that fails."""
        origin = trusted_origin(self.base_url, self.sign_in.grant().origin or self.base_url)
        self.session.allow(origin)
        sf = Salesforce(
            session_id="held by the session",
            instance_url=origin,
            session=self.session,
            version=API_VERSION,
            object_pairs_hook=None,
        )
        # The session signs, so that a renewed token reaches every call; and pretty-printing doubles the answers.
        sf.headers = {"Content-Type": "application/json"}
        return sf

    @cached_property
    def user_id(self) -> str:
        """The id of the user that we are. One call."""
        base = self.sf.base_url.partition("/services/")[0]
        identity = self._decoded(
            lambda: decoded(self.session.request("GET", f"{base}/services/oauth2/userinfo").content)
        )
        return str(identity.get("user_id") or "") if isinstance(identity, dict) else ""

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The decoded answer to a read below ``/services/data/vNN.0/``; None for an empty one."""
        return self._restful(path, params=dict(params) if params else None)

    def ask(self, path: str, body: Json) -> Any:
        """The decoded answer to a POST that does no harm when it arrives twice: a read, or the opening of a job."""
        self.keep_reserve()
        return self._restful(path, method="POST", data=orjson.dumps(body), repeatable=True)

    def query(self, soql: str, include_deleted: bool = False) -> Json:
        """The first page of a query."""
        self.keep_reserve()
        return self._decoded(lambda: self.sf.query(soql, include_deleted=include_deleted))

    def query_more(self, url: str) -> Json:
        """A further page of a query."""
        return self._decoded(lambda: self.sf.query_more(url, identifier_is_url=True))

    def send(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """Write once. Raises OutcomeUnknown when the answer does not come."""
        return self.session.request(
            method,
            self.url(path),
            data=orjson.dumps(body) if body is not None else None,
            headers={"Content-Type": "application/json", **(headers or {})},
            accept=accept,
        )

    def written(self, response: Response) -> Any:
        """The decoded answer to a write. Raises OutcomeUnknown when it cannot be read: the write was done."""
        try:
            return decoded(response.content)
        except ValueError:
            raise OutcomeUnknown("Salesforce's answer to a write cannot be read.") from None

    def url(self, path: str) -> str:
        """The address of a resource below the API version."""
        return f"{self.sf.base_url}{path}"

    def _restful(self, path: str, **kwargs: Any) -> Any:
        return self._decoded(lambda: self.sf.restful(path, **kwargs))

    def _decoded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except JSONDecodeError:
            raise self.unreadable() from None

    @staticmethod
    def unreadable() -> ConnectorError:
        """What to raise for an answer to a read that is not what was promised."""
        return Transient("Salesforce's answer cannot be read.", "Try again in a few minutes.")

    def _note_usage(self, response: Response, **_: Any) -> None:
        usage = Salesforce.parse_api_usage(response.headers.get("Sforce-Limit-Info", "")).get("api-usage")
        if usage is not None:
            self.allocation = Allocation(usage.used, usage.total, "24 hours", datetime.now(UTC))

    def keep_reserve(self) -> None:
        """Begin nothing new with the day's last requests: the org's other apps need some, too. Raises RateLimited.

        What has begun goes on, so that no outcome is left unknown.
        """
        day = self.allocation
        if day is not None and day.used >= day.limit * (1 - RESERVE):
            raise RateLimited(
                f"{day.used:,} of the org's {day.limit:,} API requests of the last 24 hours are used; "
                "the last ones are left to its other apps.",
                "The run goes on when requests are available again; Setup > System Overview shows them.",
                retry_after=HOUR,
                code="REQUEST_RESERVE",
            )
