"""What a sync names that does not fit the connected systems: fields that are gone, or of a type no option can use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from connectors.api.values import FieldSchema, FieldType
from mappings.models import Sync
from mappings.rules import compat, pairs
from mappings.rules.matching import EMAIL

if TYPE_CHECKING:
    from mappings.services import Schemas

_NOTES = FieldSchema("notes", "Notes", FieldType.LONG_TEXT)
# What the values of a checkbox are called where values are chosen.
_BOX = frozenset({"true", "false"})


def option_misfits(sync: Sync, known: Schemas) -> Iterator[tuple[str, str]]:
    """The option's key in the configuration file and a sentence, for each that cannot work; field mappings aside."""
    have = {record_type.name for record_type in known.left.record_types}
    for item in sync.record_type_filters.all():
        if item.name not in have:
            yield "record_types", lost_record_type(item.name)
    picked = [item.value for item in sync.picklist_filters.all()]
    ranked = [*sync.rank_values, *sync.ended_values]
    yield from _judged("picklist_filter", sync.picklist_field, picked, known)
    yield from _judged("rank", sync.rank_field, ranked, known)
    yield from _named("tags", sync.tags, known, _no_tag)
    yield from _named("domain_names", [sync.domain_names], known, _no_domains)
    yield from _named("notes", [sync.notes], known, _long_text_refusal(known))
    yield from _named("details", [sync.details], known, _long_text_refusal(known))
    yield from _named("match_on", [name for name in sync.match_on if name != EMAIL], known, _no_criterion)
    if problem := account_field_problem(sync.account_field, known):
        yield "account_field", problem
    mapped = [mapping.right for mapping in sync.mappings.all()]
    if problem := id_field_problem(sync.id_field, known, mapped):
        yield "id_field", problem


def _judged(key: str, name: str, values: Collection[str], known: Schemas) -> Iterator[tuple[str, str]]:
    """A filter or a rank: its field, and of a checkbox the values too."""
    lost = list(_named(key, [name], known, _no_filter))
    yield from lost
    field = known.left_field(name)
    if not lost and field and field.type is FieldType.BOOLEAN and not _BOX.issuperset(values):
        yield key, f"{name} is a checkbox: its values are true and false."


def _named(
    key: str, names: Collection[str], known: Schemas, refusal: Callable[[FieldSchema], str]
) -> Iterator[tuple[str, str]]:
    for name in filter(None, names):
        field = known.left_field(name)
        if field is None:
            yield key, lost_field(name)
        elif reason := refusal(field):
            yield key, f"{name} ({field.type_name}): {reason}."


def _no_filter(field: FieldSchema) -> str:
    return "" if compat.filterable(field) else "filters and ranks take picklists and checkboxes"


def _no_tag(field: FieldSchema) -> str:
    return "" if compat.taggable(field) else "its values make no tags"


def _no_domains(field: FieldSchema) -> str:
    return "" if compat.holds_domains(field) else "domains need a text field"


def _long_text_refusal(known: Schemas) -> Callable[[FieldSchema], str]:
    tables = known.kind.types
    return lambda field: "" if pairs.to_right(field, _NOTES, tables).allowed else "it cannot fill a long text"


def _no_criterion(field: FieldSchema) -> str:
    return "" if compat.is_criterion(field) else "it does not tell people apart"


def account_field_problem(name: str, known: Schemas) -> str:
    """Why this field cannot say which account a lead stands at (S3.57); empty when it can, or none is chosen."""
    field = known.left_field(name) if name else None
    if not name or (field and leads_to_account(field)):
        return ""
    return f"{name} is no look-up to an account, so it brings no organization." if field else lost_field(name)


def leads_to_account(field: FieldSchema) -> bool:
    """Whether a field of a lead holds the id of an account; that of a converted lead is for what came of it."""
    return field.type is FieldType.REFERENCE and field.target == "Account" and field.name != "ConvertedAccountId"


def id_field_problem(key: str, known: Schemas, mapped: Collection[str]) -> str:
    """Why the Salesforce id cannot be kept in this custom field; empty when it can."""
    if not key:
        return ""
    field = known.right_field(key)
    if field is None:
        return f"{key} does not exist in Zendesk any more."
    if field.type is not FieldType.TEXT or field.restricted:
        return f"{key} is no text field, so it cannot keep the Salesforce id."
    return f"{key} is mapped, so it cannot keep the Salesforce id as well." if key in mapped else ""


def lost_field(name: str) -> str:
    """What to say of a Salesforce field that is used and not there."""
    return f"{name} does not exist in Salesforce any more."


def lost_record_type(name: str) -> str:
    return f"The record type {name} is gone."
