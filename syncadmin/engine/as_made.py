"""What a new record really holds: a system fills in what it was not told, and may spell values in its own way.

Nobody has edited that. Both sides agree on it, each with a value of its own.
"""

from collections.abc import Mapping
from typing import Any

from mappings.kinds.agreed import FieldNote
from mappings.rules import convert
from mappings.rules.configuration import Direction
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Change, Side


def agreed(
    book: Rulebook,
    side: Side,
    last_synced: Mapping[str, Any],
    field_notes: Mapping[str, FieldNote],
    seen: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, FieldNote]]:
    """The agreed values and notes of a link once the record that was made on ``side`` has been ``seen``.

    A field whose only source is the new record agrees on nothing: its value goes to the other side.
    """
    values, notes = dict(last_synced), dict(field_notes)
    source_alone = Direction.TO_LEFT if side is Side.RIGHT else Direction.TO_RIGHT
    for rule in book.rules:
        name = rule.right if side is Side.RIGHT else rule.left
        if name not in seen or rule.right not in values or rule.direction is source_alone:
            continue
        note = notes.get(rule.right, FieldNote())
        left = note.get("left", values[rule.right])
        if side is Side.RIGHT:
            values[rule.right] = seen[name]
        else:
            try:
                left = convert.to_right(rule, seen[name], book.config.time_zone)
            except convert.ValueProblem:
                continue
        if not convert.same(left, values[rule.right]):
            notes[rule.right] = FieldNote(**{**note, "left": left})
    return values, notes


def as_seen(
    changes: tuple[Change, ...],
    written: Mapping[str, Any],
    last_synced: Mapping[str, Any],
    field_notes: Mapping[str, FieldNote],
) -> tuple[Change, ...]:
    """The changes of a creation on the right as the record held them once it was made.

    ``written`` is what the creation agreed on; a field whose source has changed since tells nothing any more.
    """
    held = {
        name: last_synced[name]
        for name, note in field_notes.items()
        if "left" in note and name in written and name in last_synced and convert.same(note["left"], written[name])
    }
    known = tuple(
        Change(change.field, change.before, held.pop(change.field), change.reason) if change.field in held else change
        for change in changes
    )
    return known + tuple(Change(name, None, value, "Filled in when it was created") for name, value in held.items())
