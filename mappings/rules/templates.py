"""Sources of a mapping that are no field: a constant text, or a text with fields in it, as "{FirstName} {LastName}".

Such a source is stored in place of the field's name, with a mark before it that no name of a field begins with.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.api.values import FieldSchema, FieldType, Record

MARK = "="
_PLACE = re.compile(r"\{\s*([A-Za-z][\w.]*)\s*\}", re.ASCII)


def is_made_up(source: str) -> bool:
    """Whether a source is a constant or a template."""
    return source.startswith(MARK)


def is_constant(source: str) -> bool:
    return is_made_up(source) and not fields_of(source)


def fields_of(source: str) -> tuple[str, ...]:
    """The fields that stand in a template; none for a constant, or for a field itself."""
    return tuple(dict.fromkeys(_PLACE.findall(source))) if is_made_up(source) else ()


def text_of(source: str) -> str:
    """What people typed."""
    return source.removeprefix(MARK)


def filled(source: str, values: Mapping[str, Any]) -> str | None:
    """The text with the record's values in it, single blanks between them; None where all of its fields are empty."""
    names = fields_of(source)
    if names and all(values.get(name) in (None, "") for name in names):
        return None
    text = _PLACE.sub(lambda found: _shown(values.get(found[1])), text_of(source))
    return " ".join(text.split()) if names else text


def schema_of(source: str) -> FieldSchema:
    """How such a source looks among fields: a text that nobody can write to."""
    return FieldSchema(
        name=source,
        label=f"“{text_of(source)}”",
        type=FieldType.TEXT,
        native="Template" if fields_of(source) else "Constant",
        creatable=False,
        updatable=False,
        read_only_reason="it is no field",
    )


def with_sources(names: Iterable[str]) -> tuple[str, ...]:
    """The fields to ask a system for: those of a template instead of the template."""
    found = (fields_of(name) if is_made_up(name) else (name,) for name in names)
    return tuple(dict.fromkeys(name for each in found for name in each))


def with_texts(record: Record, sources: Sequence[str]) -> Record:
    """The record with what the constants and templates make of it; one whose fields were not all read has none."""
    known = [one for one in sources if all(name in record.values for name in fields_of(one))]
    if record.deleted or not known:
        return record
    for source in known:
        record = record.with_value(source, filled(source, record.values))
    return record


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
