"""What a field is, and a short way to write each of the vendor's field types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

Row = dict[str, Any]
Compute = Callable[[Row], Any]

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "address": "urn:address",
    "location": "urn:location",
}
TEXT_TYPES = frozenset(
    {
        "string",
        "textarea",
        "email",
        "phone",
        "url",
        "picklist",
        "multipicklist",
        "combobox",
        "encryptedstring",
    }
)
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})
COMPOUND_TYPES = frozenset({"address", "location"})
# Types that SUM, MIN and the like do not take.
NOT_AGGREGATABLE = COMPOUND_TYPES | {"boolean", "multipicklist", "encryptedstring"}


@dataclass(frozen=True, slots=True)
class PicklistValue:
    value: str
    label: str
    active: bool = True
    default: bool = False
    valid_for: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the describe call tells it. `compute` gives the value of a formula, compound or system field
    from the stored row; without it the row itself holds the value. `through` names a look-up, its object and the field
    there whose value this one shows."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    permissionable: bool = True
    defaulted: bool = False
    custom: bool = False
    unique: bool = False
    case_sensitive: bool = False
    external_id: bool = False
    id_lookup: bool = False
    auto_number: str | None = None
    formula: str | None = None
    mask: str | None = None
    html: bool = False
    name_field: bool = False
    restricted: bool = False
    values: tuple[PicklistValue, ...] = ()
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    compound: str | None = None
    controller: str | None = None
    extra: str | None = None
    default: Any = None
    through: tuple[str, str, str] | None = None
    compute: Compute | None = field(default=None, compare=False)

    @property
    def required(self) -> bool:
        """True when an insert must give a value (not nillable, createable, not defaulted)."""
        return not self.nillable and self.createable and not self.defaulted

    @property
    def soap_type(self) -> str:
        return SOAP_TYPES.get(self.type, "xsd:string")


def read_only(f: Field) -> Field:
    return replace(f, createable=False, updateable=False, permissionable=False)


def required(f: Field) -> Field:
    return replace(f, nillable=False, permissionable=False)


def system(f: Field) -> Field:
    """A field the platform fills in by itself."""
    return replace(read_only(f), nillable=False, defaulted=True)


def custom(f: Field) -> Field:
    return replace(f, custom=True)


def text(name: str, label: str, length: int = 255, **more: Any) -> Field:
    return Field(name, label, "string", length, **more)


def phone(name: str, label: str) -> Field:
    return Field(name, label, "phone", 40)


def email(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, "email", 80, **more)


def url(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, "url", 255, **more)


def short_area(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, "textarea", 255, extra="plaintextarea", **more)


def long_area(name: str, label: str, length: int = 32000, **more: Any) -> Field:
    """A long text area: neither filterable nor sortable."""
    more = {"extra": "plaintextarea", **more}
    return Field(name, label, "textarea", length, filterable=False, sortable=False, groupable=False, **more)


def rich_area(name: str, label: str) -> Field:
    return long_area(name, label, 32768, html=True, extra="richtextarea")


def encrypted(name: str, label: str, length: int = 100) -> Field:
    """Classic encrypted text: read back masked, never filterable."""
    return Field(name, label, "encryptedstring", length, filterable=False, sortable=False, groupable=False, mask="*")


def picklist(name: str, label: str, values: str, length: int = 255, **more: Any) -> Field:
    """Values separated by "|"; the one ending in "!" is the default."""
    return Field(name, label, "picklist", length, values=choices(values), **more)


def choices(values: str) -> tuple[PicklistValue, ...]:
    return tuple(
        PicklistValue(v.removesuffix("!"), v.removesuffix("!"), default=v.endswith("!")) for v in values.split("|") if v
    )


def multipicklist(name: str, label: str, values: str) -> Field:
    return Field(
        name,
        label,
        "multipicklist",
        4099,
        precision=4,
        sortable=False,
        groupable=False,
        values=choices(values),
    )


def boolean(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, "boolean", nillable=False, defaulted=True, default=False, **more)


def integer(name: str, label: str, digits: int = 8) -> Field:
    return Field(name, label, "int", digits=digits)


def number(name: str, label: str, precision: int = 18, scale: int = 0, kind: str = "double") -> Field:
    return Field(name, label, kind, precision=precision, scale=scale, groupable=False)


def date(name: str, label: str) -> Field:
    return Field(name, label, "date")


def moment(name: str, label: str) -> Field:
    return Field(name, label, "datetime", groupable=False)


def reference(name: str, label: str, to: str, relationship: str | None = None, **more: Any) -> Field:
    """A look-up to one object, or to several separated by "|"."""
    relationship = relationship or name.removesuffix("Id")
    return Field(name, label, "reference", 18, reference_to=tuple(to.split("|")), relationship=relationship, **more)


def auto_number(name: str, label: str, pattern: str) -> Field:
    """`pattern` is a format with one number place, "C-{:05d}"."""
    return Field(
        name,
        label,
        "string",
        30,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted=True,
        auto_number=pattern,
        groupable=False,
    )


def formula(name: str, label: str, kind: str, source: str, compute: Compute, length: int = 0, scale: int = 0) -> Field:
    precision = 18 if kind in NUMBER_TYPES else 0
    return Field(
        name,
        label,
        kind,
        length,
        precision,
        scale,
        createable=False,
        updateable=False,
        groupable=False,
        formula=source,
        compute=compute,
    )
