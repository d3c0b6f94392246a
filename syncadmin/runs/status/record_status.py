"""How a record stands, and what a person does next about it: the words of mirror verdicts and of skipped steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mappings.kinds.declaration import Names


class Standing(StrEnum):
    """The verdicts that matching, planning and recording leave on a record. PENDING: the next plan looks at it."""

    PENDING = ""
    IN_SYNC = "in_sync"
    AMBIGUOUS = "ambiguous"
    REJECTED = "rejected"
    PROBLEM = "problem"
    CONFLICT = "conflict"
    HELD = "held"
    UNMATCHED = "unmatched"
    IGNORED = "ignored"
    OUT_OF_SCOPE = "out_of_scope"
    ACCOUNT_OUTSIDE = "account_outside"
    LEFT_SCOPE = "left_scope"
    OUTSIDE = "outside"
    CREATE_OFF = "create_off"
    PERSON_ACCOUNT = "person_account"
    HAS_PARENT = "has_parent"
    NO_NAME = "no_name"
    NO_EMAIL = "no_email"
    STAFF = "staff"
    CONVERTED = "converted"
    DUPLICATE = "duplicate"
    WAITS = "waits"
    TWO_USERS = "two_users"
    COUNTERPART_DELETED = "counterpart_deleted"
    DELETED = "deleted"
    GONE = "gone"
    MERGED = "merged"
    CHANGED_SINCE = "changed_since"

    @property
    def label(self) -> str:
        return FACES[self].label

    @property
    def tone(self) -> str:
        return FACES[self].tone

    @property
    def icon(self) -> str:
        return FACES[self].icon


@dataclass(frozen=True, slots=True)
class Face:
    """A word, a colour, an icon, and the next thing to do; ``advice`` is empty where there is nothing to do.

    ``{n}`` in an advice stands for the names of a kind: see ``advice_of``.
    """

    label: str
    tone: str = "secondary"
    icon: str = "circle-minus"
    advice: str = ""


FACES: dict[Standing, Face] = {
    Standing.PENDING: Face("To be planned", "blue", "clock", "Make a plan: it decides about this record."),
    Standing.IN_SYNC: Face("In step", "green", "circle-check"),
    Standing.AMBIGUOUS: Face(
        "Ambiguous", "orange", "help-circle", "Choose its counterpart here, or leave the record alone for good."
    ),
    Standing.REJECTED: Face(
        "Rejected", "orange", "alert-triangle", "Correct the value that was refused. The next run tries again."
    ),
    Standing.PROBLEM: Face(
        "Value does not fit",
        "orange",
        "alert-triangle",
        "Correct the value in {n.left_system}, or say in the mapping what becomes of such values.",
    ),
    Standing.CONFLICT: Face(
        "Conflict",
        "purple",
        "arrows-split-2",
        "Make a plan: it looks at both values again. Where the mapping says to ask, choose below which one stays.",
    ),
    Standing.HELD: Face(
        "Held back",
        "orange",
        "hand-stop",
        "Include its step in the next plan, link it by hand, or leave the record alone for good.",
    ),
    Standing.UNMATCHED: Face(
        "Unknown to the other system",
        "yellow",
        "unlink",
        "Link it by hand, create its counterpart, or let all be created in the settings of the sync.",
    ),
    Standing.IGNORED: Face("Left alone", "secondary", "hand-stop", "Take the decision back to have it matched again."),
    Standing.OUT_OF_SCOPE: Face("Outside the filter", "secondary", "filter-off"),
    Standing.ACCOUNT_OUTSIDE: Face(
        "What it belongs to takes no part",
        "secondary",
        "filter-off",
        "The filters of the sync that it builds on say which of them count.",
    ),
    Standing.LEFT_SCOPE: Face(
        "Left the filter",
        "orange",
        "filter-off",
        "Take it into the filter again, or leave it alone for good. The settings of the sync can also end the links of "
        "such records, or mark them.",
    ),
    Standing.OUTSIDE: Face(
        "Counterpart outside the filter",
        "secondary",
        "filter-off",
        "Nothing to do. Widen the filter of the sync to have the two linked.",
    ),
    Standing.CREATE_OFF: Face(
        "Not created", "secondary", "circle-minus", "Creating in {n.right_system} is switched off."
    ),
    Standing.PERSON_ACCOUNT: Face("Person account", "secondary", "user", "The sync's settings say what becomes of it."),
    Standing.HAS_PARENT: Face("Has a parent", "secondary", "hierarchy", "The sync's settings say what becomes of it."),
    Standing.NO_NAME: Face("No name", "orange", "alert-triangle", "Give the record a name."),
    Standing.NO_EMAIL: Face(
        "No email", "yellow", "mail-off", "Give it an email, or say in the settings of the sync what becomes of such."
    ),
    Standing.STAFF: Face(
        "Staff member", "secondary", "headset", "Give it the role of a customer in {n.right_system} to have it synced."
    ),
    Standing.CONVERTED: Face(
        "Converted", "secondary", "arrow-bounce", "Nothing to do: look at the record that it became."
    ),
    Standing.DUPLICATE: Face(
        "Duplicate record", "secondary", "copy", "Another record of its {n.key} fills the {n.right_one}."
    ),
    Standing.WAITS: Face("Waits", "blue", "clock", "Run the sync of the record that fills the {n.right_one} first."),
    Standing.TWO_USERS: Face(
        "Two counterparts",
        "orange",
        "users",
        "Merge the two {n.right_many} in {n.right_system}, or undo the link to the wrong one.",
    ),
    Standing.COUNTERPART_DELETED: Face(
        "Counterpart deleted",
        "orange",
        "trash",
        "Restore it there, link this record with another one, have it created again, or leave it alone for good.",
    ),
    Standing.DELETED: Face("Deleted", "secondary", "trash"),
    Standing.MERGED: Face("Merged", "secondary", "arrows-join"),
    Standing.GONE: Face("Gone already", "secondary", "trash"),
    Standing.CHANGED_SINCE: Face("Changed since", "yellow", "pencil", "Somebody edited it meanwhile; it is kept."),
}

# "12 records need you": a person has to decide or to mend something before these can be in step.
NEEDS_A_PERSON = (
    Standing.AMBIGUOUS,
    Standing.REJECTED,
    Standing.PROBLEM,
    Standing.CONFLICT,
    Standing.TWO_USERS,
    Standing.HELD,
    Standing.COUNTERPART_DELETED,
    Standing.LEFT_SCOPE,
)
# Verdicts that the settings of a sync give to records which take no part.
BY_POLICY = (
    Standing.PERSON_ACCOUNT,
    Standing.HAS_PARENT,
    Standing.NO_NAME,
    Standing.NO_EMAIL,
    Standing.CONVERTED,
)
# Counted on pages: these, and the report of strangers (S3.C11), which are no task while nothing is created of them.
COUNTED = (*NEEDS_A_PERSON, Standing.UNMATCHED)

# Records that no other was found for, whatever the reason; what somebody decided about one is shown beside it (S3.C11).
WITHOUT_COUNTERPART = (
    Standing.UNMATCHED,
    Standing.AMBIGUOUS,
    Standing.HELD,
    Standing.OUTSIDE,
    Standing.CREATE_OFF,
    Standing.NO_EMAIL,
    Standing.NO_NAME,
    Standing.COUNTERPART_DELETED,
    Standing.IGNORED,
)


def counterpart_deleted(names: Names) -> str:
    """Why a right record has lost its counterpart."""
    return f"Its {names.left_system} record was deleted; nothing keeps it up to date any more"


def advice_of(word: str, names: Names) -> str:
    """What to do about a record that stands so, in the words of its kind; "" where there is nothing to do."""
    return face_of(word).advice.format(n=names)


def face_of(word: str) -> Face:
    """The face of a verdict or skip code; of one that is not in the table, its own word."""
    try:
        return FACES[Standing(word)]
    except ValueError:
        return Face(word.replace("_", " ").capitalize())
