"""Converts values between Salesforce's JSON and CSV formats and ours.

Whole numbers are ``int``, other numbers ``float``, checkboxes ``bool``, all else text; None is empty. Days are
``2024-10-23``, moments ``2024-10-23T04:13:57Z``. A record reads the same whichever way it came.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.api.values import FieldSchema, FieldType, ObjectSchema, Record, RecordRef

Json = dict[str, Any]
Convert = Callable[[Any], Any]

ID, STAMP, DELETED = "Id", "SystemModstamp", "IsDeleted"
NUMBERS = frozenset({FieldType.DECIMAL, FieldType.PERCENT, FieldType.GEOLOCATION})


@dataclass(frozen=True, slots=True)
class Shape:
    """What describe says of an object's values.

    ``compound`` names the fields that hold several values (addresses, geolocations), which no bulk query returns.
    ``masks`` are what values look like that may not be seen.
    """

    types: Mapping[str, FieldType]
    compound: frozenset[str]
    masks: Mapping[str, re.Pattern[str]] = dataclasses.field(default_factory=dict)

    def hides(self, name: str, value: Any) -> bool:
        """Whether the value is a mask: what the field holds was not read."""
        mask = self.masks.get(name)
        return mask is not None and isinstance(value, str) and mask.fullmatch(value) is not None


def shape_of(schema: ObjectSchema) -> Shape:
    """The shape of the values of a described object."""
    return Shape(
        types={field.name: field.type for field in schema.fields},
        compound=frozenset(field.name for field in schema.fields if field.compound),
        masks={field.name: _mask(field) for field in schema.fields if field.mask},
    )


def _mask(field: FieldSchema) -> re.Pattern[str]:
    """At least one sign of the mask among blanks and hyphens, then what of the end is shown."""
    sign = re.escape(field.mask)
    return re.compile(rf"[ -]*{sign}(?:{sign}|[ -])*.{{0,{field.unmasked}}}", re.DOTALL)


def moment_text(value: str) -> str:
    """2024-10-23T04:13:57Z of ``...57.000+0000`` and ``...57.000Z``; thousandths stay where there are any."""
    seconds, thousandths = value[:19], value[19:23]
    return f"{seconds}Z" if thousandths in (".000", "Z", "+000", "") else f"{seconds}{thousandths}Z"


def moment(value: Any) -> datetime | None:
    """The moment in a SystemModstamp of either spelling."""
    return datetime.fromisoformat(moment_text(value)) if value else None


def json_records(object: str, fields: Sequence[str], shape: Shape) -> Callable[[Json], Record]:
    """A function that makes a Record of a JSON row. A key that the row leaves out was not read, nor was a value that is
    masked; null means empty.
    """
    plain = [(field, _from_json(field, shape)) for field in fields if "." not in field]
    paths = [(field, field.split(".")) for field in fields if "." in field]

    def read(row: Json) -> Record:
        values: Json = {}
        for field, convert in plain:
            if field in row and not shape.hides(field, row[field]):
                value = row[field]
                values[field] = value if value is None or convert is None else convert(value)
        for field, path in paths:
            if path[0] in row:
                values[field] = _of_parent(row, path)
        return Record(RecordRef(object, row[ID]), values, moment(row.get(STAMP)), row.get(DELETED) is True)

    return read


def csv_records(
    object: str, fields: Sequence[str], shape: Shape, header: Sequence[str]
) -> Callable[[Sequence[str]], Record]:
    """A function that makes a Record of a CSV row under ``header``. Raises ValueError if a column is missing."""
    columns = [(field, header.index(field), _from_csv(field, shape)) for field in fields]
    id_place, stamp_place = header.index(ID), header.index(STAMP)
    deleted_place = header.index(DELETED) if DELETED in header else None

    def read(row: Sequence[str]) -> Record:
        values: Json = {}
        for field, place, convert in columns:
            text = row[place]
            if shape.hides(field, text):
                continue
            values[field] = None if text == "" else text if convert is None else convert(text)
        deleted = deleted_place is not None and row[deleted_place] == "true"
        return Record(RecordRef(object, row[id_place]), values, moment(row[stamp_place]), deleted)

    return read


def _from_json(field: str, shape: Shape) -> Convert | None:
    match shape.types.get(field):
        case FieldType.DATETIME:
            return moment_text
        case FieldType.INTEGER:
            return _whole
        case FieldType.DECIMAL | FieldType.PERCENT:
            return float
        case _:
            return None


def _from_csv(field: str, shape: Shape) -> Convert | None:
    match shape.types.get(field):
        case FieldType.BOOLEAN:
            return "true".__eq__
        case FieldType.DATETIME:
            return moment_text
        case FieldType.INTEGER:
            return _whole
        case type if type in NUMBERS:
            return float
        case _:
            return None


def _whole(value: Any) -> int | float:
    """A number that should have no decimals. If it has, they stay, so that nobody rounds unseen (S3.29)."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    number = float(value)
    return int(number) if number.is_integer() else number


def text_of(value: Any) -> str:
    """A JSON value as CSV spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _of_parent(row: Json, path: Sequence[str]) -> str | None:
    value: Any = row
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return None if value is None else text_of(value)
