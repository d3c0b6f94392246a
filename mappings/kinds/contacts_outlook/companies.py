"""Finds the account for a contact made in Outlook by its company name (S2.12-S2.15, A5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.rules.texts import fold

FEWEST_LETTERS = 3
"""A shorter company is not looked for inside the names of accounts: "A" would be in all of them."""
ID, NAME, CREATED = "Id", "Name", "CreatedDate"


def account_of(company: Any, found: Sequence[Mapping[str, Any]]) -> tuple[str | None, str]:
    """The id of the account for a company name and the reason; None with a reason if there is none.

    ``found`` are accounts whose name is the company, or contains it. An equal name wins, of several the earliest
    created; else the only account that contains it.
    """
    wanted = fold(company)
    if not wanted:
        return None, "It has no company"
    equal = sorted((row for row in found if fold(row.get(NAME)) == wanted), key=_age)
    if len(equal) == 1:
        return equal[0][ID], f"The account “{equal[0][NAME]}”, which is its company"
    if equal:
        return equal[0][ID], f"The oldest of {len(equal)} accounts that are called “{equal[0][NAME]}”"
    if len(wanted) < FEWEST_LETTERS:
        return None, f"No account is called “{company}”, which is too short to be looked for inside names"
    within = [row for row in found if wanted in fold(row.get(NAME))]
    if len(within) == 1:
        return within[0][ID], f"“{within[0][NAME]}”, the only account whose name contains “{company}”"
    if within:
        return None, f"Several accounts have names that contain “{company}”"
    return None, f"No account has a name that contains “{company}”"


def _age(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get(CREATED) or ""), str(row[ID])
