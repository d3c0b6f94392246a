"""Reads the fields of a Zendesk object: standard fields, and custom fields from their definitions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.api.errors import Transient
from connectors.api.values import FieldSchema, FieldType, ObjectSchema, PicklistValue
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import CUSTOM, ZendeskObject

CUSTOM_STATUS = "custom_status"
"""The type of the standard field with the statuses that an account has made."""

TYPES = {
    "checkbox": (FieldType.BOOLEAN, "Checkbox"),
    "date": (FieldType.DATE, "Date"),
    "decimal": (FieldType.DECIMAL, "Decimal"),
    "dropdown": (FieldType.CHOICE, "Drop-down"),
    "integer": (FieldType.INTEGER, "Numeric"),
    "lookup": (FieldType.REFERENCE, "Look-up"),
    "tagger": (FieldType.CHOICE, "Drop-down"),
    "multiselect": (FieldType.CHOICES, "Multi-select"),
    "regexp": (FieldType.TEXT, "Regexp"),
    "text": (FieldType.TEXT, "Text"),
    "textarea": (FieldType.LONG_TEXT, "Multi-line text"),
}
"""Custom field types (developer.zendesk.com, "Organization Fields"): what they hold, and what Zendesk calls them."""
RESTRICTED = frozenset({"dropdown", "tagger", "multiselect", "regexp"})
"""Types whose values Zendesk checks against a list or a pattern."""


def describe(client: ZendeskClient, kind: ZendeskObject) -> ObjectSchema:
    """The object's fields; inactive custom fields are left out, for nobody can see them."""
    active = [definition for definition in _definitions(client, kind) if definition.get("active")]
    custom = tuple(_of_kind(kind, custom_field(definition)) for definition in active if not _is_standard(definition))
    standard = tuple(_with_statuses(field, active) for field in kind.fields)
    return ObjectSchema(kind.name, _label(client, kind), standard + custom)


def _with_statuses(field: FieldSchema, definitions: Sequence[Json]) -> FieldSchema:
    """The field of custom statuses with those that the account has; any other as it is."""
    if field.name != CUSTOM_STATUS:
        return field
    rows = [row for one in definitions if one.get("type") == CUSTOM_STATUS for row in one.get("custom_statuses") or ()]
    names = dict.fromkeys(str(row["agent_label"]) for row in rows if row.get("active") is not False)
    return replace(field, choices=tuple(PicklistValue(name, name) for name in names))


def _is_standard(definition: Json) -> bool:
    """Zendesk lists the standard fields of tickets beside the custom ones."""
    return definition.get("removable") is False and "key" not in definition


def _of_kind(kind: ZendeskObject, field: FieldSchema) -> FieldSchema:
    """The field as records of the kind take it."""
    if kind.read_only:
        return replace(field, creatable=False, updatable=False, read_only_reason=f"{kind.plural} are not written")
    return replace(field, creatable=False) if kind.updated_only else field


def _label(client: ZendeskClient, kind: ZendeskObject) -> str:
    """What people call the object; an account names its own."""
    if not kind.key:
        return kind.label
    described = client.get(f"custom_objects/{kind.key}").get("custom_object")
    return str(described.get("title") or kind.label) if isinstance(described, dict) else kind.label


def date_fields(schema: ObjectSchema) -> frozenset[str]:
    """Names of the custom fields that hold a day."""
    return frozenset(field.name for field in schema.fields if field.custom and field.type is FieldType.DATE)


def _definitions(client: ZendeskClient, kind: ZendeskObject) -> list[Json]:
    if not kind.custom:
        return []
    found: list[Json] = []
    page: int | None = 1
    while page is not None:
        answer = client.get(kind.definitions, {"page": page, "per_page": 100})
        definitions = answer.get(kind.custom)
        if not isinstance(definitions, list):
            raise Transient("Zendesk's list of custom fields cannot be read.", "Try again.")
        found.extend(definitions)
        page = page + 1 if answer.get("next_page") else None
    return found


def custom_field(definition: Json) -> FieldSchema:
    """The field that a definition makes."""
    kind = str(definition.get("type"))
    type, native = TYPES.get(kind, (FieldType.OTHER, "Other"))
    return FieldSchema(
        name=CUSTOM + key_of(definition),
        label=str(definition.get("title") or key_of(definition)),
        type=type,
        native=native,
        custom=True,
        restricted=kind in RESTRICTED,
        choices=tuple(_choice(option) for option in definition.get("custom_field_options") or ()),
        id=str(definition.get("id") or ""),
        tag=str(definition.get("tag") or ""),
        tags_values=type is FieldType.CHOICE,
    )


def key_of(definition: Json) -> str:
    """What records keep its values by: its key, or the id of a field of tickets, which have no keys."""
    return str(definition.get("key") or definition["id"])


def _choice(option: dict[str, Any]) -> PicklistValue:
    """The tag is what a record stores (S3.25), the name what people see."""
    name, id = str(option.get("name") or option["value"]), str(option.get("id") or "")
    return PicklistValue(str(option["value"]), name, id=id)
