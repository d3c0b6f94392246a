"""Tags made from field values (S3.19). Only tags that SyncAdmin has added are removed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LENGTH = 255
LEFT_FILTER = "left_salesforce_filter"
"""What a record is marked with whose counterpart has left the filter, if the sync is set so (A6)."""
# The helpdesk takes a comma for the end of a tag, as it does a blank.
_ENDS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class ListEdit:
    """The change of a list field: entries to add and to remove, and the entries that the sync owns afterwards."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    owned_values: tuple[str, ...]


def tag(value: str) -> str:
    """The tag for a value: lower case, with underscores for blanks and commas, which tags cannot contain (S3.25)."""
    return "_".join(word for word in _ENDS.split(value.lower()) if word)[:MAX_LENGTH]


def tags_of(values: Mapping[str, Any], fields: Iterable[str]) -> tuple[str, ...]:
    """The tags for these fields, in order and unique. A multi-select field gives several (A10)."""
    wanted: dict[str, None] = {}
    for field in fields:
        for part in _parts(values.get(field)):
            if made := tag(part):
                wanted[made] = None
    return tuple(wanted)


def list_edit(
    wanted: Iterable[str], owned_values: Iterable[str], actual: Iterable[str], kept: Iterable[str] = ()
) -> ListEdit:
    """Add wanted entries that are missing; remove only entries that a sync added and that are no longer wanted (S3.19).

    ``kept`` entries are never removed: Zendesk itself keeps a tag for each drop-down value. Case is ignored, as in
    Zendesk.
    """
    present = {entry.lower() for entry in actual}
    wanted, owned_values = _once(wanted), _once(owned_values)
    wants = {entry.lower() for entry in wanted}
    protected = wants | {entry.lower() for entry in kept}
    add = [entry for entry in wanted if entry.lower() not in present]
    remove = [entry for entry in owned_values if entry.lower() not in protected and entry.lower() in present]
    ours = [entry for entry in owned_values if entry.lower() in wants]
    return ListEdit(tuple(add), tuple(remove), tuple(_once([*ours, *add])))


def apply(actual: Iterable[str], add: Iterable[str], remove: Iterable[str]) -> list[str]:
    """The list after an edit: the present entries that are not removed, then the new ones."""
    gone = {entry.lower() for entry in remove}
    kept = [entry for entry in actual if entry.lower() not in gone]
    have = {entry.lower() for entry in kept}
    return kept + [entry for entry in _once(add) if entry.lower() not in have]


def collisions(values: Iterable[str]) -> dict[str, list[str]]:
    """Tags that several different values would become, with those values."""
    by_tag: dict[str, list[str]] = {}
    for value in values:
        by_tag.setdefault(tag(value), []).append(value)
    return {made: sources for made, sources in by_tag.items() if len(sources) > 1}


def _once(entries: Iterable[str]) -> list[str]:
    """Entries without repetitions, ignoring case; the first spelling counts."""
    found: dict[str, str] = {}
    for entry in entries:
        found.setdefault(entry.lower(), entry)
    return list(found.values())


def _parts(value: Any) -> list[str]:
    """The single values in a value. Compound values that are not text, such as a geolocation, give none."""
    if value is None or value == "" or value is False or isinstance(value, dict):
        return []
    return [part for part in str(value).split(";") if part.strip()]
