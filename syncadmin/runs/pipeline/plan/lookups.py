"""Resolves look-ups: through the links of other syncs, else by a search in the right system.

Links are rows. A search is a call; it is made before the rows of a chunk are planned and remembered for the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import Condition, Query
from mappings.kinds.lookups import LINKED, LinkedRecord, Lookup, Resolved, by_links, by_search
from mappings.rules.texts import fold
from mappings.scope.demanded import leading
from syncadmin.engine.plan import skip
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import WARNING_CODES, PlannedStep, Side, Verb
from syncadmin.runs.models import Link, MirrorRecord, Run
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.match_keys import LOOKUP_KEYS
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import chunks

CHUNK = 500


@dataclass(slots=True)
class Lookups:
    """The look-ups of one run. ``prepare`` resolves them; the other methods return what was found."""

    context: Context
    _found: dict[str, dict[str, Resolved]] = field(default_factory=dict)
    _searched: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def prepare(self, side: Side, ids: Sequence[int]) -> None:
        """Resolve the look-ups of these rows, or of the left rows linked to them.

        For the latter only through links: an edit on the right is no reason for a search.
        """
        if not self._lookups:
            return
        if side is Side.LEFT:
            rows = self._resolve(mirror.rows_of(self.context.run.sync_id, Side.LEFT, id__in=ids))
            for lookup in filter(lambda one: one.field, self._lookups):
                self._search(lookup, [row for row in rows if lookup.field not in self._found[row.remote_id]])
            return
        rights = MirrorRecord.objects.right_of(self.context.sync, id__in=ids)
        links = Link.objects.of_sync(self.context.sync, right_id__in=rights.values("remote_id"))
        lefts = list(links.values_list("left_id", flat=True))
        self._resolve(mirror.rows_of(self.context.run.sync_id, Side.LEFT, remote_id__in=lefts))

    def _resolve(self, rows: Sequence[MirrorRow]) -> list[MirrorRow]:
        """Resolve what links decide. Returns the rows that need a search."""
        rows = [row for row in rows if row.in_scope and not row.deleted and row.remote_id not in self._found]
        linked = {one.field: self._counterparts(one, rows) for one in self._lookups}
        self._found |= {row.remote_id: self._by_links(row, linked) for row in rows}
        return rows

    def filled(self, row: MirrorRow, link: Link | None = None) -> MirrorRow:
        """The row with the results of its look-ups among its values.

        With its ``link``, an emptied value where the row refers to another record now, for which nothing was found.
        """
        found, known = self._found.get(row.remote_id, {}), link.last_synced if link else {}
        resolved = [(one, found[one.field].id) for one in self._lookups if one.field and one.field in found]
        values = {one.value: id or None for one, id in resolved if id or self._has_changed(one, row, known)}
        return replace(row, values={**row.values, **values}) if values else row

    @staticmethod
    def _has_changed(lookup: Lookup, row: MirrorRow, known: Mapping[str, Any]) -> bool:
        """Whether the row refers to another record than when the look-up was resolved."""
        named = known.get(lookup.value) if known.get(lookup.field) and not lookup.keeps else None
        return named not in (None, _named(lookup, row))

    def left_out(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        """The row that says why nothing is created: the record refers to no linked record."""
        if link is not None or row.deleted or not row.in_scope:
            return []
        found = self._found.get(row.remote_id, {})
        for one in self._lookups:
            resolved = found.get(one.field)
            asked = one.demanded and self.context.book.config.option(one.demanded) == LINKED
            if asked and not (resolved and resolved.linked):
                return [skip(row.label, ReasonCode.OUT_OF_SCOPE, one.unlinked, left_id=row.remote_id)]
        return []

    def explained(self, row: MirrorRow, drafts: list[PlannedStep]) -> list[PlannedStep]:
        """The steps of the row, with a warning for each ambiguous look-up, and the reason on a step that only fills a
        look-up.
        """
        found = self._found.get(row.remote_id)
        if not found or not drafts or drafts[0].operation.verb in (Verb.SKIP, Verb.UNLINK):
            return drafts
        resolved = [(one, found[one.field]) for one in self._lookups if one.field and one.field in found]
        codes = {how.warning: one.ambiguous for one, how in resolved if how.warning}
        if codes:
            first = replace(drafts[0], warnings=(*drafts[0].warnings, *codes))
            drafts = [replace(first, facts=(*first.facts, (WARNING_CODES, codes))), *drafts[1:]]
        filled = {one.field: self._reason(one, how) for one, how in resolved if how.id or one.value in row.values}
        named = tuple((one.value, _named(one, row)) for one, _ in resolved)
        return [self._explained(_knowing(draft, named), filled) for draft in drafts]

    @property
    def _lookups(self) -> tuple[Lookup, ...]:
        return self.context.kind.lookups

    @staticmethod
    def _explained(draft: PlannedStep, filled: Mapping[str, str]) -> PlannedStep:
        """The step with a reason for each look-up that it fills in an existing record."""
        if draft.operation != Verb.UPDATE.on(Side.RIGHT) or not filled.keys() & {
            change.field for change in draft.changes
        }:
            return draft
        changes = tuple(replace(one, reason=filled.get(one.field, one.reason)) for one in draft.changes)
        if {change.field for change in changes} <= filled.keys() and not draft.reason_code:
            reason = "; ".join(change.reason for change in changes)
            return replace(draft, changes=changes, reason=reason, reason_code=ReasonCode.LOOKED_UP)
        return replace(draft, changes=changes)

    @staticmethod
    def _reason(lookup: Lookup, found: Resolved) -> str:
        if not found.id:
            return f"It belongs to another one now, and no {lookup.one} was found for it"
        if found.linked:
            return f"The {lookup.one} is linked to it now"
        return f"This is the only {lookup.one} found for it"

    def _by_links(self, row: MirrorRow, linked: Mapping[str, Mapping[str, list[LinkedRecord]]]) -> dict[str, Resolved]:
        """The look-ups that links decide, by field; those that need a search are missing."""
        found: dict[str, Resolved] = {}
        right = self.context.kind.right.one
        for lookup in self._lookups:
            parent = self._parent(row, lookup, found)
            candidates = linked[lookup.field].get(str(row.values.get(lookup.by) or ""), [])
            if (resolved := by_links(lookup, candidates, parent, right)) is not None:
                found[lookup.field] = resolved
        return found

    def _parent(self, row: MirrorRow, lookup: Lookup, found: Mapping[str, Resolved]) -> str | None:
        outer = next((one for one in self._lookups if one.field == lookup.within), None)
        if outer is None or not row.values.get(outer.by):
            return ""
        resolved = found.get(outer.field)
        return resolved.id if resolved and resolved.linked else None

    def _counterparts(self, lookup: Lookup, rows: Sequence[MirrorRow]) -> dict[str, list[LinkedRecord]]:
        """The linked records that exist, by the id that the left record refers to."""
        syncs = leading(self.context.sync, [lookup])
        ids = {str(id) for row in rows if (id := row.values.get(lookup.by))}
        if not syncs or not ids:
            return {}
        pairs = list(Link.objects.active_of(syncs, right_id__in=ids).values_list("right_id", "left_id"))
        lefts = MirrorRecord.objects.left_of(syncs, remote_id__in=[left for _, left in pairs]).alive()
        parents = dict(lefts.values_list("remote_id", "parent_key"))
        found: dict[str, list[LinkedRecord]] = defaultdict(list)
        for right, left in sorted(set(pairs)):
            if left in parents:
                found[right].append(LinkedRecord(left, parents[left]))
        return found

    def _search(self, lookup: Lookup, rows: Sequence[MirrorRow]) -> None:
        sought = {row.remote_id: str(row.values.get(lookup.sought) or "").strip() for row in rows}
        by_hand = self.context.book.config.option(lookup.listed) if lookup.listed else {}
        listed = {fold(text): str(id).strip() for text, id in (by_hand or {}).items()}
        self._ask(lookup, [text for text in sought.values() if fold(text) not in listed])
        for row in rows:
            text = sought[row.remote_id]
            if id := listed.get(fold(text)):
                self._found[row.remote_id][lookup.field] = Resolved(id)
                continue
            hits = self._searched.get((lookup.field, fold(text)), []) if text else []
            self._found[row.remote_id][lookup.field] = by_search(lookup, text, hits, self.context.kind.right.one)

    def _ask(self, lookup: Lookup, texts: Iterable[str]) -> None:
        """Search the right system for those of these texts that were not searched for yet."""
        wanted = {fold(text): text for text in texts if text and (lookup.field, fold(text)) not in self._searched}
        if not wanted:
            return
        where = (Condition(lookup.among, tuple(wanted.values())), *lookup.where)
        hits: dict[str, list[str]] = {key: [] for key in wanted}
        for page in self.context.right.read(Query(lookup.object, (lookup.among,), where)):
            for record in page.records:
                hits.setdefault(fold(record.values.get(lookup.among)), []).append(record.ref.id)
        self._searched |= {(lookup.field, key): ids for key, ids in hits.items()}


def _named(lookup: Lookup, row: MirrorRow) -> str:
    """The id of the record that the row refers to, "" for none."""
    return str(row.values.get(lookup.by) or "")


def _knowing(draft: PlannedStep, named: tuple[tuple[str, str], ...]) -> PlannedStep:
    """The step, after which its link remembers what its look-ups were resolved for. Not for steps of a relation."""
    if draft.relation or not draft.operation.writes(Side.RIGHT):
        return draft
    return replace(draft, last_synced=(*draft.last_synced, *named))


def requeue(context: Context) -> None:
    """Plan records again that refer to a record linked since the run before this one."""
    earlier = Run.objects.filter(sync=context.sync, pk__lt=context.run.pk, planned_at__isnull=False)
    last = earlier.order_by("-pk").values_list("created_at", flat=True).first()
    if last is None:
        return
    for lookup, column in zip(context.kind.lookups, LOOKUP_KEYS, strict=False):
        links = Link.objects.active_of(leading(context.sync, [lookup]), synced_at__gte=last)
        for ids in chunks(links.values_list("id", "right_id"), CHUNK):
            rows = MirrorRecord.objects.left_of(context.sync, **{f"{column}__in": [right for _, right in ids]})
            with context.progress.holding():
                rows.filter(in_scope=True, deleted=False).update(needs_planning=True)
