"""Form fields of an option that lists several fields in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.forms import BoundField

from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option, OptionType, no_problem
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options import option_fields
from mappings.options.widgets import ReasonedSelect
from mappings.rules.configuration import FieldRule
from mappings.schemas import Schemas


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """One of the lists: the label of the field that the chosen one is compared with, "" while none is chosen."""

    field: BoundField
    compared: str
    mapped: bool


def names_of(option: Option) -> list[str]:
    """The form fields in order: ``match_on_2``, ``match_on_3``."""
    return [f"{option.name}_{place}" for place in range(1 + len(option.built_in), option.places + 1)]


def initial(option: Option, chosen: list[str]) -> dict[str, str]:
    return dict(zip(names_of(option), (name for name in chosen if name not in option.built_in), strict=False))


def fields_of(option: Option, kind: Kind) -> dict[str, forms.Field]:
    label = worded(option.label, kind)
    return {
        name: forms.ChoiceField(required=False, label=f"{label}: {name.rpartition('_')[2]}", widget=ReasonedSelect)
        for name in names_of(option)
    }


def offer(option: Option, form: forms.Form, kind: Kind, known: Schemas) -> None:
    """Fill in the fields that may be chosen; the others are greyed with the reason."""
    for name in names_of(option):
        option_fields.offer(_one(option), form[name], kind, known, None)


def places(option: Option, form: forms.Form, kind: Kind, known: Schemas, sync: Sync) -> list[ListedPlace]:
    """The lists as they are chosen now, saved or not."""
    mapped = {row.left: row.right for row in sync.mappings.all()}
    labels = {field.name: field.label for field in known.right.fields}
    found = []
    for name in names_of(option):
        left = form[name].value() or ""
        right = _compared(option, kind, left, mapped) if left else ""
        found.append(ListedPlace(form[name], labels.get(right, right), left in mapped))
    return found


def cleaned(option: Option, form: forms.Form, sync: Sync, known: Schemas) -> list[str]:
    """The fields in order, the built-in ones first. Side effect: adds errors to the form."""
    chosen = list(option.built_in)
    for name in names_of(option):
        value = form.cleaned_data.get(name) or ""
        try:
            option_fields.cleaned(_one(option), value, sync, known, None)
        except forms.ValidationError as error:
            form.add_error(name, error)
            continue
        if value and value in chosen:
            form.add_error(name, f"{value} is chosen above already. Choose another field, or none.")
        elif value:
            chosen.append(value)
    return chosen


def _one(option: Option) -> Option:
    return replace(option, type=OptionType.FIELD, places=0, problems=no_problem)


def _compared(option: Option, kind: Kind, left: str, mapped: dict[str, str]) -> str:
    """The right field that the kind would compare this one with."""
    options = {**kind.unchosen.options, option.name: [*option.built_in, left]}
    rules = tuple(FieldRule(name, right) for name, right in mapped.items())
    criteria = kind.criteria(replace(kind.unchosen, options=options, rules=rules))
    return next((criterion.right for criterion in criteria if criterion.left == left), "")
