"""Checks that only tickets have: whose case leads nowhere, because several records could be meant (S1.30)."""

from typing import Any

from mappings.kinds.checks import Check, counting
from mappings.kinds.lookups import Lookup
from mappings.kinds.tickets_cases import target

_HINT = "Merge the duplicates in Salesforce, or link the right {one} by a sync: the next run repairs the {{rights}}."


def _several(lookup: Lookup, whose: str, named: str) -> Check[Any]:
    """How many tickets have a case without this look-up, because a search found several records."""
    return counting(
        lookup.ambiguous,
        lambda mirror: mirror.ambiguous(lookup.ambiguous),
        title=f"{whose} with several {lookup.many}",
        none=f"No ticket names {named} that several {lookup.many} match.",
        one=f"{{n}} ticket names {named} that several {lookup.many} match. Its {{right}} has no {lookup.one}.",
        many=f"{{n}} tickets name {named} that several {lookup.many} match. Their {{rights}} have no {lookup.one}.",
        hint=_HINT.format(one=lookup.one),
    )


CHECKS = (
    _several(target.ACCOUNT, "Organizations", "an organization"),
    _several(target.CONTACT, "Requesters", "a requester"),
)
