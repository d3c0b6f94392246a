"""Stage 3: pending records become steps. Nothing is compared a second time later on."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from django.db.models import QuerySet
from django.utils import timezone

from mappings.kinds.declaration import Kind
from mappings.services import rules_fingerprint
from syncadmin.engine import plan as rules
from syncadmin.engine.compare import LinkState
from syncadmin.engine.guards import Mark, marks, replaced
from syncadmin.engine.people.groups import Role
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.engine.value_counts import ValueCounts
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Decision, Link, MirrorRecord, Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.plan import counterparts, lookups, out_of_scope
from syncadmin.runs.pipeline.plan.in_sync import mark_in_sync
from syncadmin.runs.pipeline.plan.unmatched import NO_UNMATCHED_SOURCES, UnmatchedSources, UnmatchedTargets
from syncadmin.runs.pipeline.progress import keep
from syncadmin.runs.pipeline.shared import counterpart_merges, lost_creations, merged, owned_entries
from syncadmin.runs.services import decisions, field_choices, guards
from syncadmin.runs.status.record_status import RecordStatus, counterpart_deleted
from syncadmin.runs.storage import mirror, summary
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import chunks, store

CHUNK = 1_000
_ELSEWHERE = {RunDirection.TO_RIGHT: Side.LEFT, RunDirection.TO_LEFT: Side.RIGHT}


def plan(context: Context, planner: Planner) -> None:
    """Store the steps of the run. Starts over when it was interrupted: a plan is made from rows and look-ups alone."""
    run = context.run
    with context.progress.holding():
        Step.objects.filter(run=run).delete()
    lookups.requeue(context)
    planner.end_out_of_scope_links()
    context.progress.start_over(planner.needs_planning(Side.LEFT).count() + planner.needs_planning(Side.RIGHT).count())
    for side, plan_chunk in ((Side.LEFT, planner.left_chunk), (Side.RIGHT, planner.right_chunk)):
        for rows in chunks(planner.needs_planning(side).values_list("id"), CHUNK):
            ids = [id for (id,) in rows]
            planner.lookups.prepare(side, ids)
            with context.progress.holding():
                MirrorRecord.objects.filter(id__in=ids, requeued=True).update(requeued=False)
                plan_chunk(ids)
            context.progress.advance(len(ids))
    seal(run, planner.tally, rules_fingerprint(context.book.config))


class Tally:
    """What a plan holds, counted while its steps are stored: what they do, what the guards count, values, a name."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.actions: Counter[str] = Counter()
        self.marks: Counter[Mark] = Counter()
        self.values = ValueCounts(kind.parent)
        self.names = hashlib.blake2b(digest_size=16)

    def add(self, draft: PlannedStep) -> None:
        """Count a step that is stored."""
        self.actions[draft.operation.word] += 1
        self.marks.update(marks(self._kind, draft))
        self.values.add(draft)
        named = (draft.operation.word, draft.left_id, draft.right_id, draft.changes)
        self.names.update(orjson.dumps(named, default=str))


def seal(run: Run, tally: Tally, rules_name: str) -> None:
    """Note on the run what its plan holds and which guards hold it; the hash names exactly this plan."""
    tally.names.update(rules_name.encode())
    keep(
        run,
        planned=sum(tally.actions.values()),
        actions=dict(tally.actions),
        revision=run.sync.revision,
        plan_hash=tally.names.hexdigest(),
        planned_at=timezone.now(),
        tripped=guards.tripped(run, tally.marks),
        replaced=replaced(tally.marks),
        value_counts=tally.values.told(),
    )
    summary.recount(run)


class Planner:
    """Plans chunk by chunk; counts what it stored."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._book = context.book
        self._names = context.kind.names
        self._sync_id = context.run.sync_id
        self._sync_ids: tuple[int, ...] = (self._sync_id,)
        self._elsewhere = _ELSEWHERE.get(RunDirection(context.run.direction))
        self._chosen = field_choices.chosen_in(context.sync)
        self._deleted: frozenset[str] = frozenset()
        self._refused: Mapping[str, tuple[str, str]] = {}
        self._gone: dict[str, str] = {}
        self._orphans: dict[str, str] = {}
        self._alone: list[str] = []
        self._merged = merged.losers(context)
        self.lookups = lookups.Lookups(context)
        self.tally = Tally(context.kind)

    def needs_planning(self, side: Side) -> QuerySet[MirrorRecord]:
        """What is to be planned. The id is named so that SQLite takes the index of pending rows, not a longer one."""
        return MirrorRecord.objects.of_side(self._context.sync, side, needs_planning=True, id__gt=0)

    def end_out_of_scope_links(self) -> None:
        """Links of records that left the filter end, or their counterparts are marked, if the sync is set so (A6); else
        the plan tells of them. Nothing is deleted.
        """
        act = {"unlink": self._unlink, "mark": self._mark}.get(self._book.config.option("leaving_scope"))
        if act is None:
            self._report_out_of_scope_links()
            return
        out_of_scope.forget(self._context)
        gone = MirrorRecord.objects.left_of(self._sync_id, in_scope=False).alive()
        links = Link.objects.active_of(self._sync_id, left_id__in=gone.values("remote_id"))
        for ids in chunks(links.values_list("id"), CHUNK):
            found = list(Link.objects.filter(id__in=[id for (id,) in ids]).order_by("id"))
            labels = dict(gone.filter(remote_id__in=[link.left_id for link in found]).values_list("remote_id", "label"))
            with self._context.progress.holding():
                self._store(act(found, labels))

    def _report_out_of_scope_links(self) -> None:
        for found in out_of_scope.news(self._context):
            kept = self._kept([one.right_id for one in found])
            with self._context.progress.holding():
                self._store(out_of_scope.told(self._context, [one for one in found if one.right_id not in kept]))

    def _kept(self, rights: list[str]) -> Collection[str]:
        """Those of these right records that another left one keeps up to date."""
        return ()

    @staticmethod
    def _unlink(links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        return [rules.leave(labels[link.left_id], link.left_id, link.right_id) for link in links]

    def _mark(self, links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        """Not for the sake of a duplicate: somebody else fills its user."""
        rights = self._mirror(Side.RIGHT, [link.right_id for link in links])
        drafts = []
        for link in links:
            right = rights.get(link.right_id)
            if right is not None and not right.deleted and link.role == Role.SYNCING:
                record = right.record(self._book.kind.right_object)
                link_state = LinkState(link.last_synced, link.owned_values)
                drafts.append(rules.mark(self._book, labels[link.left_id], link.left_id, record, link_state))
        return [draft for draft in drafts if draft]

    def left_chunk(self, ids: list[int]) -> None:
        """Every pending left record: a linked or proposed pair, a creation, or a word on why not."""
        rows = mirror.rows_of(self._sync_id, Side.LEFT, id__in=ids)
        links = self._links(left_id__in=[row.remote_id for row in rows])
        rights = self._mirror(Side.RIGHT, [link.right_id for link in links.values()])
        self._look_at(rights.values())
        self._refused = counterparts.refused(self._context, rows)
        same_key = counterparts.with_key(self._context, rows)
        asked = decisions.asked_for(self._context.sync, [row.remote_id for row in rows])
        sources = UnmatchedSources(self._lookalikes(Side.RIGHT, rows), asked)
        in_sync: list[MirrorRow] = []
        drafts: list[PlannedStep] = []
        for row in rows:
            link = links.get(row.remote_id)
            row = self.lookups.filled(row)
            found = self._left(row, link, rights.get(link.right_id) if link else None, sources)
            if link and row.in_scope and not row.deleted:
                found += counterparts.plan_others(self._book, row, link, same_key[row.match_key])
            drafts += self.lookups.told(row, found)
            if not found:
                in_sync.append(row)
        self._store(drafts)
        mark_in_sync(self._context, in_sync, links)

    def right_chunk(self, ids: list[int]) -> None:
        """Pending right records whose left side was not planned just now: edits made in the helpdesk, and strangers."""
        rows = mirror.rows_of(self._sync_id, Side.RIGHT, id__in=ids)
        links = {link.right_id: link for link in self._links(right_id__in=[row.remote_id for row in rows]).values()}
        lefts = self._mirror(Side.LEFT, [link.left_id for link in links.values()])
        self._look_at(rows)
        unmatched = self._unmatched_targets(rows)
        in_sync: list[MirrorRow] = []
        drafts: list[PlannedStep] = []
        for row in rows:
            link = links.get(row.remote_id)
            left = self.lookups.filled(lefts[link.left_id]) if link and link.left_id in lefts else None
            if left and left.needs_planning and left.in_scope:
                continue
            found = self._right(row, link, left, unmatched)
            drafts += self.lookups.told(left, found) if left else found
            if not found:
                in_sync.append(row)
        self._store(drafts)
        self._mark_rights_in_sync(in_sync)

    def _mark_rights_in_sync(self, rows: list[MirrorRow]) -> None:
        alone = set(self._alone)
        mark_in_sync(self._context, [row for row in rows if row.remote_id not in alone], {})
        counterparts.note_alone(self._context, self._alone)
        self._alone.clear()
        out_of_scope.note_orphans(self._context, self._orphans)
        self._orphans.clear()

    def _left(
        self,
        row: MirrorRow,
        link: Link | None,
        right: MirrorRow | None,
        sources: UnmatchedSources = NO_UNMATCHED_SOURCES,
    ) -> list[PlannedStep]:
        record = row.record(self._book.kind.left_object)
        label = row.label
        if row.deleted:
            return self._left_deleted(row, link)
        if not row.in_scope:
            return [rules.skip(label, row.status, row.reason, left_id=row.remote_id)]
        if refused := self._unusable(row, right):
            return refused
        if link is None:
            if row.status in (RecordStatus.AMBIGUOUS, RecordStatus.IGNORED):
                return [rules.skip(label, row.status, row.reason, left_id=row.remote_id)]
            if counterpart := self._refused.get(row.match_key):
                return [rules.skip(label, *counterpart, left_id=row.remote_id)]
            looks_like, asked = sources.lookalikes.get(row.remote_id, ""), row.remote_id in sources.asked
            return [rules.plan_new_right(self._book, record, lookalike=looks_like, asked=asked)]
        if self._book.kind.preferred and row.status == RecordStatus.AMBIGUOUS:
            return [rules.skip(label, row.status, row.reason, left_id=row.remote_id, right_id=link.right_id)]
        if right is None or right.deleted:
            if row.status in (RecordStatus.AMBIGUOUS, RecordStatus.IGNORED):
                return [rules.skip(label, row.status, row.reason, left_id=row.remote_id)]
            reason = self._gone.get(
                link.right_id, f"Its {self._names.right_system} record was deleted; it is not created again"
            )
            return [
                rules.skip(label, ReasonCode.COUNTERPART_DELETED, reason, left_id=row.remote_id, right_id=link.right_id)
            ]
        if not right.in_scope:
            return [rules.skip(label, ReasonCode.OUTSIDE, right.reason, left_id=row.remote_id, right_id=link.right_id)]
        return self._pair(row, right, link)

    @staticmethod
    def _unusable(left: MirrorRow | None, right: MirrorRow | None) -> list[PlannedStep]:
        """The word on a record, or pair, that holds a value which nobody can keep; nothing if neither does."""
        for row in (left, right):
            if row and row.unusable and not row.deleted:
                ids = {"left_id": left.remote_id if left else "", "right_id": right.remote_id if right else ""}
                return [rules.unusable((left or row).label, row.unusable, **ids)]
        return []

    def _pair(self, left: MirrorRow, right: MirrorRow, link: Link) -> list[PlannedStep]:
        if refused := self._unusable(left, right):
            return refused
        kind = self._book.kind
        chosen = self._chosen.get(link.left_id, {})
        link_state = LinkState(link.last_synced, link.owned_values, not link.active, link.reason, self._deleted, chosen)
        drafts, agreed = rules.plan_pair(
            self._book, left.record(kind.left_object), right.record(kind.right_object), link_state
        )
        if not drafts:
            self._remember(
                link, dict(agreed.last_synced), {name: list(entries) for name, entries in agreed.owned_values}
            )
        return counterpart_merges.warned(link, drafts)

    @staticmethod
    def _remember(link: Link, base: dict[str, Any], owned: dict[str, list[str]]) -> None:
        """What both sides agree on and which entries are ours may change without anything to write."""
        if base != link.last_synced or owned != link.owned_values:
            Link.objects.filter(pk=link.pk).update(last_synced=base, owned_values=owned)

    def _left_deleted(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        if link is None or not link.active:
            return []
        if merge := self._merged.get(row.remote_id):
            if merge.transfers:
                return [rules.transfer(row.label or row.remote_id, row.remote_id, merge, self._names)]
            told = merge.told(self._names)
            return [rules.skip(row.label, ReasonCode.MERGED, told, left_id=row.remote_id, right_id=link.right_id)]
        reason = f"Deleted in {self._names.left_system}; its {self._names.right_system} record is left alone"
        return [rules.skip(row.label, ReasonCode.DELETED, reason, left_id=row.remote_id, right_id=link.right_id)]

    def _right(
        self, row: MirrorRow, link: Link | None, left: MirrorRow | None, unmatched: UnmatchedTargets
    ) -> list[PlannedStep]:
        orphaned = link is not None and link.active and left is not None and left.deleted and not row.deleted
        if orphaned and row.remote_id not in unmatched.left_alone and row.remote_id not in unmatched.asked:
            merge, names = self._merged.get(left.remote_id) if left else None, self._names
            self._orphans[row.remote_id] = merge.told(names) if merge else counterpart_deleted(names)
            return []  # the plan told of it when its counterpart went
        if link is not None and not orphaned:
            if left is None or left.deleted or not left.in_scope:
                return []
            if row.deleted or not row.in_scope:
                return self._left(left, link, row)
            return self._pair(left, row, link)
        if row.deleted or not row.in_scope:
            return []
        if refused := self._unusable(None, row):
            return refused
        if not self._book.kind.tells_unmatched_right and row.remote_id not in unmatched.left_alone:
            self._alone.append(row.remote_id)
            return []
        if row.remote_id in unmatched.left_alone:
            decided = "Somebody decided to leave this record alone"
            return [rules.skip(row.label, ReasonCode.IGNORED, decided, right_id=row.remote_id)]
        if namesake := unmatched.namesakes.get(row.match_key):
            return [rules.skip(row.label, *namesake, right_id=row.remote_id)]
        record = row.record(self._book.kind.right_object)
        looks_like = unmatched.lookalikes.get(row.remote_id, "")
        asked = row.remote_id in unmatched.asked
        return [rules.plan_new_left(self._book, record, lookalike=looks_like, asked=asked)]

    def _look_at(self, rights: Collection[MirrorRow]) -> None:
        self._deleted = merged.deleted_holders(self._context, rights)
        self._gone = counterpart_merges.reasons(self._context, rights)

    def _unmatched_targets(self, rows: list[MirrorRow]) -> UnmatchedTargets:
        decided = Decision.objects.filter(sync=self._sync_id, left_id="", right_id__in=[row.remote_id for row in rows])
        words = dict(decided.values_list("right_id", "create"))
        return UnmatchedTargets(
            self._namesakes(rows),
            self._lookalikes(Side.LEFT, rows),
            frozenset(right_id for right_id, create in words.items() if not create),
            frozenset(right_id for right_id, create in words.items() if create),
        )

    def _namesakes(self, rows: Iterable[MirrorRow]) -> dict[str, tuple[str, str]]:
        """Names of these records that stand elsewhere too, with a code and a sentence: creating them would make
        duplicates. Where the only other one is outside the filter, nobody has to do anything.
        """
        keys = {row.match_key for row in rows if row.match_key}
        rights = MirrorRecord.objects.right_of(self._sync_id, match_key__in=keys).alive()
        twice = Counter(rights.values_list("match_key", flat=True))
        names = self._names
        word = names.key
        several = (ReasonCode.AMBIGUOUS, f"Several {names.right_system} records have this {word}")
        unsure = (ReasonCode.AMBIGUOUS, f"{names.left_system} records have this {word}, but none is surely it")
        outside = (ReasonCode.OUTSIDE, f"A {names.left_system} record outside the filter has this {word}")
        found: dict[str, tuple[str, str]] = {key: several for key, count in twice.items() if count > 1}
        lefts = MirrorRecord.objects.left_of(self._sync_ids, match_key__in=keys).alive()
        for key, in_scope in lefts.order_by("in_scope").values_list("match_key", "in_scope"):
            if in_scope or key not in found:
                found[key] = unsure if in_scope else outside
        return found

    def _lookalikes(self, side: Side, rows: Iterable[MirrorRow]) -> dict[str, str]:
        """Names on the other side that differ from these only in form (S3.C16). Warns, never matches."""
        looks = {row.lookalike_key for row in rows if row.lookalike_key}
        known = MirrorRecord.objects.of_side(self._context.sync, side, lookalike_key__in=looks).alive()
        named: dict[str, dict[str, str]] = defaultdict(dict)
        for look, label, key in known.order_by("id").values_list("lookalike_key", "label", "match_key"):
            named[look][key] = label
        found = {row.remote_id: {**named.get(row.lookalike_key, {})} for row in rows}
        for row in rows:
            found[row.remote_id].pop(row.match_key, None)
        return {remote_id: next(iter(others.values())) for remote_id, others in found.items() if others}

    def _links(self, **where: Any) -> dict[str, Link]:
        links = list(Link.objects.of_sync(self._context.sync, **where))
        owned_entries.take_up(self._context.sync, links)
        return {link.left_id: link for link in links}

    def _mirror(self, side: Side, ids: list[str]) -> dict[str, MirrorRow]:
        return {row.remote_id: row for row in mirror.rows_of(self._sync_id, side, remote_id__in=ids)} if ids else {}

    def _store(self, drafts: list[PlannedStep]) -> None:
        """Keep the drafts that this run may write; the records of the others stay pending for another run (A1)."""
        waiting = {_about(draft) for draft in drafts if self._is_elsewhere(draft)}
        drafts = [
            draft
            for draft in drafts
            if _about(draft) not in waiting or not (draft.operation.tells or self._is_elsewhere(draft))
        ]
        drafts = lost_creations.hold(self._context, drafts)
        for draft in drafts:
            self.tally.add(draft)
        store(self._context.run, drafts)

    def _is_elsewhere(self, draft: PlannedStep) -> bool:
        """Whether the draft writes to the side that this run leaves alone."""
        return self._elsewhere is not None and draft.operation.writes(self._elsewhere)


def _about(draft: PlannedStep) -> tuple[str, str]:
    """The record that a draft belongs to; what is told of it may settle it."""
    return draft.left_id, "" if draft.left_id else draft.right_id
