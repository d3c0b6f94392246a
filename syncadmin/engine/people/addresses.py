"""Plans changes of user emails: one step each, and former addresses are freed when needed (S1.40)."""

from collections.abc import Collection, Container
from dataclasses import replace

from mappings.kinds.people.relations import ADDRESS
from mappings.rules.matching import EMAIL
from mappings.rules.texts import fold
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Change, PlannedStep, Side, Verb

_CREATE, FREE_ADDRESS = Verb.CREATE.on(Side.RIGHT), Verb.DELETE.on(Side.RIGHT, ADDRESS.name)


def split(draft: PlannedStep, agreed: object) -> list[PlannedStep]:
    """An update as two steps: the other fields, then the email, so that a refused email does not hold back the rest.

    A step that also links is not split: a user is only taken over with its email. ``agreed`` is the last synced email,
    None without one.
    """
    email = next((change for change in draft.changes if change.field == EMAIL), None)
    if (
        email is None
        or draft.operation != Verb.UPDATE.on(Side.RIGHT)
        or draft.reason_code in (ReasonCode.FIRST_LINK, ReasonCode.TAKEN_OVER)
    ):
        return [draft]
    others = tuple(change for change in draft.changes if change is not email)
    alone = replace(
        draft,
        reason_code=ReasonCode.ADDRESS,
        changes=(email,),
        last_synced=((EMAIL, email.after),),
        field_notes=(),
        owned_values=(),
    )
    if not others:
        return [alone]
    last_synced = tuple((name, value) for name, value in draft.last_synced if name != EMAIL)
    if agreed is not None:
        last_synced += ((EMAIL, agreed),)
    return [replace(draft, changes=others, last_synced=last_synced), replace(alone, warnings=())]


def frees(drafts: list[PlannedStep], others: bool, holders: Collection[str]) -> list[PlannedStep]:
    """The steps that free addresses before a record's own steps.

    ``others``: whether another record has the user's former email. ``holders``: users that still have the new email
    from earlier runs.
    """
    found, users = [], {draft.right_id for draft in drafts}
    moved = next((draft for draft in drafts if draft.reason_code == ReasonCode.ADDRESS), None)
    if moved and others and (address := given_back(drafts)):
        found.append(_free(moved, moved.right_id, address, "Another record uses this email now"))
    getting = (draft for draft in drafts if draft.reason_code == ReasonCode.ADDRESS or draft.operation == _CREATE)
    wanting = next(getting, None)
    if wanting and (address := _needed(wanting)):
        reason = "An earlier run left it with this user; another user needs it"
        found += [_free(wanting, user, address, reason) for user in holders if user not in users]
    return found


def frees_of_undo(draft: PlannedStep, freed: Container[str]) -> list[PlannedStep]:
    """The step that frees the address that an undo takes from a user, if another user had it before the run.

    ``freed``: the addresses that the run freed.
    """
    address = given_back([draft])
    back = "It goes back to the user that had it before"
    return [_free(draft, draft.right_id, address, back)] if address and address in freed else []


def _free(draft: PlannedStep, user: str, address: str, reason: str) -> PlannedStep:
    """The step that frees ``address`` of ``user``, so that ``draft`` can be written."""
    return PlannedStep(
        FREE_ADDRESS,
        draft.label,
        left_id=draft.left_id,
        right_id=user,
        changes=(Change(EMAIL, address, None, reason),),
        reason=f"{address}: {reason[0].lower()}{reason[1:]}",
        needs_approval=draft.needs_approval,
        role=draft.role,
        group=draft.group,
    )


def given_back(drafts: list[PlannedStep]) -> str:
    """The case-folded address that the user no longer has after these steps, "" if it keeps its email."""
    moved = next((draft for draft in drafts if draft.reason_code == ReasonCode.ADDRESS), None)
    return fold(moved.changes[0].before) if moved else ""


def _needed(draft: PlannedStep) -> str:
    return next((fold(change.after) for change in draft.changes if change.field == EMAIL), "")
