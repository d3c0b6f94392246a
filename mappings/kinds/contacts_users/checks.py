"""Checks that only contacts have."""

from mappings.kinds.checks import nature
from mappings.kinds.people.checks import PEOPLE
from mappings.kinds.salesforce_zendesk.preparation import PREPARATION_FIELDS

_SKIPPED = "They are skipped and listed in each plan."

PERSON_ACCOUNTS = nature(
    "person_account",
    "person accounts",
    "person account",
    "IsPersonAccount",
    "person_accounts",
    {"user": "Each becomes a user.", "skip": _SKIPPED, "organization": _SKIPPED},
)
"""S3.6."""

CHECKS = (*PEOPLE, PERSON_ACCOUNTS, PREPARATION_FIELDS)
