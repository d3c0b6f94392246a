"""The rows of a step: one for each field, with before, after and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.urls import reverse

from mappings.kinds.declaration import Names
from mappings.kinds.people.relations import MEMBERSHIP
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.match import How
from syncadmin.engine.merge import SideChoice
from syncadmin.engine.people.memberships import PRIMARY
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, INFORMATIONAL, SKIP, Change, Side, Verb
from syncadmin.engine.value_counts import short
from syncadmin.runs.models import Link, Run, Step, StepOutcome
from syncadmin.runs.services import field_choices
from syncadmin.runs.status import operations
from syncadmin.runs.status.labels import group_url, parent_names, record_url, why_url
from syncadmin.runs.status.reasons import remedy_for
from syncadmin.runs.status.record_status import advice_of
from syncadmin.runs.status.states import Status
from syncadmin.runs.status.step_groups import bare
from syncadmin.runs.status.step_status import NOT_WRITTEN, STEP_STATUSES
from syncadmin.runs.storage.steps import changes_of

WHO_IS_IT = (ReasonCode.AMBIGUOUS, ReasonCode.UNMATCHED, ReasonCode.COUNTERPART_DELETED)
"""Why a step is not written, where a person says who the counterpart is."""
# Entries of a list in the summary of a row.
MOST_ENTRIES = 5
# A cancelled run may be resumed; a discarded plan is never written.
THROWN_AWAY = (RunState.DISCARDED,)
HOW = {
    How.DECISION: "Linked by hand",
    How.EXTERNAL_ID: "{n.right_system} holds its {n.left_system} id",
    How.KEY: "The {n.keys} are the same",
    How.CRITERION: "A further match criterion is the same",
    How.GROUP: "Another record with this {n.key} is linked to it",
    How.CREATED: "One was created from the other",
    How.MERGED: "It was the counterpart of a record that was merged into this one",
}


class FieldMark(StrEnum):
    """What happens to a field. Shown as sign and word, never as colour alone."""

    SET = "+"
    CLEARED = "−"
    CHANGED = "~"

    @property
    def word(self) -> str:
        return {FieldMark.SET: "set", FieldMark.CLEARED: "cleared", FieldMark.CHANGED: "changed"}[self]

    @property
    def tone(self) -> str:
        return {FieldMark.SET: "green", FieldMark.CLEARED: "red", FieldMark.CHANGED: "blue"}[self]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a step. A list field shows what is added and removed instead of ``after``.

    ``agreed``, for conflicts: the last synced value; ``choice``: whose value was chosen since; ``by_people``: whether
    people wrote the value before.
    """

    name: str
    label: str
    mark: FieldMark
    before: Any
    after: Any
    add: tuple[str, ...]
    remove: tuple[str, ...]
    reason: str
    agreed: Any = None
    by_people: bool = False
    choice: SideChoice | None = None

    @property
    def gist(self) -> str:
        """What changes, in a few words: "– → silver", or of a list "+energy −farming"."""
        entries = [*(f"+{short(entry)}" for entry in self.add), *(f"−{short(entry)}" for entry in self.remove)]
        return " ".join(entries[:MOST_ENTRIES]) or f"{short(self.before) or '–'} → {short(self.after) or '–'}"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One row of a plan for its template."""

    step: Step
    action: str
    fields: list[FieldLine]
    outcome: StepOutcome | None
    fix: str
    how: str
    names: Names
    left_id: str
    right_id: str
    left_url: str
    right_url: str
    why_url: str
    group_url: str

    @property
    def may_be_left_out(self) -> bool:
        return self.step.verb not in INFORMATIONAL and self.step.state in (StepState.PLANNED, StepState.EXCLUDED)

    @property
    def replaces(self) -> bool:
        """Whether it replaces a value that people wrote."""
        return any(field.by_people for field in self.fields)

    @property
    def badge(self) -> Status:
        """The outcome of the step; steps of a discarded plan will not be written."""
        status = self.step.status
        if status is StepState.PLANNED and self.step.run.status in THROWN_AWAY:
            return NOT_WRITTEN
        return STEP_STATUSES[status]

    @property
    def at(self) -> datetime:
        """When it was written or refused; if it was not sent, when it was planned."""
        return self.outcome.at if self.outcome else self.step.run.planned_at or self.step.run.created_at

    @property
    def asks(self) -> bool:
        """Whether a value has to be chosen on the record's page."""
        return self.step.operation == CONFLICT

    @property
    def asks_who(self) -> bool:
        """Whether a counterpart has to be chosen on the record's page."""
        return self.step.reason_code in WHO_IS_IT and self.outcome is None

    @property
    def unfit(self) -> FieldLine | None:
        """The field whose value does not fit, if the mapping can change that."""
        code = (self.outcome.code if self.outcome else "") or self.step.reason_code
        if code != ReasonCode.VALUE:
            return None
        named = [one for one in self.fields if self.outcome and one.name == self.outcome.field]
        return next(iter(named or self.fields), None)

    @property
    def mapping_url(self) -> str:
        """The mapping of that field, with its value map; "" if every value fits."""
        return f"{self.step.run.sync.get_absolute_url()}#map-{self.unfit.name}" if self.unfit else ""

    @property
    def choose_url(self) -> str:
        """Where a value is chosen; "" without a conflict, or for an unknown record."""
        return (
            reverse("records:choose", args=[self.step.run.sync.slug, self.left_id])
            if self.asks and self.left_id
            else ""
        )

    @property
    def is_membership(self) -> bool:
        """Whether it is about a membership, whose reason names the organization."""
        return self.step.relation == MEMBERSHIP.name

    @property
    def sides(self) -> tuple[str, str]:
        """The headings of the two values: before and after, or for a conflict the two systems."""
        if self.asks:
            return self.names.right_system, self.names.left_system
        return "Before", "After"

    @property
    def email(self) -> str:
        """The email of the record, unless its label shows it."""
        return "" if self.step.group in ("", self.step.label) else self.step.group

    @property
    def answer(self) -> str:
        """The remote system's answer, or why the step was not sent."""
        return self.outcome.message if self.outcome else ""


def match_label(how: str, names: Names) -> str:
    """How two records were matched, in words."""
    return HOW[How(how)].format(n=names)


def step_lines(run: Run, steps: Sequence[Step], labels: Mapping[str, str]) -> list[StepLine]:
    """The lines of some steps of one run, selected with their outcomes. Two queries; one more if there are
    conflicts.
    """
    lefts = [step.left_id for step in steps if step.left_id]
    links = {
        link.left_id: link
        for link in Link.objects.of_sync(run.sync, left_id__in=lefts).defer(
            "last_synced", "field_notes", "owned_values"
        )
    }
    parents = parents_in(run.sync, [change for step in steps for change in changes_of(step.changes)])
    lines = [_step_line(run, step, ShownNames(labels, parents), links.get(step.left_id)) for step in steps]
    return _with_choices(run, lines)


def _with_choices(run: Run, lines: list[StepLine]) -> list[StepLine]:
    """The lines; conflicts show whose value was chosen since."""
    asking = [line.left_id for line in lines if line.asks]
    chosen = field_choices.chosen_in(run.sync, left_id__in=asking) if asking else {}
    return [
        replace(line, fields=[replace(one, choice=chosen[line.left_id].get(one.name)) for one in line.fields])
        if line.asks and line.left_id in chosen
        else line
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class ShownNames:
    """Labels for names of fields, and for ids of accounts and organizations."""

    labels: Mapping[str, str]
    parents: Mapping[str, str] = field(default_factory=dict)


def parents_in(sync: Sync, changes: Iterable[Change]) -> dict[str, str]:
    """The names of accounts and organizations in these changes, by id. At most one query."""
    fields = {PRIMARY, kind_of(sync.kind).parent}
    found = [value for change in changes if change.field in fields for value in (change.before, change.after)]
    return parent_names(sync, [str(value) for value in found if value])


def field_lines(changes: Iterable[Change], words: ShownNames) -> list[FieldLine]:
    """The fields of a step, in the order of the plan."""
    return [_field_line(change, words) for change in changes]


def _step_line(run: Run, step: Step, words: ShownNames, link: Link | None) -> StepLine:
    outcome = getattr(step, "outcome", None)
    made = outcome.remote_id if outcome and step.operation.creates else ""
    left = step.left_id or (made if step.operation == Verb.CREATE.on(Side.LEFT) else "")
    right = step.right_id or (made if step.operation == Verb.CREATE.on(Side.RIGHT) else "")
    code = (outcome.code if outcome else "") or step.reason_code
    fields = field_lines(changes_of(step.changes), words)
    if step.operation == CONFLICT:
        fields = [replace(line, agreed=_named(step.last_synced.get(line.name), words)) for line in fields]
    kind = run.sync.declared
    names = kind.names
    return StepLine(
        step=step,
        action=operations.label(step.operation, kind),
        fields=fields,
        outcome=outcome,
        fix=remedy_for(code) or (advice_of(step.reason_code, names) if step.operation == SKIP else ""),
        how=match_label(link.how, names) if link and link.right_id == right else "",
        names=names,
        left_id=left,
        right_id=right,
        left_url=record_url(run.sync, Side.LEFT, left),
        right_url=record_url(run.sync, Side.RIGHT, right),
        why_url=why_url(run.sync, left, right),
        group_url=group_url(run.sync, step.group),
    )


def _field_line(change: Change, words: ShownNames) -> FieldLine:
    label = words.labels.get(change.field) or bare(change.field)
    before = list(change.before or []) if change.is_list else _named(change.before, words)
    after = _named(change.after, words)
    return FieldLine(
        change.field, label, _mark(change), before, after, change.add, change.remove, change.reason,
        by_people=bool(change.replaces),
    )  # fmt: skip


def _named(value: Any, words: ShownNames) -> Any:
    """The value, or the name of the account or organization with this id."""
    return words.parents.get(value, value) if isinstance(value, str) else value


def _mark(change: Change) -> FieldMark:
    if change.is_list:
        return FieldMark.CHANGED if change.add and change.remove else FieldMark.SET if change.add else FieldMark.CLEARED
    if change.before in (None, ""):
        return FieldMark.SET
    return FieldMark.CLEARED if change.after in (None, "") else FieldMark.CHANGED
