"""Linked records that left the filter, or lost the record that filled them: listed until a person decides (A6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from syncadmin.engine import plan as rules
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import BY_POLICY, RecordStatus, kept_alone
from syncadmin.runs.storage.steps import chunks

CHUNK = 1_000
_KNOWN = (RecordStatus.LEFT_SCOPE, RecordStatus.IGNORED)


class Left(NamedTuple):
    """A linked record outside the filter."""

    label: str
    left_id: str
    right_id: str


def news(context: Context) -> Iterator[list[Left]]:
    """Those that are not listed yet and not decided, and that fill an existing counterpart."""
    ours = MirrorRecord.objects.of_sync(context.sync).alive()
    outside = ours.filter(side=Side.LEFT, in_scope=False).exclude(status__in=[*BY_POLICY, *_KNOWN])
    decided = Decision.objects.filter(sync=context.sync, right_id="", pinned=False, create=False)
    outside = outside.exclude(remote_id__in=decided.exclude(left_id="").values("left_id"))
    links = Link.objects.active_of(context.sync, role=LinkRole.SYNCING, id__gt=0)
    links = links.filter(left_id__in=outside.values("remote_id"))
    there = ours.filter(side=Side.RIGHT)
    for rows in chunks(links.values_list("id", "left_id", "right_id"), CHUNK):
        labels = dict(outside.filter(remote_id__in=[row[1] for row in rows]).values_list("remote_id", "label"))
        alive = set(there.filter(remote_id__in=[row[2] for row in rows]).values_list("remote_id", flat=True))
        yield [Left(labels[left], left, right) for _, left, right in rows if left in labels and right in alive]


def skipped_steps(context: Context, found: Collection[Left]) -> list[PlannedStep]:
    """A row of the plan for each."""
    names = context.kind.names
    reason = f"It left the filter; its {names.right_one} is not updated any more"
    return [
        rules.skip(one.label, RecordStatus.LEFT_SCOPE, reason, left_id=one.left_id, right_id=one.right_id)
        for one in found
    ]


def forget(context: Context) -> None:
    """Remove them from the list if the sync's settings now decide what happens to them."""
    rows = MirrorRecord.objects.left_of(context.sync, status=RecordStatus.LEFT_SCOPE)
    by_account = context.book.config.option("accounts") not in (None, "all")
    outside = RecordStatus.ACCOUNT_OUTSIDE if by_account else RecordStatus.OUT_OF_SCOPE
    rows.filter(in_scope=False).update(status=outside, reason="Outside the filter")


def note_orphans(context: Context, reasons: Mapping[str, str]) -> None:
    """List right records whose left one was deleted, with their reasons by id, unless the sync is set to keep them."""
    keeps = context.book.config.keeps_orphans
    status = RecordStatus.ALONE if keeps else RecordStatus.COUNTERPART_DELETED
    rows = MirrorRecord.objects.right_of(context.sync).alive()
    for reason in set(reasons.values()):
        ids = [id for id, text in reasons.items() if text == reason]
        text = kept_alone(context.kind.names) if keeps else reason
        rows.filter(remote_id__in=ids).update(status=status, reason=text, needs_planning=False)
