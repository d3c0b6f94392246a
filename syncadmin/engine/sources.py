"""Which left field fills each right one: what was agreed on with another left field is no agreement."""

from collections.abc import Collection, Mapping
from typing import Any

from syncadmin.engine.kinds.kind import LEFT_SAYS
from syncadmin.engine.plan import Rulebook


def sources(book: Rulebook) -> dict[str, str]:
    """The left field of each right one."""
    return {rule.right: rule.left for rule in book.rules}


def exchanged(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The right fields that were filled by another left one before. Of one that was not filled nothing is known."""
    return frozenset(right for right, left in now.items() if before.get(right, left) != left)


def without(base: Mapping[str, Any], rights: Collection[str]) -> dict[str, Any]:
    """What is agreed on still, once these right fields are to be decided as on a first link."""
    return {name: value for name, value in base.items() if name.removeprefix(LEFT_SAYS) not in rights}
