"""The options of consents (S4.4, S4.7, S4.10, S4.13)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from connectors.api.values import FieldSchema
from mappings.kinds import shared_options as shared
from mappings.kinds.consents.consents import GDPR, regulation_of
from mappings.kinds.option import Choice, Option, OptionType, yes_no
from mappings.kinds.section import AUTOMATIC, FIELDS, GUARDS, SCOPE, Section
from mappings.rules import refusals

MATCHING = "matching"
MATCH_FIELD = Option(
    "match_field",
    OptionType.KEY_FIELD,
    "Compare the organization user ID with",
    "Consents are written to the {right_one} whose field contains the organization user ID. Upper and lower "
    "case are the same.",
    section=MATCHING,
    default="Email",
    refusal=refusals.as_key,
    elsewhere="only consents are matched by a field of your choice",
    beside="mappings/options/beside/_same_keys.html",
)
SEVERAL = Option(
    "several",
    OptionType.CHOICE,
    "When several {right_many} have the same ID",
    section=MATCHING,
    default="none",
    elsewhere="only consents may be written to several records",
    choices=(
        Choice("none", "Write to none of them", "The {left_one} is listed as ambiguous until you link it by hand."),
        Choice("first", "Write to the first one", "The oldest {right_one} gets the consents, the others stay."),
        Choice("all", "Write to all of them", "Each {right_one} with this value gets the same consents."),
    ),
)


def _regulations(fields: Iterable[FieldSchema]) -> Iterator[Choice]:
    named = dict.fromkeys([GDPR, *(regulation for field in fields if (regulation := regulation_of(field.name)))])
    return (Choice(name, name.upper()) for name in named)


def _no_regulation(value: Any) -> Iterator[str]:
    if not value:
        yield "is empty; leave it out for gdpr"


REGULATION = Option(
    "regulation",
    OptionType.TEXTS,
    "Regulations",
    "Fields of the first one have no prefix. Fields of the others start with the regulation, such as "
    "cpra.purposes.newsletter.",
    section=MATCHING,
    default=[GDPR],
    reference="the regulations whose consents are read. Fields of the first one have no prefix, fields of the others "
    "start with the regulation, such as `cpra.purposes.newsletter`",
    noun="regulations",
    first="its fields need no prefix",
    offers=_regulations,
    problems=_no_regulation,
    elsewhere="only consents belong to regulations",
)
UPSERT = replace(
    shared.CREATE_IN_RIGHT,
    name="upsert",
    label="Create {right_many} for {left_many} that match none",
    old_keys=("upsert_mode",),
    default=False,
    section=MATCHING,
    reference="whether {a_left_one} that matches no {right_one} becomes a new one; otherwise it is listed as skipped, "
    "and tried again when one appears",
    choices=yes_no(
        "A new {right_one} gets the organization user ID in the compared field, and the values below.",
        "They are counted and listed as skipped, and tried again when a matching record appears.",
    ),
)


def new_value(name: str, label: str, default: str) -> Option:
    """An option for the value of a required field in new records."""
    return Option(
        f"new_{name}",
        OptionType.TEXT,
        f"{label} of new {{right_many}}",
        section=MATCHING,
        default=default,
        key=f"new_record.{name}",
        reference=f"the {label} of {{right_many}} that are created",
        elsewhere="only consents make records with fixed values",
        needs_option="upsert",
    )


MARK, KEEP, CLEAR = "mark", "keep", "clear"
WHEN_DELETED = Option(
    "when_user_deleted",
    OptionType.CHOICE,
    "When a {left_one} is deleted in {left_system}",
    "Map the field “User was deleted” to a checkbox, which then marks the {right_one}. Otherwise the {left_one} "
    "is marked in SyncAdmin only.",
    section=MATCHING,
    default=MARK,
    elsewhere="only consents have an option for deleted users",
    choices=(
        Choice(MARK, "Keep the consents, mark the {right_one}", "Values in {right_system} stay; the mark is added."),
        Choice(KEEP, "Keep the {right_one} as it is", "Nothing is written, not even a mark."),
        Choice(
            CLEAR, "Clear the consents", "The mapped fields of the {right_one} are emptied, and checkboxes unticked."
        ),
    ),
)

OPTIONS = (MATCH_FIELD, SEVERAL, REGULATION, UPSERT, WHEN_DELETED)

SECTIONS = (
    AUTOMATIC,
    SCOPE,
    Section(
        MATCHING,
        "Matching",
        "Find the {right_one} of {a_left_one}",
        "A {left_one} and {a_right_one} are the same person if the chosen field contains the organization user ID.",
    ),
    FIELDS,
    GUARDS,
)
"""The parts of the page of both kinds."""
NOTE = "mappings/options/one_way.html"
