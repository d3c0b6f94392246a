"""A step is written only if its target still is what the plan saw."""

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
    """The first field that moved since the plan, with what the plan saw and what is there now, unless it is unread."""

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
    """The drift of a target, or None. List fields do not drift: their edit applies to whatever is there.

    A field that the look at the target did not bring may hold anything, so nothing is written over it. ``whole_id``
    gives the one spelling of an id that has several.
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
    """The fields to send: planned values, and lists as they become when the edit is applied to ``now``.

    A list that was not read is taken as the plan saw it; one that is empty now stays empty but for the edit.
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
    """List entries, in lower case, that were to be added and that somebody else has put there since the plan."""
    found = {}
    for change in changes:
        present = {str(entry).lower() for entry in now.get(change.field) or ()} if change.is_list else set()
        if theirs := present & {entry.lower() for entry in change.add}:
            found[change.field] = theirs
    return found


def in_use(now: Mapping[str, Any]) -> str:
    """What hangs on a record that would be deleted, as a half-sentence: "has 3 tickets and 1 user"; "" if nothing."""
    hanging: Mapping[Noun, int] = now.get(ATTACHED) or {}
    words = [noun.counted(number) for noun, number in hanging.items() if number]
    return f"it has {' and '.join(words)}" if words else ""


def edited_since(
    written: Mapping[str, Any],
    now: Mapping[str, Any],
    born_with: Mapping[str, Any] = MappingProxyType({}),
    box_tags: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The first field of a created record that no longer is as it was written, or "".

    A field that was not written must still be empty, and a list must hold nothing that somebody else put there.
    ``born_with``: what a new record has without being told; None where that may be anything. ``box_tags``: the tag of
    each ticked box, by field.
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
    """Whether a write of unknown outcome is there: every planned value stands in the target, nothing removed does."""
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
