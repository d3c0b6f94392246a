"""The estimated calls of a plan, compared with the limits of each system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.models import Connection
from syncadmin.engine.estimate import Estimate, email_changes, estimate
from syncadmin.engine.lifecycle import StepState
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.storage import summary


@dataclass(frozen=True, slots=True)
class ConnectionCost:
    """The calls to one connection: ``to_write`` as estimated, ``to_plan`` as made.

    A system limits calls per day or per minute; None if the limit is not known.
    """

    system: str
    to_write: int
    to_plan: int | None
    daily_limit: int | None
    daily_used: int | None
    daily_used_at: datetime | None
    rate_limit: int | None

    @property
    def daily_share(self) -> float | None:
        """The share of the daily requests, in percent."""
        return 100 * self.to_write / self.daily_limit if self.daily_limit else None


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of writing a plan. If both sides use one connection, its calls count once."""

    estimate: Estimate
    connections: tuple[ConnectionCost, ...]


def cost_of(run: Run) -> Cost:
    """The cost of the steps that would be written now. No query; one for people."""
    ready = [group for group in summary.groups(run) if group.state is StepState.PLANNED and not group.needs_approval]
    left, right = run.sync.left, run.sync.right
    people = run.sync.declared.grouping is not None
    planned = estimate(
        summary.by_operation(ready),
        left.spec.costs,
        right.spec.costs,
        emails=email_changes({group.key: group.count for group in ready}) if people else None,
        bulk=not (people and right.facts.get("bulk_user_import") is False),
        a_minute=_fact(right, "rate_limit"),
        users=MirrorRecord.objects.right_of(run.sync).count() if people else None,
    )
    calls = {left: planned.left_calls}
    calls[right] = calls.get(right, 0) + planned.right_calls
    alike = len({connection.kind for connection in calls}) < len(calls)
    return Cost(planned, tuple(_cost_of(connection, number, run, alike=alike) for connection, number in calls.items()))


def _cost_of(connection: Connection, to_write: int, run: Run, *, alike: bool) -> ConnectionCost:
    """``alike``: the other connection is to a system of the same kind, so this one is called by its own name."""
    return ConnectionCost(
        str(connection) if alike else connection.spec.label,
        to_write,
        run.calls.get(connection.kind),
        _fact(connection, "daily_limit"),
        _fact(connection, "daily_used"),
        connection.daily_used_at,
        _fact(connection, "rate_limit"),
    )


def _fact(connection: Connection, name: str) -> int | None:
    value = connection.facts.get(name)
    return value if isinstance(value, int) else None
