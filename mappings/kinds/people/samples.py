"""Samples of how the names of real users would be split for new Salesforce records (S3.C14)."""

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.kinds.people import person_names
from mappings.kinds.policy import Policy, Samples
from mappings.kinds.salesforce_zendesk.policies import PERSON_ACCOUNTS as PERSON_ACCOUNTS_SKIPPED


def _split(values: Mapping[str, Any], options: Mapping[str, Any]) -> Sequence[str] | None:
    """The name of a user and its parts; None for staff."""
    if values.get("role") not in (None, "end-user"):
        return None
    name = str(values.get("name") or "")
    parts = person_names.split(name, family_first=bool(options.get("family_first")))
    return name, parts.first, parts.last


NAMES = Samples(
    title="Names as Salesforce would keep them",
    link="See how names of real users would be split",
    caption="How the names of real users would be split. Names that are in Salesforce already never change.",
    columns=("User in Zendesk", "First name", "Last name"),
    nothing="Zendesk has no end users yet, so there is no name to split.",
    fields=("name", "role"),
    row=_split,
    plain=lambda row: len(row[0].split()) == 2,
)
POLICIES = (
    PERSON_ACCOUNTS_SKIPPED,
    Policy(
        "no_email",
        "{left_one} without an email",
        "{left_many} without an email",
        "Email",
        ("",),
        "{Left_many} without an email are skipped",
    ),
)
