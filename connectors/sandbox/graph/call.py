"""One request as an endpoint sees it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.graph.answers import Answer, Refusal, bad_request
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.schema import ids
from connectors.sandbox.graph.schema.contact import Contact
from connectors.sandbox.graph.store import Store
from connectors.sandbox.incoming import whole

VERSION = "/v1.0"
_PAGE_SIZE = re.compile(r"odata\.maxpagesize\s*=\s*\"?(\d+)", re.IGNORECASE)
_IMMUTABLE = re.compile(r"IdType\s*=\s*\"?ImmutableId", re.IGNORECASE)


@dataclass(slots=True)
class Call:
    """base: scheme and host of the request, for absolute links. query: options by name, without the "$"."""

    store: Store
    method: str
    base: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    applied: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The request's URL without its query."""
        return f"{self.base}{self.path}"

    @property
    def immutable(self) -> bool:
        """Whether ids are wanted that stay when an item moves."""
        return bool(_IMMUTABLE.search(self.headers.get("prefer", "")))

    @property
    def page_size(self) -> int | None:
        """How many items a page of a delta query shall have at most, if the caller says so."""
        found = _PAGE_SIZE.search(self.headers.get("prefer", ""))
        return int(found.group(1)) or None if found else None

    @property
    def box(self) -> Mailbox:
        """The mailbox of the path. Raises Refusal."""
        return self.store.mailbox(self.params["user"])

    def object(self) -> dict[str, Any]:
        """The body. Raises Refusal 400."""
        if not isinstance(self.body, dict):
            raise bad_request("An entity is expected in the body of the request.")
        return self.body

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the query. Raises Refusal 400."""
        given = whole(self.query.get(name, str(default)))
        if given is None or given > most or (name == "top" and given < 1):
            raise bad_request(f"Invalid value for '${name}': from 1 to {most}.", "ErrorInvalidUrlQuery")
        return given

    @property
    def selected(self) -> frozenset[str]:
        """The properties of $select; empty for all of them."""
        return frozenset(name.strip() for name in self.query.get("select", "").split(",") if name.strip())

    def id_of(self, box: Mailbox, contact: Contact) -> str:
        if self.immutable:
            return ids.immutable_id(box.address, contact.key)
        return ids.regular_id(box.address, contact.key, contact.moves)

    def check_match(self, contact: Contact) -> None:
        """Raises Refusal 412 where If-Match names another state than the contact's."""
        wanted = self.headers.get("if-match", "*")
        if wanted not in ("*", etag(contact)):
            message = "The change key passed in the request does not match the current change key for the item."
            raise Refusal(412, "ErrorIrresolvableConflict", message)


def etag(contact: Contact) -> str:
    return f'W/"{ids.change_key(contact.changed, contact.key)}"'


Handler = Callable[[Call], Answer | Awaitable[Answer]]
# path template below the version -> {method: handler}
Paths = dict[str, dict[str, Handler]]
