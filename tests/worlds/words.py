"""The words that a page of one kind must not say: those of other kinds and of systems that it does not join."""

from __future__ import annotations

import re

from connectors.api.registry import connector_specs
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kinds


def foreign(kind: Kind, text: str) -> list[str]:
    """The words in a text that belong to other kinds or systems, in the order in which they stand."""
    own = _words(kind)
    others = {word for other in kinds() for word in _words(other)} | {spec.label for spec in connector_specs()}
    foreign = sorted({"helpdesk", "email", "emails", *others} - own)
    return re.findall(rf"\b(?:{'|'.join(map(re.escape, foreign))})\b", text, re.IGNORECASE)


def _words(kind: Kind) -> set[str]:
    return {word for side in kind.sides for word in (side.system_label, side.one, side.many)}
