"""What fields a Zendesk object has: the standard ones and, from their definitions, the custom ones."""

from typing import Any

from connectors.api.errors import Transient
from connectors.api.values import Choice, FieldSchema, FieldType, ObjectSchema
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import CUSTOM, ZendeskObject

TYPES = {
    "checkbox": (FieldType.BOOLEAN, "Checkbox"),
    "date": (FieldType.DATE, "Date"),
    "decimal": (FieldType.DECIMAL, "Decimal"),
    "dropdown": (FieldType.CHOICE, "Drop-down"),
    "integer": (FieldType.INTEGER, "Numeric"),
    "lookup": (FieldType.REFERENCE, "Look-up"),
    "multiselect": (FieldType.CHOICES, "Multi-select"),
    "regexp": (FieldType.TEXT, "Regexp"),
    "text": (FieldType.TEXT, "Text"),
    "textarea": (FieldType.LONG_TEXT, "Multi-line text"),
}
"""Custom field types (developer.zendesk.com, "Organization Fields"): what they hold, and what Zendesk calls them."""
RESTRICTED = frozenset({"dropdown", "multiselect", "regexp"})
"""Types whose values Zendesk checks against a list or a pattern."""


def describe(client: ZendeskClient, kind: ZendeskObject) -> ObjectSchema:
    """The object's fields; inactive custom fields are left out, for nobody can see them."""
    custom = tuple(custom_field(definition) for definition in _definitions(client, kind) if definition.get("active"))
    return ObjectSchema(kind.name, _label(client, kind), kind.fields + custom)


def _label(client: ZendeskClient, kind: ZendeskObject) -> str:
    """What people call the object; an account names its own."""
    if not kind.key:
        return kind.label
    told = client.get(f"custom_objects/{kind.key}").get("custom_object")
    return str(told.get("title") or kind.label) if isinstance(told, dict) else kind.label


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
        name=CUSTOM + str(definition["key"]),
        label=str(definition.get("title") or definition["key"]),
        type=type,
        native=native,
        custom=True,
        restricted=kind in RESTRICTED,
        choices=tuple(_choice(option) for option in definition.get("custom_field_options") or ()),
        id=str(definition.get("id") or ""),
        tag=str(definition.get("tag") or ""),
    )


def _choice(option: dict[str, Any]) -> Choice:
    """The tag is what a record stores (S3.25), the name what people see."""
    name, id = str(option.get("name") or option["value"]), str(option.get("id") or "")
    return Choice(str(option["value"]), name, id=id)
