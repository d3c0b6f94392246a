"""Titles of groups of steps: "Only Notes changes", "New organizations in Zendesk"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mappings.kinds.declaration import Kind
from syncadmin.engine.group_key import HELD, GroupKey
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Verb
from syncadmin.runs.status import operations
from syncadmin.runs.status.reasons import meaning_of
from syncadmin.runs.status.record_status import record_status

# Fields of which the line of a group tells values.
MOST_FIELDS = 3
# Why a creation is held.
_DOUBTS = {HELD: " that look like existing ones", ReasonCode.UNANSWERED: " that an earlier run may have made"}
_INFORMATIONAL = {
    Verb.CONFLICT: "Both sides differ; choose a value",
    Verb.PROBLEM: "A value does not fit its field",
}


def fields_of(key: GroupKey) -> tuple[str, ...]:
    """The fields that the steps of a group change; none for creations and rows that only inform."""
    operation = key.operation
    changing = operation.verb in (Verb.UPDATE, Verb.LINK, Verb.UNLINK) and not operation.relation
    return key.fields if changing else ()


def titles(keys: Sequence[GroupKey], kind: Kind, labels: Mapping[str, str], made: str = "") -> list[str]:
    """The titles of several groups, all different."""
    plain = [title(key, kind, labels, made) for key in keys]
    common = {line: _shared([key for key, other in zip(keys, plain, strict=True) if other == line]) for line in plain}
    found = [
        f"{line}{_apart(key, common[line])}" if plain.count(line) > 1 else line
        for key, line in zip(keys, plain, strict=True)
    ]
    seen: Counter[str] = Counter()
    for place, line in enumerate(found):
        seen[line] += 1
        if seen[line] > 1:
            found[place] = f"{line} ({seen[line]})"
    return found


def _shared(keys: Sequence[GroupKey]) -> set[str]:
    """The fields that all of these groups change."""
    return set.intersection(*(set(key.fields) for key in keys))


def _apart(key: GroupKey, shared: set[str]) -> str:
    """What distinguishes a group from others with the same title: its reason, or names of its own fields."""
    if key.operation.informational:
        return f". {meaning_of(key.detail)}" if meaning_of(key.detail) else f" ({key.detail})"
    own = [name for name in key.fields if name not in shared]
    details = [f"also {', '.join(own)}"] if own else []
    if key.replaces:
        details.append("over what people wrote")
    return f" ({'; '.join(details)})" if details else ""


def title(key: GroupKey, kind: Kind, labels: Mapping[str, str], made: str = "") -> str:
    """The title of a group.

    ``labels`` are field labels by name; ``made`` is what is created on the left, if not the kind's own records.
    """
    verb, detail = key.operation.verb, key.detail
    if verb is Verb.SKIP:
        return f"Skipped: {record_status(detail).word}"
    if verb in _INFORMATIONAL:
        return _INFORMATIONAL[verb]
    if whole := operations.group(key.operation, kind, made):
        return f"{whole}{_DOUBTS.get(detail, '')}"
    changed = _changed([labels.get(name) or bare(name) for name in fields_of(key)], key.more)
    inside = changed.replace("Only ", "only ", 1) if changed.startswith("Only ") else changed
    if verb is Verb.UNLINK:
        return f"Links taken back; {inside} back" if fields_of(key) else "Links taken back"
    if verb is Verb.LINK:
        return f"Linked; {inside}" if fields_of(key) else "Linked; nothing changes"
    system = kind.names.of(key.operation.side).system
    return f"{changed} in {system}{', over what people wrote' if key.replaces else ''}"


def values_set(counted: Mapping[str, Sequence[Sequence[Any]]], labels: Mapping[str, str]) -> list[str]:
    """A line for each of at most FIELDS_TOLD fields: "Tier: silver 20, gold 9, others 2". A single field
    has no label.
    """
    details = []
    for field, values in list(counted.items())[:MOST_FIELDS]:
        words = [_value(value) if number == 1 and value else f"{_value(value)} {number:,}" for value, number in values]
        details.append(f"{labels.get(field) or bare(field)}: {', '.join(words)}")
    return details


def _value(value: str | None) -> str:
    return "others" if value is None else value or "emptied"


def bare(name: str) -> str:
    """The name of a field as people would write it, if its label is not known."""
    return name.rpartition(".")[2].replace("_", " ").strip().capitalize()


def _changed(labels: Sequence[str], more: int) -> str:
    if more:
        return f"{', '.join(labels[:MOST_FIELDS])} and {len(labels[MOST_FIELDS:]) + more} more fields change"
    if len(labels) == 1:
        return f"Only {labels[0]} changes"
    if not labels:
        return "Nothing changes"
    return f"{', '.join(labels[:-1])} and {labels[-1]} change"
