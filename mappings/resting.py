"""Why automatic updates of a sync rest. Who starts them tells us by ``register``; nobody registered: they never do."""

from __future__ import annotations

from collections.abc import Callable

from mappings.models import Sync

_sources: list[Callable[[Sync], str]] = []


def register(source: Callable[[Sync], str]) -> None:
    """``source(sync)`` says why a sync with automatic updates does not update just now, "" where it does."""
    _sources.append(source)


def why(sync: Sync) -> str:
    """The first reason that anybody gives; "" without one."""
    return next(filter(None, (source(sync) for source in _sources)), "")
