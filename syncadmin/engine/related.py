"""Plans objects that belong to a record and are created once, such as comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.api.values import Record
from mappings.kinds.relation import Relation
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Change, PlannedStep, Side, Verb


def plan_related(
    book: Rulebook, left: Record, right_id: str, owned_values: Mapping[str, Sequence[str]]
) -> list[PlannedStep]:
    """The steps that create what the relations of the kind want for this left record, in the order of its entries.

    ``owned_values`` of the link hold the keys of what was created before. Without a ``right_id`` the steps wait for the
    record that this plan creates. An entry that was not read creates nothing.
    """
    return [
        _create(book, relation, left, right_id, key, values)
        for relation in book.kind.relations
        if relation.wanted and relation.sources <= left.values.keys()
        for key, values in relation.wanted(left.values, book.config)
        if key not in owned_values.get(relation.link_key, ())
    ]


def _create(
    book: Rulebook, relation: Relation, left: Record, right_id: str, key: str, values: Mapping[str, object]
) -> PlannedStep:
    reason = f"{book.kind.names.left_system} has it"
    return PlannedStep(
        Verb.CREATE.on(Side.RIGHT, relation.name),
        book.kind.left_label(left),
        left_id=left.ref.id,
        right_id=right_id,
        changes=tuple(Change(name, None, value, reason) for name, value in values.items()),
        reason=f"New {relation.one}",
        owned_values=((relation.link_key, (key,)),),
        waits_for="" if right_id else left.ref.id,
    )
