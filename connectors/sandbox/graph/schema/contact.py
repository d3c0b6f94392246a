"""The properties of a contact: their types, what is accepted, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.graph.answers import bad_request
from connectors.sandbox.graph.times import day_of

Values = dict[str, Any]

STRINGS = (
    *("fileAs", "displayName", "givenName", "initials", "middleName", "nickName", "surname", "title"),
    *("yomiGivenName", "yomiSurname", "yomiCompanyName", "generation", "jobTitle", "companyName", "department"),
    *("officeLocation", "profession", "businessHomePage", "assistantName", "manager", "mobilePhone", "spouseName"),
    "personalNotes",
)
# How many entries Exchange stores; None for any number.
COLLECTIONS: Mapping[str, int | None] = {
    **{"businessPhones": 2, "homePhones": 2, "imAddresses": 3, "children": None, "categories": None},
}
ADDRESSES = ("homeAddress", "businessAddress", "otherAddress")
ADDRESS_PARTS = ("street", "city", "state", "countryOrRegion", "postalCode")
EMAILS = "emailAddresses"
MOST_EMAILS = 3
SLOTS = ("primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress")
BIRTHDAY = "birthday"
EXTENDED = "singleValueExtendedProperties"
READ_ONLY = ("id", "changeKey", "createdDateTime", "lastModifiedDateTime")
PARENT = "parentFolderId"
LONGEST, LONGEST_NOTES = 255, 32_767
ALL = (*READ_ONLY, "categories", PARENT, BIRTHDAY, *STRINGS, *COLLECTIONS, *ADDRESSES, EMAILS, *SLOTS)


@dataclass(slots=True)
class Contact:
    """One contact. key: what its immutable id is made of. moves: how often its folder changed, for the other id.

    changed: the mailbox's number of its last change. values: what was given, without empty properties.
    """

    key: int
    folder: str
    created: float
    modified: float
    changed: int
    moves: int = 0
    values: Values = field(default_factory=dict)
    extended: dict[str, str] = field(default_factory=dict)


def accepted(given: Mapping[str, Any]) -> Values:
    """The properties of a body as they are stored, None for what is emptied. Raises Refusal."""
    values: Values = {}
    for name, value in given.items():
        if name.startswith("@odata.") or name in (*READ_ONLY, EXTENDED, PARENT):
            continue
        reader = _READERS.get(name)
        if reader is None:
            raise bad_request(f"The property '{name}' does not exist on type 'microsoft.graph.contact'.")
        values[name] = None if value is None else reader(name, value)
    return _with_slots(values)


def named(values: Values) -> Values:
    """The values of a new contact: what it is called is made of its names where nobody said."""
    given, family = values.get("givenName") or "", values.get("surname") or ""
    shown = f"{given} {family}".strip() or values.get("companyName") or _first_email(values)
    filed = ", ".join(part for part in (family, given) if part) or shown
    return {"displayName": shown, "fileAs": filed, **{name: v for name, v in values.items() if v is not None}}


def merged(stored: Values, changes: Values) -> Values:
    """Stored values after a change: each property is replaced as a whole."""
    after = {**stored, **changes}
    return {name: value for name, value in after.items() if value is not None}


def extended_of(given: Mapping[str, Any]) -> dict[str, str]:
    """Extended properties in a body, by id. Raises Refusal."""
    found: dict[str, str] = {}
    for entry in given.get(EXTENDED) or []:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or "value" not in entry:
            raise bad_request(f"An entry of '{EXTENDED}' needs an id and a value.")
        if not entry["id"].startswith(("String {", "Integer {", "Boolean {", "SystemTime {", "String 0x")):
            raise bad_request(f"The extended property id '{entry['id']}' is malformed.", "ErrorInvalidProperty")
        found[entry["id"]] = str(entry["value"])
    return found


def shown(values: Values) -> Values:
    """Every property that can be written, as it is read: nothing is left out, what is empty is null, [] or {}."""
    emails = values.get(EMAILS, [])
    return {
        "categories": values.get("categories", []),
        BIRTHDAY: values.get(BIRTHDAY),
        **{name: values.get(name) for name in STRINGS},
        **{name: values.get(name, []) for name in COLLECTIONS},
        **{name: values.get(name, {}) for name in ADDRESSES},
        EMAILS: emails,
        **{slot: emails[place] if place < len(emails) else None for place, slot in enumerate(SLOTS)},
    }


def _with_slots(values: Values) -> Values:
    """Primary, secondary and tertiary addresses are the first three of the list."""
    slots = {slot: values.pop(slot) for slot in SLOTS if slot in values}
    if slots and EMAILS not in values:
        values[EMAILS] = [one for slot in SLOTS if (one := slots.get(slot))]
    return values


def _first_email(values: Values) -> str:
    emails = values.get(EMAILS) or [{}]
    return str(emails[0].get("address", ""))


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise bad_request(f"Cannot convert the value of '{name}' to type 'Edm.String'.")
    if len(value) > (LONGEST_NOTES if name == "personalNotes" else LONGEST):
        raise bad_request(f"The length of the property '{name}' is too long.", "ErrorPropertyValidationFailure")
    return value


def _strings(name: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise bad_request(f"'{name}' is a collection: an array was expected.")
    most = COLLECTIONS[name]
    if most is not None and len(value) > most:
        raise bad_request(f"'{name}' holds at most {most} entries.", "ErrorPropertyValidationFailure")
    return [_string(name, entry) for entry in value]


def _address(name: str, value: Any) -> Values:
    if not isinstance(value, dict) or not set(value) <= set(ADDRESS_PARTS):
        raise bad_request(f"'{name}' is no 'microsoft.graph.physicalAddress'.")
    return {part: _string(part, text) for part, text in value.items() if text is not None}


def _email(name: str, value: Any) -> Values:
    if not isinstance(value, dict) or not set(value) <= {"name", "address"}:
        raise bad_request(f"'{name}' holds what is no 'microsoft.graph.emailAddress'.")
    address = _string("address", value.get("address") or "")
    return {"name": _string("name", value.get("name") or address), "address": address}


def _emails(name: str, value: Any) -> list[Values]:
    if not isinstance(value, list):
        raise bad_request(f"'{name}' is a collection: an array was expected.")
    if len(value) > MOST_EMAILS:
        raise bad_request(f"'{name}' holds at most {MOST_EMAILS} entries.", "ErrorPropertyValidationFailure")
    return [_email(name, entry) for entry in value]


def _birthday(name: str, value: Any) -> str:
    try:
        return day_of(_string(name, value))
    except ValueError:
        raise bad_request(f"Cannot convert the literal '{value}' to the type 'Edm.DateTimeOffset'.") from None


_READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(STRINGS, _string),
    **dict.fromkeys(COLLECTIONS, _strings),
    **dict.fromkeys(ADDRESSES, _address),
    **dict.fromkeys(SLOTS, _email),
    EMAILS: _emails,
    BIRTHDAY: _birthday,
}
