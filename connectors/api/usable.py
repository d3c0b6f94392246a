"""Detects values that cannot be stored or passed on: unpaired surrogates, NUL characters, infinite numbers."""

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

_LONGEST_INTEGER = 2**63
HALF = "half a character (text that was cut in the middle of an emoji, or bytes that are no text)"


def unusable(values: Mapping[str, Any]) -> dict[str, str]:
    """The fields whose value cannot be kept or handed on, each with what is wrong with it."""
    return {name: fault for name, value in values.items() if (fault := _fault(value))}


def sentence(faults: Mapping[str, str]) -> str:
    """Why the record is left alone: "Description holds a zero byte. ..."; one sentence for each field."""
    faulty = "; ".join(f"{name} holds {fault}" for name, fault in faults.items())
    return f"{faulty}. Correct the value: until then the record stays as it is on both sides."


def decoded(content: bytes) -> Any:
    """The value of a JSON answer. Raises ValueError for what is no JSON.

    orjson refuses a whole answer for half a character in one text; the slower reader keeps it for the one record.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content.decode("utf-8", "surrogateescape"))


def storable(text: str) -> str:
    """The text as any database takes it; what it cannot take becomes the sign for a lost character."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if _is_broken(text) else text


def _fault(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        if "\x00" in value:
            return "a zero byte"
        return HALF if _is_broken(value) else ""
    if isinstance(value, int):
        return "" if -_LONGEST_INTEGER <= value < _LONGEST_INTEGER else "a number with too many digits"
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number without a value (NaN or infinite)"
    if isinstance(value, Mapping):
        return next(filter(None, map(_fault, (*value.keys(), *value.values()))), "")
    if isinstance(value, list | tuple | set | frozenset):
        return next(filter(None, map(_fault, value)), "")
    return ""


def _is_broken(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
