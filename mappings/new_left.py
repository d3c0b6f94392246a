"""What a new left record needs besides its mapped values: defaults, and required fields (S2.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.api.values import FieldSchema, FieldType
from mappings.models import Sync
from mappings.rules import convert
from mappings.rules.configuration import FieldRule
from mappings.schemas import Schemas

DEFAULTS, REQUIRED = "new_defaults", "new_required"


def defaults(sync: Sync, known: Schemas) -> tuple[tuple[str, Any], ...]:
    """Each field with the value that a new record gets where nothing else fills it; what does not fit is left out."""
    found = []
    for name, text in (sync.option(DEFAULTS) or {}).items():
        field = known.left_field(name)
        if field and not problem(name, text, known):
            found.append((name, convert.to_left(_rule(field), text)))
    return tuple(found)


def required(sync: Sync, known: Schemas) -> tuple[tuple[str, str], ...]:
    """Each field without which people want no new record, with its label."""
    chosen = [
        option.requires.get(str(sync.option(option.name)), "") for option in known.kind.options if option.requires
    ]
    named = {name: known.left_field(name) for name in [*filter(None, chosen), *(sync.option(REQUIRED) or ())]}
    return tuple((name, field.label) for name, field in named.items() if field)


def misfits(sync: Sync, known: Schemas) -> Iterator[tuple[str, str]]:
    """The option's key in the configuration file and a sentence, for each default that cannot be written."""
    for name, text in (sync.option(DEFAULTS) or {}).items():
        if text := problem(name, text, known):
            yield DEFAULTS, text


def problem(name: str, text: str, known: Schemas) -> str:
    """Why a new record cannot have this default; "" where it can."""
    field = known.left_field(name)
    if field is None:
        return f"{known.kind.left.system_label} has no field {name}."
    if not field.creatable or field.compound:
        return f"{name} cannot be set: {field.read_only_reason or 'its parts are written one by one'}."
    try:
        convert.to_left(_rule(field), text)
    except convert.ValueProblem as reason:
        return f"{name}: {reason}."
    return ""


def _rule(field: FieldSchema) -> FieldRule:
    restricted = field.restricted and field.choices
    return FieldRule(
        field.name,
        field.name,
        field.type,
        FieldType.TEXT,
        left_length=field.length,
        left_scale=field.scale,
        left_digits=field.digits,
        left_choices=frozenset(choice.value for choice in field.choices if choice.active) if restricted else None,
    )
