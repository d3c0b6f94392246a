"""Form parts shared by the sections of a sync's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import ngettext

from connectors.api.values import FieldSchema
from mappings.fields import choices as options
from mappings.kinds.declaration import Kind
from mappings.options.widgets import RadioCards
from mappings.schemas import Schemas

YES_NO = [("yes", "Yes"), ("no", "No")]


def explain(form: forms.Form, field: str, lines: Mapping[Any, str], label: str = "") -> None:
    """Put the consequence of each choice beside it, and a label that depends on the kind of sync."""
    widget: Any = form.fields[field].widget
    assert isinstance(widget, RadioCards)
    widget.consequences = dict(lines)
    if label:
        form.fields[field].label = label


def value_choices(field: FieldSchema | None) -> options.Choices:
    """The values of a picklist."""
    if field is None:
        return []
    return [(c.value, c.label if c.active else f"{c.label} (inactive)") for c in field.choices]


def with_lost(choices: options.Choices, chosen: Any, kind: Kind) -> options.Choices:
    """The choices, and what is chosen though it is gone: it must be seen to be taken out."""
    have = {value for value, _ in choices}
    gone = f"gone from {kind.names.left_system}"
    return [*choices, *((name, f"{name} ({gone})") for name in chosen or [] if name and name not in have)]


def all_known(chosen: list[str], known: set[str]) -> list[str]:
    """The chosen names. Raises ValidationError that lists those that are gone."""
    lost = [name for name in chosen if name not in known]
    if lost:
        one = "{names} can no longer be used here. Remove it from the list."
        many = "{names} can no longer be used here. Remove them from the list."
        raise forms.ValidationError(ngettext(one, many, len(lost)).format(names=", ".join(lost)))
    return chosen


def without_other_values(data: QueryDict, known: Schemas, field: str, *lists: str) -> QueryDict:
    """What was submitted, without the values in ``lists`` that the picklist chosen in ``field`` does not have."""
    chosen = known.left_field(data.get(field, ""))
    values = {choice.value for choice in chosen.choices} if chosen else set()
    fresh = data.copy()
    for name in lists:
        fresh.setlist(name, [value for value in data.getlist(name) if value in values])
    return fresh
