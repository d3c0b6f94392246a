"""Finds fields named in a sync that no longer exist, or whose type does not fit the option."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from connectors.api.values import FieldSchema, FieldType
from mappings import new_left
from mappings.fields.right_choices import on_the_right
from mappings.kinds.option import Option, OptionType
from mappings.kinds.registry import kind_of
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.rules.refusals import as_list
from mappings.schemas import Schemas
from mappings.scope import stored

# What the values of a checkbox are called where values are chosen.
_BOX = frozenset({"true", "false"})


def option_misfits(sync: Sync, known: Schemas) -> Iterator[tuple[str, str]]:
    """The option's key in the configuration file and a sentence, for each that cannot work; field mappings aside."""
    have = {record_type.name for record_type in known.left.record_types}
    for item in sync.record_type_filters.all():
        if item.name not in have:
            yield "record_types", lost_record_type(item.name)
    picked = [item.value for item in sync.picklist_filters.all()]
    for sentence in (*_named([sync.picklist_field], known, as_list), *_no_box(sync.picklist_field, picked, known)):
        yield "picklist_filter", sentence
    for place, sentence in stored.misfits(sync, known):
        yield f"conditions.{place}", sentence
    yield from new_left.misfits(sync, known)
    for option in kind_of(sync.kind).options:
        if option.view_choice and sync.option(option.name) == option.view_choice and not sync.list_view:
            yield option.group, f"{option.label}: no list view is chosen."
        for sentence in _of_option(option, sync, known):
            yield option.group, sentence


def _of_option(option: Option, sync: Sync, known: Schemas) -> Iterator[str]:
    value = sync.option(option.name)
    match option.type:
        case OptionType.FIELD:
            yield from _named([value], known, option.refusal)
        case OptionType.FIELDS:
            yield from _named([name for name in value if name not in option.built_in], known, option.refusal)
        case OptionType.VALUES:
            yield from _no_box(sync.option(option.of), value, known)
        case OptionType.KEY_FIELD:
            if problem := key_field_problem(option, value, known):
                yield problem
        case OptionType.RIGHT_LOOKUP | OptionType.RIGHT_RECORD_TYPE:
            if value and value not in dict(on_the_right(option, known)):
                yield f"{known.right.label} has no {value} to be the {worded(option.label, known.kind)}."
        case OptionType.RIGHT_FIELD:
            mapped = [mapping.right for mapping in sync.mappings.all()]
            if problem := _lacks_key(value, known) or id_field_problem(value, known, mapped) or _shared(sync, known):
                yield problem


def _no_box(name: str, values: Collection[str], known: Schemas) -> Iterator[str]:
    """A checkbox has two values only."""
    field = known.left_field(name)
    if field and field.type is FieldType.BOOLEAN and not _BOX.issuperset(values):
        yield f"{name} is a checkbox: its values are true and false."


def _named(names: Collection[str], known: Schemas, refusal: Callable[[FieldSchema], str]) -> Iterator[str]:
    for name in filter(None, names):
        field = known.left_field(name)
        if field is None:
            yield lost_field(name, known)
        elif reason := refusal(field):
            yield f"{name} ({field.type_name}): {reason}."


def _lacks_key(chosen: str, known: Schemas) -> str:
    """What to do where the right system has not the field by which records are made once only; "" where it has."""
    side, key = known.kind.right, chosen or known.kind.right.link_field
    field = known.right_field(key)
    if not side.upserts or (field and field.is_key):
        return ""
    lack = f"{key} is not both an External ID and unique" if field else f"{side.system_label} has no field {key}"
    others = [f.name for f in known.right.fields if f.is_key and f.name != key]
    choose = f" Or choose another field: {', '.join(others)}." if others else ""
    return f"{lack}, and without it {side.many} could be made twice. {side.key_hint.format(key=key)}{choose}"


def _shared(sync: Sync, known: Schemas) -> str:
    """Why another sync stands in the way: two accounts number their records from 1, and one field tells them not apart.
    Empty where none does.
    """
    side = known.kind.right
    if not side.upserts:
        return ""
    key, others = _key_of(sync), Sync.objects.filter(kind=sync.kind, right=sync.right).exclude(left=sync.left)
    other = next((other for other in others.order_by("pk") if _key_of(other) == key), None)
    if other is None:
        return ""
    left = known.kind.left
    return (
        f"{key} keeps the ids of another {left.system_label} account, by the sync {other}: {left.many} with the same "
        f"number would be one {side.one}. Choose a field for each of the two, or remove one of the syncs."
    )


def _key_of(sync: Sync) -> str:
    return str(sync.option("id_field") or kind_of(sync.kind).right.link_field)


def key_field_problem(option: Option, name: str, known: Schemas) -> str:
    """Why records cannot be found by this field of the right side; empty when they can."""
    field = known.right_field(name)
    if field is None:
        return f"{name} does not exist in {known.kind.names.right_system} any more."
    reason = option.refusal(field)
    return f"{name} ({field.type_name}): {reason}." if reason else ""


def id_field_problem(key: str, known: Schemas, mapped: Collection[str]) -> str:
    """Why the id of the left record cannot be kept in this custom field; empty when it can."""
    if not key:
        return ""
    system = known.kind.names.left_system
    field = known.right_field(key)
    if field is None:
        return f"{key} does not exist in {known.kind.names.right_system} any more."
    if known.kind.right.upserts:
        if not field.is_key:
            return f"{key} is not both an External ID and unique, so records could be made twice."
        return f"{key} is mapped, so it cannot also store the {system} id as well." if key in mapped else ""
    if field.type is not FieldType.TEXT or field.restricted:
        return f"{key} is not a text field, so it cannot store the {system} id."
    return f"{key} is mapped, so it cannot also store the {system} id as well." if key in mapped else ""


def lost_field(name: str, known: Schemas) -> str:
    """What to say of a left field that is used and not there."""
    return f"{name} does not exist in {known.kind.names.left_system} any more."


def lost_record_type(name: str) -> str:
    return f"The record type {name} is gone."
