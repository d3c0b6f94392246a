"""The Avro schema of an object's change events, made from its fields, and events in it.

The header names fields by bitmaps: the bit of a field is its position in the schema. The parts of a compound field, as
of a name or an address, are a record in its place; their bitmap stands behind the position of the compound: "4-0x06".
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import fastavro
import orjson

from connectors.sandbox.salesforce import moments
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, Field, Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

SORTS = ("CREATE", "UPDATE", "DELETE", "UNDELETE")
SYMBOLS = (*SORTS, *(f"GAP_{sort}" for sort in SORTS), "GAP_OVERFLOW", "SNAPSHOT")
NAMESPACE = "com.sforce.eventbus"
LEFT_OUT = frozenset({"Id", "IsDeleted", "SystemModstamp"})
AVRO = {"boolean": "boolean", "int": "int", "double": "double", "currency": "double", "percent": "double"}
_TEXTS: dict[str, Any] = {"type": "array", "items": "string"}
HEADER = {
    "name": "ChangeEventHeader",
    "type": "record",
    "fields": [
        {"name": "entityName", "type": "string"},
        {"name": "recordIds", "type": _TEXTS},
        {"name": "changeType", "type": {"type": "enum", "name": "ChangeType", "symbols": list(SYMBOLS)}},
        {"name": "changeOrigin", "type": "string"},
        {"name": "transactionKey", "type": "string"},
        {"name": "sequenceNumber", "type": "int"},
        {"name": "commitTimestamp", "type": "long"},
        {"name": "commitNumber", "type": "long"},
        {"name": "commitUser", "type": "string"},
        {"name": "nulledFields", "type": _TEXTS},
        {"name": "diffFields", "type": _TEXTS},
        {"name": "changedFields", "type": _TEXTS},
    ],
}


@dataclass(frozen=True, slots=True)
class EventSchema:
    """`places`: where a field stands: its position, and that of its part in a compound, -1 where it is none."""

    id: str
    text: str
    parsed: Any
    places: dict[str, tuple[int, int]]
    fields: dict[str, Field]

    def encoded(self, header: dict[str, Any], values: Row) -> bytes:
        """An event in Avro's binary form. Values of fields that the schema does not have are left out."""
        record: dict[str, Any] = {"ChangeEventHeader": header}
        for name, value in values.items():
            known = self.fields.get(name)
            if known is None or value is None:
                continue
            if self.places[name][1] < 0:
                record[name] = _value(known, value)
            else:
                parts = record.setdefault(known.compound or "", {})
                if isinstance(parts, dict):
                    parts[_part_name(known)] = _value(known, value)
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, self.parsed, record)
        return buffer.getvalue()

    def bitmap(self, names: Iterable[str]) -> list[str]:
        """These fields as the header names them."""
        own, nested = 0, dict[int, int]()
        for name in names:
            place, part = self.places.get(name, (0, -1))
            if part >= 0:
                nested[place] = nested.get(place, 0) | 1 << part
            elif place:
                own |= 1 << place
        return [*([_hex(own)] if own else []), *(f"{place}-{_hex(bits)}" for place, bits in nested.items())]


def schema_of(object: ObjectType) -> EventSchema:
    """The schema of the object as it is now: the fields that the API user sees, without formulas."""
    fields = [f for f in object.fields.values() if f.name not in LEFT_OUT and not (f.formula or f.through or f.mask)]
    parts: dict[str, list[Field]] = {}
    for f in fields:
        if f.compound and f.compound != f.name and f.compound in object.fields:
            parts.setdefault(f.compound, []).append(f)
    inside = {f.name for group in parts.values() for f in group}
    described, places = list[dict[str, Any]](), dict[str, tuple[int, int]]()
    for f in fields:
        if f.name in inside or (f.type in COMPOUND_TYPES and f.name not in parts):
            continue
        place = len(described) + 1
        described.append(_described(object, f, parts.get(f.name, [])))
        places[f.name] = (place, -1)
        places |= {part.name: (place, number) for number, part in enumerate(parts.get(f.name, []))}
    name = event_name(object.name)
    header = {"name": "ChangeEventHeader", "type": HEADER}
    schema = {"type": "record", "name": name, "namespace": NAMESPACE, "fields": [header, *described]}
    text = orjson.dumps(schema)
    id = base64.urlsafe_b64encode(hashlib.md5(text, usedforsecurity=False).digest()).decode().rstrip("=")
    known = {f.name: f for f in fields if f.name in places}
    return EventSchema(id, text.decode(), fastavro.parse_schema(schema), places, known)


def topic_of(object: str) -> str:
    """The topic of an object's events: /data/ContactChangeEvent, /data/Site__ChangeEvent."""
    return f"/data/{event_name(object)}"


def event_name(object: str) -> str:
    return f"{object.removesuffix('__c')}__ChangeEvent" if object.endswith("__c") else f"{object}ChangeEvent"


def _described(object: ObjectType, f: Field, parts: list[Field]) -> dict[str, Any]:
    types: list[Any] = ["null"]
    if not parts or f.compute is None:
        types.append(_avro(f))
    if parts:
        inner = [{"name": _part_name(p), "type": ["null", _avro(p)], "default": None} for p in parts]
        types.append({"type": "record", "name": f"{object.name}_{f.name}", "fields": inner})
    return {"name": f.name, "type": types, "doc": f"Data:{f.type.title()}", "default": None}


def _part_name(f: Field) -> str:
    """Street of MailingStreet, Latitude of Office__Latitude__s."""
    compound = f.compound or ""
    start = compound.removesuffix("Address") if compound.endswith("Address") else compound.removesuffix("c")
    return f.name.removeprefix(start).removesuffix("__s") if f.name.startswith(start) else f.name


def _avro(f: Field) -> str:
    return "long" if f.type in ("date", "datetime") else AVRO.get(f.type, "string")


def _value(f: Field, value: Any) -> Any:
    match _avro(f):
        case "long":
            text = value if f.type == "datetime" else f"{value}T00:00:00.000+0000"
            return int(moments.to_datetime(text).timestamp() * 1000)
        case "string":
            return str(value)
        case "double":
            return float(value)
        case _:
            return value


def _hex(bits: int) -> str:
    digits = f"{bits:X}"
    return f"0x{'0' * (len(digits) % 2)}{digits}"
