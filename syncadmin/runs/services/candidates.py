"""Records that a person may choose as a counterpart, and why some cannot be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.status.labels import is_of_people, names_of
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.linked import of_existing_records


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A record of the other side. ``refused`` says why it cannot be chosen, "" if it can."""

    record: MirrorRecord
    email: str
    refused: str


def offered(sync: Sync, record: MirrorRecord, found: Sequence[MirrorRecord]) -> list[LinkCandidate]:
    """The candidates for a record; those that can be chosen come first. Two queries."""
    people = is_of_people(sync)
    taken, chosen = _linked(sync, found), _chosen(sync, record, found)
    made = []
    for row in found:
        refused = _refused(sync, record, row, taken)
        if not refused and row.remote_id in chosen:
            refused = "Chosen for another record already"
        made.append(LinkCandidate(row, row.match_key if people else "", refused))
    return sorted(made, key=lambda candidate: bool(candidate.refused))


def _chosen(sync: Sync, record: MirrorRecord, found: Sequence[MirrorRecord]) -> set[str]:
    """Ids of right records that a person chose for another left record (see decisions.link)."""
    if record.side == Side.RIGHT:
        return set()
    words = Decision.objects.filter(sync=sync, right_id__in=[row.remote_id for row in found]).exclude(left_id="")
    return set(words.exclude(left_id=record.remote_id).values_list("right_id", flat=True))


def _linked(sync: Sync, found: Sequence[MirrorRecord]) -> set[tuple[str, str]]:
    """Side and id of those that are linked."""
    ids = {side: [row.remote_id for row in found if row.side == side] for side in Side}
    if ids[Side.LEFT]:
        lefts = of_existing_records(Link.objects.active_of(sync, left_id__in=ids[Side.LEFT]))
        return {(Side.LEFT, left_id) for left_id in lefts.values_list("left_id", flat=True)}
    rights = of_existing_records(Link.objects.active_of(sync, right_id__in=ids[Side.RIGHT]))
    return {(Side.RIGHT, right_id) for right_id in rights.values_list("right_id", flat=True)}


def _refused(sync: Sync, record: MirrorRecord, row: MirrorRecord, taken: set[tuple[str, str]]) -> str:
    """The message with which decisions.link would refuse this candidate, "" if it would not."""
    names = names_of(sync)
    # several records of one email may share a user (S1.22)
    shares = is_of_people(sync) and row.side == Side.RIGHT and row.match_key == record.match_key
    if (row.side, row.remote_id) in taken and not shares:
        other = names.right_one if row.side == Side.LEFT else names.left_one
        return f"Linked to another {other} already"
    if row.side == Side.LEFT and not row.in_scope:
        outside = row.status in (RecordStatus.OUT_OF_SCOPE, RecordStatus.ACCOUNT_OUTSIDE, RecordStatus.PENDING)
        return "Outside the filter" if outside else f"Not synced: {row.reason}"
    return ""
