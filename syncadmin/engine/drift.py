"""Decides whether the target of a step is still as planned. If not, the step is not written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from connectors.api.values import ATTACHED, Noun
from mappings.rules import tags
from mappings.rules.convert import same
from syncadmin.engine.steps import Change


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that has changed since the plan, with its planned and its current value; ``unread`` if the field is
    missing.
    """

    field: str
    planned: Any
    found: Any = None
    unread: bool = False

    def __str__(self) -> str:
        name = self.field.rpartition(".")[2].replace("_", " ")
        if self.unread:
            return (
                f"{name} was {_quoted(self.planned)} when planned, and was not in the answer when it was looked at now"
            )
        return f"{name} was {_quoted(self.planned)} when planned and is {_quoted(self.found)} now"


def _quoted(value: Any) -> str:
    return "empty" if value in (None, "") else f"“{value}”"


def find_drift(changes: Sequence[Change], now: Mapping[str, Any], whole_id: Callable[[str], str] = str) -> Drift | None:
    """The first field of a target that changed since the plan, or None. List fields cannot drift: their edit always
    applies.

    A field that is missing in ``now`` counts as drift, because its value is unknown. ``whole_id`` normalizes ids that
    have several forms.
    """

    def whole(value: Any) -> Any:
        return whole_id(value) if isinstance(value, str) else value

    for change in changes:
        if change.field not in now:
            return Drift(change.field, change.before, unread=True)
        if change.is_list:
            continue
        found = whole(now[change.field])
        if not same(found, whole(change.before)) and not same(found, whole(change.after)):
            return Drift(change.field, change.before, now[change.field])
    return None


def values_to_write(changes: Sequence[Change], now: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values to send: planned values as they are, and lists with their edit applied to ``now``.

    A list that is missing in ``now`` is taken as it was when planned.
    """
    values: dict[str, Any] = {}
    for change in changes:
        if change.is_list:
            read = now is not None and change.field in now
            present = now[change.field] if now is not None and read else change.before
            values[change.field] = tags.apply(present or [], change.add, change.remove)
        else:
            values[change.field] = change.after
    return values


def there_already(changes: Sequence[Change], now: Mapping[str, Any]) -> dict[str, set[str]]:
    """The list entries, in lower case, that the plan adds and that somebody else has added since."""
    found = {}
    for change in changes:
        present = {str(entry).lower() for entry in now.get(change.field) or ()} if change.is_list else set()
        if theirs := present & {entry.lower() for entry in change.add}:
            found[change.field] = theirs
    return found


def in_use(now: Mapping[str, Any]) -> str:
    """What is attached to a record about to be deleted, as "it has 3 tickets and 1 user"; "" if nothing."""
    hanging: Mapping[Noun, int] = now.get(ATTACHED) or {}
    words = [noun.counted(number) for noun, number in hanging.items() if number]
    return f"it has {' and '.join(words)}" if words else ""


def edited_since(
    written: Mapping[str, Any],
    now: Mapping[str, Any],
    born_with: Mapping[str, Any] = MappingProxyType({}),
    box_tags: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The first field of a created record that differs from what was written, or "".

    A field that was not written must be empty, and a list may only hold entries that were written. ``born_with``:
    values that the system gives to new records; None if any value is allowed. ``box_tags``: the tag of each checkbox,
    by field.
    """
    # The helpdesk keeps a tag for each drop-down value and each ticked box by itself.
    mirrored = {str(value).lower() for value in written.values() if not isinstance(value, (list, tuple))}
    mirrored |= {tag.lower() for field, tag in box_tags.items() if written.get(field) is True}
    for field, value in now.items():
        if field == ATTACHED:
            continue
        if isinstance(value, (list, tuple)):
            ours = mirrored | {str(entry).lower() for entry in written.get(field) or ()}
            untouched = {str(entry).lower() for entry in value} <= ours
        elif field in written:
            untouched = same(value, written[field])
        elif field in born_with:
            untouched = born_with[field] is None or same(value, born_with[field])
        else:
            untouched = value is False or same(value, None)
        if not untouched:
            return field
    return ""


def took_effect(changes: Sequence[Change], now: Mapping[str, Any]) -> bool:
    """Whether a write without an answer has happened: all planned values are there, and nothing that was to
    be removed.
    """
    for change in changes:
        if change.field not in now:
            return False
        if change.is_list:
            present = now[change.field] or []
            if tags.apply(present, change.add, change.remove) != list(present):
                return False
        elif not same(now[change.field], change.after):
            return False
    return True
