"""Values on their way in: JSON or CSV cell -> typed value -> stored value, or a refusal in the vendor's words."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from connectors.sandbox.salesforce import ids, moments
from connectors.sandbox.salesforce.errors import ApiError, RowRefused, refused
from connectors.sandbox.salesforce.schema.fields import NUMBER_TYPES, TEXT_TYPES, Field

_EMAIL = re.compile(r"[^@\s<>(),;:\"\[\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}$")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,3})?Z?$")
_SHOWN = {str: "VALUE_STRING", bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT"}
NULL_CELL = "#N/A"


def from_json(field: Field, value: Any) -> Any:
    """The typed value of a JSON value. Raises ApiError 400 JSON_PARSER_ERROR when the JSON type does not fit."""
    if value is None:
        return None
    kind = field.type
    if kind in NUMBER_TYPES:
        return _json_number(field, value)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise _cannot(field, value, "boolean")
    if not isinstance(value, str):
        raise _cannot(field, value, "string")
    if kind in ("date", "datetime", "time"):
        return _day_or_moment(field, value)
    return value


def _json_number(field: Field, value: Any) -> int | float:
    whole = field.type == "int"
    if isinstance(value, str):
        try:
            value = int(value) if whole else float(value)
        except ValueError as error:
            raise _cannot(field, value, "int" if whole else "double") from error
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and value != int(value)):
        raise _cannot(field, value, "int" if whole else "double")
    return int(value) if whole else float(value)


def _day_or_moment(field: Field, value: str) -> str | None:
    if not value:
        return None
    if field.type == "date":
        parsed = moments.parse_date(value)
    elif field.type == "datetime":
        parsed = moments.parse_moment(value)
    else:
        parsed = value if _TIME.match(value) else None
    if parsed is None:
        raise _cannot(field, value, field.type)
    return parsed


def _cannot(field: Field, value: Any, wanted: str) -> ApiError:
    shown = _SHOWN.get(type(value), "START_OBJECT" if isinstance(value, dict) else "START_ARRAY")
    text = f" value {value}" if isinstance(value, str | int | float) else ""
    message = f"Cannot deserialize instance of {wanted} from {shown}{text} or request may be missing a required field"
    return ApiError(400, "JSON_PARSER_ERROR", f"{message} at {field.name}")


def from_cell(field: Field, text: str) -> Any:
    """The typed value of a CSV cell that is not empty; "#N/A" is null. Raises RowRefused when it does not parse."""
    if text == NULL_CELL:
        return None
    if field.type == "boolean":
        low = text.strip().lower()
        if low in ("true", "1", "yes"):
            return True
        return False if low in ("false", "0", "no") else _bad_cell(field, text)
    if field.type in NUMBER_TYPES or field.type in ("date", "datetime", "time"):
        try:
            return from_json(field, text.strip())
        except ApiError:
            return _bad_cell(field, text)
    return text


def _bad_cell(field: Field, text: str) -> Any:
    raise refused(
        "INVALID_FIELD",
        f"Failed to deserialize field at col 0. Due to, '{text}' is not a valid value for the type {field.soap_type}",
        field.name,
    )


def checked(field: Field, value: Any) -> Any:
    """The value to store for a typed value. Raises RowRefused for what the field does not take."""
    if value is None or value == "":
        if field.type == "boolean":
            raise refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{field.label}: value not of required type: ", field.name)
        return None
    if field.type in TEXT_TYPES:
        return _checked_text(field, value)
    if field.type in NUMBER_TYPES:
        return _checked_number(field, value)
    if field.type in ("reference", "id"):
        id = ids.normal(value.strip())
        if id is None:
            raise refused("MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", field.name)
        return id
    return value


def _checked_text(field: Field, value: str) -> str | None:
    text = value.strip() if field.type != "textarea" else value.rstrip()
    if not text:
        return None
    if field.type != "picklist" and field.type != "multipicklist" and len(text) > field.length:
        raise refused(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})",
            field.name,
        )
    if field.type == "email" and not _EMAIL.match(text):
        raise refused("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", field.name)
    if field.restricted:
        return _from_restricted(field, text)
    if field.type == "picklist":
        return next((v.value for v in field.values if v.value.lower() == text.lower()), text[: field.length])
    return text


def _from_restricted(field: Field, text: str) -> str:
    known = {v.value.lower(): v.value for v in field.values if v.active}
    chosen = text.split(";") if field.type == "multipicklist" else [text]
    for one in chosen:
        if one.strip().lower() not in known:
            raise refused(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{field.label}: bad value for restricted picklist field: {one}",
                field.name,
            )
    return ";".join(known[one.strip().lower()] for one in chosen)


def _checked_number(field: Field, value: int | float) -> int | float:
    if not math.isfinite(value):
        raise refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{field.label}: not a number: {value}", field.name)
    if field.type == "int":
        if abs(value) >= 10**field.digits:
            raise _out_of_range(field, value)
        return int(value)
    try:
        exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    except InvalidOperation:
        raise _out_of_range(field, value) from None
    if abs(exact) >= 10 ** (field.precision - field.scale):
        raise _out_of_range(field, value)
    return float(exact)


def _out_of_range(field: Field, value: float) -> RowRefused:
    return refused(
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{field.label}: value outside of valid range on numeric field: {value}",
        field.name,
    )
