"""Estimates the calls that automatic updates use, compared with the limits of each system."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.models import Connection
from mappings.kinds.registry import kind_of
from mappings.models import Sync

MINUTES_A_DAY = 24 * 60
# Fields and settings are asked for again after so many minutes, sign-ins are renewed.
FIELDS_EVERY = 10
SIGN_INS = 48


@dataclass(frozen=True, slots=True)
class DailyCalls:
    """The calls a day to one connection when nothing has changed. ``allowed``: None where it has not told."""

    system: str
    calls: int
    allowed: int | None
    a_minute: int | None

    @property
    def share(self) -> str:
        """Of what is allowed: "0.9 %", "under 0.1 %"; "" where that is not known."""
        if not self.allowed:
            return ""
        percent = 100 * self.calls / self.allowed
        return f"{percent:.1f} %" if percent >= 0.1 else "under 0.1 %"


def daily_calls(sync: Sync, minutes: int) -> list[DailyCalls]:
    """What looking every so many minutes costs at each connection; one that is on both sides is named once."""
    kind = kind_of(sync.kind)
    looks = MINUTES_A_DAY // minutes
    rounds = min(looks, MINUTES_A_DAY // FIELDS_EVERY)
    lenders = len({one.object for one in kind.left.borrowed})  # each is asked what has changed, too
    calls: dict[Connection, int] = {}
    for connection, asked, others in ((sync.left, 1, lenders), (sync.right, 2 if kind.settings_object else 1, 0)):
        more = SIGN_INS if connection not in calls else 0
        each_look = connection.spec.costs.look + others
        calls[connection] = calls.get(connection, more) + looks * each_look + rounds * asked
    alike = len({connection.kind for connection in calls}) < len(calls)
    return [_daily_calls(connection, number, alike=alike) for connection, number in calls.items()]


def _daily_calls(connection: Connection, calls: int, *, alike: bool) -> DailyCalls:
    a_day, a_minute = connection.facts.get("daily_limit"), connection.facts.get("rate_limit")
    allowed = a_day or (a_minute * MINUTES_A_DAY if a_minute else None)
    name = str(connection) if alike else connection.spec.label
    return DailyCalls(name, calls, allowed, None if a_day else a_minute)
