"""Detects values that were agreed on under another definition of their field."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.api.values import FieldType
from mappings.kinds.agreed import FieldNote
from mappings.rules.configuration import FieldRule
from syncadmin.engine.plan import Rulebook


@dataclass(frozen=True, slots=True)
class Source:
    """Which left field fills a right one, and how both were defined at the last sync.

    ``options`` are those of the right field with their ids; ``values`` those of a restricted left field with the option
    that each becomes. ``lost``: one of the fields was missing since, so its values may be gone too.
    """

    left: str
    left_type: str = FieldType.TEXT.value
    right_id: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)


Forgotten = Mapping[str, frozenset[str] | None]
"""Right fields whose agreement no longer counts: that on these values, or with None that on any value."""


def sources(book: Rulebook) -> dict[str, Source]:
    """The present source of each right field."""
    return {rule.right: _source(rule) for rule in book.rules}


def _source(rule: FieldRule) -> Source:
    values = {value: rule.value_map.get(value, value) for value in sorted(rule.left_choices or ())}
    return Source(rule.left, rule.left_type.value, rule.right_id, dict(rule.options), values)


def changed_sources(before: Mapping[str, Source], now: Mapping[str, Source]) -> Forgotten:
    """Which last synced values are void. Nothing is known of a right field that was not filled before.

    All values of a field that has another left field or type, was deleted and created again, or was missing. For a
    drop-down only the values of options that were removed since: nobody has emptied those.
    """
    found: dict[str, frozenset[str] | None] = {}
    for right, source in now.items():
        old = before.get(right, source)
        if old.lost or (old.left, old.left_type, old.right_id) != (source.left, source.left_type, source.right_id):
            found[right] = None
        elif removed := _removed(old, source):
            found[right] = removed
    return found


def _removed(old: Source, now: Source) -> frozenset[str]:
    """Options that were removed or created again, and those of left values that were removed."""
    options = {value for value, id in old.options.items() if now.options.get(value) != id}
    values = {option for value, option in old.values.items() if value not in now.values} if now.values else set()
    return frozenset(options | values)


def made_again(before: Mapping[str, Source], now: Mapping[str, Source]) -> frozenset[str]:
    """Right fields that were deleted and created again, or of whose pair one was missing for a while."""
    return frozenset(
        right
        for right, source in now.items()
        if (old := before.get(right)) and (old.lost or (old.left == source.left and old.right_id != source.right_id))
    )


def without(
    last_synced: Mapping[str, Any],
    field_notes: Mapping[str, FieldNote],
    forgotten: Forgotten,
    again: Collection[str] = (),
) -> tuple[dict[str, Any], dict[str, FieldNote]]:
    """The last synced values and notes of a link, without those that are void.

    For a checkbox in ``again`` a note says that nobody has unticked it, because a checkbox has no empty value.
    """
    gone = {right for right, values in forgotten.items() if values is None or str(last_synced.get(right)) in values}
    boxes = [
        right
        for right in again
        if isinstance(last_synced.get(right), bool) or "recreated" in field_notes.get(right, FieldNote())
    ]
    notes = {right: note for right, note in field_notes.items() if right not in gone}
    return (
        {name: value for name, value in last_synced.items() if name not in gone},
        notes | {right: FieldNote(recreated=True) for right in boxes},
    )


def missing(before: Mapping[str, Source], rights: Collection[str]) -> dict[str, Source]:
    """The same sources, with these right fields marked as lost."""
    return {
        right: Source(**{**source.as_stored(), "lost": True}) if right in rights else source
        for right, source in before.items()
    }
