"""The tiles above the log: one for each level, which also filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncadmin.logs.models import Level
from syncadmin.logs.selectors import level_counts
from syncadmin.web.lists.pagination import COUNTING_STOPS_AT

_ORDER = (Level.ERROR, Level.WARNING, Level.INFO, Level.DEBUG)
_MANY = {Level.ERROR: "Errors", Level.WARNING: "Warnings", Level.INFO: "Summaries", Level.DEBUG: "Details"}


@dataclass(frozen=True, slots=True)
class LevelTile:
    """For components/tiles.html; the number is a word where counting stopped."""

    label: str
    number: int | str
    tone: str
    url: str
    active: bool


def level_tiles(query: Mapping[str, str]) -> list[LevelTile]:
    """The tiles, none while something else than the level is filtered: they count the whole log."""
    if any(value for name, value in query.items() if name not in ("level", "page", "sort")):
        return []
    counted = level_counts()
    return [_tile(level, counted[level], query.get("level") == level) for level in _ORDER]


def _tile(level: Level, number: int, active: bool) -> LevelTile:
    shown = f"{COUNTING_STOPS_AT:,}+" if number > COUNTING_STOPS_AT else number
    url = "?" if active else f"?level={level}"
    return LevelTile(_MANY[level], shown, level.tone if number else "secondary", url if number else "", active)
