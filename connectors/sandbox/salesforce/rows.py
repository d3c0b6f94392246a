"""Rows on their way in: which field a key means, relations by external id, and reading a value back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.errors import ApiError, RowRefused, refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import Field, Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.values import from_cell, from_json


@dataclass(frozen=True, slots=True)
class Link:
    """A look-up given by an external id of its target: {"Account": {"External_Key__c": "42"}}."""

    field: Field
    target: str
    key: str
    value: Any


@dataclass(slots=True)
class Given:
    """What a request gives for one record: typed values by API name (Id apart), links, and refusals so far."""

    object: ObjectType
    id: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    refusals: list[RowRefused] = field(default_factory=list)


def from_body(org: Org, object: ObjectType, body: Mapping[str, Any]) -> Given:
    """A JSON record. Raises ApiError 400 for an unknown field or a JSON type that does not fit it."""
    given = Given(object)
    for key, value in body.items():
        if key == "attributes":
            continue
        known = object.field(key)
        if known is not None and known.type == "id":
            given.id = from_json(known, value)
        elif known is not None:
            given.values[known.name] = from_json(known, value)
        else:
            given.links.append(_link(org, object, key, value))
    return given


def _link(org: Org, object: ObjectType, key: str, value: Any) -> Link:
    relation = object.relation(key)
    if relation is None or not isinstance(value, Mapping):
        raise no_such_column(object, key)
    names = [name for name in value if name != "attributes"]
    target = relation.reference_to[0]
    attributes = value.get("attributes")
    declared = attributes.get("type") if isinstance(attributes, Mapping) else None
    if declared in relation.reference_to:
        target = declared
    if len(names) != 1 or target not in org.objects or org.object(target).field(names[0]) is None:
        raise no_such_column(object, key)
    return Link(relation, target, names[0], value[names[0]])


def from_cells(org: Org, object: ObjectType, columns: Iterable[str], cells: Iterable[str]) -> Given:
    """A CSV row whose columns `check_columns` accepted: an empty cell is left out, "#N/A" is null."""
    given = Given(object)
    for column, cell in zip(columns, cells, strict=False):
        if cell == "":
            continue
        path, _, rest = column.partition(".")
        if rest:
            relation = object.relation(path)
            if relation is not None:
                given.links.append(Link(relation, relation.reference_to[0], rest, cell))
            continue
        known = object.field(path)
        if known is None or known.type == "id":
            given.id = cell
            continue
        try:
            given.values[known.name] = from_cell(known, cell)
        except RowRefused as refusal:
            given.refusals.append(refusal)
    return given


def unknown_columns(org: Org, object: ObjectType, columns: Iterable[str]) -> list[str]:
    """The CSV columns that name no field of the object (`Account.External_Key__c` names one of its parent)."""
    unknown = []
    for column in columns:
        path, _, rest = column.partition(".")
        if not rest:
            if object.field(path) is None:
                unknown.append(column)
            continue
        relation = object.relation(path)
        target = org.find_object(relation.reference_to[0]) if relation else None
        if target is None or target.field(rest) is None:
            unknown.append(column)
    return unknown


def no_such_column(object: ObjectType, key: str) -> ApiError:
    return ApiError(400, "INVALID_FIELD", f"No such column '{key}' on sobject of type {object.name}")


def resolve(org: Org, link: Link) -> str | None:
    """The id a link points at. Raises RowRefused when no or several rows carry the key."""
    if link.value is None:
        return None
    found = find(org, org.object(link.target), link.key, link.value)
    if len(found) != 1:
        reason = "not found" if not found else "matches more than one record"
        raise refused(
            "INVALID_FIELD",
            f"Foreign key external ID: {str(link.value).lower()} {reason} for field {link.key} in entity {link.target}",
        )
    return found[0]


def find(org: Org, object: ObjectType, key: str, value: Any) -> tuple[str, ...]:
    """Ids of the live rows with this value in the key field; Id itself may be the key."""
    known = object.field(key)
    if known is None or value in (None, ""):
        return ()
    table = org.table(object.name)
    if known.type == "id":
        id = ids.normal(str(value))
        return (id,) if id in table.rows else ()
    return table.find(known.name, value)


def reader(org: Org, known: Field) -> Callable[[Row], Any]:
    """A function that reads the field out of a stored row as the API shows it."""
    name, default = known.name, known.default if known.type == "boolean" else None
    if known.compute is not None:
        return known.compute
    if known.through is not None:
        key, target, shown = known.through
        rows = org.table(target).rows
        return lambda row: rows.get(row.get(key, ""), {}).get(shown)
    if known.mask and not org.settings.reveal_encrypted:
        return lambda row: "*" * len(row[name]) if name in row else None
    if known.type == "boolean":
        return lambda row: row.get(name, default or False)
    return lambda row: row.get(name)
