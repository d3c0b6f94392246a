"""Queries of the pages of records: one record with everything about it, and lists by status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.inbox.models import Message
from syncadmin.inbox.selectors import about
from syncadmin.logs.models import LogEntry
from syncadmin.logs.selectors import lines_about
from syncadmin.runs.models import Decision, Link, MirrorRecord, Run, Step
from syncadmin.runs.pages.runs.step_rows import StepLine, step_lines
from syncadmin.runs.services import comparison, field_choices
from syncadmin.runs.status.labels import field_labels
from syncadmin.runs.status.record_status import (
    COUNTED,
    NEEDS_A_PERSON,
    WITHOUT_COUNTERPART,
    RecordStatus,
    Status,
    record_status,
)
from syncadmin.runs.storage.search import found, named
from syncadmin.runs.storage.steps import changes_of

# Lists that are no single standing: any, those that need a person, those for which nothing was found (S3.C11), and
# those that somebody decided about.
ANY, NEEDS, WITHOUT, DECIDED = "", "needs", "without", "decided"
# A record that was never planned has no word in the database, and one in the address.
PENDING = "pending"
_LISTS: dict[str, tuple[str, ...]] = {
    NEEDS: NEEDS_A_PERSON, WITHOUT: WITHOUT_COUNTERPART, PENDING: (RecordStatus.PENDING,),
}  # fmt: skip
Records = QuerySet[MirrorRecord]
LAST_STEPS = 10
LAST_ENTRIES = 10
CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Everything known of one record and its counterpart."""

    sync: Sync
    record: MirrorRecord
    left: MirrorRecord | None
    right: MirrorRecord | None
    link: Link | None
    decision: Decision | None
    steps: list[StepLine]
    entries: list[LogEntry]
    pairs: list[comparison.Pair]
    lists: list[comparison.Entries]

    @property
    def asks(self) -> bool:
        """Whether a field changed on both sides and nobody has chosen a value yet."""
        return any(pair.open and not pair.choice for pair in self.pairs)

    @property
    def is_decided(self) -> bool:
        """Whether a value was chosen for every field that changed on both sides."""
        open_pairs = [pair for pair in self.pairs if pair.open]
        return bool(open_pairs) and all(pair.choice for pair in open_pairs)

    @property
    def status(self) -> Status:
        """The status of the record, as shown at the top of its page."""
        if self.is_decided and self.record.status in (RecordStatus.CONFLICT, RecordStatus.PENDING):
            return Status("Decided", "purple", "gavel")
        return record_status(self.record.status)

    @property
    def is_linked(self) -> bool:
        """Whether it is linked to an existing record."""
        return self.link is not None and self.link.active and not (self.other and self.other.deleted)

    @property
    def other(self) -> MirrorRecord | None:
        return self.right if self.record.side == Side.LEFT else self.left


def known(sync: Sync, record: MirrorRecord) -> RecordFacts:
    """The facts about a record. A fixed number of queries and no call."""
    link = _link(sync, record)
    other = _other(sync, record, link)
    left, right = (record, other) if record.side == Side.LEFT else (other, record)
    book = comparison.known_rules(sync)
    choices = field_choices.chosen_in(sync, left_id=left.remote_id).get(left.remote_id, {}) if left else {}
    return RecordFacts(
        sync=sync,
        record=record,
        left=left,
        right=right,
        link=link,
        decision=_decision(sync, left, right),
        steps=_steps(sync, record),
        entries=[line for line in lines_about(record.remote_id) if line.sync_id == sync.pk][:LAST_ENTRIES],
        pairs=comparison.pairs(book, left, right, link, choices),
        lists=comparison.entries(book, right, link),
    )


def candidates(sync: Sync, record: MirrorRecord, text: str = "") -> list[MirrorRecord]:
    """Records of the other side that may be the counterpart: same name, look-alike name, or its stored id; or found by
    a text.
    """
    other = Side.RIGHT if record.side == Side.LEFT else Side.LEFT
    if text:
        return [row for row in named(sync, text, most=2 * CANDIDATES) if row.side == other and not row.deleted][
            :CANDIDATES
        ]
    wanted = {"match_key": record.match_key, "lookalike_key": record.lookalike_key}
    if other is Side.RIGHT:
        wanted["external_key"] = record.remote_id
    rows = MirrorRecord.objects.of_side(sync, other).alive().defer("values").order_by("pk")
    # one query for each key: an OR over three indexes would use none of them
    found = [row for field, value in wanted.items() if value for row in rows.filter(**{field: value})[:CANDIDATES]]
    return list(dict.fromkeys(found))[:CANDIDATES]


def rivals(sync: Sync, record: MirrorRecord) -> list[MirrorRecord]:
    """Other records of the same side with the same name, which make a match ambiguous. One query."""
    if not record.match_key:
        return []
    same = MirrorRecord.objects.of_side(sync, record.side, match_key=record.match_key).alive()
    return list(same.exclude(pk=record.pk).defer("values").order_by("pk")[:CANDIDATES])


def records_listed(syncs: Sequence[Sync], *, side: str = "", standing: str = NEEDS, text: str = "") -> Records:
    """Records of these syncs by status or list, or those of them that a text finds.

    Without a side, a linked pair is one row, the left one's, whichever record the text was found in.
    """
    rows = MirrorRecord.objects.of_sync([sync.pk for sync in syncs], side__in=[side] if side else list(Side))
    rows = rows.select_related("sync__left", "sync__right").defer("values", "digest")
    words = _words(standing)
    if text:
        pairs = found_pairs(syncs, text) if not side else [row.pk for row in found(syncs, text)]
        rows = rows.filter(pk__in=pairs)
    elif not side and not set(words or ()) & set(COUNTED):
        rows = rows.exclude(Q(side=Side.RIGHT) & _shown_by_its_left(several=len(syncs) > 1))
    if standing == DECIDED:
        return rows.filter(_decided_about(syncs, [side] if side else list(Side))).order_by("side", "pk")
    if words is not None:
        rows = rows.filter(status__in=words)
    return rows.order_by("label", "pk") if text else rows.order_by("side", "status", "pk")


_LEFTS = Link.objects.filter(sync=OuterRef("sync"), right_id=OuterRef("remote_id"), active=True)
"""The links of a right record: where there is one, the pair is shown by its left record."""


_FAMILY = Link.objects.filter(
    sync__left=OuterRef("sync__left"), sync__right=OuterRef("sync__right"), right_id=OuterRef("remote_id"), active=True
)
"""The same of all syncs between the two systems: contacts and leads read the same users."""


def _shown_by_its_left(*, several: bool) -> Q:
    """Right records whose pair is a row already. Over ``several`` syncs a pair of one of them counts for all; in a
    single sync a user that only another sync has linked is no pair.
    """
    return Q(Exists(_FAMILY)) if several else Q(Exists(_LEFTS)) | Q(Exists(_FAMILY), status=RecordStatus.IN_SYNC)


def _words(standing: str) -> Sequence[str] | None:
    """The statuses of a list; None for any."""
    if standing in (ANY, DECIDED):
        return None
    return _LISTS.get(standing, (standing,))


def found_pairs(syncs: Sequence[Sync], text: str) -> list[int]:
    """What a text finds, each pair once: by its left record, and a user that several syncs have read by one of them."""
    rows = found(syncs, text)
    rights = [row for row in rows if row.side == Side.RIGHT]
    lefts: dict[tuple[int, str], list[str]] = defaultdict(list)
    links = Link.objects.active_of({row.sync_id for row in rights})
    for sync, right, left in links.filter(right_id__in=[row.remote_id for row in rights]).values_list(
        "sync", "right_id", "left_id"
    ):
        lefts[sync, right].append(left)
    there = Q(side=Side.LEFT, sync__in={sync for sync, _ in lefts})
    there &= Q(remote_id__in=[left for ids in lefts.values() for left in ids])
    linked = {
        (row.sync_id, row.remote_id): row.pk for row in MirrorRecord.objects.filter(there).only("sync", "remote_id")
    }
    kept = {row.pk: None for row in rows if row.side == Side.LEFT}
    shown: set[tuple[int, str]] = set()
    for row in sorted(rights, key=lambda right: (right.sync_id, right.remote_id) not in lefts):
        pks = [linked[row.sync_id, left] for left in lefts[row.sync_id, row.remote_id] if (row.sync_id, left) in linked]
        if not pks and (row.sync.right_id, row.remote_id) not in shown:
            pks = [row.pk]
        kept |= dict.fromkeys(pks)
        shown.add((row.sync.right_id, row.remote_id))
    return list(kept)


def counted_beside(standing: str) -> tuple[RecordStatus, ...]:
    """The statuses counted by the tiles of a list: its own parts for the list of unmatched records; else those that
    need a person or are unknown to the other system.
    """
    return WITHOUT_COUNTERPART if standing == WITHOUT else COUNTED


def needing_a_person(syncs: list[Sync], standings: Sequence[RecordStatus] = COUNTED) -> dict[tuple[int, str, str], int]:
    """Numbers of records with these statuses, by sync, side and status. One query on an index."""
    rows = MirrorRecord.objects.of_sync(syncs, side__in=list(Side), status__in=standings)
    counted = rows.order_by().values_list("sync", "side", "status").annotate(Count("pk"))
    return {(sync, side, status): number for sync, side, status, number in counted}


def _decided_about(syncs: Sequence[Sync], sides: list[str] | list[Side]) -> Q:
    asked = Q(pk__in=[])
    for side in sides:
        field = "left_id" if side == Side.LEFT else "right_id"
        for sync in syncs:
            words = Decision.objects.filter(sync=sync).exclude(**{field: ""})
            asked |= Q(sync=sync, side=side, remote_id__in=words.values(field))
    return asked


def _decision(sync: Sync, left: MirrorRecord | None, right: MirrorRecord | None) -> Decision | None:
    rows = Decision.objects.select_related("by", "sync").filter(sync=sync)
    if left is not None:
        return rows.filter(left_id=left.remote_id).first()
    return rows.filter(right_id=right.remote_id).first() if right else None


def _link(sync: Sync, record: MirrorRecord) -> Link | None:
    field = "left_id" if record.side == Side.LEFT else "right_id"
    # of several records of one user, the one that fills it
    return Link.objects.of_sync(sync, **{field: record.remote_id}).order_by("-active", "-role", "pk").first()


def _other(sync: Sync, record: MirrorRecord, link: Link | None) -> MirrorRecord | None:
    if link is None:
        return None
    side, remote_id = (Side.RIGHT, link.right_id) if record.side == Side.LEFT else (Side.LEFT, link.left_id)
    return MirrorRecord.objects.of_side(sync, side, remote_id=remote_id).first()


def _steps(sync: Sync, record: MirrorRecord) -> list[StepLine]:
    """The last steps about the record, newest first, each with its run."""
    field = "left_id" if record.side == Side.LEFT else "right_id"
    rows = Step.objects.filter(**{field: record.remote_id}).select_related("outcome", "run__sync").order_by("-pk")
    found = [step for step in rows[: 2 * LAST_STEPS] if step.run.sync_id == sync.pk][:LAST_STEPS]
    labels = field_labels(sync, {change.field for step in found for change in changes_of(step.changes)})
    return step_lines(Run(sync=sync), found, labels)


def messages_about(sync: Sync, known: RecordFacts) -> list[Message]:
    """Messages received about the left record of the pair; empty for systems that send none."""
    if sync.left.spec.pushes is None:
        return []
    record = known.record
    left_id = record.remote_id if record.side == Side.LEFT else known.link.left_id if known.link else ""
    return about(sync.left, [left_id]) if left_id else []
