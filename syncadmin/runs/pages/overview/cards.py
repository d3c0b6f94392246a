"""The card of a sync on the overview: state, what needs attention, and the next action."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from mappings.addresses import list_url
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.selectors import heading, with_directions
from syncadmin.engine.lifecycle import ACTIVE, WORKING, RunState, StepState
from syncadmin.engine.order import missing
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Run
from syncadmin.runs.pages.records.selectors import needing_a_person
from syncadmin.runs.pages.records.tables import needing_address
from syncadmin.runs.pages.runs.selectors import LAST_RUNS, Bar, bars
from syncadmin.runs.services import guards
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.schedule import Schedule, schedules
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.status.run_status import is_outdated_plan, run_status_now, waits_for_approval
from syncadmin.runs.status.states import Status
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.complete import complete_kinds
from syncadmin.runs.storage.unresolved import unresolved_of


@dataclass(frozen=True, slots=True)
class Next:
    """The next action: a sentence and its address; without ``url`` the card's plan button does it."""

    text: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SyncCard:
    """A sync on the overview. ``waiting``: number of records that need a person.

    ``waits_for``: titles of kinds that have to be complete before this one may start (S3.43).
    """

    sync: Sync
    title: str
    last: Run | None
    next: Next
    waiting: int
    waiting_url: str
    bars: list[Bar]
    rests_since: datetime | None
    rests_because: str
    waits_for: tuple[str, ...] = ()
    updates: Schedule | None = None
    explained: bool = False
    """Another card on the page says why automatic updates cannot be switched on yet."""

    @property
    def badge(self) -> Status | None:
        """How the last run ended, as far as that still applies."""
        return run_status_now(self.last, self.waiting) if self.last else None

    @property
    def may_plan(self) -> bool:
        """Whether a plan may be made: no active run, no waiting plan, and both connections on."""
        on = self.sync.is_on and self.sync.left.enabled and self.sync.right.enabled
        return on and (self.last is None or not (self.last.status in ACTIVE or waits_for_approval(self.last)))

    @property
    def is_due(self) -> bool:
        """Whether there is something to do: a first plan, or what the last run left."""
        outdated = self.last is not None and is_outdated_plan(self.last)
        return self.sync.is_on and not self.waits_for and (self.last is None or outdated or bool(self.next.url))


def leading(found: Sequence[SyncCard]) -> int | None:
    """The primary key of the sync whose button is emphasized: one per page."""
    ahead = [card for card in found if card.is_due] or [card for card in found if card.waits_for]
    return ahead[0].sync.pk if ahead else None


def cards(kinds: Sequence[str] | None = None) -> list[SyncCard]:
    """A card for every sync, or for those of these kinds. A fixed number of queries."""
    found = Sync.objects.filter(kind__in=kinds) if kinds is not None else Sync.objects.all()
    return cards_of(list(with_directions(found.select_related("left", "right", "health"))))


def cards_of(syncs: list[Sync]) -> list[SyncCard]:
    """A card for each of these syncs. A fixed number of queries."""
    runs, waiting, complete = _last_runs(syncs), needing_a_person(syncs), complete_kinds()
    unnamed = Counter(sync.kind for sync in syncs if not sync.name)
    updates = schedules(syncs, timezone.now())
    made = [_card(sync, runs[sync.pk], waiting, complete, alone=unnamed[sync.kind] < 2) for sync in syncs]
    early = [card.sync.pk for card in made if card.sync.is_on and not updates[card.sync.pk].may_be_on]
    return [replace(card, updates=updates[card.sync.pk], explained=card.sync.pk in early[1:]) for card in made]


def _unmatched(sync: Sync, counted: dict[tuple[int, str, str], int]) -> str:
    """Right records without a counterpart, in words; "" for none. They are reported (S3.C11) and no task."""
    number = counted.get((sync.pk, Side.RIGHT, RecordStatus.UNMATCHED), 0)
    names = sync.declared.names
    if not number:
        return ""
    are = f"{names.right_one} is" if number == 1 else f"{names.right_many} are"
    return f"{number:,} {are} unknown to {names.left_system}."


def _last_runs(syncs: Sequence[Sync]) -> dict[int, list[Run]]:
    """The last runs of each sync, oldest first."""
    place = Window(RowNumber(), partition_by=F("sync_id"), order_by=F("pk").desc())
    runs = Run.objects.filter(sync__in=syncs).select_related("sync", "undo_of__undo_of")
    rows = runs.annotate(place=place).filter(place__lte=LAST_RUNS).order_by("pk")
    found: dict[int, list[Run]] = defaultdict(list)
    for run in rows:
        found[run.sync_id].append(run)
    return found


def _card(
    sync: Sync,
    runs: list[Run],
    counted: dict[tuple[int, str, str], int],
    complete: dict[tuple[int, int], set[str]],
    *,
    alone: bool,
) -> SyncCard:
    last, waiting = runs[-1] if runs else None, unresolved_of(sync, counted)
    first = missing(sync.declared, complete.get((sync.left_id, sync.right_id), ()))
    health = getattr(sync, "health", None)
    return SyncCard(
        sync=sync,
        title=heading(sync, alone=alone),
        last=last,
        next=_next(sync, first, last, waiting, _unmatched(sync, counted)),
        waiting=waiting,
        waiting_url=_records(sync),
        bars=bars(runs),
        rests_since=health.open_since if health and health.last_failure else None,
        rests_because=health.cause if health else "",
        waits_for=tuple(kind_of(slug).title for slug in first),
    )


def _next(sync: Sync, first: Sequence[str], last: Run | None, waiting: int, unmatched: str) -> Next:
    if not sync.is_known:
        return Next(sync.why_off, "Open it", sync.get_absolute_url())
    if not sync.enabled:
        return Next("Switched off: no plans, no changes.", "Open its mapping", sync.get_absolute_url())
    off = next((side for side in (sync.left, sync.right) if not side.enabled), None)
    if off and (last is None or last.status not in WORKING):
        return Next(f"{off.name} is switched off, so nothing is planned or written.", "Open it", off.get_absolute_url())
    for side in (sync.left, sync.right):
        if side.last_check_ok is False and (last is None or last.status not in WORKING):
            text = f"{side.name} failed its test, so a run would fail, too."
            return Next(text, "See what is wrong", side.get_absolute_url())
    return waits(first) if first and last is None else next_thing(last, waiting, _records(sync), unmatched)


def waits(first: Sequence[str]) -> Next:
    """What to do while another kind has to be complete first."""
    kind = kind_of(first[0])
    return Next(f"Sync {kind.title_inside} first.", f"Go to {kind.left.many}", list_url(first[0]))


def next_thing(last: Run | None, waiting: int, records_url: str, unmatched: str = "") -> Next:
    """The next action, given the last run and the number of records that need a person.

    ``unmatched`` is a sentence about records that are only reported.
    """
    if last is None:
        return Next("No plan yet. A plan reads both systems and writes nothing.")
    url, status = last.get_absolute_url(), last.status
    if status in WORKING:
        return Next("A run is in progress.", "Watch the run", url)
    match status:
        case RunState.PLANNED:
            return Next(_waiting_plan(last), "Read the plan", url) if waits_for_approval(last) else _outdated(last)
        case RunState.PAUSED:
            return Next(last.message or "The run is paused and continues automatically.", "Open the run", url)
        case RunState.FAILED | RunState.INCONSISTENT:
            return Next(last.message or "The last run failed.", "See what to do", url)
        case RunState.DISCARDED:
            return Next("The last plan was discarded. Make a new plan to see what would be written.")
        case RunState.CANCELLED:
            return Next("The last run was cancelled. What remains was not written.", "Resume it or plan again", url)
    if waiting:
        text = ngettext("{n:,} record needs you.", "{n:,} records need you.", waiting).format(n=waiting)
        return Next(text, "Open the records", records_url)
    if last.counts.get("remaining"):
        return Next(f"{_unfinished(last.counts['remaining'])} Plan again: what became of them is looked up.")
    if status is RunState.REJECTIONS:
        return _decided_since(last)
    if last.undo_of_id:
        return _after_undo(last)
    left_out = sum(group.count for group in summary.groups(last) if group.state is StepState.EXCLUDED)
    if left_out:
        one, many = "{n:,} step was left out of the last plan.", "{n:,} steps were left out of the last plan."
        return Next(f"{ngettext(one, many, left_out).format(n=left_out)} {unmatched}".rstrip())
    if unmatched:
        return Next(f"Nothing to do: all linked records are in sync. {unmatched}")
    return Next("Nothing to do: both sides are in sync.")


def _waiting_plan(run: Run) -> str:
    """What a plan that waits for approval would do, or why it would do nothing."""
    rests = " Automatic updates are paused until it is approved or discarded." if run.sync.automatic_updates else ""
    if not any(group.state is StepState.PLANNED and not group.needs_approval for group in summary.groups(run)):
        return f"A plan waits for approval, but would write nothing: every step is held back or left out.{rests}"
    would = services.button(run)
    held = guards.brief(run)
    return f"A plan waits for approval: {would[0].lower()}{would[1:]}.{f' {held}' if held else ''}{rests}"


def _outdated(run: Run) -> Next:
    """An outdated plan: the card's plan button makes a new one."""
    takes = " The next automatic update replaces it." if run.sync.automatic_updates else ""
    return Next(f"The last plan is outdated: the mapping was changed after it was made. Make a new plan.{takes}")


def _after_undo(last: Run) -> Next:
    """The state after an undo: nothing of the run applies; after the undo of an undo, everything again."""
    first, takes_back = last.undo_of, True
    while first is not None and first.undo_of_id:
        first, takes_back = first.undo_of, not takes_back
    if takes_back:
        wrote = first.pk if first else last.undo_of_id
        return Next(f"What run {wrote} wrote was taken back. A new plan shows what would be written again.")
    return Next(f"What run {last.undo_of_id} had taken back was written again. A new plan compares both sides.")


def _decided_since(last: Run) -> Next:
    """What the last run did not write and was decided since: the next run writes it."""
    rejected, conflicts = last.counts.get("rejected", 0), last.counts.get("conflicts", 0)
    if not rejected and not conflicts:
        return Next("All open records were decided or corrected since. Plan again to write them.")
    text = ngettext("{n:,} record was not written.", "{n:,} records were not written.", rejected + conflicts)
    if not rejected:
        in_conflict = "{n:,} record is in conflict and was not overwritten."
        text = ngettext(in_conflict, "{n:,} records are in conflict and were not overwritten.", conflicts)
    return Next(text.format(n=rejected + conflicts), "Read why", last.get_absolute_url())


def _unfinished(steps: int) -> str:
    return ngettext("{steps:,} step has no known outcome.", "{steps:,} steps have no known outcome.", steps).format(
        steps=steps
    )


def _records(sync: Sync) -> str:
    return reverse("records:list") + needing_address(sync)
