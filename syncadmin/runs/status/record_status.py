"""The status of records, with what to do next. Also labels skipped steps."""

from __future__ import annotations

from enum import StrEnum

from mappings.kinds.declaration import Names
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.status.states import Status


class RecordStatus(StrEnum):
    """The status that matching, planning and recording leave on a record. PENDING: the next plan looks at it."""

    PENDING = ""
    IN_SYNC = ReasonCode.IN_SYNC
    AMBIGUOUS = ReasonCode.AMBIGUOUS
    REJECTED = "rejected"
    PROBLEM = "problem"
    CONFLICT = "conflict"
    HELD = ReasonCode.HELD
    UNMATCHED = ReasonCode.UNMATCHED
    IGNORED = ReasonCode.IGNORED
    OUT_OF_SCOPE = ReasonCode.OUT_OF_SCOPE
    ACCOUNT_OUTSIDE = ReasonCode.ACCOUNT_OUTSIDE
    LEFT_SCOPE = ReasonCode.LEFT_SCOPE
    OUTSIDE = ReasonCode.OUTSIDE
    CREATE_OFF = ReasonCode.CREATE_OFF
    ALONE = ReasonCode.ALONE
    NO_MATCH = ReasonCode.NO_MATCH
    PERSON_ACCOUNT = ReasonCode.PERSON_ACCOUNT
    HAS_PARENT = ReasonCode.HAS_PARENT
    NO_NAME = ReasonCode.NO_NAME
    NO_EMAIL = ReasonCode.NO_EMAIL
    STAFF = ReasonCode.STAFF
    CONVERTED = ReasonCode.CONVERTED
    FROZEN = ReasonCode.FROZEN
    DUPLICATE = ReasonCode.DUPLICATE
    WAITS = ReasonCode.WAITS
    TWO_USERS = ReasonCode.TWO_USERS
    COUNTERPART_DELETED = ReasonCode.COUNTERPART_DELETED
    DELETED = ReasonCode.DELETED
    GONE = ReasonCode.GONE
    MERGED = ReasonCode.MERGED
    CHANGED_SINCE = ReasonCode.CHANGED_SINCE


RECORD_STATUSES: dict[RecordStatus, Status] = {
    RecordStatus.PENDING: Status("To be planned", "blue", "clock", "Make a plan: it decides about this record."),
    RecordStatus.IN_SYNC: Status("In sync", "green", "circle-check"),
    RecordStatus.AMBIGUOUS: Status(
        "Ambiguous", "orange", "help-circle", "Choose its counterpart here, or leave the record alone."
    ),
    RecordStatus.REJECTED: Status(
        "Rejected", "orange", "alert-triangle", "Correct the value that was refused. The next run tries again."
    ),
    RecordStatus.PROBLEM: Status(
        "Value does not fit",
        "orange",
        "alert-triangle",
        "Correct the value in {n.left_system}, or choose in the mapping how such values are handled.",
    ),
    RecordStatus.CONFLICT: Status(
        "Conflict",
        "purple",
        "arrows-split-2",
        "Make a plan: it looks at both values again. Where the mapping says to ask, choose below which one stays.",
    ),
    RecordStatus.HELD: Status(
        "Held back",
        "orange",
        "hand-stop",
        "Include its step in the next plan, link it by hand, or leave the record alone.",
    ),
    RecordStatus.UNMATCHED: Status(
        "Unknown to the other system",
        "yellow",
        "unlink",
        "Link it by hand, create its counterpart, or let all be created in the settings of the sync.",
    ),
    RecordStatus.IGNORED: Status("Left alone", "secondary", "hand-stop", "Undo the decision to have it matched again."),
    RecordStatus.OUT_OF_SCOPE: Status("Outside the filter", "secondary", "filter-off"),
    RecordStatus.ACCOUNT_OUTSIDE: Status(
        "Its parent is not synced",
        "secondary",
        "filter-off",
        "The filters of the sync that it builds on say which of them count.",
    ),
    RecordStatus.LEFT_SCOPE: Status(
        "Left the filter",
        "orange",
        "filter-off",
        "Add it to the filter again, or leave it alone. The settings of the sync can also end the links of "
        "such records, or mark them.",
    ),
    RecordStatus.OUTSIDE: Status(
        "Counterpart outside the filter",
        "secondary",
        "filter-off",
        "Nothing to do. Widen the filter of the sync to have the two linked.",
    ),
    RecordStatus.CREATE_OFF: Status(
        "Not created", "secondary", "circle-minus", "Creating in {n.right_system} is switched off."
    ),
    RecordStatus.ALONE: Status("Without a counterpart", "secondary", "circle-minus"),
    RecordStatus.NO_MATCH: Status(
        "No match",
        "yellow",
        "unlink",
        "Nothing to do: it is written as soon as {n.right_system} has a record with this {n.key}.",
    ),
    RecordStatus.PERSON_ACCOUNT: Status(
        "Person account", "secondary", "user", "The sync's settings decide how it is handled."
    ),
    RecordStatus.HAS_PARENT: Status(
        "Has a parent", "secondary", "hierarchy", "The sync's settings decide how it is handled."
    ),
    RecordStatus.NO_NAME: Status("No name", "orange", "alert-triangle", "Give the record a name."),
    RecordStatus.NO_EMAIL: Status(
        "No email",
        "yellow",
        "mail-off",
        "Add an email, or choose in the settings of the sync how such records are handled.",
    ),
    RecordStatus.STAFF: Status(
        "Staff member", "secondary", "headset", "Give it the role of a customer in {n.right_system} to have it synced."
    ),
    RecordStatus.FROZEN: Status(
        "Does not change any more", "secondary", "lock", "Nothing to do: the edit stays in {n.right_system}."
    ),
    RecordStatus.CONVERTED: Status(
        "Converted", "secondary", "arrow-bounce", "Nothing to do: look at the record that it became."
    ),
    RecordStatus.DUPLICATE: Status(
        "Duplicate record", "secondary", "copy", "Another record of its {n.key} fills the {n.right_one}."
    ),
    RecordStatus.WAITS: Status(
        "Waits", "blue", "clock", "Run the sync of the record that fills the {n.right_one} first."
    ),
    RecordStatus.TWO_USERS: Status(
        "Two counterparts",
        "orange",
        "users",
        "Merge the two {n.right_many} in {n.right_system}, or undo the link to the wrong one.",
    ),
    RecordStatus.COUNTERPART_DELETED: Status(
        "Counterpart deleted",
        "orange",
        "trash",
        "Restore it there, link this record with another one, have it created again, or leave it alone.",
    ),
    RecordStatus.DELETED: Status("Deleted", "secondary", "trash"),
    RecordStatus.MERGED: Status("Merged", "secondary", "arrows-join"),
    RecordStatus.GONE: Status("Gone already", "secondary", "trash"),
    RecordStatus.CHANGED_SINCE: Status(
        "Changed since", "yellow", "pencil", "Somebody edited it in the meantime; it is kept."
    ),
}

# "12 records need you": a person has to decide or to mend something before these can be in step.
NEEDS_A_PERSON = (
    RecordStatus.AMBIGUOUS,
    RecordStatus.REJECTED,
    RecordStatus.PROBLEM,
    RecordStatus.CONFLICT,
    RecordStatus.TWO_USERS,
    RecordStatus.HELD,
    RecordStatus.COUNTERPART_DELETED,
    RecordStatus.LEFT_SCOPE,
)
# Verdicts that the settings of a sync give to records which take no part.
BY_POLICY = (
    RecordStatus.PERSON_ACCOUNT,
    RecordStatus.HAS_PARENT,
    RecordStatus.NO_NAME,
    RecordStatus.NO_EMAIL,
    RecordStatus.CONVERTED,
)
# Counted on pages: these, and the report of strangers (S3.C11), which are no task while nothing is created of them.
COUNTED = (*NEEDS_A_PERSON, RecordStatus.UNMATCHED)

# Records that no other was found for, whatever the reason; what somebody decided about one is shown beside it (S3.C11).
WITHOUT_COUNTERPART = (
    RecordStatus.UNMATCHED,
    RecordStatus.AMBIGUOUS,
    RecordStatus.HELD,
    RecordStatus.OUTSIDE,
    RecordStatus.CREATE_OFF,
    RecordStatus.ALONE,
    RecordStatus.NO_MATCH,
    RecordStatus.NO_EMAIL,
    RecordStatus.NO_NAME,
    RecordStatus.COUNTERPART_DELETED,
    RecordStatus.IGNORED,
)


def counterpart_deleted(names: Names) -> str:
    """Why a right record has lost its counterpart."""
    return f"Its {names.left_system} record was deleted; it is no longer kept up to date"


def kept_alone(names: Names) -> str:
    """Why a right record without its counterpart needs nobody: the sync is set to keep it."""
    return f"Its {names.left_system} record was deleted; it stays in {names.right_system}, as the sync is set"


def advice_of(word: str, names: Names) -> str:
    """What to do about a record with this status; "" if nothing."""
    return record_status(word).advice.format(n=names)


def record_status(word: str) -> Status:
    """The status for a value or skip code; an unknown one is shown as it is."""
    try:
        return RECORD_STATUSES[RecordStatus(word)]
    except ValueError:
        return Status(word.replace("_", " ").capitalize())
