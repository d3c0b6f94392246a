"""The fields of a Didomi user: purposes, preferences and channels, named as the organization has named them.

Purposes and preferences stand in the organization's metadata. Channels have no list of their own: they are those that
the consents of some users name.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.api.didomi.client import DidomiClient, Json
from connectors.api.didomi.consents import (
    CHANGED,
    CHANNELS,
    COUNTRY,
    DATE,
    DELETED,
    DISABLED,
    ENABLED,
    GDPR,
    KEY,
    NULL,
    PREFERENCES,
    PROOF,
    PURPOSES,
    SOURCE,
    full_name,
)
from connectors.api.errors import ConfigError
from connectors.api.values import FieldSchema, FieldType, ObjectSchema, PicklistValue

USER = "user"
CHOICES = (PicklistValue(ENABLED, "Enabled"), PicklistValue(DISABLED, "Disabled"), PicklistValue(NULL, "No choice"))
READ_ONLY = "nothing is written to Didomi"
LOOKED_AT = 100


def describe(client: DidomiClient, object: str) -> ObjectSchema:
    """The fields of users. Raises ConfigError for any other object."""
    if object != USER:
        raise ConfigError(f"Didomi has no object {object}.", "The only object is user.")
    purposes = client.all("metadata/purposes")
    regulations = _regulations(purposes)
    fields = [_field(KEY, "Organization user ID", FieldType.TEXT), _field(COUNTRY, "Country", FieldType.TEXT)]
    fields.append(_field(DELETED, "User was deleted", FieldType.BOOLEAN))
    for regulation in regulations:
        fields += _of_latest(regulation)
    fields += _of_purposes(purposes)
    for preference in client.all("preferences"):
        fields += [found for regulation in regulations for found in _of_preference(regulation, preference)]
    for channel in _channels(client, regulations):
        named = f"Channel {channel}"
        fields += [f for regulation in regulations for f in _choice(regulation, f"{CHANNELS}.{channel}", named)]
    return ObjectSchema(USER, "User", tuple({field.name: field for field in fields}.values()))


def _of_latest(regulation: str) -> list[FieldSchema]:
    return [
        _field(full_name(regulation, CHANGED), _label(regulation, "Last changed"), FieldType.DATETIME),
        _field(full_name(regulation, SOURCE), _label(regulation, "Source"), FieldType.TEXT),
        _field(full_name(regulation, PROOF), _label(regulation, "Proof ID"), FieldType.TEXT),
    ]


def _of_purposes(purposes: Iterable[Json]) -> Iterator[FieldSchema]:
    for purpose in purposes:
        for regulation in _supported(purpose):
            yield from _choice(regulation, f"{PURPOSES}.{_id(purpose)}", _name(purpose))


def _of_preference(regulation: str, preference: Json) -> Iterator[FieldSchema]:
    name, label = f"{PREFERENCES}.{_id(preference)}", _name(preference)
    values = preference.get("values")
    choices = tuple(
        PicklistValue(str(value.get("id")), _name(value))
        for value in (values if isinstance(values, list) else ())
        if isinstance(value, dict) and value.get("id")
    )
    type = FieldType.CHOICE if preference.get("type") == "single" else FieldType.CHOICES
    yield _field(
        full_name(regulation, name), _label(regulation, label), type, (*choices, PicklistValue(NULL, "No choice"))
    )
    yield _date(regulation, name, label)


def _choice(regulation: str, name: str, label: str) -> Iterator[FieldSchema]:
    yield _field(full_name(regulation, name), _label(regulation, label), FieldType.CHOICE, CHOICES)
    yield _date(regulation, name, label)


def _date(regulation: str, name: str, label: str) -> FieldSchema:
    return _field(full_name(regulation, f"{name}{DATE}"), _label(regulation, f"{label}: date"), FieldType.DATETIME)


def _field(name: str, label: str, type: FieldType, choices: tuple[PicklistValue, ...] = ()) -> FieldSchema:
    return FieldSchema(
        name,
        label,
        type,
        creatable=False,
        updatable=False,
        choices=choices,
        unsaid=(NULL,) if choices else (),
        read_only_reason=READ_ONLY,
    )


def _label(regulation: str, label: str) -> str:
    return label if regulation == GDPR else f"{label} ({regulation.upper()})"


def _regulations(purposes: Iterable[Json]) -> list[str]:
    return list(dict.fromkeys([GDPR, *(one for purpose in purposes for one in _supported(purpose))]))


def _supported(purpose: Json) -> list[str]:
    """The regulations of a purpose; GDPR where it names none."""
    named = purpose.get("regulations_id")
    return [str(one) for one in named] if isinstance(named, list) and named else [GDPR]


def _channels(client: DidomiClient, regulations: Iterable[str]) -> list[str]:
    """The channels that the latest users name."""
    named = list(regulations)
    rows, _ = next(client.pages("consents/users", {"regulation[$in]": named, "$sort[updated_at]": -1}, LOOKED_AT))
    found = {str(entry["id"]) for row in rows for entry in _entries(row) if isinstance(entry, dict) and entry.get("id")}
    return sorted(found)


def _entries(row: Json) -> list[Any]:
    consents = row.get("consents")
    channels = consents.get(CHANNELS) if isinstance(consents, dict) else None
    return channels if isinstance(channels, list) else []


def _id(row: Json) -> str:
    """What consents call it: the id in the SDK where it has one of its own."""
    namespaces = row.get("namespaces")
    own = namespaces.get("custom") or namespaces.get("didomi") if isinstance(namespaces, dict) else None
    return str(own or row.get("id"))


def _name(row: Json) -> str:
    """Its name, in English where it has several."""
    name = row.get("name")
    if isinstance(name, dict):
        name = name.get("en") or next(iter(name.values()), "")
    return str(name or row.get("id"))
