"""Counts records for the check page, with a few examples each.

Counts come from indexes. What stands only inside a record is looked for in the first ones, and the page says in how
many. What was found is kept until the mirror changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, QuerySet

from mappings.kinds.checks import Check
from mappings.kinds.declaration import everybody
from mappings.kinds.subject import Agreement, Found, Size
from mappings.models import Sync
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import WORKING, RunState
from syncadmin.engine.steps import SKIP, WARNING_CODES, Side, Verb
from syncadmin.logs.models import Level, LogEntry
from syncadmin.runs.models import Link, MirrorRecord, Run, SideState, Step
from syncadmin.runs.pages.checks.agreement import agreement
from syncadmin.runs.status.record_status import BY_POLICY, RecordStatus
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.email_groups import siblings

EXAMPLES = 5
MOST_REPEATED = 2_000
MOST_INVALID = 1_000
MOST_LOOKALIKES = 200
MOST_LOOKED_AT = 5_000
MOST_KEYS = 50_000
SECONDS_KEPT = 3_600

GONE = (RecordStatus.DELETED, RecordStatus.GONE)
# What reading itself says of records that take no part.
OUTSIDE = (RecordStatus.OUT_OF_SCOPE, RecordStatus.ACCOUNT_OUTSIDE, RecordStatus.LEFT_SCOPE)
# What planning says of right records that may not be touched.
EXCLUDED = (RecordStatus.STAFF,)


def read_at(sync: Sync) -> datetime | None:
    """When both sides had been read; None before that. One query."""
    moments = dict(SideState.objects.filter(sync=sync).values_list("side", "read_at"))
    found = [moments.get(side) for side in Side]
    return min(moment for moment in found if moment) if all(found) else None


def counts_of(sync: Sync, options: Mapping[str, Any], checks: Iterable[Check[Any]], read: datetime) -> dict[str, Any]:
    """The counts for these checks, by slug, of both sides as read at ``read``.

    A fixed number of queries; one if no run between the two systems was active since the last call. Side effect:
    cached, except while a run is active.
    """
    between = Run.objects.filter(sync__left=sync.left_id, sync__right=sync.right_id)
    last = between.order_by("-pk").values_list("pk", "state").first() or (0, "")
    place = f"checks:{sync.pk}:{sync.revision}:{read.timestamp()}:{last[0]}:{last[1]}"
    kept: dict[str, Any] | None = caches["memo"].get(place)
    if kept is None:
        mirror = MirrorCounts(sync, options)
        kept = {check.slug: check.count(mirror) for check in checks}
        if last[1] not in WORKING:
            caches["memo"].set(place, kept, SECONDS_KEPT)
    return kept


class MirrorCounts:
    """Counts over the mirror of a sync, and of the syncs that share its right records."""

    def __init__(self, sync: Sync, options: Mapping[str, Any]) -> None:
        self._sync, self._kind, self._options = sync, sync.declared, options

    @property
    def options(self) -> Mapping[str, Any]:
        return self._options

    def size(self) -> Size:
        left, right = self._statuses[Side.LEFT], self._statuses[Side.RIGHT]
        outside = sum(left[word] for word in OUTSIDE)
        refused = sum(left[word] for word in BY_POLICY)
        return Size(sum(left.values()) - outside - refused, outside, max(0, sum(right.values()) - len(self._excluded)))

    def with_status(self, status: str) -> Found:
        number = self._statuses[Side.LEFT][status]
        rows = self._rows(Side.LEFT).filter(status=status).values_list("label", flat=True)
        return Found(number, tuple(rows[:EXAMPLES]) if number else ())

    def with_value(self, name: str) -> Found:
        rows, capped = self._first_values
        return _found([label for label, values in rows if (values or {}).get(name)], MOST_LOOKED_AT * capped)

    def without_key(self, side: str) -> Found:
        if side == Side.RIGHT:
            rows = self._rows(Side.RIGHT).filter(match_key="", deleted=False)
            return _counted(rows.exclude(remote_id__in=self._excluded))
        refused = self.with_status(f"no_{self._kind.names.key}")
        found = _counted(self._in_scope.filter(match_key="")) + refused
        return replace(found, percent=_percent(found.count, self._left + refused.count))

    def keys_that_fail(self, valid: Callable[[str], bool]) -> Found:
        held = self._rows(Side.LEFT).filter(match_key__gt="")
        keys = list(held.order_by("match_key").values_list("match_key", flat=True)[: MOST_KEYS + 1])
        bad = [key for key in keys[:MOST_KEYS] if not valid(key)][:MOST_INVALID]
        rows = self._in_scope.filter(match_key__in=bad).order_by("pk").values_list("label", "match_key")
        return _found([f"{label}: {key}" for label, key in rows], MOST_KEYS * (len(keys) > MOST_KEYS))

    def repeated_keys(self, side: str) -> Found:
        among = self._rows(side).filter(in_scope=True, deleted=False)
        found = _repeated(self._rows(side), "match_key", among.values_list("match_key", "label"))
        return replace(found, percent=_percent(found.records, self._left)) if side == Side.LEFT else found

    def several_right(self, *, settled: bool) -> Found:
        rows = self._rows(Side.RIGHT).filter(deleted=False)
        keys = _keys_that_stand_twice(rows, "match_key")
        judge, held = self._sync.declared.preferred or bool, defaultdict[str, list[tuple[str, bool, bool]]](list)
        those = rows.filter(match_key__in=keys[:MOST_REPEATED]).order_by("match_key", "pk")
        for key, label, in_scope, values in those.values_list("match_key", "label", "in_scope", "values"):
            held[key].append((label, in_scope, judge(values or {})))
        found = {key: names for key, names in held.items() if _is_settled(names) is settled}
        examples = tuple(f"{names[0][0]} ({len(names)} records)" for names in list(found.values())[:EXAMPLES])
        number = sum(map(len, found.values()))
        return Found(len(found), examples, capped=len(keys) > MOST_REPEATED, records=number)

    def repeated_ids(self) -> Found:
        rows = self._rows(Side.RIGHT)
        return _repeated(rows, "external_key", rows.filter(deleted=False).values_list("external_key", "label"))

    def shared_keys(self) -> Found:
        return self._shared

    def foreign_ids(self) -> Found:
        """Read from the end of the alphabet: most ids begin with zeros, so ids of another form come first."""
        held = self._rows(Side.RIGHT).filter(external_key__gt="")
        keys = list(held.order_by("-external_key").values_list("external_key", flat=True)[: MOST_KEYS + 1])
        ours = self._sync.left.spec.looks_like_id
        foreign = [key for key in keys[:MOST_KEYS] if not ours(key)]
        shown = held.filter(external_key__in=foreign[:EXAMPLES]).values_list("label", "external_key")[:EXAMPLES]
        examples, capped = tuple(f"{label}: {key}" for label, key in shown), len(keys) > MOST_KEYS
        return Found(len(foreign), examples, MOST_KEYS * capped, total=min(len(keys), MOST_KEYS))

    def lookalikes(self) -> Found:
        other = self._rows(Side.RIGHT).filter(lookalike_key=OuterRef("lookalike_key"), deleted=False)
        other = other.exclude(match_key=OuterRef("match_key")).filter(~self._linked("right_id", self._sync))
        alone = self._in_scope.filter(Exists(other), ~self._linked("left_id", self._sync), lookalike_key__gt="")
        twin = other.order_by("pk").values("label")[:1]
        pairs = list(alone.annotate(twin=twin).values_list("label", "twin")[: MOST_LOOKALIKES + 1])
        found = _found([f"{label} – {twin}" for label, twin in pairs[:MOST_LOOKALIKES]])
        return replace(found, capped=len(pairs) > MOST_LOOKALIKES)

    def left_of_excluded(self) -> Found:
        keys = [key for key in self._excluded.values() if key]
        return replace(_counted(self._in_scope.filter(match_key__in=keys)), total=len(self._excluded))

    def ambiguous(self, code: str) -> Found:
        """Those that the log has warned of and that still lack it, and those of a plan that waits."""
        lookup = next((one for one in self._kind.lookups if one.field and one.ambiguous == code), None)
        if lookup is None:
            return Found()
        warned = LogEntry.objects.filter(sync=self._sync, level=Level.WARNING, code=code).order_by()
        ids = list(warned.values_list("left_id", flat=True).distinct()[: MOST_REPEATED + 1])
        links = Link.objects.active_of(self._sync, left_id__in=ids[:MOST_REPEATED]).values("right_id")
        rows = self._rows(Side.RIGHT).filter(remote_id__in=links, deleted=False).order_by("pk")
        found = [label for label, values in rows.values_list("label", "values") if not values.get(lookup.field)]
        last = Run.objects.filter(sync=self._sync).order_by("-pk").first()
        if last is not None and last.status is RunState.PLANNED:
            steps = Step.objects.filter(run=last).exclude(facts={}).order_by("pk")
            planned = steps.exclude(left_id__in=ids).values_list("label", "facts")
            found += [label for label, facts in planned if code in facts.get(WARNING_CODES, {}).values()]
        return replace(_found(found), capped=len(ids) > MOST_REPEATED)

    def agreement(self) -> Agreement:
        return agreement(self._sync)

    def unlinked_left(self) -> int:
        return max(0, self._left - Link.objects.of_sync(self._sync).count())

    def unlinked_right(self) -> Found:
        """Right records without a counterpart: those that the waiting plan lists, and those that it did not look at.

        Without a plan, those that a run marked as unmatched, as every list counts them, and those that no run has
        judged and that no sync has linked or proposes to link.
        """
        there = self._rows(Side.RIGHT).filter(deleted=False)
        last = Run.objects.filter(sync=self._sync).only("state", "groups").order_by("-pk").first()
        if last is not None and last.status is RunState.PLANNED and last.groups:
            groups, unmatched = summary.groups(last), GroupKey(SKIP, RecordStatus.UNMATCHED)
            planned = sum(g.count for g in groups if g.key == unmatched or g.operation == Verb.CREATE.on(Side.LEFT))
            return Found(planned + there.filter(status=RecordStatus.UNMATCHED, needs_planning=False).count())
        new = there.filter(~self._linked("right_id", self._family), status=RecordStatus.PENDING)
        new = new.exclude(remote_id__in=self._excluded)
        return Found(there.filter(status__in=[RecordStatus.UNMATCHED, RecordStatus.ALONE]).count() + new.count())

    def new_labels_that_fail(self, valid: Callable[[str], bool]) -> Found:
        rows = self._rows(Side.RIGHT).filter(~self._linked("right_id", self._family), deleted=False)
        rows = rows.exclude(remote_id__in=self._excluded).order_by("pk")
        labels = list(rows.values_list("label", flat=True)[: MOST_LOOKED_AT + 1])
        failed = [label for label in labels[:MOST_LOOKED_AT] if not valid(label)]
        return _found(failed, MOST_LOOKED_AT * (len(labels) > MOST_LOOKED_AT))

    def without_parent(self) -> Found:
        rows, first = self._first_keys
        return replace(_counted(rows.filter(parent_key="")), first=first)

    def with_unlinked_parent(self) -> Found:
        rows, first = self._first_keys
        above = self._sync.beside(self._kind.depends_on)
        linked = Link.objects.filter(sync__in=above, left_id=OuterRef("parent_key"), active=True)
        return replace(_counted(rows.filter(~Exists(linked), parent_key__gt="")), first=first)

    def _rows(self, side: str) -> QuerySet[MirrorRecord]:
        """All records read of one side, unordered."""
        return MirrorRecord.objects.of_side(self._sync, side).order_by()

    @property
    def _in_scope(self) -> QuerySet[MirrorRecord]:
        """The left records in scope."""
        return self._rows(Side.LEFT).filter(in_scope=True, deleted=False)

    @staticmethod
    def _linked(column: str, syncs: Sync | Collection[Sync]) -> Exists:
        return Exists(Link.objects.of_sync(syncs, **{column: OuterRef("remote_id")}))

    @cached_property
    def _family(self) -> list[Sync]:
        return siblings(self._sync)

    @cached_property
    def _left(self) -> int:
        return self.size().left

    @cached_property
    def _statuses(self) -> dict[str, defaultdict[str, int]]:
        """Numbers of existing records by side and status. Two queries on indexes.

        Deleted records either have a status that says so, or are waiting to be planned.
        """
        rows = MirrorRecord.objects.of_sync(self._sync, side__in=list(Side)).order_by()
        found: dict[str, defaultdict[str, int]] = {side: defaultdict(int) for side in Side}
        for side, status, number in rows.values_list("side", "status").annotate(Count("pk")):
            if status not in GONE:
                found[side][status] = number
        for side, status in rows.filter(needs_planning=True, deleted=True).values_list("side", "status"):
            found[side][status] -= status not in GONE
        return found

    @cached_property
    def _first_values(self) -> tuple[list[tuple[str, Any]], bool]:
        """Names and values of the first records in scope, and whether there are more."""
        rows = list(self._in_scope.order_by("remote_id").values_list("label", "values")[: MOST_LOOKED_AT + 1])
        return rows[:MOST_LOOKED_AT], len(rows) > MOST_LOOKED_AT

    @cached_property
    def _first_keys(self) -> tuple[QuerySet[MirrorRecord], int]:
        """The first records in scope, and their number; 0 if these are all."""
        first = self._in_scope.order_by("remote_id").values("pk")[:MOST_KEYS]
        more = self._in_scope.order_by("remote_id")[MOST_KEYS:].exists()
        return MirrorRecord.objects.filter(pk__in=first), MOST_KEYS * more

    @cached_property
    def _excluded(self) -> dict[str, str]:
        """Keys of right records that must not be written, by id: those that a plan listed, and those among the first
        records, because staff usually comes before customers. Two queries.
        """
        if self._kind.admit_right is everybody:
            return {}
        there, config = self._rows(Side.RIGHT).filter(deleted=False), self._kind.unchosen
        first = there.order_by("remote_id").values_list("remote_id", "match_key", "values")[:MOST_LOOKED_AT]
        found = {id: key for id, key, values in first if not self._kind.admit_right(values or {}, config).admitted}
        named = there.filter(status__in=EXCLUDED).values_list("remote_id", "match_key")
        return found | dict(named[:MOST_LOOKED_AT])

    @cached_property
    def _shared(self) -> Found:
        """Keys that several records of the sync and its siblings have. Two queries, one of them on an index only."""
        rows = MirrorRecord.objects.left_of(self._family).order_by()
        keys = _keys_that_stand_twice(rows, "match_key")
        members = rows.filter(match_key__in=keys[:MOST_REPEATED], in_scope=True, deleted=False)
        by_key: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for key, pk, parent in members.order_by("match_key", "pk").values_list("match_key", "sync_id", "parent_key"):
            by_key[key].append((pk, parent))
        mine = self._sync.pk
        groups = {key: found for key, found in by_key.items() if len(found) > 1 and mine in {pk for pk, _ in found}}
        own = sum(pk == mine for found in groups.values() for pk, _ in found)
        return Found(
            len(groups),
            tuple(f"{key} ({len(found)} records)" for key, found in list(groups.items())[:EXAMPLES]),
            capped=len(keys) > MOST_REPEATED,
            records=sum(map(len, groups.values())),
            percent=_percent(own, self._left),
            across=sum(len({parent for _, parent in found if parent}) > 1 for found in groups.values()),
            mixed=sum(len({pk for pk, _ in found}) > 1 for found in groups.values()),
        )


def _repeated(rows: QuerySet[MirrorRecord], column: str, members: QuerySet[MirrorRecord, Any]) -> Found:
    """Keys that occur more than once, from an index, and the records that have them. Two queries."""
    keys = _keys_that_stand_twice(rows, column)
    labels: dict[str, list[str]] = defaultdict(list)
    for key, label in members.filter(**{f"{column}__in": keys[:MOST_REPEATED]}).order_by(column, "pk"):
        labels[key].append(label)
    shared = [names for names in labels.values() if len(names) > 1]
    examples = tuple(f"{names[0]} ({len(names)} records)" for names in shared[:EXAMPLES])
    return Found(len(shared), examples, capped=len(keys) > MOST_REPEATED, records=sum(map(len, shared)))


def _is_settled(records: Sequence[tuple[str, bool, bool]]) -> bool | None:
    """Whether one record with a key is the counterpart; None if at most one of them is in the sync."""
    taking_part = [preferred for _, in_scope, preferred in records if in_scope]
    if len(taking_part) == 1 or sum(taking_part) == 1:
        return True
    return False if taking_part else None


def _keys_that_stand_twice(rows: QuerySet[MirrorRecord], column: str) -> list[str]:
    twice = rows.filter(**{f"{column}__gt": ""}).values(column).annotate(times=Count("pk")).filter(times__gt=1)
    return list(twice.order_by(column).values_list(column, flat=True)[: MOST_REPEATED + 1])


def _found(examples: list[str], first: int = 0) -> Found:
    return Found(len(examples), tuple(examples[:EXAMPLES]), first)


def _counted(rows: QuerySet[MirrorRecord]) -> Found:
    """All of these rows. Two queries."""
    return Found(rows.count(), tuple(rows.order_by("pk").values_list("label", flat=True)[:EXAMPLES]))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
