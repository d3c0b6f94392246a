"""Person accounts: people who are accounts, each with a contact of its own (S3.6)."""

from mappings.kinds.policy import Policy

PERSON_ACCOUNTS = Policy(
    "person_accounts",
    "person account",
    "person accounts",
    "IsPersonAccount",
    ("true",),
    "Person accounts are skipped",
)
