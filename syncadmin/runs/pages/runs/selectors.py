"""Queries of the run pages. Each docstring gives the number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pages.runs import step_filters
from syncadmin.runs.services.csv_rows import steps_of
from syncadmin.runs.status.reasons import meaning_of, remedy_for
from syncadmin.runs.status.run_status import run_status
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.search import steps_found

LAST_RUNS = 20


def runs_listed() -> QuerySet[Run]:
    """All runs, newest first."""
    return Run.objects.select_related("sync", "started_by").defer("groups", "actions", "hint")


def run_shown() -> QuerySet[Run]:
    """Runs with everything that their page shows of related rows."""
    return Run.objects.select_related("sync__left", "sync__right", "started_by", "approved_by", "undo_of")


@dataclass(frozen=True, slots=True)
class Bar:
    """One of the last runs of a sync as a bar: ``height`` in percent, by the number of written records."""

    run: Run
    height: int
    current: bool

    @property
    def tone(self) -> str:
        return str(run_status(self.run).tone)

    @property
    def words(self) -> str:
        counts = self.run.counts
        numbers = f", {counts['written']:,} written" if counts.get("written") else ""
        refused = f", {counts['rejected']:,} rejected" if counts.get("rejected") else ""
        undo = f", undo of run {self.run.undo_of_id}" if self.run.undo_of_id else ""
        return f"Run {self.run.pk}{undo}: {run_status(self.run).label}{numbers}{refused}"


def last_runs(sync: Sync, current: Run | None = None) -> list[Bar]:
    """The last runs of a sync, oldest first. One query."""
    shown = ("pk", "sync", "state", "counts", "created_at", "undo_of", "planned_at", "revision")
    rows = list(Run.objects.filter(sync=sync).only(*shown).order_by("-pk")[:LAST_RUNS])
    for run in rows:
        run.sync = sync
    return bars(rows[::-1], current)


def bars(runs: Sequence[Run], current: Run | None = None) -> list[Bar]:
    """The bars for these runs. Heights grow with the square root of what was written, so that small runs
    stay visible.
    """
    most = max((run.counts.get("written", 0) for run in runs), default=0)
    heights = [round(100 * sqrt(run.counts.get("written", 0) / most)) if most else 0 for run in runs]
    return [Bar(run, max(height, 20), run == current) for run, height in zip(runs, heights, strict=True)]


def undo_of(run: Run) -> Run | None:
    """The last undo of this run, planned ones included; None without one. One query."""
    return run.undone_by.exclude(state=RunState.DISCARDED).order_by("-pk").first()


def undone_again(undo: Run | None) -> Run | None:
    """The finished undo of an undo, after which the run applies again. Two queries, more for further undos of undos."""
    again = undo_of(undo) if undo else None
    if again is None or again.status not in (RunState.COMPLETED, RunState.REJECTIONS) or undone_again(again):
        return None
    return again


def steps_listed(run: Run, *, tile: str = "", group_key: str = "", text: str = "") -> QuerySet[Step]:
    """The steps of a group or a search, with their outcomes, in the order of an index.

    Rows of a waiting plan keep their places when steps are excluded.
    """
    rows = Step.objects.filter(run=run).select_related("outcome")
    if text:
        return rows.filter(pk__in=steps_found(run, text)).order_by("pk")
    found = step_filters.within(
        [group for group in summary.groups(run) if group.group_key == group_key], tile, run.sync.declared
    )
    order = ("pk",) if run.status is RunState.PLANNED else (("state", "needs_approval", "pk"))
    rows = rows.filter(group_key=group_key).order_by(*order)
    if tile:
        rows = rows.filter(state__in={group.state for group in found})
    return rows.filter(needs_approval=True) if tile == "held" else rows


def steps_exported(run: Run, *, tile: str = "", group_key: str = "", text: str = "") -> QuerySet[Step]:
    """The steps of a search, an open group or a tile; all without any of these."""
    if text or group_key:
        return steps_listed(run, tile=tile, group_key=group_key, text=text)
    rows = steps_of(run)
    if not tile:
        return rows
    found = step_filters.within(summary.groups(run), tile, run.sync.declared)
    rows = rows.filter(group_key__in={group.group_key for group in found}, state__in={group.state for group in found})
    return rows.filter(needs_approval=True) if tile == "held" else rows


def shown_groups(run: Run, tile: str) -> list[summary.StepGroup]:
    """The groups of a tile: those that write before those that only inform, largest first. No query."""
    by_group_key: dict[str, list[summary.StepGroup]] = {}
    for group in step_filters.within(summary.groups(run), tile, run.sync.declared):
        by_group_key.setdefault(group.group_key, []).append(group)
    merged = [_merged(groups) for groups in by_group_key.values()]
    return sorted(merged, key=lambda group: (group.operation.informational, -group.count, group.group_key))


def excluded_in(run: Run) -> dict[str, int]:
    """How many steps of each group were excluded. No query."""
    found = [group for group in summary.groups(run) if group.state is StepState.EXCLUDED]
    return {key: sum(g.count for g in found if g.group_key == key) for key in {g.group_key for g in found}}


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of a run to one system, and how many of them were for the plan, if known."""

    system: str
    number: int
    to_plan: int | None

    @property
    def to_write(self) -> int | None:
        return None if self.to_plan is None else self.number - self.to_plan


def calls_of(run: Run) -> list[Calls]:
    """The calls by system. No query."""
    planning = run.phases.get("plan", {}).get("calls", {})
    return [Calls(system, number, planning.get(system)) for system, number in run.calls.items()]


@dataclass(frozen=True, slots=True)
class RefusalCause:
    """Steps that were refused for one cause, with an answer as an example."""

    code: str
    field: str
    count: int
    example: str
    meaning: str
    fix: str


def causes(run: Run) -> list[RefusalCause]:
    """Why steps were refused, by code and field, most frequent first; as last counted. No query."""
    return [
        RefusalCause(code, field, number, example, meaning_of(code), remedy_for(code))
        for code, field, number, example in run.causes
    ]


def newest_run(run: Run) -> bool:
    """Whether no newer run keeps this one from being resumed. One query."""
    newer = Run.objects.filter(sync=run.sync, pk__gt=run.pk).exclude(state=RunState.DISCARDED)
    return not newer.exists()


def _merged(groups: list[summary.StepGroup]) -> summary.StepGroup:
    largest = max(groups, key=lambda group: group.count)
    held = any(group.needs_approval and group.state is StepState.PLANNED for group in groups)
    return summary.StepGroup(largest.group_key, largest.state, held, sum(group.count for group in groups))
