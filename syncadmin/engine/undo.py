"""Plans an undo: inverts each written step where the field still holds the written value."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mappings.kinds.people import sentences
from mappings.rules import tags
from mappings.rules.convert import ValueProblem, same, to_right
from syncadmin.engine.drift import edited_since, in_use, values_to_write
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, SKIP, UNLINK, Change, Operation, PlannedStep, Side, Verb

_INVERSE = {
    Verb.CREATE: Verb.DELETE,
    Verb.UPDATE: Verb.UPDATE,
    Verb.DELETE: Verb.CREATE,
    Verb.LINK: Verb.UNLINK,
    Verb.UNLINK: Verb.LINK,
}


def invert(
    draft: PlannedStep,
    now: Mapping[str, Any] | None,
    born_with: Mapping[str, Any] = MappingProxyType({}),
    box_tags: Mapping[str, str] = MappingProxyType({}),
) -> PlannedStep:
    """The step that undoes ``draft``. ``now`` is the present state of its target, None if it is gone.

    A created record that was edited since, or has something attached, is left alone, as is each field that changed
    since. ``born_with`` and ``box_tags`` are values that a created record gets by itself and that are no edits. A
    deleted record is created anew, and an ended link is made again, both with the state that ``draft`` kept of the
    link.
    """
    blank = PlannedStep(SKIP, draft.label, left_id=draft.left_id, right_id=draft.right_id, object=draft.object,
                  role=draft.role, group=draft.group)  # fmt: skip
    if draft.relation or draft.verb not in _INVERSE:
        return replace(blank, reason="This kind of step cannot be undone", reason_code=ReasonCode.FINAL)
    if draft.operation.deletes:
        return _make_again(draft, now, blank)
    if now is None:
        return replace(blank, reason="The record is gone already", reason_code=ReasonCode.GONE)
    verb = Verb.UNLINK if draft.reason_code == ReasonCode.FIRST_LINK else _INVERSE[draft.verb]
    operation = verb.on(Side.RIGHT if draft.reason_code == ReasonCode.FIRST_LINK else draft.operation.side)
    if draft.reason_code in (ReasonCode.DUPLICATE, ReasonCode.TAKEN_OVER):
        operation = Verb.UPDATE.on(Side.RIGHT)  # its group decides anew who fills the user; the link holds as before
    if operation.deletes:
        if hanging := in_use(now):
            return replace(blank, reason=_left_alone(f"{hanging} now"), reason_code=ReasonCode.IN_USE)
        if field := edited_since(values_to_write(draft.changes), now, born_with, box_tags):
            return replace(
                blank, reason=_left_alone(f"{field} was changed since"), reason_code=ReasonCode.CHANGED_SINCE
            )
        return _delete(draft, operation, blank)
    return _restore(draft, operation, now, blank)


def _restore(draft: PlannedStep, operation: Operation, now: Mapping[str, Any], blank: PlannedStep) -> PlannedStep:
    """The step that restores fields, and a link that was made or ended."""
    changes, left_alone = _back(draft, now)
    restored = replace(blank, operation=operation, changes=changes, warnings=left_alone)
    if operation == LINK:
        restored = replace(_as_before(draft, restored), reason_code=ReasonCode.FIRST_LINK)
        return replace(restored, reason="The link is restored")
    if operation == UNLINK:
        return replace(restored, reason="Removes the link")
    if left_alone and not changes:
        return replace(blank, reason="Every field was changed since", reason_code=ReasonCode.CHANGED_SINCE)
    if not changes:
        return replace(blank, reason="Everything is as it was before", reason_code=ReasonCode.AS_BEFORE)
    code = ReasonCode.ADDRESS if draft.reason_code == ReasonCode.ADDRESS else ""
    return replace(restored, reason="Undoes the change", reason_code=code)


def with_all_of_ours(
    draft: PlannedStep, owned_values: Mapping[str, Iterable[str]], now: Mapping[str, Any] | None
) -> PlannedStep:
    """The end of a link that also removes list entries that later runs added."""
    if draft.operation != UNLINK or now is None:
        return draft
    changes = {change.field: change for change in draft.changes}
    for field in owned_values.keys() & now.keys():
        present = list(now[field] or [])
        edit = changes.get(field, Change(field, present, None, "Added by a sync whose link ends"))
        known = {entry.lower() for entry in (*edit.add, *edit.remove)}
        ours = {entry.lower() for entry in owned_values[field]} - known
        if more := tuple(entry for entry in present if entry.lower() in ours):
            changes[field] = replace(edit, remove=(*edit.remove, *more))
    return replace(draft, changes=tuple(changes.values()))


def agreement(
    book: Rulebook,
    operation: Operation,
    changes: Iterable[Change],
    last_synced: Mapping[str, Any],
    owned_values: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ``last_synced`` and ``owned_values`` of a link after an undo wrote ``changes``.

    Only what was restored changes. List entries that came back count as added by a sync, removed ones no longer do.
    """
    last_synced, owned_values = dict(last_synced), dict(owned_values)
    for change in changes:
        if change.is_list:
            owned_values[change.field] = tags.apply(owned_values.get(change.field, ()), change.add, change.remove)
        elif operation == Verb.UPDATE.on(Side.LEFT):
            last_synced |= _as_right_values(book, change, last_synced)
        elif change.field in last_synced:
            last_synced[change.field] = change.after
    return last_synced, owned_values


def _as_right_values(book: Rulebook, change: Change, last_synced: Mapping[str, Any]) -> dict[str, Any]:
    """A value restored on the left, converted to the right fields that it fills."""
    found = {}
    for rule in book.rules:
        if rule.left == change.field and rule.right in last_synced:
            with suppress(ValueProblem):  # what cannot be said on the right is agreed on as before
                found[rule.right] = to_right(rule, change.after, book.config.time_zone)
    return found


def invert_membership(draft: PlannedStep, member: bool, ours: bool) -> PlannedStep:
    """The step that undoes a membership step. ``member``: whether the user is a member now; ``ours``: the step added
    it.
    """
    blank = replace(
        draft, operation=SKIP, changes=(), last_synced=(), field_notes=(), warnings=(), needs_approval=False
    )
    if draft.operation == CHANGE_PRIMARY:
        return replace(blank, reason=sentences.PRIMARY_LEFT_ALONE, reason_code=ReasonCode.FINAL)
    added = draft.operation == ADD_MEMBERSHIP
    if added and not ours:
        return replace(blank, reason="The user was a member before", reason_code=ReasonCode.AS_BEFORE)
    if member is not added:
        return replace(blank, reason="Everything is as it was before", reason_code=ReasonCode.AS_BEFORE)
    change = draft.changes[0]
    back = Change(change.field, change.after, change.before or None, "Back to what it was")
    if added:
        back = Change(change.field, change.after, None, "Back to what it was")
    operation = REMOVE_MEMBERSHIP if added else ADD_MEMBERSHIP
    return replace(blank, operation=operation, changes=(back,), reason="Undoes the change", reason_code="")


def _back(draft: PlannedStep, now: Mapping[str, Any]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes that restore the former values, and a sentence for each field that is left alone."""
    changes, left_alone = [], []
    for change in draft.changes:
        if change.is_list:
            back = _list_back(change, now)
            changes += [back] if back.is_list else []
        elif change.field not in now or not same(now[change.field], change.after):
            left_alone.append(f"{change.field} was changed since and was not restored.")
        elif not same(change.before, change.after):
            changes.append(Change(change.field, change.after, change.before, "Back to what it was"))
    return tuple(changes), tuple(left_alone)


def _left_alone(reason: str) -> str:
    return f"Created by the run, but {reason}; it was not deleted"


def _delete(draft: PlannedStep, operation: Operation, blank: PlannedStep) -> PlannedStep:
    before = tuple(_emptied(change) for change in draft.changes)
    return replace(blank, operation=operation, changes=before, reason="Created by the run that is undone")


def _make_again(draft: PlannedStep, now: Mapping[str, Any] | None, blank: PlannedStep) -> PlannedStep:
    """The creation that undoes a deletion. The new record has another id."""
    if now is not None:
        return replace(blank, reason="The record is there again", reason_code=ReasonCode.AS_BEFORE)
    reason = "It was deleted; a new record is created and linked"
    changes = tuple(_filled(change) for change in draft.changes)
    side = draft.operation.side
    made = replace(_as_before(draft, blank), operation=Verb.CREATE.on(side), changes=changes, reason=reason)
    return replace(made, left_id="") if side is Side.LEFT else replace(made, right_id="")


def _as_before(draft: PlannedStep, blank: PlannedStep) -> PlannedStep:
    """``blank`` with the state that the link had when it ended."""
    return replace(blank, last_synced=draft.last_synced, field_notes=draft.field_notes, owned_values=draft.owned_values)


def _filled(change: Change) -> Change:
    if change.is_list:
        return Change(change.field, [], None, "As it was", add=change.remove)
    return Change(change.field, None, change.before, "As it was")


def _emptied(change: Change) -> Change:
    reason = "Created by the run"
    if change.is_list:
        return Change(change.field, list(change.add), None, reason, remove=change.add)
    return Change(change.field, change.after, None, reason)


def _list_back(change: Change, now: Mapping[str, Any]) -> Change:
    """The inverse edit of a list, without what is already there or gone. Empty if nothing is left to do."""
    present = list(now.get(change.field) or [])
    here = {entry.lower() for entry in present}
    add = tuple(entry for entry in change.remove if entry.lower() not in here)
    remove = tuple(entry for entry in change.add if entry.lower() in here)
    return Change(change.field, present, None, "Back to what it was", add=add, remove=remove)
