"""What the two kinds of consents share: matching, planning and field names (S4.1-S4.16). One direction only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.api.values import FieldType, Record
from mappings.kinds.declaration import Admission, Heading, ListRule, SideSpec
from mappings.rules import filters
from mappings.rules.configuration import Configuration, FieldRule
from mappings.rules.texts import fold
from mappings.rules.type_tables import GENERAL, TypeTable, TypeTables

T = FieldType
HEADING = Heading("Consents", "shield-check", guide="guides/consents")
KEY, MOMENTS, DELETED = "organization_user_id", "@moments", "deleted"
GDPR = "gdpr"
ITEMS = ("purposes", "preferences", "channels")
OF_REGULATION = ("last_changed", "source", "proof_id")
_TEXTS = frozenset({T.TEXT, T.LONG_TEXT})
TABLE = TypeTable(
    {
        **GENERAL.targets,
        T.CHOICE: _TEXTS | {T.BOOLEAN, T.CHOICE, T.CHOICES},
        T.CHOICES: _TEXTS | {T.CHOICES},
    }
)
"""A choice ticks a checkbox, is one of a picklist, or stands as a text; several choices are those of a picklist."""


def qualified(name: str, regulation: str) -> str:
    """The full name of a field that is named without its regulation."""
    head = name.partition(".")[0]
    return f"{regulation}.{name}" if regulation != GDPR and (head in ITEMS or name in OF_REGULATION) else name


def regulation_of(name: str) -> str:
    """The regulation in a full name; "" for fields of none."""
    head, _, rest = name.partition(".")
    if head in ITEMS or name in OF_REGULATION:
        return GDPR
    return head if rest else ""


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """The mapped fields. Those without a regulation belong to the first one; an empty date or text writes nothing."""
    first = (config.option("regulation") or [GDPR])[0]
    return tuple(
        replace(
            rule, left=qualified(rule.left, first), never_blank=rule.left_type is not T.CHOICES and rule.left != DELETED
        )
        for rule in config.rules
    )


def left_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of a user: mapped fields, and the times by which older events are recognized."""
    wanted = [KEY, MOMENTS, *config.scope.fields, *(rule.left for rule in rules_of(config))]
    return tuple(dict.fromkeys(name for name in wanted if name))


def rechecked(config: Configuration) -> tuple[str, ...]:
    """The choices to read again before a write, with one call for many users; their dates and proofs follow."""
    names = (rule.left for rule in rules_of(config))
    return tuple(
        name for name in names if regulation_of(name) and not name.endswith(".date") and not _is_dependent(name)
    )


def _is_dependent(name: str) -> bool:
    """Whether a field describes the latest event instead of a choice."""
    return name.rpartition(".")[2] in OF_REGULATION


def right_fields(config: Configuration, *own: str) -> tuple[str, ...]:
    """The fields to read of a contact or lead; ``own`` are those of one of them alone."""
    wanted = ["Name", config.option("match_field"), *own, *(rule.right for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in wanted if name))


def no_lists(config: Configuration) -> tuple[ListRule, ...]:
    return ()


def after_deletion(config: Configuration) -> Mapping[str, Any]:
    """The values that the fields of a deleted user count as: the deletion itself, and its consents kept or cleared.
    Empty if nothing of its record is to be changed.
    """
    policy = config.option("when_user_deleted")
    cleared = {rule.left: None for rule in rules_of(config)} if policy == "clear" else {}
    return {} if policy == "keep" else {**cleared, DELETED: True}


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    return Admission(True) if verdict.inside else Admission(False, "out_of_scope", verdict.line)


def nothing_new(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """Creates nothing: users of Didomi come from the people who consent (S4.6)."""
    return [], {}


def new_record(config: Configuration, left: Record, *needed: str) -> Sequence[tuple[str, Any, str]]:
    """Further values of a new contact or lead: its key, and the fields that Salesforce requires."""
    defaults = [(name, config.option(f"new_{name}"), "Default for new records") for name in needed]
    key = (config.option("match_field"), left.values.get(KEY), "Organization user ID")
    return [key, *((name, value, reason) for name, value, reason in defaults if value and name != key[0])]


def key_of(values: Mapping[str, Any], field: str) -> str:
    """The value of a field, as keys are compared."""
    return fold(values.get(field))


USERS = SideSpec(
    system="didomi",
    system_label="Didomi",
    object="user",
    one="user",
    many="users",
    label_field=KEY,
    key_field=KEY,
    key=lambda values: key_of(values, KEY),
    fields=left_fields,
)
"""The left side of both."""
TYPES = TypeTables(TABLE)
