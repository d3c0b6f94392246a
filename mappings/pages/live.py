"""The content of the parts of a sync's page that are loaded later: counts, samples, one record.

Each function asks a remote system, unless it was asked the same before (see ``kept``) and ``again`` is not said; ``at``
is when it answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from connectors.api.values import Query, Record
from connectors.services import ask
from mappings.fields import preview, rows
from mappings.fields.editor import time_zone
from mappings.fields.flows import sentences
from mappings.kept import COUNTS, SAMPLES, kept
from mappings.kinds.policy import Samples
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options.forms import ScopeForm
from mappings.rules import filters
from mappings.rules.configuration import Scope
from mappings.schemas import Schemas
from mappings.scope import counts as scope
from mappings.scope.stored import scope_of
from mappings.services import id_field

# Systems have no search for an external id that is not empty: the records are read.
MOST_READ = 20_000
EXAMPLES = 5
# One call; what is shown of it are the samples that tell most.
SAMPLES_READ = 100
SAMPLES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PolicyCount:
    """How many left records there are that a policy is about, in words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class ExternalIdCheck:
    """``foreign`` of ``read`` records hold an external id that is no id of the left system."""

    read: int
    held: int
    foreign: int
    examples: tuple[tuple[str, str], ...]
    complete: bool


def scope_count(sync: Sync, known: Schemas, data: QueryDict, *, again: bool = False) -> dict[str, Any]:
    """The extent of the filters in ``data``, or of the saved ones where it names none."""
    chosen = _typed_scope(sync, known, data) if data.get("filters") else scope_of(sync, known)
    if chosen is None:
        return {"incomplete": True}
    _with_typed_accounts(sync, known, data)
    policies = scope.taking_part(sync, known)
    options = sync.effective_options() if known.kind.counted_by else {}
    what = ("extent", sync.kind, chosen, policies, sorted(options.items()))
    found = kept(sync.left, what, lambda: scope.extent(sync, chosen, known, policies), COUNTS, again=again)
    return {"extent": found.value, "at": found.at}


def _with_typed_accounts(sync: Sync, known: Schemas, data: QueryDict) -> None:
    """Count by the choice of accounts that is typed; it is not saved."""
    form = ScopeForm(data, sync=sync, known=known)
    if data.get("filters") and form.is_valid():
        sync.options = {**sync.effective_options(), **form.values()}


def policy_counts(sync: Sync, known: Schemas, *, again: bool = False) -> dict[str, Any]:
    """Counts of the records that the policies are about, without those about a field that the org does not have."""
    found = kept(sync.left, ("policies", sync.kind), lambda: _policy_counts(sync, known), COUNTS, again=again)
    return {"counted": found.value, "at": found.at}


def _policy_counts(sync: Sync, known: Schemas) -> list[PolicyCount]:
    found = []
    for policy in known.kind.policies:
        if known.left_field(policy.field):
            number = scope.number_of(sync, policy)
            found.append(PolicyCount(number, worded(policy.one if number == 1 else policy.many, known.kind)))
    return found


def external_ids(sync: Sync) -> ExternalIdCheck:
    """Reads the right records, MOST_READ at most, and counts the external ids that are not ours (S3.C12)."""
    field = id_field(sync)
    side = sync.declared.right
    query = Query(side.object, (side.label_field, field), limit=MOST_READ)
    (answer,) = ask(sync.right, query)
    held = [record for record in answer.records if record.values.get(field)]
    ours = sync.left.spec.looks_like_id
    foreign = [record for record in held if not ours(str(record.values[field]))]
    examples = tuple((side.label(record), str(record.values[field])) for record in foreign[:EXAMPLES])
    return ExternalIdCheck(len(answer.records), len(held), len(foreign), examples, len(answer.records) < MOST_READ)


def samples(sync: Sync, declared: Samples, *, again: bool = False) -> dict[str, Any]:
    """What the kind would make of a few real right records, those that tell most first. Reads SAMPLES_READ records."""
    found = kept(sync.right, ("samples", sync.kind), lambda: _read(sync, declared), SAMPLES, again=again)
    rows = [row for values in found.value if (row := declared.row(values, sync.effective_options()))]
    different = list(dict.fromkeys(tuple(row) for row in rows))
    return {"rows": sorted(different, key=declared.plain)[:SAMPLES_SHOWN], "at": found.at}


def _read(sync: Sync, declared: Samples) -> list[dict[str, Any]]:
    query = Query(sync.declared.right.object, declared.fields, limit=SAMPLES_READ)
    (answer,) = ask(sync.right, query)
    return [dict(record.values) for record in answer.records]


def try_it(sync: Sync, known: Schemas, *, search: str, id: str, again: bool = False) -> dict[str, Any]:
    """One record, what the mapping makes of it, and what a search found. A single find is taken at once."""
    found = preview.search(sync, search) if search.strip() else []
    id = id or (found[0][0] if len(found) == 1 else "")
    context = {"search": search, "found": found, "tried": True}
    if search.strip() and not id:
        return context
    found_record = preview.read(sync, known, scope_of(sync, known), id, again=again)
    record = found_record.value
    shown = _tried(sync, known, record) if record else {}
    return {**context, "missing": record is None, "at": found_record.at, **shown}


def _tried(sync: Sync, known: Schemas, record: Record) -> dict[str, Any]:
    names = {record_type.id: record_type.name for record_type in known.left.record_types}
    verdict = filters.judge(record.values, scope_of(sync, known), names)
    return {
        "record": record,
        "record_name": known.kind.left.label(record),
        "record_url": sync.left.spec.record_url(sync.left.base_url, record.ref.object, record.ref.id),
        "verdict": verdict,
        "skipped": scope.skipped(sync, known, record),
        "portrait": preview.portrait(sync, record, known),
        "flows": sentences(sync, known, rows.listed(sync), record),
        "results": [_result(row, record, known, time_zone(sync)) for row in rows.listed(sync)],
    }


def _result(row: rows.Row, record: Record, known: Schemas, zone: str) -> dict[str, Any]:
    left, right = known.left_field(row.left), known.right_field(row.right)
    return {
        "key": f"{row.left}--{row.right}",
        "left": left.label if left else row.left,
        "right": right.label if right else row.right,
        "sample": preview.sample(record, row.left),
        "shown": preview.shown(row, record, known, zone),
    }


def _typed_scope(sync: Sync, known: Schemas, data: QueryDict) -> Scope | None:
    form = ScopeForm(data, sync=sync, known=known)
    return form.scope if form.is_valid() else None
