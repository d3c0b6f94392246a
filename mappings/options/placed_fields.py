"""Form fields of a mapping that is shown among the options: source, direction and conflict rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from connectors.api.values import FieldSchema
from mappings.fields import choices, rows, words
from mappings.fields.rows import Row
from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option
from mappings.kinds.wording import worded
from mappings.options.form_parts import with_lost
from mappings.rules import pairs
from mappings.rules.configuration import Conflict, Direction
from mappings.schemas import Schemas

_DEFAULTS = {"direction": Direction.TO_RIGHT.value, "conflict": Conflict.LEFT.value}


def name_of(option: Option, part: str) -> str:
    """The name of a further form field of the option: ``details_direction``."""
    return f"{option.name}_{part}"


def initial(option: Option, stored: Row | None) -> dict[str, str]:
    """What the form fields hold for a stored mapping, or for none."""
    found = {"direction": stored.direction, "conflict": stored.conflict} if stored else _DEFAULTS
    return {option.name: stored.left if stored else "", **{name_of(option, part): word for part, word in found.items()}}


def further(option: Option, kind: Kind) -> dict[str, forms.Field]:
    """The form fields beside the list of sources, by name. One that is not submitted is as it was."""
    label = worded(option.label, kind)
    select = forms.Select({"class": "form-select"})
    return {
        name_of(option, "direction"): forms.ChoiceField(
            required=False, label=f"Direction of {label}", choices=words.directions(kind), widget=select
        ),
        name_of(option, "conflict"): forms.ChoiceField(
            required=False, label=f"If both {label} changed", choices=words.conflicts(kind), widget=select
        ),
    }


def offer(option: Option, bound: forms.BoundField, direction: str, known: Schemas) -> None:
    """Fill in the fields that may be chosen in this direction; the others are greyed with the reason."""
    right, kind = known.right_field(option.name), known.kind

    def reason(left: FieldSchema) -> str:
        if right is None:
            return f"{kind.names.right_system} has no such field"
        found = pairs.verdict(left, right, direction or _DEFAULTS["direction"], kind.types)
        return "" if found.allowed else found.reason

    target: Any = bound.field
    offered = choices.split(known.left.fields, reason)
    gone = {bound.value() or ""} - {field.name for field in known.left.fields}
    target.choices = [*offered.choices(worded(option.none, kind)), *with_lost([], gone, kind)]
    target.widget.refused = offered.refused


def row_of(option: Option, cleaned: dict[str, Any], stored: Row | None) -> Row | None:
    """The mapping as typed, None for none. What the form does not ask for stays as it is stored."""
    left = cleaned.get(option.name)
    if not left:
        return None
    row = stored if stored and stored.left == left else Row(left, option.name)
    typed = {part: cleaned.get(name_of(option, part)) or getattr(stored or row, part) for part in _DEFAULTS}
    return replace(row, **typed)


def problems(row: Row, others: list[Row], known: Schemas) -> list[str]:
    """What keeps the mapping from being saved."""
    return rows.row_problems(row, others, known)
