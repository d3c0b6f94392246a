"""Groups of steps in words: "Only Notes changes", "New organizations in Zendesk"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.kinds.declaration import Names
from syncadmin.engine.group_key import HELD, GroupKey
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Action
from syncadmin.runs.status.record_status import record_status

# By action: what it does to the many of its side.
_WHOLE = {
    Action.CREATE_RIGHT: "New {n.right_many} in {n.right_system}",
    Action.CREATE_LEFT: "New {made} in {n.left_system}",
    Action.ADD_MEMBERSHIP: "New memberships in {n.right_system}",
    Action.REMOVE_MEMBERSHIP: "Memberships removed in {n.right_system}",
    Action.FREE_ADDRESS: "Addresses freed in {n.right_system}",
    Action.MAKE_PRIMARY: "Another membership becomes primary in {n.right_system}",
    Action.DELETE_RIGHT: "{n.right_many} deleted in {n.right_system}",
    Action.DELETE_LEFT: "{n.left_many} deleted in {n.left_system}",
}
# Fields of which the line of a group tells values.
FIELDS_TOLD = 3
# Why a creation is held.
_DOUBTS = {HELD: " that look like existing ones", ReasonCode.UNANSWERED: " that an earlier run may have made"}
_TOLD = {
    Action.CONFLICT: "Both sides differ; choose a value",
    Action.PROBLEM: "A value does not fit its field",
}


def fields_of(key: GroupKey) -> tuple[str, ...]:
    """The fields that the steps of a group change; none for creations and for rows that only tell."""
    changing = key.action in (Action.UPDATE_RIGHT, Action.UPDATE_LEFT, Action.LINK, Action.UNLINK)
    return key.fields if changing else ()


def title(key: GroupKey, names: Names, labels: Mapping[str, str], made: str = "") -> str:
    """One line that says what all steps of a group do.

    ``labels`` are field labels by name; ``made`` are what is created on the left, where not the kind's own records.
    """
    action, detail = key.action, key.detail
    if action is Action.SKIP:
        label = record_status(detail).label
        return f"Skipped: {label[0].lower()}{label[1:]}"
    if action in _TOLD:
        return _TOLD[action]
    if action in _WHOLE:
        text = _WHOLE[action].format(n=names, made=made or names.left_many)
        text = text[0].upper() + text[1:]
        return f"{text}{_DOUBTS.get(detail, '')}"
    changed = _changed([labels.get(name) or bare(name) for name in fields_of(key)], key.more)
    inside = changed.replace("Only ", "only ", 1) if changed.startswith("Only ") else changed
    if action is Action.UNLINK:
        return f"Links taken back; {inside} back" if fields_of(key) else "Links taken back"
    if action is Action.LINK:
        return f"Linked; {inside}" if fields_of(key) else "Linked; nothing changes"
    system = names.left_system if action is Action.UPDATE_LEFT else names.right_system
    return f"{changed} in {system}{', over what people wrote' if key.replaces else ''}"


def values_set(counted: Mapping[str, Sequence[Sequence[Any]]], labels: Mapping[str, str]) -> list[str]:
    """A line for each field, FIELDS_TOLD at most: "Tier: silver 20, gold 9, others 2". One alone is bare."""
    told = []
    for field, values in list(counted.items())[:FIELDS_TOLD]:
        words = [_value(value) if number == 1 and value else f"{_value(value)} {number:,}" for value, number in values]
        told.append(f"{labels.get(field) or bare(field)}: {', '.join(words)}")
    return told


def _value(value: str | None) -> str:
    return "others" if value is None else value or "emptied"


def bare(name: str) -> str:
    """A field's name as people would write it, where its label is not known."""
    return name.rpartition(".")[2].replace("_", " ").strip().capitalize()


def _changed(labels: Sequence[str], more: int) -> str:
    if more:
        return f"{', '.join(labels[:FIELDS_TOLD])} and {len(labels[FIELDS_TOLD:]) + more} more fields change"
    if len(labels) == 1:
        return f"Only {labels[0]} changes"
    if not labels:
        return "Nothing changes"
    return f"{', '.join(labels[:-1])} and {labels[-1]} change"
