"""One request as an endpoint sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.didomi.answers import Refusal
from connectors.sandbox.didomi.listing import listed
from connectors.sandbox.didomi.store import Store


@dataclass(slots=True)
class Call:
    """query: each parameter with all of its values, in the order of the request."""

    store: Store
    params: Mapping[str, Any]
    query: Mapping[str, list[str]]
    body: Any

    def one(self, name: str) -> str:
        """The value of a parameter; "" where it is not there."""
        return self.query.get(name, [""])[-1]

    def flag(self, name: str) -> bool:
        return self.one(name) == "true"

    def regulations(self) -> list[str]:
        """Those that were asked for; GDPR alone unless some were."""
        return listed(self.query, "regulation") or ["gdpr"]

    def object(self) -> dict[str, Any]:
        """The body, which is an object. Raises Refusal 400."""
        if not isinstance(self.body, dict):
            raise Refusal(400, "The body must be a JSON object")
        return self.body
