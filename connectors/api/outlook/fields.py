"""The fields of an Outlook contact. Each place in a list and each part of an address is a field here.

Outlook stores two business and two home phones, one mobile phone, three emails and three addresses. A field of a list
is one place of it; what the other places hold stays when one is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors.api.outlook.client import Json
from connectors.api.values import FieldSchema, FieldType

LINK = "external_id"
IN_FOLDER, CATEGORIES = "in_folder", "categories"
# The extended property that keeps the id of the linked record.
LINK_PROPERTY: Final = "String {0f4ad6b2-6f57-4c39-9a3e-2d0f8c1b7a51} Name SyncAdminLinkedId"
EXTENDED, PARENT = "singleValueExtendedProperties", "parentFolderId"
EXPAND: Final = f"{EXTENDED}($filter=id eq '{LINK_PROPERTY}')"
EMAILS = "emailAddresses"
NAMES = ("givenName", "surname")
ADDRESS_PARTS = {
    "street": ("street", FieldType.LONG_TEXT),
    "city": ("city", FieldType.TEXT),
    "state": ("state", FieldType.TEXT),
    "postalCode": ("postal code", FieldType.TEXT),
    "countryOrRegion": ("country", FieldType.TEXT),
}


@dataclass(frozen=True, slots=True)
class ContactField:
    """``property`` of a contact in Graph; of a list the ``place``, of an address the ``part``."""

    name: str
    label: str
    type: FieldType
    property: str
    place: int | None = None
    part: str = ""
    length: int | None = 255
    writable: bool = True

    def value(self, contact: Mapping[str, Any]) -> Any:
        """What a contact holds; None where it is empty."""
        held = contact.get(self.property)
        if self.part:
            return (held or {}).get(self.part) or None
        if self.place is not None:
            entry = held[self.place] if held and self.place < len(held) else None
            return (entry.get("address") if isinstance(entry, Mapping) else entry) or None
        if self.type is FieldType.DATE:
            return str(held)[:10] if held else None
        return held or None

    def schema(self) -> FieldSchema:
        return FieldSchema(
            self.name, self.label, self.type, creatable=self.writable, updatable=self.writable, length=self.length
        )


def _texts() -> Iterable[ContactField]:
    named = {
        "displayName": "Full name",
        "givenName": "First name",
        "middleName": "Middle name",
        "surname": "Last name",
        "title": "Title",
        "generation": "Suffix",
        "nickName": "Nickname",
        "initials": "Initials",
        "fileAs": "File as",
        "companyName": "Company",
        "department": "Department",
        "jobTitle": "Job title",
        "manager": "Manager",
        "assistantName": "Assistant",
        "officeLocation": "Office",
        "profession": "Profession",
        "spouseName": "Spouse or partner",
    }
    for name, label in named.items():
        yield ContactField(name, label, FieldType.TEXT, name)
    yield ContactField("mobilePhone", "Mobile phone", FieldType.PHONE, "mobilePhone")
    yield ContactField("businessHomePage", "Web page", FieldType.URL, "businessHomePage")
    yield ContactField("personalNotes", "Notes", FieldType.LONG_TEXT, "personalNotes", length=32_767)
    yield ContactField("birthday", "Birthday", FieldType.DATE, "birthday", length=None)


def _places() -> Iterable[ContactField]:
    for place, name in enumerate(("primaryEmail", "secondaryEmail", "tertiaryEmail")):
        yield ContactField(name, f"Email {place + 1}", FieldType.EMAIL, EMAILS, place)
    for property, label in (("businessPhones", "Business phone"), ("homePhones", "Home phone")):
        one = property.removesuffix("s")
        yield ContactField(one, label, FieldType.PHONE, property, 0)
        yield ContactField(f"{one}2", f"{label} 2", FieldType.PHONE, property, 1)
    for property, label in (("businessAddress", "Business"), ("homeAddress", "Home"), ("otherAddress", "Other")):
        for part, (word, type) in ADDRESS_PARTS.items():
            yield ContactField(f"{property}.{part}", f"{label} address, {word}", type, property, part=part)


FIELDS: Final[Mapping[str, ContactField]] = {field.name: field for field in (*_texts(), *_places())}
OTHERS = (
    FieldSchema("id", "Id", FieldType.ID, creatable=False, updatable=False),
    FieldSchema(CATEGORIES, "Categories", FieldType.CHOICES),
    FieldSchema(LINK, "Linked record", FieldType.TEXT, length=255),
    FieldSchema(IN_FOLDER, "In the shared folder", FieldType.BOOLEAN),
)
SCHEMA = (*(field.schema() for field in FIELDS.values()), *OTHERS)


def properties(names: Iterable[str]) -> str:
    """What to ``$select`` to read these fields. Raises KeyError for a field that contacts do not have."""
    asked = [FIELDS[name].property for name in names if name not in (LINK, IN_FOLDER, CATEGORIES, "id")]
    return ",".join(dict.fromkeys(["id", *asked, CATEGORIES, PARENT, "lastModifiedDateTime"]))


def values_of(contact: Mapping[str, Any], names: Iterable[str], folder: str) -> dict[str, Any]:
    """The values of these fields; ``folder`` is the shared one."""
    own: dict[str, Callable[[], Any]] = {
        "id": lambda: contact["id"],
        CATEGORIES: lambda: list(contact.get(CATEGORIES) or []),
        LINK: lambda: link_of(contact),
        IN_FOLDER: lambda: contact.get(PARENT) == folder,
    }
    return {name: own[name]() if name in own else FIELDS[name].value(contact) for name in names}


def link_of(contact: Mapping[str, Any]) -> str | None:
    """The id of the linked record that a contact keeps; it is read with EXPAND alone."""
    entries = contact.get(EXTENDED) or []
    return next((str(entry["value"]) or None for entry in entries if entry.get("id") == LINK_PROPERTY), None)


def needs_current(values: Mapping[str, Any]) -> bool:
    """Whether a write of these values has to know what the contact holds: parts of what is replaced as a whole, or
    of what it is called.
    """
    if any(name in NAMES for name in values):
        return True
    parts: dict[str, set[str]] = {}
    for field in (FIELDS[name] for name in values if name in FIELDS):
        if field.place is not None:
            return True
        if field.part:
            parts.setdefault(field.property, set()).add(field.part)
    return any(len(found) < len(ADDRESS_PARTS) for found in parts.values())


def body(values: Mapping[str, Any], current: Mapping[str, Any], folder: str) -> Json:
    """What is sent for these values. ``current``: the contact as it is, {} for a new one."""
    sent: Json = {}
    for name, value in values.items():
        if name == LINK:
            sent[EXTENDED] = [{"id": LINK_PROPERTY, "value": str(value or "")}]
        elif name == IN_FOLDER:
            sent |= {PARENT: folder} if value and current else {}
        elif name == CATEGORIES:
            sent[CATEGORIES] = list(value or [])
        else:
            field = FIELDS[name]
            sent[field.property] = _sent(field, value, sent.get(field.property, current.get(field.property)))
    return sent | _called(sent, current)


def _called(sent: Json, current: Mapping[str, Any]) -> Json:
    """What a renamed contact is called: Outlook makes that of the names once, with a new contact (S2.17)."""
    if not current or "displayName" in sent or not any(name in sent for name in NAMES):
        return {}
    if current.get("displayName") not in (None, "", _whole(current)):
        return {}  # somebody calls it otherwise
    return {"displayName": _whole({**current, **sent})}


def _whole(contact: Mapping[str, Any]) -> str:
    return " ".join(str(contact[name]) for name in NAMES if contact.get(name))


def _sent(field: ContactField, value: Any, held: Any) -> Any:
    if field.part:
        return {part: text for part, text in {**(held or {}), field.part: value or None}.items() if text}
    if field.place is not None:
        return _with_place(field, value, list(held or []))
    if field.type is FieldType.DATE:
        return f"{value}T11:59:00Z" if value else None
    return value if value not in ("", None) else None


def _with_place(field: ContactField, value: Any, held: list[Any]) -> list[Any]:
    """The list with one place changed. A place that is emptied stays empty while a later one is filled."""
    place = field.place or 0
    nothing: Any = {"address": "", "name": ""} if field.property == EMAILS else ""
    held += [nothing] * (place + 1 - len(held))
    if field.property != EMAILS:
        held[place] = value or ""
    elif value != held[place].get("address"):
        held[place] = {"address": value, "name": value} if value else nothing
    while held and not (held[-1].get("address") if isinstance(held[-1], Mapping) else held[-1]):
        held.pop()
    return held
