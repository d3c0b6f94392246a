"""What only accounts and organizations are checked for."""

from mappings.kinds.checks import counting, nature
from mappings.kinds.salesforce_zendesk.preparation import PREPARATION_FIELDS

_SKIPPED = "They are skipped and listed in each plan."

PERSON_ACCOUNTS = nature(
    "person_account",
    "person accounts",
    "person account",
    "IsPersonAccount",
    "person_accounts",
    {"skip": _SKIPPED, "organization": "Each becomes an organization."},
)
"""S3.6."""
PARENTS = nature(
    "has_parent",
    "accounts with a parent",
    "account with a parent",
    "ParentId",
    "parent_accounts",
    {"skip": _SKIPPED, "organization": "Each becomes its own organization; Zendesk has no hierarchy."},
)
"""S3.7."""
LOOKALIKES = counting(
    "lookalikes",
    lambda mirror: mirror.lookalikes(),
    title="Names that look alike",
    none="No account without a counterpart looks like an organization of another name.",
    one="{n} account without a counterpart looks like an organization of another name.",
    many="{n} accounts without a counterpart look like an organization of another name.",
    hint="A plan holds back a second organization for each until somebody approves it. Link those that are the same.",
)
"""S3.C16: never matched, always told."""

CHECKS = (PERSON_ACCOUNTS, PARENTS, LOOKALIKES, PREPARATION_FIELDS)
