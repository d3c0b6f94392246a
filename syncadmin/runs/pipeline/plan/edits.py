"""When each field was edited, for pairs whose sides both changed under the rule "newest wins" (A1).

The time of a record is too coarse: it includes edits of other fields, and our own writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from connectors.api.edits import Edits, HasEdits
from mappings.rules.configuration import Conflict, Direction, FieldRule
from mappings.rules.convert import same
from syncadmin.engine.merge import Moments
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage.mirror import MirrorRow

Pair = tuple[MirrorRow, MirrorRow, Link]


def of_pairs(
    context: Context, lefts: Mapping[str, MirrorRow], rights: Mapping[str, MirrorRow], links: Iterable[Link]
) -> dict[str, dict[str, Moments]]:
    """The times of the edits of fields that changed on both sides, by left id and right field.

    Asks a system that knows more than the time of a record; no call if no field changed on both sides.
    """
    rules = [r for r in context.book.rules if r.direction is Direction.BOTH and r.conflict is Conflict.NEWEST]
    able = [side for side in Side if context.connection(side).spec.reports_edits]
    if not rules or not able:
        return {}
    both = [link for link in links if link.left_id in lefts and link.right_id in rights]
    pairs = [(lefts[link.left_id], rights[link.right_id], link) for link in both]
    contested = [(pair, found) for pair in pairs if (found := _contested(rules, *pair))]
    if not contested:
        return {}
    fields = {rule.right: rule for _, found in contested for rule in found}
    edited_at = {side: _read_edits(context, side, [pair for pair, _ in contested], fields.values()) for side in able}
    return {
        left.remote_id: {
            rule.right: Moments(
                edited_at.get(Side.LEFT, {}).get((left.remote_id, rule.left), left.modified_at),
                edited_at.get(Side.RIGHT, {}).get((right.remote_id, rule.right), right.modified_at),
            )
            for rule in found
        }
        for (left, right, _), found in contested
    }


def _read_edits(context: Context, side: Side, pairs: Iterable[Pair], rules: Iterable[FieldRule]) -> Edits:
    ids = [(left if side is Side.LEFT else right).remote_id for left, right, _ in pairs]
    fields = [rule.left if side is Side.LEFT else rule.right for rule in rules]
    return cast(HasEdits, context.connector(side)).edited_at(context.remote_object(side), ids, fields)


def _contested(rules: Iterable[FieldRule], left: MirrorRow, right: MirrorRow, link: Link) -> list[FieldRule]:
    """The fields that changed on both sides since they were last synced."""
    return [rule for rule in rules if link.active and _both_changed(rule, left.values, right.values, link.last_synced)]


def _both_changed(
    rule: FieldRule, left: Mapping[str, object], right: Mapping[str, object], agreed: Mapping[str, object]
) -> bool:
    if rule.right not in agreed or rule.left not in left or rule.right not in right:
        return False
    here, there, before = left[rule.left], right[rule.right], agreed[rule.right]
    return not (same(here, there) or same(before, here) or same(before, there))
