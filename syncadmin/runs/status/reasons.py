"""The meaning of each reason code, and what to do about a step that was not written."""

from __future__ import annotations

from connectors.api.registry import remedy
from syncadmin.engine.reason_codes import ReasonCode

MEANINGS: dict[ReasonCode, str] = {
    ReasonCode.AMBIGUOUS: "Several records could be the counterpart, or the only one is taken.",
    ReasonCode.HELD: "A guard holds the step back until it is approved.",
    ReasonCode.DUPLICATE: "Another record with the same key is the syncing record.",
    ReasonCode.TWO_USERS: "It is linked to one record, and its key belongs to another one.",
    ReasonCode.COUNTERPART_DELETED: "Its counterpart was deleted.",
    ReasonCode.LEFT_SCOPE: "A linked record left the filter.",
    ReasonCode.UNMATCHED: "The other system has no such record, and creating there is off.",
    ReasonCode.CREATE_OFF: "Creating in the other system is off.",
    ReasonCode.ALONE: "The other side has no such record, and the sync makes none there.",
    ReasonCode.NO_MATCH: "No record of the other side has its key; it is tried again when one has.",
    ReasonCode.WAITS: "The sync of the syncing record has to run first.",
    ReasonCode.IGNORED: "Somebody decided to leave it alone.",
    ReasonCode.OUT_OF_SCOPE: "It is outside the filter.",
    ReasonCode.ACCOUNT_OUTSIDE: "The record that it belongs to is not synced.",
    ReasonCode.OUTSIDE: "The only record that could be its counterpart is outside the filter.",
    ReasonCode.MERGED: "It was merged into another record.",
    ReasonCode.DELETED: "It was deleted; its counterpart is left alone.",
    ReasonCode.PERSON_ACCOUNT: "Records of persons are left out by the settings of the sync.",
    ReasonCode.HAS_PARENT: "Records with a parent are left out by the settings of the sync.",
    ReasonCode.NO_NAME: "It has no name.",
    ReasonCode.NO_EMAIL: "It has no email, and the sync leaves such records out.",
    ReasonCode.STAFF: "It is a member of staff.",
    ReasonCode.FROZEN: "It does not change any more, so what was edited in the other system stays there.",
    ReasonCode.CONVERTED: "It was converted into another record.",
    ReasonCode.BOTH_CHANGED: "Both sides changed the field, and the mapping says to ask.",
    ReasonCode.VALUE: "A value does not fit its field.",
    ReasonCode.UNUSABLE: "A value cannot be stored anywhere, such as half a character or a zero byte.",
    ReasonCode.REQUIRED: "A new record needs a field that nothing fills.",
    ReasonCode.DRIFT: "Somebody changed it after the plan was made.",
    ReasonCode.APPEARED: "Somebody else created it after the plan was made.",
    ReasonCode.GONE: "It was deleted after the plan was made.",
    ReasonCode.NO_USER: "The record that this step needed was not created.",
    ReasonCode.NOT_LINKED: "Its record was not linked, so the membership was not written either.",
    ReasonCode.STANDS: "A membership that it added could not be removed.",
    ReasonCode.LOOKALIKE: "The other system has a record that looks like the one to be created.",
    ReasonCode.UNANSWERED: "An earlier run may have created it: the answer was lost.",
    ReasonCode.NOT_APPROVED: "The step was held back and not included.",
    ReasonCode.FIELD: "Part of a mapped field is left out.",
    ReasonCode.GUARDS_LIFTED: "The guards of the plan were lifted.",
    ReasonCode.FIRST_LINK: "The step also made the link.",
    ReasonCode.SAME_KEY: "Another record has the same key, and gets the same values.",
    ReasonCode.TAKEN_OVER: "It is the syncing record from now on, in place of another one.",
    ReasonCode.ALREADY_MEMBER: "The membership existed already.",
    ReasonCode.LEFT_GROUP: "The link ended because the two no longer belong together.",
    ReasonCode.OWN_USER: "It gets a counterpart of its own.",
    ReasonCode.ADDRESS: "The email was changed apart from the other fields.",
    ReasonCode.LOOKED_UP: "What it belongs to was linked or found since.",
    ReasonCode.IN_SYNC: "Both sides agree.",
    ReasonCode.AS_BEFORE: "Everything is as it was before the run.",
    ReasonCode.CHANGED_SINCE: "Somebody changed it since.",
    ReasonCode.IN_USE: "Other records refer to it now.",
    ReasonCode.WAS_THERE: "The record was there before the run, which only updated it.",
    ReasonCode.LINKED: "Its counterpart is now linked to another record.",
    ReasonCode.FINAL: "This kind of step cannot be undone.",
}
_REMEDIES = {
    ReasonCode.DRIFT: "Somebody edited it after the plan was made. Plan again to see what would be written now.",
    ReasonCode.GONE: "It was deleted after the plan was made. Plan again.",
    ReasonCode.BOTH_CHANGED: "Choose on the record's page which value stays, or in the mapping which side always wins.",
    ReasonCode.VALUE: "Correct the value at its source, or choose in the mapping how such values are handled.",
    ReasonCode.NOT_APPROVED: "This step was not approved. The next plan shows it again.",
}


def meaning_of(code: str) -> str:
    """The meaning of one of our codes; "" for a code of a connected system, whose answer says it."""
    return MEANINGS[ReasonCode(code)] if code in set(ReasonCode) else ""


def remedy_for(code: str) -> str:
    """What to do about a code of ours or of a connected system; "" if only the answer can tell."""
    own = _REMEDIES.get(ReasonCode(code), "") if code in set(ReasonCode) else ""
    return own or remedy(code)
