"""Sections that only kinds of people have: match criteria, shared emails, creation."""

from collections.abc import Iterator, Mapping
from typing import Any

from mappings.kinds.people.options import CREATING, DUPLICATES, MATCHING
from mappings.kinds.section import AUTOMATIC, FIELDS, GUARDS, SCOPE, STANDARD, Section


def _ranking(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a rank rule: it needs values, and its best value cannot mean that somebody has
    left (S3.C15).
    """
    ranked, left = values.get("rank_values") or [], values.get("ended_values") or []
    if not values.get("rank_field"):
        return
    if not ranked and not left:
        yield "rank_values", "Choose at least one value in one of the two lists, or no field to rank by."
    elif ranked and ranked[0] in left:
        first = ranked[0]
        yield (
            "ended_values",
            f"{first} goes first above, so it cannot mean that somebody has left. Take it out of one list.",
        )


SECTIONS = (
    AUTOMATIC,
    SCOPE,
    STANDARD,
    FIELDS,
    Section(
        MATCHING,
        "Matching",
        "Match {left_many} and {right_many}",
        "Email comes first. A further criterion is asked only where the ones before it found nobody; it counts if it "
        "points to exactly one free {right_one}. Unclear cases are listed in the plan, for a person to decide.",
    ),
    Section(
        DUPLICATES,
        "Shared emails",
        "Several records with one email",
        "Contacts and leads with one email are one {right_one}. One of them, the syncing record, fills its fields; the "
        "others are linked to it. The syncing record is the one that somebody pinned; else the best by the rank below; "
        "else the one whose account is synced, then one with an account, then the one it was before, then the oldest.",
        problems=_ranking,
    ),
    Section(CREATING, "Creating", "Create {right_many} and {left_many}"),
    GUARDS,
)
