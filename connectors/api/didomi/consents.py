"""Consents as values of fields: what users, and events about them, say of purposes, preferences and channels.

A statement about an item stands until a later one about the same item, by the dates of the events. What is left of any
set of events is the same in any order and however often each of them comes.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

Json = Mapping[str, Any]
Values = dict[str, Any]

GDPR = "gdpr"
ENABLED, DISABLED, NULL = "enabled", "disabled", "null"
PURPOSES, PREFERENCES, CHANNELS = "purposes", "preferences", "channels"
GROUPS = (PURPOSES, PREFERENCES, CHANNELS)
DATE = ".date"
KEY = "organization_user_id"
CHANGED, SOURCE, PROOF, COUNTRY = "last_changed", "source", "proof_id", "country"
DELETED = "deleted"
"""Whether the user was deleted: false as long as Didomi knows it."""
OF_LATEST = (CHANGED, SOURCE, PROOF)
"""Fields that follow the latest event of a regulation."""
MOMENTS = "@moments"
"""A field that keeps when each item was last spoken of, so that older events change nothing."""
LATEST = "@latest"
ABOUT = (KEY, COUNTRY, DELETED, MOMENTS)
"""Fields that belong to no regulation."""


class Field(NamedTuple):
    """A field's name in parts: ``cpra.purposes.newsletter.date``."""

    regulation: str
    item: str
    dated: bool = False


def parse(name: str) -> Field:
    """The parts of a field's name. GDPR is not named."""
    first, _, rest = name.partition(".")
    plain = first in GROUPS or name in OF_LATEST or name in ABOUT
    regulation, item = (GDPR, name) if plain else (first, rest)
    dated = item.endswith(DATE) and item.partition(".")[0] in GROUPS
    return Field(regulation, item.removesuffix(DATE) if dated else item, dated)


def full_name(regulation: str, item: str) -> str:
    """The field of an item under a regulation."""
    return item if regulation == GDPR else f"{regulation}.{item}"


def regulations(fields: Iterable[str]) -> tuple[str, ...]:
    """The regulations that these fields belong to; GDPR where none is named."""
    named = [parse(name).regulation for name in fields if name not in ABOUT]
    return tuple(dict.fromkeys(named)) or (GDPR,)


def needs_events(fields: Iterable[str]) -> bool:
    """Whether a user's status does not tell these fields: dates, proofs and sources stand in its events."""
    return any(found.dated or found.item in (SOURCE, PROOF) for found in map(parse, fields))


def statements(consents: Any) -> Iterator[tuple[str, str]]:
    """Each item that is spoken of, with what is said: enabled, disabled, null, or the values of a preference."""
    consents = consents if isinstance(consents, Mapping) else {}
    for purpose in _entries(consents.get(PURPOSES)):
        if "enabled" in purpose:
            yield f"{PURPOSES}.{purpose['id']}", _choice(purpose["enabled"])
        values = purpose.get("values")
        for preference, statement in values.items() if isinstance(values, Mapping) else ():
            if isinstance(statement, Mapping) and "value" in statement:
                yield f"{PREFERENCES}.{preference}", _chosen(statement["value"])
    for channel in _entries(consents.get(CHANNELS)):
        if "enabled" in channel:
            yield f"{CHANNELS}.{channel['id']}", _choice(channel["enabled"])


def of_event(event: Json) -> Values:
    """What one event says, as values with their moments."""
    moment = spelled(event.get("created_at"))
    choices = dict(statements(event.get("consents")))
    latest = {CHANGED: moment, SOURCE: _source(event), PROOF: _proof(event)}
    return _dated(choices, dict.fromkeys(choices, moment), latest, moment)


def of_status(user: Json, events: Iterable[Json] = ()) -> Values:
    """What the status of a user says. Its events tell when; without them all of it is as old as its last change."""
    changed = spelled(user.get("updated_at") or user.get("created_at"))
    choices = dict(statements(user.get("consents")))
    by_events = merged(*(of_event(event) for event in events))
    moments = by_events.get(MOMENTS, {})
    last = moments.get(LATEST, changed)
    latest = {CHANGED: last, SOURCE: by_events.get(SOURCE), PROOF: by_events.get(PROOF)}
    dates = {item: moments.get(item, changed) for item in choices}
    return _dated(choices, dates, latest, last)


def spelled(moment: Any) -> str:
    """A moment in one spelling, so that moments can be compared as texts; what is none stays as it is."""
    text = str(moment or "")
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return text
    return f"{found:%Y-%m-%dT%H:%M:%S}.{found.microsecond // 1000:03d}Z"


def _dated(choices: Mapping[str, str], moments: Mapping[str, str], latest: Values, moment: str) -> Values:
    dates = {f"{item}{DATE}": moments[item] if value != NULL else None for item, value in choices.items()}
    return {**choices, **dates, **latest, MOMENTS: {**moments, LATEST: moment}}


def under(regulation: str, values: Values) -> Values:
    """The same values, called by the names that they have under a regulation."""
    if regulation == GDPR:
        return values
    named = {full_name(regulation, name): value for name, value in values.items() if name != MOMENTS}
    return {**named, MOMENTS: {full_name(regulation, item): at for item, at in values.get(MOMENTS, {}).items()}}


def merged(*sets: Mapping[str, Any]) -> Values:
    """What is left of several sets of values: of each item what was said last.

    Where two things were said at the same moment, the one that withholds more stands, so that order does not matter.
    """
    kept: Values = {}
    moments: dict[str, str] = {}
    for values in sets:
        given = values.get(MOMENTS) or {}
        for item, at in given.items():
            names = _fields_of(item)
            if item not in moments or _rank(at, values, names) > _rank(moments[item], kept, names):
                moments[item] = at
                for name in names:
                    kept.pop(name, None)
                kept |= {name: values[name] for name in names if name in values}
        kept |= {name: value for name, value in values.items() if name in (KEY, COUNTRY) and value is not None}
    return {**kept, MOMENTS: moments} if moments else kept


def selected(values: Mapping[str, Any], fields: Iterable[str]) -> Values:
    """The fields that were asked for. What nobody has spoken of is no choice."""
    return {name: values.get(name, _no_choice(name)) for name in fields}


def _no_choice(name: str) -> str | bool | None:
    if name == DELETED:
        return False
    found = parse(name)
    plain = found.dated or found.item.partition(".")[0] not in GROUPS
    return None if plain else NULL


def _fields_of(item: str) -> tuple[str, ...]:
    if not item.endswith(LATEST):
        return item, f"{item}{DATE}"
    prefix = item.removesuffix(LATEST)
    return tuple(f"{prefix}{name}" for name in OF_LATEST)


def _rank(at: str, values: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, int, str]:
    choices = values.get(names[0])
    return at, {ENABLED: 0, NULL: 1, DISABLED: 2}.get(str(choices), 0), str([values.get(name) for name in names])


def _entries(choices: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of a list that have an id."""
    for entry in choices if isinstance(choices, list) else ():
        if isinstance(entry, Mapping) and entry.get("id"):
            yield entry


def _choice(enabled: Any) -> str:
    """What is neither true nor false is no choice: it never becomes "no"."""
    return ENABLED if enabled is True else DISABLED if enabled is False else NULL


def _chosen(value: Any) -> str:
    """The values of a preference, which come separated by commas, in one order; null where nothing is said."""
    if value is None:
        return NULL
    return ";".join(sorted({part.strip() for part in str(value).split(",")} - {""}))


def _source(event: Json) -> str | None:
    delegate = event.get("delegate")
    name = delegate.get("name") or delegate.get("id") if isinstance(delegate, Mapping) else None
    return str(name or event.get("domain") or "") or None


def _proof(event: Json) -> str | None:
    proofs = event.get("proofs_id")
    return str(proofs[0]) if isinstance(proofs, list) and proofs else None
