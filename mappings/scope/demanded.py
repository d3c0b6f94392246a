"""Decides, for the live count, whether a left record refers to a record that another sync has linked.

Who keeps the links tells us by ``register``; nobody registered means nothing is linked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from mappings.kinds.lookups import LINKED, Lookup
from mappings.kinds.registry import kind_of
from mappings.models import Sync

_sources: list[Callable[[Sequence[Sync]], set[str]]] = []


def register(source: Callable[[Sequence[Sync]], set[str]]) -> None:
    """``source(syncs)`` returns the ids of the right records that these syncs have linked."""
    _sources.append(source)


def leading(sync: Sync, lookups: Collection[Lookup]) -> list[Sync]:
    """The syncs whose links lead from the record that a left record refers to, to its counterpart."""
    kinds = {kind for lookup in lookups for kind in lookup.kinds}
    found = Sync.objects.filter(left=sync.right_id, right=sync.left_id, kind__in=kinds)
    return list(found.order_by("pk"))


def demanded(sync: Sync) -> dict[Lookup, set[str]]:
    """The look-ups that a left record must have a linked record for, each with the ids that are linked."""
    options = sync.effective_options()
    lookups = kind_of(sync.kind).as_chosen(options).lookups
    asked = [one for one in lookups if one.demanded and options.get(one.demanded) == LINKED]
    return {one: {id for source in _sources for id in source(leading(sync, [one]))} for one in asked}


def line(values: Mapping[str, Any], wanted: Mapping[Lookup, set[str]]) -> str:
    """Why nothing is made of a left record; "" for one that refers to linked records."""
    missing = (one for one, ids in wanted.items() if str(values.get(one.by) or "") not in ids)
    return next((one.unlinked for one in missing), "")
