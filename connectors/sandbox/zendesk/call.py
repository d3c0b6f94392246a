"""One request as an endpoint sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, Refusal, bad_request, too_many_values
from connectors.sandbox.zendesk.paging import page
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.store import Store

MANY = 100


@dataclass(slots=True)
class Call:
    """base: scheme and host of the request, for absolute links. headers: added to the answer.

    query: a parameter given several times has its values joined by commas.
    """

    store: Store
    method: str
    base: str
    path: str
    params: Mapping[str, Any]
    query: Mapping[str, str]
    body: Any
    principal: User
    job_fault: Mapping[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The request's URL without its query, as the vendor writes it into links."""
        return f"{self.base}{self.path}.json"

    def part(self, name: str) -> dict[str, Any]:
        """The object under `name` in the body. Raises Refusal 400."""
        given = self.body.get(name) if isinstance(self.body, dict) else None
        if not isinstance(given, dict):
            message = (
                f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} must be an object"
            )
            raise Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})
        return given

    def rows(self, name: str, limit_text: str, limit: int | None = None) -> list[dict[str, Any]]:
        """The list under `name` in the body, 100 at most. Raises Refusal 400."""
        given = self.body.get(name) if isinstance(self.body, dict) else None
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            message = (
                f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} must be an array"
            )
            raise Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})
        if len(given) > MANY:
            raise too_many_values(limit_text, limit)
        return given

    def listed(self, name: str, limit_text: str, limit: int | None = None) -> list[str]:
        """The comma separated query parameter `name`, 100 at most. Raises Refusal 400."""
        values = [value.strip() for value in self.query.get(name, "").split(",") if value.strip()]
        if len(values) > MANY:
            raise too_many_values(limit_text, limit)
        return values

    def listed_ids(self, name: str, limit_text: str, limit: int | None = None) -> list[int]:
        values = self.listed(name, limit_text, limit)
        ids = [id for value in values if (id := whole(value)) is not None]
        if len(ids) != len(values):
            raise bad_request(f"{name} must be a list of ids")
        return ids

    def page(self, name: str, ids: Any, render: Any) -> Answer:
        return Answer(page(name, ids, render, self.query, self.address))

    def job(self, kind: str, rows: list[Any]) -> Answer:
        """Queue a background job and answer with its status."""
        job = self.store.jobs.submit(self.store, kind, rows, self.job_fault)
        self.headers |= self.store.jobs.headers()
        return Answer({"job_status": job.wire(self.base, self.store.time())})

    def limit(self, name: str, key: object, limit: int, seconds: int, body: Any) -> None:
        """Count against an endpoint's own limit. Raises Refusal 429."""
        now = self.store.time()
        self.headers |= self.store.limits.spend_endpoint(name, key, limit, seconds, now, body)

    def warn(self, owner: str, given: Iterable[str], permitted: Iterable[str]) -> None:
        """Name ignored parameters in a header, as the vendor does."""
        unknown = sorted(set(given) - set(permitted))
        if unknown:
            self.headers["x-zendesk-api-warn"] = f'{{"{owner}":unpermitted_keys=>{unknown!a}}}'
