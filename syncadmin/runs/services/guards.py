"""Guards of a plan: what keeps it from being written until a person approves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from mappings.kinds.people.welcome import ZENDESK, welcome_blocks
from mappings.kinds.registry import kind_of
from mappings.rules.guards import TITLES, Guard, limits
from syncadmin.engine.guards import Mark, Trip, sentence, trips
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Link, MirrorRecord, Run, Step
from syncadmin.runs.status.labels import field_labels, names_of, systems
from syncadmin.runs.status.step_groups import bare
from syncadmin.runs.storage.steps import unrecorded

# How a value that is empty, and one that is not there, stand in a stored JSON object.
_NOTHING = ("null", '""', "false", "[]")
_APPROVE = "Look at the plan and approve it on its page"


def refusal(run: Run) -> str:
    """Why this plan must not be written at all, "" if it may: nobody agreed to the mails that it would
    cause (S3.C4).
    """
    sync = run.sync
    if not kind_of(sync.kind).settings_object or not _creates_users(run):
        return ""
    return welcome_blocks(
        sync.option("welcome_mail"), sync.right.facts.get("welcome_emails"), sync.option("welcome_confirmed")
    )


def why_held(run: Run) -> str:
    """Why a plan waits for approval, "" if it does not: a guard, or the sync's limit (S3.46). An approval is for one
    plan.
    """
    if run.approve_all or run.approved_plan == run.plan_hash:
        return ""
    if run.tripped:
        otherwise = "." if run.trigger == Trigger.AUTOMATIC else ", or repeat it with --approve-all."
        return f"{' '.join(sentences(run))} {_APPROVE}{otherwise}"
    if run.sync.ceiling is not None and unrecorded(run).filter(state=StepState.PLANNED).count() > run.sync.ceiling:
        return f"The plan would write more than {run.sync.ceiling:,} records, so it waits for approval."
    return ""


def tripped(run: Run, counted: Mapping[Mark, int]) -> list[dict[str, Any]]:
    """The guards that hold a plan with these counts, as they are stored with the run. For an undo only
    deletions count.
    """
    if run.undo_of_id:
        counted = {mark: count for mark, count in counted.items() if mark.guard is Guard.DELETED}
    sizes = Sizes(run)
    first = run.trigger != Trigger.AUTOMATIC and not sizes.anything_linked()
    own = run.sync.declared.guards
    counting = {guard: limit if guard in own else None for guard, limit in limits(run.sync.guards).items()}
    return [asdict(trip) for trip in trips(counted, counting, sizes.of, first_load=first)]


@dataclass(frozen=True, slots=True)
class Lifted:
    """Guards that a person has lifted: a line for each, who, and when."""

    lines: list[str]
    by: str
    at: datetime | None

    @property
    def words(self) -> str:
        """Who and when, in one sentence."""
        when = f" on {localtime(self.at):%Y-%m-%d at %H:%M}" if self.at else ""
        number = len(self.lines)
        text = ngettext("{n} guard lifted by {by}{when}.", "{n} guards lifted by {by}{when}.", number)
        return text.format(n=number, by=self.by, when=when)


def lifted(run: Run) -> Lifted | None:
    """The guards of a plan that a person has lifted, by approving it or beforehand with ``--approve-all``. None without
    any.

    At most one query.
    """
    if not run.tripped or run.status is RunState.PLANNED:
        return None
    if run.approved_plan and run.approved_plan == run.plan_hash:
        by = run.approved_by.get_username() if run.approved_by else "the command line"
        return Lifted(sentences(run, lifted=True), by, run.approved_at)
    if not run.approve_all:
        return None
    by = run.started_by.get_username() if run.started_by else "the command line"
    return Lifted(sentences(run, lifted=True), f"{by} with --approve-all", run.created_at)


def reported(run: Run) -> list[dict[str, Any]]:
    """The guards that hold or held a plan, for scripts: who lifted them and when; None while nobody has."""
    found = lifted(run)
    by, at = (found.by, found.at.isoformat() if found.at else None) if found else (None, None)
    names = ("guard", "side", "field", "count", "of")
    return [{**{name: trip[name] for name in names}, "lifted_by": by, "lifted_at": at} for trip in run.tripped]


def sentences(run: Run, *, lifted: bool = False) -> list[str]:
    """A sentence for each guard that holds a plan, or that was lifted. One query; none without a guard."""
    found = [Trip(**values) for values in run.tripped]
    labels = _labels(run, {trip.field for trip in found if trip.field} | _replaced_fields(run)) if found else {}
    about = {
        trip: _counted(run, trip.side, labels) if trip.guard == Guard.REPLACED else labels[trip.field] for trip in found
    }
    return [sentence(trip, names_of(run.sync), about[trip], lifted=lifted) for trip in found]


def brief(run: Run) -> str:
    """Why a plan waits, in one sentence. No query."""
    found = [Trip(**values) for values in run.tripped]
    if not found:
        return run.message
    titles = dict.fromkeys(TITLES[Guard(trip.guard)].lower() for trip in found)
    held = ngettext("A guard holds it", "{n} guards hold it", len(titles)).format(n=len(titles))
    return f"{held}: {', '.join(titles)}."


def replaced_lines(run: Run) -> list[str]:
    """How many values that people wrote a plan replaces, a line for each system. One query; none if nothing is
    replaced.
    """
    labels = _labels(run, _replaced_fields(run))
    names = systems(names_of(run.sync))
    found = []
    for side, fields in run.replaced.items():
        number = sum(fields.values())
        one = "{n:,} value that people wrote in {system} is replaced"
        many = "{n:,} values that people wrote in {system} are replaced"
        text = ngettext(one, many, number).format(n=number, system=names[Side(side)])
        found.append(f"{text}: {_counted(run, side, labels)}")
    return found


def depends_on_settings(run: Run) -> bool:
    """Whether the refusal depends on a setting of the right system, which may have changed since the plan."""
    sync = run.sync
    left_to_zendesk = sync.option("welcome_mail") == ZENDESK and not sync.option("welcome_confirmed")
    return left_to_zendesk and bool(kind_of(sync.kind).settings_object) and _creates_users(run)


class Sizes:
    """The numbers of records that guards compare with. Each is one query, on demand."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.linked = cache(self._links().count)
        self.anything_linked = self._links().exists

    def of(self, mark: Mark) -> int:
        """The number of linked records; for emptied fields those with a value, for memberships those that a
        sync added.
        """
        if mark.guard is Guard.BLANKED:
            return self._filled(mark.side, mark.field)
        if mark.guard is Guard.MEMBERSHIPS:
            return self._links().filter(owned_values__contains=f'"{OWNED}":["').count()
        return self.linked()

    def _links(self) -> QuerySet[Link]:
        return Link.objects.active_of(self._run.sync)

    def _filled(self, side: Side, field: str) -> int:
        ids = self._links().values("left_id" if side is Side.LEFT else "right_id")
        rows = MirrorRecord.objects.of_side(self._run.sync, side, remote_id__in=ids)
        empty = Q()
        for nothing in _NOTHING:
            empty |= Q(values__contains=f'"{field}":{nothing}')
        return rows.filter(values__contains=f'"{field}":').exclude(empty).count()


def _replaced_fields(run: Run) -> set[str]:
    return {field for fields in run.replaced.values() for field in fields}


def _counted(run: Run, side: str, labels: Mapping[str, str]) -> str:
    """The fields of a side with replaced values, each with its number."""
    return ", ".join(f"{labels[field]} {count:,}" for field, count in run.replaced.get(side, {}).items())


def _labels(run: Run, fields: Collection[str]) -> dict[str, str]:
    """The labels of these fields."""
    known = field_labels(run.sync, fields) if fields else {}
    return {"": "", **{field: known.get(field) or bare(field) for field in fields}}


def _creates_users(run: Run) -> bool:
    return Step.objects.doing(Verb.CREATE.on(Side.RIGHT)).filter(run=run, state=StepState.PLANNED).exists()
