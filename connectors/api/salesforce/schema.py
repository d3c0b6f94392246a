"""What fields a Salesforce object has, in the words of S3.27 (REST API Developer Guide, "sObject Describe")."""

from typing import Any

from connectors.api.values import Choice, FieldSchema, FieldType, ObjectSchema, RecordType

Json = dict[str, Any]

TYPES = {
    "id": FieldType.ID,
    "boolean": FieldType.CHECKBOX,
    "currency": FieldType.CURRENCY,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "email": FieldType.EMAIL,
    "location": FieldType.GEOLOCATION,
    "int": FieldType.NUMBER,
    "long": FieldType.NUMBER,
    "double": FieldType.NUMBER,
    "percent": FieldType.PERCENT,
    "phone": FieldType.PHONE,
    "picklist": FieldType.PICKLIST,
    "combobox": FieldType.PICKLIST,
    "multipicklist": FieldType.MULTI_SELECT,
    "string": FieldType.TEXT,
    "encryptedstring": FieldType.TEXT_ENCRYPTED,
    "url": FieldType.URL,
    "reference": FieldType.LOOKUP,
    "address": FieldType.ADDRESS,
    "time": FieldType.TIME,
}
CURRENCY = "CurrencyIsoCode"
"""The field that says in which currency a record's amounts are, in orgs that use several."""
COMPOUND = frozenset({"address", "location"})
# What a checkbox holds, as conditions name it.
_BOX = (Choice("true", "Checked"), Choice("false", "Not checked"))
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
        fields=tuple(_field(field, places, unit) for field in fields),
        record_types=_record_types(described.get("recordTypeInfos") or ()),
    )


def field_type(field: Json, places: set[str] | frozenset[str] = frozenset()) -> FieldType:
    """The type of a described field. ``places`` names the geolocations, whose two numbers are fields too."""
    if field.get("calculated"):
        return FieldType.FORMULA
    if field.get("autoNumber"):
        return FieldType.AUTO_NUMBER
    kind = field["type"]
    if kind == "textarea":
        if field.get("htmlFormatted"):
            return FieldType.TEXT_AREA_RICH
        return FieldType.TEXT_AREA_LONG if (field.get("length") or 0) > SHORT_TEXT_AREA else FieldType.TEXT_AREA
    if kind == "double" and field.get("compoundFieldName") in places:
        return FieldType.GEOLOCATION
    return TYPES.get(kind, FieldType.OTHER)


def _field(field: Json, places: set[str], unit: str) -> FieldSchema:
    creatable = bool(field.get("createable"))
    return FieldSchema(
        name=field["name"],
        label=field["label"],
        type=field_type(field, places),
        # A required checkbox is never missing, Salesforce fills in its default.
        required=creatable and not field.get("nillable") and not field.get("defaultedOnCreate"),
        creatable=creatable,
        updatable=bool(field.get("updateable")),
        custom=bool(field.get("custom")),
        length=field.get("length") or None,
        scale=_scale(field),
        digits=_digits(field),
        restricted=bool(field.get("restrictedPicklist")),
        choices=_BOX if field["type"] == "boolean" else _choices(field),
        compound=field["type"] in COMPOUND,
        unit=unit if field["type"] == "currency" else "",
        mask=field.get("mask") or "",
        unmasked=_SHOWN.get(field.get("maskType") or "", 0),
        target=next(iter(targets)) if len(targets := field.get("referenceTo") or ()) == 1 else "",
    )


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


def _choices(field: Json) -> tuple[Choice, ...]:
    return tuple(_choice(entry) for entry in field.get("picklistValues") or ())


def _choice(entry: Json) -> Choice:
    return Choice(str(entry["value"]), str(entry.get("label") or entry["value"]), bool(entry.get("active", True)))


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
