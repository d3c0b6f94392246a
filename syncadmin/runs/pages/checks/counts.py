"""Counts over the mirror that the checks of every kind of sync need. Each function says how many queries it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from mappings.models import Sync
from syncadmin.engine.checks.assessment import Found, Repeated
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Action, Side
from syncadmin.runs.models import Link, MirrorRecord, Run
from syncadmin.runs.status.record_status import BY_POLICY, RecordStatus
from syncadmin.runs.storage import summary

EXAMPLES = 5
MOST_NAMES = 1_000
MOST_LOOKED_AT = 5_000
MOST_KEYS = 50_000

GONE = (RecordStatus.DELETED, RecordStatus.GONE)
# Verdicts that reading itself gives to records which take no part.
NOT_ADMITTED = (RecordStatus.OUT_OF_SCOPE, RecordStatus.ACCOUNT_OUTSIDE, RecordStatus.LEFT_SCOPE, *BY_POLICY)


def rows_of(sync: Sync, side: Side) -> QuerySet[MirrorRecord]:
    """Everything that was read of one side, in no order."""
    return MirrorRecord.objects.of_side(sync, side).order_by()


def in_scope(sync: Sync) -> QuerySet[MirrorRecord]:
    """The left records that take part."""
    return rows_of(sync, Side.LEFT).filter(in_scope=True, deleted=False)


def standing_of(sync: Sync) -> dict[str, defaultdict[str, int]]:
    """How many existing records of each side have each verdict. Three queries over indexes.

    Settled records that are gone have a verdict that says so; others still wait to be planned.
    """
    rows = MirrorRecord.objects.of_sync(sync, side__in=list(Side)).order_by()
    found: dict[str, defaultdict[str, int]] = {side: defaultdict(int) for side in Side}
    for side, status, number in rows.values_list("side", "status").annotate(Count("pk")):
        if status not in GONE:
            found[side][status] = number
    for side in Side:
        unsettled = rows_of(sync, side).filter(needs_planning=True, deleted=True).order_by("pk")
        for status in unsettled.values_list("status", flat=True):
            found[side][status] -= status not in GONE
    return found


def admitted(standing: dict[str, defaultdict[str, int]]) -> int:
    """How many left records take part. No query."""
    left = standing[Side.LEFT]
    return sum(left.values()) - sum(left[word] for word in NOT_ADMITTED)


def judged(sync: Sync, standing: dict[str, defaultdict[str, int]], word: RecordStatus) -> Found:
    """The records with this verdict. One query for the examples."""
    number = standing[Side.LEFT][word]
    labels = rows_of(sync, Side.LEFT).filter(status=word).values_list("label", flat=True)[:EXAMPLES]
    return Found(number, tuple(labels), number)


def traits(sync: Sync, *fields: str) -> dict[str, Found]:
    """Records in scope that hold a value in each of these fields, looked for in the first ones. One query."""
    first = list(in_scope(sync).order_by("remote_id").values_list("label", "values")[: MOST_LOOKED_AT + 1])
    capped, first = len(first) > MOST_LOOKED_AT, first[:MOST_LOOKED_AT]
    return {field: _with(first, field, capped) for field in fields}


def counted(rows: QuerySet[MirrorRecord]) -> Found:
    """All of these rows. Two queries."""
    return Found(rows.count(), tuple(rows.order_by("pk").values_list("label", flat=True)[:EXAMPLES]))


def added(found: Found, more: Found) -> Found:
    """Both together."""
    examples = (*found.examples, *more.examples)[:EXAMPLES]
    return Found(found.count + more.count, examples, found.looked_at + more.looked_at, found.capped)


def repeated(sync: Sync, side: Side, key: str, among: QuerySet[MirrorRecord]) -> Repeated:
    """Keys that stand twice. They come from an index alone; whether their records count is asked of those few.

    Two queries. ``key`` names a column that an index of the mirror ends with; ``among`` are the records that count.
    """
    twice = rows_of(sync, side).filter(**{f"{key}__gt": ""}).values(key).annotate(times=Count("pk"))
    keys = list(twice.filter(times__gt=1).order_by(key).values_list(key, flat=True)[: MOST_NAMES + 1])
    labels: dict[str, list[str]] = defaultdict(list)
    for value, label in among.filter(**{f"{key}__in": keys[:MOST_NAMES]}).order_by(key, "pk").values_list(key, "label"):
        labels[value].append(label)
    shared = [names for names in labels.values() if len(names) > 1]
    examples = tuple(f"{names[0]} ({len(names)} records)" for names in shared[:EXAMPLES])
    return Repeated(len(shared), sum(map(len, shared)), examples, len(keys) > MOST_NAMES)


def strangers(sync: Sync, syncs: Collection[Sync], apart_from: Collection[str] = ()) -> int:
    """How many existing right records the left system does not know. At most three queries.

    While a plan waits, those that it tells of, and those that it has not looked at.
    Those that a run has called unmatched, as every list counts them, and those that none has judged yet and that have
    no counterpart in one of ``syncs``, proposals included. ``apart_from`` are right records that do not count.
    """
    there = rows_of(sync, Side.RIGHT).filter(deleted=False)
    last = Run.objects.filter(sync=sync).only("state", "groups").order_by("-pk").first()
    if last is not None and last.status is RunState.PLANNED and last.groups:
        groups, unmatched = summary.groups(last), GroupKey(Action.SKIP, RecordStatus.UNMATCHED)
        told = sum(g.count for g in groups if g.key == unmatched or g.action is Action.CREATE_LEFT)
        return told + there.filter(status=RecordStatus.UNMATCHED, needs_planning=False).count()
    linked = Link.objects.of_sync(syncs, right_id=OuterRef("remote_id"))
    new = there.filter(~Exists(linked), status=RecordStatus.PENDING).exclude(remote_id__in=apart_from)
    return there.filter(status=RecordStatus.UNMATCHED).count() + new.count()


def foreign_ids(sync: Sync) -> Found:
    """External ids that are no ids of the left system (S3.C12). Two queries.

    From the end of the alphabet: ids of Salesforce begin with zeros, so that the strange ones come first.
    """
    held = rows_of(sync, Side.RIGHT).filter(external_key__gt="")
    keys = list(held.order_by("-external_key").values_list("external_key", flat=True)[: MOST_KEYS + 1])
    ours = sync.left.spec.looks_like_id
    foreign = [key for key in keys[:MOST_KEYS] if not ours(key)]
    shown = held.filter(external_key__in=foreign[:EXAMPLES]).values_list("label", "external_key")[:EXAMPLES]
    examples = tuple(f"{label}: {key}" for label, key in shown)
    return Found(len(foreign), examples, min(len(keys), MOST_KEYS), len(keys) > MOST_KEYS)


def _with(rows: Iterable[tuple[str, Any]], field: str, capped: bool) -> Found:
    listed = list(rows)
    labels = [label for label, values in listed if (values or {}).get(field)]
    return Found(len(labels), tuple(labels[:EXAMPLES]), len(listed), capped)
