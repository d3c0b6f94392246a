"""The codes of reasons. They stay the same when sentences are reworded."""

from enum import StrEnum

from connectors.api.values import WAS_THERE


class ReasonCode(StrEnum):
    """The reason code of a step, of a log entry, and of the status of its record.

    ``runs.status.reasons`` has the sentences. A refusal by a connected system has that system's own code.
    """

    # Why a record takes no part, or has no counterpart.
    AMBIGUOUS = "ambiguous"
    HELD = "held"
    DUPLICATE = "duplicate"
    TWO_USERS = "two_users"
    COUNTERPART_DELETED = "counterpart_deleted"
    LEFT_SCOPE = "left_scope"
    UNMATCHED = "unmatched"
    CREATE_OFF = "create_off"
    ALONE = "alone"
    NO_MATCH = "no_match"
    WAITS = "waits"
    IGNORED = "ignored"
    OUT_OF_SCOPE = "out_of_scope"
    ACCOUNT_OUTSIDE = "account_outside"
    OUTSIDE = "outside"
    MERGED = "merged"
    DELETED = "deleted"
    PERSON_ACCOUNT = "person_account"
    HAS_PARENT = "has_parent"
    NO_NAME = "no_name"
    NO_EMAIL = "no_email"
    STAFF = "staff"
    CONVERTED = "converted"
    FROZEN = "frozen"
    # What a person has to decide, to mend or to know.
    BOTH_CHANGED = "both_changed"
    VALUE = "value"
    UNUSABLE = "unusable"
    REQUIRED = "required"
    DRIFT = "drift"
    APPEARED = "appeared"
    GONE = "gone"
    NO_USER = "no_user"
    NOT_LINKED = "not_linked"
    STANDS = "stands"
    LOOKALIKE = "lookalike"
    UNANSWERED = "unanswered"
    NOT_APPROVED = "not_approved"
    FIELD = "field"
    GUARDS_LIFTED = "guards_lifted"
    # What a step does besides.
    FIRST_LINK = "first_link"
    SAME_KEY = "same_key"
    TAKEN_OVER = "taken_over"
    ALREADY_MEMBER = "already_member"
    LEFT_GROUP = "left_group"
    OWN_USER = "own_user"
    ADDRESS = "address"
    LOOKED_UP = "looked_up"
    IN_SYNC = "in_sync"
    # What an undo finds.
    AS_BEFORE = "as_before"
    CHANGED_SINCE = "changed_since"
    IN_USE = "in_use"
    WAS_THERE = WAS_THERE
    LINKED = "linked"
    FINAL = "final"
