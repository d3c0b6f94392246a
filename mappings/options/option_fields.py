"""Form fields generated from the declarations of options."""

from __future__ import annotations

from typing import Any

from django import forms

from connectors.api.values import FieldSchema
from mappings import new_left
from mappings.fields import choices
from mappings.fields.misfits import id_field_problem, key_field_problem
from mappings.fields.right_choices import on_the_right
from mappings.kinds.declaration import Kind
from mappings.kinds.option import NO, YES, Option, OptionType
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options.form_parts import all_known, value_choices, with_lost
from mappings.options.widgets import RadioCards, ReasonedSelect
from mappings.schemas import Schemas
from syncadmin.web.duallist import DualList, DualListField

Type = OptionType
_CARDS = frozenset({Type.YES_NO, Type.CHOICE})


def field_of(option: Option, kind: Kind) -> forms.Field:
    """An empty field; ``offer`` fills in what may be chosen. One that is not submitted keeps its value."""
    label = worded(option.label, kind) or option.name
    if option.type in _CARDS:
        cards = [(c.value, worded(c.label, kind)) for c in option.choices]
        lines = {c.value: worded(c.consequence, kind) for c in option.choices}
        return forms.ChoiceField(required=False, label=label, choices=cards, widget=RadioCards(lines))
    if (option.is_typed and option.is_list) or option.type is Type.PAIRS:
        return forms.CharField(required=False, label=label, max_length=2_000, widget=forms.Textarea({"rows": 3}))
    if option.is_list:
        none = worded(option.none, kind)
        widget = DualList(option.first, option.noun, ordered=bool(option.first), none=none)
        return DualListField(required=False, label=label, widget=widget)
    if option.type is Type.NUMBER:
        return forms.IntegerField(required=False, label=label)
    if option.type is Type.TEXT:
        return forms.CharField(required=False, label=label, max_length=255)
    return forms.ChoiceField(required=False, label=label, widget=ReasonedSelect)


def shown(option: Option, value: Any) -> Any:
    """The value as its field takes it."""
    if option.is_typed and option.is_list:
        return "\n".join(value)
    if option.type is Type.PAIRS:
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    return (YES if value else NO) if option.type is Type.YES_NO else value


def offer(option: Option, bound: forms.BoundField, kind: Kind, known: Schemas, source: FieldSchema | None) -> None:
    """Fill in the fields or values that may be chosen; what is chosen though it is gone can be seen and taken out.

    ``source`` is the field whose values the option takes.
    """
    target: Any = bound.field
    chosen = bound.value() or ""
    match option.type:
        case Type.FIELDS:
            target.choices = with_lost(_listed(option, known), chosen, kind)
        case Type.TEXTS if option.choices:
            named = [(choice.value, worded(choice.label, kind)) for choice in option.choices]
            target.choices = with_lost(named, chosen, kind)
        case Type.VALUES:
            target.choices = with_lost(value_choices(source), chosen, kind)
        case Type.TEXTS if not option.is_typed:
            words = [(word.value, word.label) for word in option.offers(known.left.fields)]
            target.choices = [*words, *((word, word) for word in chosen if word not in dict(words))]
        case Type.KEY_FIELD:
            listed = choices.fitting(known.right.fields, option.refusal)
            target.choices = with_lost(listed, [chosen], kind)
        case Type.RIGHT_FIELD:
            target.choices = with_lost(choices.id_fields(known), [chosen], kind)
        case Type.RIGHT_LOOKUP | Type.RIGHT_RECORD_TYPE:
            listed = [("", worded(option.none, kind)), *on_the_right(option, known)]
            target.choices = with_lost(listed, [chosen] if chosen else [], kind)
        case Type.FIELD if option.fitting_only:
            target.choices = [("", worded(option.none, kind)), *with_lost(_listed(option, known), [chosen], kind)]
        case Type.FIELD:
            offered = choices.split(known.left.fields, option.refusal)
            have = {field.name for field in known.left.fields}
            target.choices = [*offered.choices(worded(option.none, kind)), *with_lost([], {chosen} - have, kind)]
            target.widget.refused = offered.refused


def cleaned(option: Option, value: Any, sync: Sync, known: Schemas, source: FieldSchema | None) -> Any:
    """The value to store. Raises ValidationError when it cannot be used."""
    match option.type:
        case Type.YES_NO:
            return sync.option(option.name) if value == "" else value == YES
        case Type.CHOICE:
            return value or sync.option(option.name)
        case Type.FIELDS:
            return all_known(value, {name for name, _ in _listed(option, known)})
        case Type.TEXTS if option.choices:
            return all_known(value, set(option.words))
        case Type.TEXTS if option.is_typed:
            return list(dict.fromkeys(filter(None, map(str.strip, value.splitlines()))))
        case Type.PAIRS:
            value = _pairs(value, known if option.of_fields else None)
        case Type.VALUES:
            return all_known(value, {choice.value for choice in source.choices}) if source else value
        case Type.FIELD:
            found = known.left_field(value)
            if value and (found is None or option.refusal(found)):
                raise forms.ValidationError(f"{value} cannot be used here. Choose another field, or none.")
        case Type.RIGHT_LOOKUP | Type.RIGHT_RECORD_TYPE:
            if value and value not in dict(on_the_right(option, known)):
                raise forms.ValidationError(f"{value} is not there any more. Choose another one, or none.")
        case Type.KEY_FIELD:
            if problem := key_field_problem(option, value, known):
                raise forms.ValidationError(problem)
        case Type.RIGHT_FIELD:
            mapped = sync.mappings.values_list("right", flat=True) if value else ()
            if problem := id_field_problem(value, known, mapped):
                raise forms.ValidationError(problem)
    if problem := next(iter(option.problems(value)), ""):
        raise forms.ValidationError(f"It {problem}.")
    return value


def _pairs(typed: str, known: Schemas | None) -> dict[str, str]:
    """The lines as names and values. Raises ValidationError for one that is none, or, where the names are fields that
    are ``known``, does not fit its field.
    """
    found, problems = dict[str, str](), list[str]()
    for line in filter(None, map(str.strip, typed.splitlines())):
        name, colon, text = (part.strip() for part in line.partition(":"))
        if not (name and colon and text):
            problems.append(f"{line!r} is no line of the form field: value.")
        elif known and (problem := new_left.problem(name, text, known)):
            problems.append(problem)
        found[name] = text
    if problems:
        raise forms.ValidationError(problems)
    return found


def fits_any(option: Option, known: Schemas) -> bool:
    return any(not option.refusal(field) for field in known.left.fields)


def _listed(option: Option, known: Schemas) -> choices.Choices:
    return choices.fitting(known.left.fields, option.refusal, typed=option.is_list)
