"""Limits contacts and leads to those of synced accounts, if the sync says so (S3.54). Decided before matching."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from mappings.kinds.people import sentences
from mappings.kinds.registry import kind_of
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import requeue
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import chunks

CHUNK = 2_000
# What a record that was taken out may stand as by now: a linked one was told of as having left the filter.
_OUTSIDE = (RecordStatus.ACCOUNT_OUTSIDE, RecordStatus.LEFT_SCOPE, RecordStatus.IGNORED)


def judge(context: Context) -> None:
    """Take records out of scope whose account does not count, and in again whose account counts now."""
    choice = context.book.config.option("accounts")
    if choice is None:
        return  # the kind has no such choice
    lefts = MirrorRecord.objects.left_of(context.sync).alive()
    outside, inside = lefts.filter(status__in=_OUTSIDE, in_scope=False), lefts.filter(in_scope=True)
    if choice == "all":
        _let_in(context, outside)
        return
    counts = _counts(context, choice)
    _let_in(context, outside.exclude(parent_key="").filter(counts))
    _take_out(context, inside.filter(parent_key=""), sentences.NO_ACCOUNT)
    _take_out(context, inside.exclude(parent_key="").exclude(counts), sentences.ACCOUNT_REFUSED[choice])


def _counts(context: Context, choice: str) -> Q:
    """The condition for a record whose account counts."""
    syncs = list(context.sync.beside(kind_of(context.sync.kind).depends_on).values_list("pk", flat=True))
    if choice == "in_scope":
        accounts = MirrorRecord.objects.left_of(syncs).alive_in_scope()
        return Q(Exists(accounts.filter(remote_id=OuterRef("parent_key"))))
    links = Link.objects.active_of(syncs, left_id=OuterRef("parent_key"))
    of_link = {"sync": OuterRef("sync"), "side": Side.RIGHT, "remote_id": OuterRef("right_id")}
    return Q(Exists(links.exclude(Exists(MirrorRecord.objects.filter(**of_link, deleted=True)))))


def _let_in(context: Context, rows: QuerySet[MirrorRecord]) -> None:
    """Put those records into scope that filter and policies accept."""
    kind, config = context.kind, context.book.config
    for found in chunks(rows.values_list("id", "match_key", "values"), CHUNK):
        admitted = {id: key for id, key, values in found if kind.admit(values, config).admitted}
        with context.progress.holding():
            let_in = MirrorRecord.objects.filter(id__in=admitted)
            let_in.update(in_scope=True, needs_planning=True, status=RecordStatus.PENDING, reason="")
            requeue.replan_groups(context.sync, _keys(admitted.values()))


def _take_out(context: Context, rows: QuerySet[MirrorRecord], reason: str) -> None:
    status = {"status": RecordStatus.ACCOUNT_OUTSIDE, "reason": reason}
    for found in chunks(rows.values_list("id", "match_key"), CHUNK):
        with context.progress.holding():
            taken_out = MirrorRecord.objects.filter(id__in=[id for id, _ in found])
            taken_out.update(in_scope=False, needs_planning=False, requeued=False, **status)
            requeue.replan_groups(context.sync, _keys(key for _, key in found))


def _keys(keys: Iterable[str]) -> set[str]:
    return {key for key in keys if key}
