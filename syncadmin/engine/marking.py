"""Decides how a right record is marked: as out of scope, or as taking part (A6, S2.23)."""

from connectors.api.values import Record
from mappings.rules import tags
from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Change, PlannedStep, Side, Verb


def mark(book: Rulebook, label: str, left_id: str, right: Record, link_state: LinkState) -> PlannedStep | None:
    """The step that tags a right record whose counterpart left the filter. The tag is removed when that one returns
    (A6).

    None if it is tagged already or must not be written.
    """
    ours, there = tuple(link_state.owned_values.get("tags", ())), right.values.get("tags") or []
    if tags.LEFT_FILTER in (*ours, *there) or not book.kind.admit_right(right.values, book.config).admitted:
        return None
    edit = Change(
        "tags", list(there), None, f"Its {book.kind.names.left_system} record left the filter", add=(tags.LEFT_FILTER,)
    )
    owned_values = {**link_state.owned_values, "tags": (*ours, tags.LEFT_FILTER)}
    return PlannedStep(
        Verb.UPDATE.on(Side.RIGHT),
        label,
        left_id=left_id,
        right_id=right.ref.id,
        changes=(edit,),
        reason="It left the filter",
        last_synced=tuple(link_state.last_synced.items()),
        field_notes=tuple(link_state.field_notes.items()),
        owned_values=tuple((name, tuple(entries)) for name, entries in owned_values.items()),
    )


def unmark(book: Rulebook, left: Record, right: Record, link_state: LinkState) -> PlannedStep | None:
    """The step that removes the sync's list entries and stored id from a record whose counterpart left the filter
    (S2.23).

    The link stays, so both come back with the counterpart. None if there is nothing to remove.
    """
    owned, changes = dict(link_state.owned_values), list[Change]()
    reason = f"Its {book.kind.names.left_system} record left the filter"
    for rule in book.lists:
        there = right.values.get(rule.field) or []
        ours = {*rule.wanted(left.values)[0], *owned.pop(rule.field, ())}
        if gone := tuple(entry for entry in there if entry in ours):
            changes.append(Change(rule.field, list(there), None, reason, remove=gone))
    if book.config.stores_id and (held := right.values.get(book.config.id_field)):
        changes.append(Change(book.config.id_field, held, None, reason))
    if not changes or not book.kind.admit_right(right.values, book.config).admitted:
        return None
    return PlannedStep(
        Verb.UPDATE.on(Side.RIGHT),
        book.kind.left_label(left),
        left_id=left.ref.id,
        right_id=right.ref.id,
        changes=tuple(changes),
        reason="It left the filter",
        last_synced=tuple(link_state.last_synced.items()),
        field_notes=tuple(link_state.field_notes.items()),
        owned_values=tuple((name, tuple(entries)) for name, entries in owned.items()),
    )
