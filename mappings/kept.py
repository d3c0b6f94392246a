"""Caches answers of remote systems for pages. The cache is shared between processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import caches
from django.utils import timezone

from connectors.models import Connection
from mappings.services import fingerprint

COUNTS = 15 * 60
"""Seconds that a count is good for."""
SAMPLES = 24 * 60 * 60
"""Seconds that an example is good for: it stands for others like it, so its age matters less."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """An answer and when it was given."""

    value: T
    at: datetime


def kept(
    connection: Connection, what: tuple[object, ...], ask: Callable[[], T], seconds: int, *, again: bool
) -> Kept[T]:
    """What ``ask`` answers, or has answered to anybody within these seconds unless it is to be asked ``again``.

    ``what`` names the question. None is not kept: there was nothing to show yet. A connection that is switched off or
    leads elsewhere by now has no kept answers.
    Raises ConnectorError like ``ask``.
    """
    place = "asked:" + fingerprint(connection.pk, connection.base_url, connection.enabled, what)
    found: Kept[T] | None = None if again or not connection.enabled else caches["default"].get(place)
    if found is None:
        found = Kept(ask(), timezone.now())
        if found.value is not None:
            caches["default"].set(place, found, seconds)
    return found
