"""Planning strategy for kinds where each left record has a right record of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from syncadmin.engine import plan as rules
from syncadmin.engine.compare import LinkState
from syncadmin.engine.match import How
from syncadmin.engine.merge import Moments
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.related import plan_related
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.plan import counterparts, deletions, edits
from syncadmin.runs.pipeline.plan.unmatched import NO_UNMATCHED_TARGETS, UnmatchedSources, UnmatchedTargets
from syncadmin.runs.pipeline.shared import counterpart_merges, edited, merged
from syncadmin.runs.services import decisions, field_choices
from syncadmin.runs.status.record_status import RecordStatus, counterpart_deleted
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import link_state_of


class OneToOne:
    """Answers what the planner asks about the records of a chunk, from facts that it gathers before.

    ``orphans``: right records whose left one was deleted, with the reason. ``alone``: right records without a
    counterpart that the plan leaves out.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._book = context.book
        self._names = context.kind.names
        self._sync_id = context.run.sync_id
        self._sync_ids: tuple[int, ...] = (self._sync_id,)
        self._chosen = field_choices.chosen_in(context.sync)
        self._merged = merged.losers(context)
        self._deleted: frozenset[str] = frozenset()
        self._gone: dict[str, str] = {}
        self._rights: Mapping[str, MirrorRow] = {}
        self._sources = UnmatchedSources()
        self._targets = NO_UNMATCHED_TARGETS
        self._refused: Mapping[str, tuple[str, str]] = {}
        self._edited: Mapping[str, str] = {}
        self._moments: Mapping[str, Mapping[str, Moments]] = {}
        self._same_key: Mapping[str, list[MirrorRow]] = {}
        self.orphans: dict[str, str] = {}
        self.alone: set[str] = set()

    def kept(self, rights: Collection[str]) -> Collection[str]:
        """Those of these right records that another left record keeps up to date."""
        return ()

    def filling(self, links: Mapping[str, Link]) -> Mapping[str, Link]:
        """Those of these links, by left id, whose right record is planned together with its left one."""
        return links

    def links_of(self, rights: Collection[MirrorRow]) -> dict[str, Link]:
        """The link of the left record that fills each of these right records, by right id."""
        found = Link.objects.of_sync(self._context.sync, right_id__in=[row.remote_id for row in rights])
        return {link.right_id: link for link in found}

    def gather_lefts(self, rows: Collection[MirrorRow], links: Mapping[str, Link]) -> None:
        """Gather the facts about these left records; ``links`` by left id. A fixed number of queries."""
        ids = [link.right_id for link in links.values()]
        self._rights = self.mirrored(Side.RIGHT, ids)
        self._look_at(self._rights.values())
        self._edited = self._worked_on(rows, links)
        self._moments = edits.of_pairs(
            self._context, {row.remote_id: row for row in rows}, self._rights, links.values()
        )
        self._refused = counterparts.refused(self._context, rows)
        self._same_key = counterparts.with_key(self._context, rows)
        asked = decisions.asked_for(self._context.sync, [row.remote_id for row in rows])
        self._sources = UnmatchedSources(self._lookalikes(Side.RIGHT, rows), asked)

    def gather_rights(
        self, rows: Collection[MirrorRow], links: Mapping[str, Link], lefts: Mapping[str, MirrorRow]
    ) -> None:
        """Gather the facts about these right records; ``links`` by right id, ``lefts`` by their own id."""
        self._rights = {row.remote_id: row for row in rows}
        self._moments = edits.of_pairs(self._context, lefts, self._rights, links.values())
        self._look_at(rows)
        self._targets = self._unmatched_targets(list(rows))

    def left(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        """The steps of a left record, and those of other right records that get the same values."""
        found = self._left(row, link)
        if link and row.in_scope and not row.deleted:
            found += counterparts.plan_others(self._book, row, link, self._same_key.get(row.match_key, ()))
        return found

    def _left(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        """The steps of a pair or a creation, or a row that says why there is none."""
        right = self._rights.get(link.right_id) if link else None
        record = row.record(self._book.kind.left_object)
        label = row.label
        if row.deleted:
            return self._left_deleted(row, link)
        if not row.in_scope:
            return [rules.skip(label, row.status, row.reason, left_id=row.remote_id)]
        if refused := self._unusable(row, right):
            return refused
        if row.remote_id in self._sources.asked and _is_gone(right):
            link = None  # somebody wants another one made; its link ends with that
        if link is None:
            if row.status in (RecordStatus.AMBIGUOUS, RecordStatus.IGNORED):
                return [rules.skip(label, row.status, row.reason, left_id=row.remote_id)]
            if counterpart := self._refused.get(row.match_key):
                return [rules.skip(label, *counterpart, left_id=row.remote_id)]
            looks_like = self._sources.lookalikes.get(row.remote_id, "")
            asked = row.remote_id in self._sources.asked
            made = rules.plan_new_right(self._book, record, lookalike=looks_like, asked=asked)
            return [made, *(plan_related(self._book, record, "", {}) if made.operation.creates else ())]
        if self._book.kind.preferred and row.status == RecordStatus.AMBIGUOUS:
            return [rules.skip(label, row.status, row.reason, left_id=row.remote_id, right_id=link.right_id)]
        if right is not None and right.deleted and self._book.config.deletes_left:
            return [deletions.of_left(self._book, row, link.right_id)]
        if right is None or right.deleted:
            if row.status in (RecordStatus.AMBIGUOUS, RecordStatus.IGNORED):
                return [rules.skip(label, row.status, row.reason, left_id=row.remote_id, right_id=link.right_id)]
            reason = self._gone.get(
                link.right_id, f"Its {self._names.right_system} record was deleted; it is not created again"
            )
            return [
                rules.skip(label, ReasonCode.COUNTERPART_DELETED, reason, left_id=row.remote_id, right_id=link.right_id)
            ]
        if not right.in_scope:
            return [rules.skip(label, ReasonCode.OUTSIDE, right.reason, left_id=row.remote_id, right_id=link.right_id)]
        return self._pair(row, right, link)

    def right(self, row: MirrorRow, link: Link | None, left: MirrorRow | None) -> list[PlannedStep]:
        """The steps of a right record whose left one is not planned now."""
        unmatched = self._targets
        orphaned = link is not None and link.active and left is not None and left.deleted and not row.deleted
        if orphaned and row.remote_id not in unmatched.left_alone and row.remote_id not in unmatched.asked:
            merge, names = self._merged.get(left.remote_id) if left else None, self._names
            self.orphans[row.remote_id] = merge.advice(names) if merge else counterpart_deleted(names)
            return []  # the plan told of it when its counterpart went
        if link is not None and not orphaned:
            if left is None or left.deleted or not left.in_scope:
                return []
            if row.deleted or not row.in_scope:
                return self._left(left, link)
            return self._pair(left, row, link)
        if row.deleted or not row.in_scope:
            return []
        if refused := self._unusable(None, row):
            return refused
        if not self._book.kind.reports_unmatched_right and row.remote_id not in unmatched.left_alone:
            self.alone.add(row.remote_id)
            return []
        if row.remote_id in unmatched.left_alone:
            decided = "Somebody decided to leave this record alone"
            return [rules.skip(row.label, ReasonCode.IGNORED, decided, right_id=row.remote_id)]
        if reason := unmatched.others.get(row.remote_id):
            return [rules.skip(row.label, ReasonCode.OUT_OF_SCOPE, reason, right_id=row.remote_id)]
        if namesake := unmatched.namesakes.get(row.match_key):
            return [rules.skip(row.label, *namesake, right_id=row.remote_id)]
        record = row.record(self._book.kind.right_object)
        looks_like = unmatched.lookalikes.get(row.remote_id, "")
        asked = row.remote_id in unmatched.asked
        return [rules.plan_new_left(self._book, record, lookalike=looks_like, asked=asked)]

    def mirrored(self, side: Side, ids: list[str]) -> dict[str, MirrorRow]:
        """Mirrored records of a side, by id."""
        return {row.remote_id: row for row in mirror.rows_of(self._sync_id, side, remote_id__in=ids)} if ids else {}

    @staticmethod
    def _unusable(left: MirrorRow | None, right: MirrorRow | None) -> list[PlannedStep]:
        """A row about a record or pair with a value that cannot be stored; empty if there is none."""
        for row in (left, right):
            if row and row.unusable and not row.deleted:
                ids = {"left_id": left.remote_id if left else "", "right_id": right.remote_id if right else ""}
                return [rules.unusable((left or row).label, row.unusable, **ids)]
        return []

    def _pair(self, left: MirrorRow, right: MirrorRow, link: Link) -> list[PlannedStep]:
        if refused := self._unusable(left, right):
            return refused
        kind = self._book.kind
        if kind.linked_by_key and link.how in (How.KEY, How.DECISION) and right.match_key != left.match_key:
            by_hand = Decision.objects.filter(sync=self._sync_id, left_id=link.left_id, right_id=link.right_id).exists()
            return [rules.part(left.label, left.remote_id, right.remote_id, self._names, by_hand=by_hand)]
        chosen = self._chosen.get(link.left_id, {})
        known = {"replaces": self._deleted, "chosen": chosen, "moments": self._moments.get(link.left_id, {})}
        link_state = link_state_of(link, fresh=not link.active, reason=link.reason, **known)
        record = left.record(kind.left_object)
        drafts, agreed = rules.plan_pair(self._book, record, right.record(kind.right_object), link_state)
        if not drafts:
            self._remember(link, LinkState.after(agreed))
        related = plan_related(self._book, record, right.remote_id, link.owned_values)
        return [*counterpart_merges.warned(link, drafts), *related]

    @staticmethod
    def _remember(link: Link, agreed: LinkState) -> None:
        """Update the agreed values and owned list entries of a link that needs no write."""
        columns = {
            "last_synced": agreed.last_synced,
            "field_notes": agreed.field_notes,
            "owned_values": {name: list(entries) for name, entries in agreed.owned_values.items()},
        }
        if any(getattr(link, name) != value for name, value in columns.items()):
            Link.objects.filter(pk=link.pk).update(**columns)

    def _left_deleted(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        if link is None or not link.active:
            return []
        if merge := self._merged.get(row.remote_id):
            if merge.transfers:
                return [rules.transfer(row.label or row.remote_id, row.remote_id, merge, self._names)]
            advice = merge.advice(self._names)
            return [rules.skip(row.label, ReasonCode.MERGED, advice, left_id=row.remote_id, right_id=link.right_id)]
        right = self._rights.get(link.right_id)
        if withdrawal := deletions.withdrawal(self._book, row.remote_id, link, right):
            return withdrawal
        reason = f"Deleted in {self._names.left_system}; its {self._names.right_system} record is left alone"
        if right is not None and right.in_scope and not right.deleted:
            if self._book.config.marks_deleted:
                record = right.record(self._book.kind.right_object)
                return [rules.mark_deleted(self._book, row.remote_id, record, link_state_of(link))]
            if self._book.config.deletes_right and row.remote_id not in self._edited:
                return [deletions.of_right(self._book, row.remote_id, right)]
            if edit := self._edited.get(row.remote_id):
                reason += f", since {edit}"
        return [rules.skip(row.label, ReasonCode.DELETED, reason, left_id=row.remote_id, right_id=link.right_id)]

    def _worked_on(self, rows: Collection[MirrorRow], links: Mapping[str, Link]) -> Mapping[str, str]:
        """Why the right records of these deleted left records stay, by left id."""
        if not (self._book.kind.spares_edited and self._book.config.deletes_right):
            return {}
        gone = [links[row.remote_id] for row in rows if row.deleted and row.remote_id in links]
        return edited.reasons(self._context, [link for link in gone if link.active])

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
            counterparts.not_preferred(self._context, rows),
        )

    def _namesakes(self, rows: Iterable[MirrorRow]) -> dict[str, tuple[str, str]]:
        """The keys that other left records have too, with a code and a sentence: creating these would make duplicates.

        If the only other record is outside the filter, nobody has to act.
        """
        keys = {row.match_key for row in rows if row.match_key}
        rights = MirrorRecord.objects.right_of(self._sync_id, match_key__in=keys).alive()
        twice = Counter(rights.values_list("match_key", flat=True))
        names = self._names
        word = names.key
        several = (ReasonCode.AMBIGUOUS, f"Several {names.right_system} records have this {word}")
        unsure = (
            ReasonCode.AMBIGUOUS,
            f"{names.left_system} records have this {word}, but it is not certain which one is meant",
        )
        outside = (ReasonCode.OUTSIDE, f"A {names.left_system} record outside the filter has this {word}")
        found: dict[str, tuple[str, str]] = {key: several for key, count in twice.items() if count > 1}
        lefts = MirrorRecord.objects.left_of(self._sync_ids, match_key__in=keys).alive()
        for key, in_scope in lefts.order_by("in_scope").values_list("match_key", "in_scope"):
            if in_scope or key not in found:
                found[key] = unsure if in_scope else outside
        return found

    def _lookalikes(self, side: Side, rows: Iterable[MirrorRow]) -> dict[str, str]:
        """Names on the other side that differ only in form, by id (S3.C16). They warn and never match."""
        looks = {row.lookalike_key for row in rows if row.lookalike_key}
        known = MirrorRecord.objects.of_side(self._context.sync, side, lookalike_key__in=looks).alive()
        named: dict[str, dict[str, str]] = defaultdict(dict)
        for look, label, key in known.order_by("id").values_list("lookalike_key", "label", "match_key"):
            named[look][key] = label
        found = {row.remote_id: {**named.get(row.lookalike_key, {})} for row in rows}
        for row in rows:
            found[row.remote_id].pop(row.match_key, None)
        return {remote_id: next(iter(others.values())) for remote_id, others in found.items() if others}


def _is_gone(right: MirrorRow | None) -> bool:
    """Whether a counterpart is missing, or outside the sync."""
    return right is None or right.deleted or not right.in_scope
