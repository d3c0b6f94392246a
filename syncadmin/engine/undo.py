"""Undo is a plan too: each written step inverted, and a field touched only if it still holds what we wrote."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mappings.rules import tags
from mappings.rules.convert import same
from syncadmin.engine.drift import edited_since, in_use, values_to_write
from syncadmin.engine.steps import DUPLICATE, FIRST_LINK, TAKEN_OVER, Action, Change, Draft

_INVERSE = {
    Action.CREATE_RIGHT: Action.DELETE_RIGHT,
    Action.CREATE_LEFT: Action.DELETE_LEFT,
    Action.UPDATE_RIGHT: Action.UPDATE_RIGHT,
    Action.UPDATE_LEFT: Action.UPDATE_LEFT,
    Action.LINK: Action.UNLINK,
}


def invert(draft: Draft, now: Mapping[str, Any] | None, born_with: Mapping[str, Any] = MappingProxyType({})) -> Draft:
    """The draft that takes ``draft`` back. ``now`` is its target's present state, None when it is gone.

    A created record that was edited since, or that something hangs on, is left alone, as is each field that somebody
    changed since. For a created record ``now`` may hold more fields than the draft wrote, of which ``born_with`` are no
    edits. What an undo did is not taken back: a SKIP says so.
    """
    blank = Draft(Action.SKIP, draft.label, left_id=draft.left_id, right_id=draft.right_id, object=draft.object,
                  role=draft.role, group=draft.group)  # fmt: skip
    if draft.action not in _INVERSE:
        return replace(blank, reason="This kind of step cannot be taken back", code="final")
    if now is None:
        return replace(blank, reason="The record is gone already", code="gone")
    action = Action.UNLINK if draft.code == FIRST_LINK else _INVERSE[draft.action]
    if draft.code in (DUPLICATE, TAKEN_OVER):
        action = Action.UPDATE_RIGHT  # its group decides anew who fills the user; the link holds as before
    if action in (Action.DELETE_LEFT, Action.DELETE_RIGHT):
        return _delete(draft, action, now, blank, born_with)
    changes, left_alone = _back(draft, now)
    if action is Action.UNLINK:
        return replace(blank, action=action, changes=changes, reason="Takes the link back", warnings=left_alone)
    if not changes:
        reason = "Every field was changed since" if left_alone else "Everything is as it was before"
        return replace(blank, reason=reason, code="changed_since" if left_alone else "as_before")
    back = replace(blank, action=action, changes=changes, reason="Takes the change back", warnings=left_alone)
    return _with_old_agreement(back, draft) if action is Action.UPDATE_RIGHT else back


def invert_membership(draft: Draft, member: bool, ours: bool) -> Draft:
    """The draft that takes a membership step back. ``member``: whether the user is one now; ``ours``: by this step."""
    blank = replace(draft, action=Action.SKIP, changes=(), base=(), warnings=(), held=False)
    if draft.action is Action.MAKE_PRIMARY:
        return replace(blank, object="", reason="Which organization is the primary one is left alone", code="final")
    added = draft.action is Action.ADD_MEMBERSHIP
    if added and not ours:
        return replace(blank, object="", reason="The user was a member before", code="as_before")
    if member is not added:
        return replace(blank, object="", reason="Everything is as it was before", code="as_before")
    change = draft.changes[0]
    back = Change(change.field, change.after, change.before or None, "Back to what it was")
    if added:
        back = Change(change.field, change.after, None, "Back to what it was")
    action = Action.REMOVE_MEMBERSHIP if added else Action.ADD_MEMBERSHIP
    return replace(blank, action=action, changes=(back,), reason="Takes the change back", code="")


def _back(draft: Draft, now: Mapping[str, Any]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes that restore what was there, and a sentence for each field that is left alone."""
    changes, left_alone = [], []
    for change in draft.changes:
        if change.is_list:
            back = _list_back(change, now)
            changes += [back] if back.is_list else []
        elif change.field not in now or not same(now[change.field], change.after):
            left_alone.append(f"{change.field} was changed since by somebody and is left alone.")
        elif not same(change.before, change.after):
            changes.append(Change(change.field, change.after, change.before, "Back to what it was"))
    return tuple(changes), tuple(left_alone)


def _with_old_agreement(back: Draft, draft: Draft) -> Draft:
    """Both sides agree on the other fields as before; list entries that come back are ours, those we added no more."""
    base, owned = dict(draft.base), dict(draft.owned)
    returning = {change.field: change.add for change in back.changes}
    for change in draft.changes:
        if change.is_list:
            kept = tags.apply(owned.get(change.field, ()), returning.get(change.field, ()), change.add)
            owned[change.field] = tuple(kept)
    base |= {change.field: change.after for change in back.changes if change.field in base}
    return replace(back, base=tuple(base.items()), owned=tuple(owned.items()))


def _delete(draft: Draft, action: Action, now: Mapping[str, Any], blank: Draft, born_with: Mapping[str, Any]) -> Draft:
    if hanging := in_use(now):
        return replace(blank, reason=f"Created by us, but {hanging} by now; it is left alone", code="in_use")
    if field := edited_since(values_to_write(draft.changes), now, born_with):
        reason = f"Created by us, but {field} was changed since; it is left alone"
        return replace(blank, reason=reason, code="changed_since")
    before = tuple(_emptied(change) for change in draft.changes)
    return replace(blank, action=action, changes=before, reason="Created by the run that is undone")


def _emptied(change: Change) -> Change:
    reason = "Created by the run"
    if change.is_list:
        return Change(change.field, list(change.add), None, reason, remove=change.add)
    return Change(change.field, change.after, None, reason)


def _list_back(change: Change, now: Mapping[str, Any]) -> Change:
    """The inverse edit, without what is as it should be already. No edit when nothing is left to do."""
    present = list(now.get(change.field) or [])
    here = {entry.lower() for entry in present}
    add = tuple(entry for entry in change.remove if entry.lower() not in here)
    remove = tuple(entry for entry in change.add if entry.lower() in here)
    return Change(change.field, present, None, "Back to what it was", add=add, remove=remove)
