"""Why automatic updates of a sync are paused. The runs app registers the function that knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mappings.models import Sync

Source = Callable[[Sequence[Sync]], Mapping[int, str]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """``source(syncs)`` says why those of them that have automatic updates do not update now, by their keys."""
    _sources.append(source)


def with_reasons(syncs: Sequence[Sync]) -> Sequence[Sync]:
    """The same syncs, so that ``reason`` asks nothing more of any of them. A fixed number of queries."""
    asked = [sync for sync in syncs if sync.automatic_updates]
    found: dict[int, str] = {}
    for source in _sources if asked else ():
        found = {**source(asked), **found}
    for sync in syncs:
        sync.rests_because = found.get(sync.pk, "")  # type: ignore[attr-defined]  # what lists show is no field
    return syncs


def reason(sync: Sync) -> str:
    """The first reason that anybody gives; "" without one."""
    if "rests_because" not in sync.__dict__:
        with_reasons([sync])
    return str(sync.__dict__["rests_because"])
