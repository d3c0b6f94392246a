"""Reads the fields of a Salesforce object (REST API Developer Guide, "sObject Describe")."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.api.values import TYPE_NAMES, FieldSchema, FieldType, ObjectSchema, PicklistValue, RecordType

Json = dict[str, Any]

TYPES = {
    "id": (FieldType.ID, "Id"),
    "boolean": (FieldType.BOOLEAN, "Checkbox"),
    "currency": (FieldType.DECIMAL, "Currency"),
    "date": (FieldType.DATE, "Date"),
    "datetime": (FieldType.DATETIME, "Date/Time"),
    "email": (FieldType.EMAIL, "Email"),
    "location": (FieldType.GEOLOCATION, "Geolocation"),
    "int": (FieldType.INTEGER, "Number"),
    "long": (FieldType.INTEGER, "Number"),
    "double": (FieldType.DECIMAL, "Number"),
    "percent": (FieldType.PERCENT, "Percent"),
    "phone": (FieldType.PHONE, "Phone"),
    "picklist": (FieldType.CHOICE, "Picklist"),
    "combobox": (FieldType.CHOICE, "Picklist"),
    "multipicklist": (FieldType.CHOICES, "Multi-select"),
    "string": (FieldType.TEXT, "Text"),
    "textarea": (FieldType.LONG_TEXT, "Text Area"),
    "encryptedstring": (FieldType.TEXT, "Text Area (Encrypted)"),
    "url": (FieldType.URL, "URL"),
    "reference": (FieldType.REFERENCE, "Look-up"),
    "address": (FieldType.OTHER, "Address"),
    "time": (FieldType.TIME, "Time"),
}
"""The described types (Object Reference, "Field Types"): what they hold, and what Salesforce calls them."""
CURRENCY = "CurrencyIsoCode"
"""The field that says in which currency a record's amounts are, in orgs that use several."""
# Objects whose records have a name, and those of them that are people, queues among them.
NAMED = frozenset({"Account", "Contact", "Lead", "User", "Group", "Campaign", "Opportunity", "Product2", "RecordType"})
WITH_EMAIL = frozenset({"Contact", "Lead", "User", "Group"})
COMPOUND = frozenset({"address", "location"})
# What a checkbox holds, as conditions name it.
_BOX = (PicklistValue("true", "Checked"), PicklistValue("false", "Not checked"))
# How many signs at the end of a masked text are shown, by the kind of mask (Metadata API, "EncryptedField").
_SHOWN = {"creditCard": 4, "lastFour": 4, "ssn": 4, "sin": 4}
# A text area of up to 255 characters is Text Area, above that it is Text Area (Long).
SHORT_TEXT_AREA = 255


def object_schema(described: Json) -> ObjectSchema:
    """The schema in a describe answer."""
    fields = described["fields"]
    places = {field["name"] for field in fields if field["type"] == "location"}
    unit = CURRENCY if any(field["name"] == CURRENCY for field in fields) else ""
    return ObjectSchema(
        name=described["name"],
        label=described["label"],
        fields=(*(_field(field, places, unit) for field in fields), *_of_parents(fields)),
        record_types=_record_types(described.get("recordTypeInfos") or ()),
    )


def _of_parents(fields: Sequence[Json]) -> Iterator[FieldSchema]:
    """What is known of the records that look-ups lead to without describing them: names, and the emails of people."""
    for field in fields:
        targets = set(field.get("referenceTo") or ())
        relation, label = field.get("relationshipName"), str(field["label"]).removesuffix(" ID")
        if not relation or not targets or (targets - NAMED and any(not target.endswith("__c") for target in targets)):
            continue
        told = [("Name", FieldType.TEXT)] + [("Email", FieldType.EMAIL)] * (targets <= WITH_EMAIL)
        for name, type in told:
            yield FieldSchema(
                name=f"{relation}.{name}",
                label=f"{label}: {name}",
                type=type,
                native=TYPE_NAMES[type],
                creatable=False,
                updatable=False,
                via=field["name"],
                target=next(iter(targets)) if len(targets) == 1 else "",
                read_only_reason="it belongs to another record",
            )


def field_type(field: Json, places: set[str] | frozenset[str] = frozenset()) -> tuple[FieldType, str]:
    """The type of a described field, and what Salesforce calls it.

    ``places`` names the geolocations, whose two numbers are fields too.
    """
    kind = field["type"]
    type, native = TYPES.get(kind, (FieldType.OTHER, "Other"))
    if kind == "textarea":
        if field.get("htmlFormatted"):
            type, native = FieldType.RICH_TEXT, "Text Area (Rich)"
        elif (field.get("length") or 0) > SHORT_TEXT_AREA:
            native = "Text Area (Long)"
    elif kind == "double" and field.get("compoundFieldName") in places:
        type, native = FieldType.GEOLOCATION, "Geolocation"
    elif kind == "double" and not field.get("scale"):
        type = FieldType.INTEGER
    if field.get("calculated"):
        return type, "Formula"
    return type, "Auto Number" if field.get("autoNumber") else native


def _field(field: Json, places: set[str], unit: str) -> FieldSchema:
    creatable = bool(field.get("createable"))
    type, native = field_type(field, places)
    return FieldSchema(
        name=field["name"],
        label=field["label"],
        type=type,
        native=native,
        # A required checkbox is never missing, Salesforce fills in its default.
        required=creatable and not field.get("nillable") and not field.get("defaultedOnCreate"),
        creatable=creatable,
        updatable=bool(field.get("updateable")),
        custom=bool(field.get("custom")),
        length=field.get("length") or None,
        scale=_scale(field),
        digits=_digits(field),
        restricted=bool(field.get("restrictedPicklist")),
        unique=bool(field.get("unique")),
        choices=_BOX if field["type"] == "boolean" else _choices(field),
        compound=field["type"] in COMPOUND,
        unit=unit if field["type"] == "currency" else "",
        mask=field.get("mask") or "",
        unmasked=_SHOWN.get(field.get("maskType") or "", 0),
        target=next(iter(targets)) if len(targets := field.get("referenceTo") or ()) == 1 else "",
        filterable=bool(field.get("filterable", True)),
        auto_number=bool(field.get("autoNumber")),
        calculated=bool(field.get("calculated")),
        encrypted=field["type"] == "encryptedstring",
        currency=field["type"] == "currency",
        is_key=bool(field.get("externalId")) and bool(field.get("unique")) and bool(field.get("createable")),
        default=_default(field),
        read_only_reason=_read_only_reason(field),
    )


def _default(field: Json) -> Any:
    """What a new record holds in the field without being told; a formula is not worked out."""
    listed = (entry["value"] for entry in field.get("picklistValues") or () if entry.get("defaultValue"))
    return next(listed, field.get("defaultValue"))


def _read_only_reason(field: Json) -> str:
    """Why Salesforce takes no value for the field; empty where it takes one."""
    if field.get("createable") or field.get("updateable"):
        return ""
    if field.get("calculated"):
        return "Salesforce computes it"
    if field.get("autoNumber"):
        return "Salesforce counts it up"
    if field["type"] in COMPOUND:
        return "its parts are written one by one"
    return "Salesforce sets it, or the connection's user may not edit it"


def _scale(field: Json) -> int | None:
    match field["type"]:
        case "double" | "currency" | "percent":
            return int(field.get("scale") or 0)
        case "int" | "long":
            return 0
        case _:
            return None


def _digits(field: Json) -> int | None:
    if field["type"] in ("int", "long"):
        return field.get("digits") or None
    precision = field.get("precision") or 0
    return precision - int(field.get("scale") or 0) or None if precision else None


def _choices(field: Json) -> tuple[PicklistValue, ...]:
    return tuple(_choice(entry) for entry in field.get("picklistValues") or ())


def _choice(entry: Json) -> PicklistValue:
    return PicklistValue(
        str(entry["value"]), str(entry.get("label") or entry["value"]), bool(entry.get("active", True))
    )


def _record_types(infos: Any) -> tuple[RecordType, ...]:
    """Active record types without Master, which every object has; none when an org uses none (S3.15)."""
    return tuple(
        RecordType(
            name=info.get("developerName") or info["name"],
            label=info["name"],
            id=info["recordTypeId"],
            default=bool(info.get("defaultRecordTypeMapping")),
        )
        for info in infos
        if not info.get("master") and info.get("active", True) and info.get("available", True)
    )
