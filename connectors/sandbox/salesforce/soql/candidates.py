"""The rows a condition could choose: by id or by an index where the condition names one, else all of them."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema.fields import Field, Row
from connectors.sandbox.salesforce.soql.columns import Names
from connectors.sandbox.salesforce.soql.nodes import Comparison, Condition, Literal, Logic, Path
from connectors.sandbox.salesforce.store import Table

LINKS = frozenset({"AccountId", "ParentId", "ContactId", "PersonContactId"})


def candidates(table: Table, where: Condition | None, names: Names) -> Iterable[Row]:
    """A superset of the live rows the condition chooses, in the table's order."""
    parts = where.parts if isinstance(where, Logic) and where.operator == "AND" else (where,)
    for part in parts:
        if isinstance(part, Comparison) and isinstance(part.left, Path) and part.operator in ("=", "IN"):
            found = _by_index(table, names.path(part.left).field, part, names)
            if found is not None:
                return [table.rows[id] for id in sorted(found)]
    return table.rows.values()


def _by_index(table: Table, known: Field, part: Comparison, names: Names) -> set[str] | None:
    right = (part.right,) if isinstance(part.right, Literal) else part.right
    if not isinstance(right, tuple) or not isinstance(part.left, Path) or _through_parent(part.left, names):
        return None
    values = [literal.value for literal in right]
    if not all(isinstance(value, str) and value for value in values):
        return None
    if known.type == "id":
        return {id for value in values if (id := ids.normal(value)) in table.rows and id}
    if known.name in LINKS:
        values = [ids.normal(value) for value in values]
    elif known.compute or known.through or not (known.unique or known.id_lookup or known.name_field):
        return None
    return {id for value in values for id in table.find(known.name, value)}


def _through_parent(path: Path, names: Names) -> bool:
    return bool(names.path(path).parents)
