"""Deletes records whose counterpart was deleted or left the filter (S2.18, S2.22, S2.23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncadmin.engine.plan import Rulebook, delete, skip, take_back
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.runs.models import Link
from syncadmin.runs.storage.mirror import MirrorRow


def of_right(book: Rulebook, left_id: str, right: MirrorRow) -> PlannedStep:
    """The step that deletes the counterpart of a deleted left record."""
    reason = f"Deleted in {book.kind.names.left_system}"
    return delete(book, Side.RIGHT, left_id, right.record(book.kind.right_object), ReasonCode.DELETED, reason)


def of_left(book: Rulebook, left: MirrorRow, right_id: str) -> PlannedStep:
    """The step that deletes the counterpart of a deleted right record."""
    reason = f"Its {book.kind.names.right_one} was deleted"
    record = left.record(book.kind.left_object)
    return delete(book, Side.LEFT, right_id, record, ReasonCode.COUNTERPART_DELETED, reason)


def removed(
    book: Rulebook, links: Iterable[Link], rights: Mapping[str, MirrorRow], reason: str = "It left the filter"
) -> list[PlannedStep]:
    """The steps that delete the counterparts of these left records, except those that people took out."""
    found = []
    for link in links:
        right = rights.get(link.right_id)
        if right is not None and right.in_scope and not right.deleted:
            record = right.record(book.kind.right_object)
            found.append(delete(book, Side.RIGHT, link.left_id, record, ReasonCode.LEFT_SCOPE, reason))
    return found


def withdrawal(book: Rulebook, left_id: str, link: Link, right: MirrorRow | None) -> list[PlannedStep]:
    """The steps for the counterpart of a deleted left record, where the kind writes to it, and the row about the left
    one.
    """
    withdrawn = book.kind.after_deletion(book.config)
    if not withdrawn or right is None or right.deleted or not right.in_scope:
        return []
    step = take_back(book, left_id, right.record(book.kind.right_object), withdrawn)
    if step is None:
        return []
    known = {**link.last_synced, **dict(step.last_synced)}
    names = book.kind.names
    fields = ", ".join(change.field for change in step.changes)
    reason = f"Deleted in {names.left_system}; {fields} of its {names.right_one} follows"
    skipped = skip(right.label, ReasonCode.DELETED, reason, left_id=left_id, right_id=right.remote_id)
    notes = tuple(link.field_notes.items())
    return [replace(step, last_synced=tuple(known.items()), field_notes=notes), skipped]
