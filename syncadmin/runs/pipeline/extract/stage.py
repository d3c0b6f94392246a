"""Stage 1: read remote records into the mirror; all of them once, then those changed since the watermark."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from connectors.api.errors import WatermarkExpired
from connectors.api.usable import sentence, unusable
from connectors.api.values import Condition, Page, Query, Record
from mappings.rules import filters, templates
from mappings.rules.configuration import Direction
from mappings.services import fingerprint, rules_fingerprint
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, FormerAddress, Link, MirrorRecord, SideState
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.extract import (
    borrowed,
    deletions,
    list_view,
    mapping_changes,
    name_searches,
    nudged,
    pushed,
    shared_reads,
)
from syncadmin.runs.pipeline.shared import missing, requeue
from syncadmin.runs.pipeline.shared.mirrored import judged
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import email_groups, mirror
from syncadmin.runs.storage.mirror import MirrorRow

logger = logging.getLogger(__name__)

CHUNK = 2_000
# Above this many rows of our own, re-reading them next time costs more than it tells.
OWN_WRITES_TO_SKIP = 3_000


def extract(context: Context, side: Side) -> None:
    """Update the mirror of one side. Safe to repeat: a page is stored before its watermark."""
    state, _ = SideState.objects.get_or_create(sync=context.sync, side=side)
    with mapping_changes.noting_missing(context):
        _replan_if_rules_changed(context, state)
    always = _always(context, side)
    where = (*always, *(_pushed_down(context) if side is Side.LEFT else ()))
    source, fields = context.connection(side), _fields(context.book, side)
    read_with = fingerprint(source.pk, context.place(side), fields, where, _policies(context.book))
    full = context.run.full or not state.watermark or state.fingerprint != read_with
    if not full and state.quiet_until and state.quiet_until > timezone.now():
        logger.info("%s: the export does not include our last write yet; not read this time", side)
        return
    context.shown = list_view.read(context) if side is Side.LEFT else context.shown
    store = partial(_store, context, side, fields, everything=False)
    if not full and nudged.is_enough(context, side, always, fields, store):
        return
    if side is Side.LEFT and not full and pushed.are_enough(context, state.read_at):
        pushed.take(context, fields, store)
        return
    query = Query(context.remote_object(side), fields, where if full else always, None if full else state.watermark)
    try:
        _stream(context, side, state, query)
    except WatermarkExpired as reason:
        if full:
            raise
        logger.info("%s: %s", side, reason)
        full = True
        _stream(context, side, state, replace(query, where=where, since=None))
    if full:
        _leave_out(context, side, state, fields, filtered=bool(where))
        listed = True
    else:
        listed = deletions.look_for(context, side, state, query, store)
        missing.look_again(context, side, fields, store)
        if side is Side.LEFT:
            borrowed.refresh(context, fields, state.read_at, store)
    if side is Side.LEFT:
        list_view.look_again(context, fields, store, context.shown)
        pushed.take(context, fields, store)
    else:
        name_searches.search(context)
    with context.progress.holding():
        read: dict[str, Any] = {"watermark": state.watermark, "fingerprint": read_with, "address": context.place(side)}
        read |= {"listed_at": timezone.now()} if listed else {}
        SideState.objects.filter(pk=state.pk).update(**read, read_at=timezone.now(), quiet_until=None)


def _always(context: Context, side: Side) -> tuple[Condition, ...]:
    """The conditions that all reads of this side have."""
    declared = context.kind.side(side)
    linked = (Condition(context.book.config.id_field, ("",), negated=True),) if declared.only_linked else ()
    return (*declared.reads, *linked)


def after_writing(context: Context, side: Side, rows: int) -> None:
    """Move the watermark past a large write of our own, so that the next run does not read it back.

    After a small write the watermark stays exact, and no edit is missed. After a large one, edits that others made
    during the write are seen with the record's next change or the next full read. What it
    created is known: see ``record.creations``.
    """
    if rows and side is Side.LEFT:
        shared_reads.forget(context.sync)
    if rows <= OWN_WRITES_TO_SKIP:
        return
    spec, moment = context.connection(side).spec, timezone.now()
    if spec.watermark_at is None or not (spec.skips_own_writes or _leads_nowhere(context, side)):
        return
    quiet_until = moment + timedelta(seconds=spec.export_lag_seconds)
    with context.progress.holding():
        SideState.objects.filter(sync=context.sync, side=side).update(
            watermark=spec.watermark_at(moment), quiet_until=quiet_until
        )


def _leads_nowhere(context: Context, side: Side) -> bool:
    """Whether edits on this side are never written to the other one."""
    config, rules = context.book.config, context.book.rules
    return side is Side.RIGHT and not config.creates_left and all(r.direction == Direction.TO_RIGHT for r in rules)


def _fields(book: Rulebook, side: Side) -> tuple[str, ...]:
    return book.kind.left_fields(book.config) if side is Side.LEFT else book.kind.right_fields(book.config)


def _pushed_down(context: Context) -> tuple[Condition, ...]:
    """The filter, as conditions that the remote system applies to a full read.

    Empty where left records may be created: those outside the filter must be known, or they would be created again.
    """
    config = context.book.config
    asked = Decision.objects.filter(sync=context.sync, left_id="", create=True)
    if config.creates_left or asked.exists():
        return ()
    return filters.conditions(filters.searchable(config.scope, context.connection(Side.LEFT).spec.compares))


def _policies(book: Rulebook) -> tuple[object, ...]:
    config = book.config
    chosen = [config.option(option.name) for option in book.kind.options if option.admits]
    return (config.scope, *chosen)


def _replan_if_rules_changed(context: Context, state: SideState) -> None:
    rules, switches = rules_fingerprint(context.book.config), email_groups.switches(context.sync)
    rules = fingerprint(rules, switches) if switches else rules
    if state.rules == rules:
        return
    sources = mapping_changes.forget(context, state.sources) if state.side == Side.LEFT else {}
    with context.progress.holding():
        if state.rules:
            ours = MirrorRecord.objects.of_side(context.sync, state.side)
            ours.filter(failures__gt=0).update(failures=0)
            silent = Q(in_scope=False, status__in=[RecordStatus.OUT_OF_SCOPE, RecordStatus.ACCOUNT_OUTSIDE])
            ours.filter(needs_planning=False).exclude(silent).update(needs_planning=True)
        SideState.objects.filter(pk=state.pk).update(rules=rules, sources=sources)


def _stream(context: Context, side: Side, state: SideState, query: Query) -> None:
    if query.since is None:
        context.progress.start_over()
        _forget_earlier_try(context, side)
    pages = shared_reads.read(context, query) if side is Side.LEFT else context.right.read(query)
    for page in pages:
        if page.total is not None:
            context.progress.expect(page.total)
        for start in range(0, len(page.records), CHUNK):
            with context.progress.holding():
                piece = pushed.newest(context, side, query.fields, page.records[start : start + CHUNK])
                _store(context, side, query.fields, piece, everything=query.since is None)
        _remember(context, state, query, page)
        context.progress.advance(len(page.records))


def _forget_earlier_try(context: Context, side: Side) -> None:
    """Mark what an earlier attempt of this run has read as not read: it may have changed since."""
    read = MirrorRecord.objects.of_side(context.sync, side, last_run=context.run.pk)
    with context.progress.holding():
        read.update(last_run=0)


def _remember(context: Context, state: SideState, query: Query, page: Page) -> None:
    """Store the position of a read. An interrupted full read starts again; an incremental one continues after its last
    page.
    """
    if page.watermark is None:
        return
    state.watermark = page.watermark
    if query.since is not None:
        with context.progress.holding():
            SideState.objects.filter(pk=state.pk).update(watermark=page.watermark)


def _store(context: Context, side: Side, fields: Sequence[str], records: Sequence[Record], *, everything: bool) -> None:
    """Store new and changed records; in a full read all of them, because the rules that judge them may have changed."""
    records, faults = _usable(records)
    whole = _completed(context, side, fields, records)
    if side is Side.LEFT:  # also where only some of its fields were read
        made_up = [name for name in fields if templates.is_made_up(name)]
        whole = [templates.with_texts(record, made_up) for record in whole]
    whole = list_view.marked(context, whole, context.shown) if side is Side.LEFT else whole
    rows = [judged(context, side, record) for record in whole]
    for row in rows:
        _note_fault(row, fields, faults.get(row.remote_id, ""))
    if everything and (side is Side.RIGHT or len(email_groups.siblings(context.sync)) == 1):
        mirror.upsert(_last_of_each(rows))
        return
    known = _known(context, side, [row.remote_id for row in rows])
    changed = [row for row in rows if _is_news(row, known.get(row.remote_id))]
    for row in changed:
        if row.deleted and row.remote_id in known:
            row.label = known[row.remote_id].label
    mirror.upsert(_last_of_each(rows if everything else changed))
    if side is Side.RIGHT:
        requeue.replan_linked(context, [row.remote_id for row in changed if row.deleted or not row.in_scope])
    old_keys = {known[row.remote_id].match_key for row in changed if row.remote_id in known}
    keys = old_keys | {row.match_key for row in changed}
    if not everything:
        requeue.replan_rivals(context, keys)
    if context.kind.preferred and side is Side.RIGHT:
        requeue.replan_namesakes(context.sync, keys)
    if side is Side.LEFT:
        requeue.replan_groups(context.sync, keys)


def _usable(records: Sequence[Record]) -> tuple[Sequence[Record], dict[str, str]]:
    """The records without values that cannot be stored, and the fault by record id.

    Such a value stops its own record, not the run.
    """
    found = {record.ref.id: faults for record in records if (faults := unusable(record.values))}
    if not found:
        return records, {}
    kept = [
        replace(record, values={name: value for name, value in record.values.items() if name not in bad})
        if (bad := found.get(record.ref.id))
        else record
        for record in records
    ]
    return kept, {id: sentence(faults) for id, faults in found.items()}


def _note_fault(row: MirrorRow, fields: Sequence[str], fault: str) -> None:
    """Keep a record with a fault in scope, so that it is shown."""
    row.unusable = fault
    if fault and not row.in_scope and len(row.values) < len(set(fields)):
        row.in_scope, row.status, row.reason, row.needs_planning = True, "", "", True


def _completed(context: Context, side: Side, fields: Sequence[str], records: Sequence[Record]) -> Sequence[Record]:
    """The records, with the known value where a field was not read: missing is not empty."""
    partly = {record.ref.id for record in records if not record.deleted and len(record.values) < len(set(fields))}
    if not partly:
        return records
    rows = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=partly)
    known: dict[str, Mapping[str, Any]] = dict(rows.values_list("remote_id", "values"))
    kept = {id: {name: held[name] for name in fields if name in held} for id, held in known.items()}
    return [replace(record, values={**kept.get(record.ref.id, {}), **record.values}) for record in records]


def _last_of_each(rows: Iterable[MirrorRow]) -> list[MirrorRow]:
    """The rows without repetitions. A record that moved during listing may come twice; the later one counts."""
    return list({row.remote_id: row for row in rows}.values())


class _Known(NamedTuple):
    """What the mirror holds of a record that was read again."""

    digest: str
    match_key: str
    deleted: bool
    label: str
    unusable: str


def _known(context: Context, side: Side, ids: list[str]) -> dict[str, _Known]:
    found = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=ids)
    return {id: _Known(*held) for id, *held in found.values_list("remote_id", *_Known._fields)}


def _is_news(row: MirrorRow, known: _Known | None) -> bool:
    """Whether a row is new, different, or no longer deleted. The deletion of an unknown record is not news."""
    if known is None:
        return not row.deleted
    if row.deleted or known.deleted:
        return row.deleted != known.deleted
    return (row.digest, row.unusable) != (known.digest, known.unusable)


def _leave_out(context: Context, side: Side, state: SideState, fields: tuple[str, ...], *, filtered: bool) -> None:
    """Check records that a full read did not return, unless the connection leads to another system now."""
    moved = state.address not in ("", context.place(side))
    if moved and missing.is_another_system(context, side):
        with context.progress.holding():
            _start_over(context, side)
        return
    store = partial(_store, context, side, fields, everything=True)
    missing.confirm(context, side, fields, store, filtered=filtered)


def _start_over(context: Context, side: Side) -> None:
    """Forget everything about the former system when a connection leads to another one, such as from a trial to
    production.
    """
    logger.warning("%s: another system answers at the new address; its links are deleted", side)
    Link.objects.of_sync(context.sync).delete()
    Decision.objects.filter(sync=context.sync).delete()
    if side is Side.RIGHT:
        FormerAddress.objects.filter(connection=context.sync.right).delete()
    MirrorRecord.objects.of_side(context.sync, side).exclude(last_run=context.run.pk).delete()
    others = MirrorRecord.objects.of_side(context.sync, side.other).alive()
    others.update(needs_planning=True, status="", reason="", failures=0)
