"""What administrators should know about an org before a run, derived from its connection test."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Remark

_DELIVERABILITY = Remark(
    "Mail from {name}",
    "This org is a sandbox. Salesforce sends only system mail from there unless its deliverability is set to "
    '"All email".',
    'Set it to "All email" in Setup, under Deliverability, if you count on mail from Salesforce. SyncAdmin sends '
    "its own, and the result of a run is always on its page.",
    serious=True,
)


def remarks(facts: Mapping[str, Any]) -> tuple[Remark, ...]:
    """Its edition (S3.10), and what a sandbox does not send (S3.47)."""
    found = []
    if edition := facts.get("edition"):
        text = f"{edition}. Record types and picklist filters work with every edition here."
        found.append(Remark("Edition of {name}", text))
    return (*found, _DELIVERABILITY) if facts.get("is_sandbox") else tuple(found)
