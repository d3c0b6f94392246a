"""Stage 3: turn records that changed into steps. Nothing is compared again later."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from mappings.services import rules_fingerprint
from syncadmin.engine import marking
from syncadmin.engine import plan as rules
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.plan import counterparts, deletions, lookups, out_of_scope
from syncadmin.runs.pipeline.plan.in_sync import mark_in_sync
from syncadmin.runs.pipeline.plan.one_to_one import OneToOne
from syncadmin.runs.pipeline.plan.shared_target import SharedTargets
from syncadmin.runs.pipeline.shared import lost_creations, owned_entries
from syncadmin.runs.pipeline.shared.tally import Tally, seal
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import chunks, link_state_of, store

CHUNK = 1_000
_ELSEWHERE = {RunDirection.TO_RIGHT: Side.LEFT, RunDirection.TO_LEFT: Side.RIGHT}


def plan(context: Context) -> None:
    """Store the steps of the run. An interrupted attempt starts over: a plan is made from rows and look-ups alone.

    1. Delete what an interrupted attempt stored.
    2. Add records whose look-ups may lead somewhere now.
    3. End, or list, the links of records that left the filter: their counterparts are free for others.
    4. Plan left records in chunks: pairs, creations, ends of links.
    5. Plan right records whose left one was not planned: edits there, and records without a counterpart.
    6. Seal the plan: its counts, its guards, and the hash by which a person approves exactly this plan.
    """
    planner = Planner(context, SharedTargets(context) if context.kind.grouping else OneToOne(context))
    with context.progress.holding():
        Step.objects.filter(run=context.run).delete()
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
    seal(context.run, planner.tally, rules_fingerprint(context.book.config))


class Planner:
    """Plans in chunks, stores the steps and counts them. ``grouping`` decides what happens to each record."""

    def __init__(self, context: Context, grouping: OneToOne) -> None:
        self._context = context
        self._book = context.book
        self._grouping = grouping
        self._sync_id = context.run.sync_id
        self._elsewhere = _ELSEWHERE.get(RunDirection(context.run.direction))
        self.lookups = lookups.Lookups(context)
        self.tally = Tally(context.kind)

    def needs_planning(self, side: Side) -> QuerySet[MirrorRecord]:
        """The records to plan. Naming the id makes SQLite use the short index of these rows."""
        found = MirrorRecord.objects.of_side(self._context.sync, side, needs_planning=True, id__gt=0)
        only = self._context.run.only
        return found if only is None else found.filter(remote_id__in=only.get(side, ()))

    def end_out_of_scope_links(self) -> None:
        """End the links of records that left the filter, or mark or delete their counterparts, as the sync is set (A6,
        S2.23).

        Without such a setting the plan lists them.
        """
        if self._context.run.only is not None:
            return
        acts = {"unlink": self._unlink, "mark": self._mark, "remove": self._remove, "unmark": self._unmark}
        act = acts.get(self._book.config.leaving)
        if act is None and self._book.config.leaving != "keep":
            self._report_out_of_scope_links()
            return
        out_of_scope.forget(self._context)
        if act is None:
            return
        gone = MirrorRecord.objects.left_of(self._sync_id, in_scope=False).alive()
        links = Link.objects.active_of(self._sync_id, left_id__in=gone.values("remote_id"))
        for ids in chunks(links.values_list("id"), CHUNK):
            found = list(Link.objects.filter(id__in=[id for (id,) in ids]).order_by("id"))
            labels = dict(gone.filter(remote_id__in=[link.left_id for link in found]).values_list("remote_id", "label"))
            with self._context.progress.holding():
                self._store(act(found, labels))

    def _report_out_of_scope_links(self) -> None:
        for found in out_of_scope.news(self._context):
            kept = self._grouping.kept([one.right_id for one in found])
            with self._context.progress.holding():
                self._store(
                    out_of_scope.skipped_steps(self._context, [one for one in found if one.right_id not in kept])
                )

    @staticmethod
    def _unlink(links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        return [rules.leave(labels[link.left_id], link.left_id, link.right_id) for link in links]

    def _mark(self, links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        """The steps that mark counterparts as outside the filter. Not for duplicates, nor where another record in scope
        has the counterpart or takes it over in this plan.
        """
        kept = self._grouping.kept([link.right_id for link in links])
        links = [link for link in links if link.right_id not in kept]
        rights = self._grouping.mirrored(Side.RIGHT, [link.right_id for link in links])
        drafts = []
        for link in links:
            right = rights.get(link.right_id)
            if right is not None and not right.deleted and link.role == LinkRole.SYNCING:
                record = right.record(self._book.kind.right_object)
                link_state = link_state_of(link)
                drafts.append(marking.mark(self._book, labels[link.left_id], link.left_id, record, link_state))
        return [draft for draft in drafts if draft]

    def _unmark(self, links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        lefts = self._grouping.mirrored(Side.LEFT, [link.left_id for link in links])
        rights = self._grouping.mirrored(Side.RIGHT, [link.right_id for link in links])
        drafts = []
        for link in links:
            left, right = lefts.get(link.left_id), rights.get(link.right_id)
            if left is not None and right is not None and not right.deleted:
                both = left.record(self._book.kind.left_object), right.record(self._book.kind.right_object)
                drafts.append(marking.unmark(self._book, *both, link_state_of(link)))
        return [draft for draft in drafts if draft]

    def _remove(self, links: list[Link], labels: Mapping[str, str]) -> list[PlannedStep]:
        rights = self._grouping.mirrored(Side.RIGHT, [link.right_id for link in links])
        return deletions.removed(self._book, links, rights)

    def left_chunk(self, ids: list[int]) -> None:
        """Plan left records: pairs, creations, or rows that say why there is none."""
        rows = mirror.rows_of(self._sync_id, Side.LEFT, id__in=ids)
        rows = [row for row in rows if row.remote_id not in self._context.unasked]
        links = {link.left_id: link for link in self._of_lefts([row.remote_id for row in rows])}
        self._grouping.gather_lefts(rows, links)
        found: dict[str, list[PlannedStep]] = {}
        for row in rows:
            link = links.get(row.remote_id)
            row = self.lookups.filled(row, link)
            drafts = self.lookups.left_out(row, link) or self._grouping.left(row, link)
            found[row.remote_id] = self.lookups.explained(row, drafts)
        self._store([draft for drafts in found.values() for draft in drafts])
        in_sync = [row for row in rows if not found[row.remote_id]]
        mark_in_sync(self._context, in_sync, self._grouping.filling(links))

    def right_chunk(self, ids: list[int]) -> None:
        """Plan right records whose left one was not planned: edits there, and records without a counterpart."""
        rows = mirror.rows_of(self._sync_id, Side.RIGHT, id__in=ids)
        links = self._grouping.links_of(rows)
        owned_entries.take_up(self._context.sync, links.values())
        lefts = self._grouping.mirrored(Side.LEFT, [link.left_id for link in links.values()])
        self._grouping.gather_rights(rows, links, lefts)
        drafts: list[PlannedStep] = []
        in_sync: list[MirrorRow] = []
        for row in rows:
            link = links.get(row.remote_id)
            left = self.lookups.filled(lefts[link.left_id]) if link and link.left_id in lefts else None
            if left and left.needs_planning and left.in_scope:
                continue
            found = self._grouping.right(row, link, left)
            drafts += self.lookups.explained(left, found) if left else found
            if not found:
                in_sync.append(row)
        self._store(drafts)
        alone = self._grouping.alone
        mark_in_sync(self._context, [row for row in in_sync if row.remote_id not in alone], {})
        counterparts.note_alone(self._context, sorted(alone))
        alone.clear()
        out_of_scope.note_orphans(self._context, self._grouping.orphans)
        self._grouping.orphans.clear()

    def _of_lefts(self, ids: list[str]) -> list[Link]:
        links = list(Link.objects.of_sync(self._context.sync, left_id__in=ids))
        owned_entries.take_up(self._context.sync, links)
        return links

    def _store(self, drafts: list[PlannedStep]) -> None:
        """Store the steps that this run may write. The records of the others stay for another run (A1)."""
        waiting = {_about(draft) for draft in drafts if self._is_elsewhere(draft)}
        drafts = [
            draft
            for draft in drafts
            if _about(draft) not in waiting or not (draft.operation.informational or self._is_elsewhere(draft))
        ]
        drafts = lost_creations.hold(self._context, drafts)
        for draft in drafts:
            self.tally.add(draft)
        store(self._context.run, drafts)

    def _is_elsewhere(self, draft: PlannedStep) -> bool:
        """Whether a step writes to the side that this run must not write to."""
        return self._elsewhere is not None and draft.operation.writes(self._elsewhere)


def _about(draft: PlannedStep) -> tuple[str, str]:
    """The record that a step is about."""
    return draft.left_id, "" if draft.left_id else draft.right_id
