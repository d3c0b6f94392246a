"""Counts the related records of a record: what would be deleted or orphaned together with it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from connectors.api.salesforce import querying, soql
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.values import Condition, Noun

_CONTACT, _OPPORTUNITY = Noun("contact", "contacts"), Noun("opportunity", "opportunities")
_CASE, _TASK, _EVENT = Noun("case", "cases"), Noun("task", "tasks"), Noun("event", "events")
# Object and field that point to a record, by the object pointed to, with the word for people.
_CHILDREN: Mapping[str, tuple[tuple[str, str, Noun], ...]] = {
    "Account": (
        ("Contact", "AccountId", _CONTACT),
        ("Opportunity", "AccountId", _OPPORTUNITY),
        ("Case", "AccountId", _CASE),
        ("Task", "WhatId", _TASK),
        ("Event", "WhatId", _EVENT),
    ),
    "Contact": (
        ("OpportunityContactRole", "ContactId", _OPPORTUNITY),
        ("Case", "ContactId", _CASE),
        ("Task", "WhoId", _TASK),
        ("Event", "WhoId", _EVENT),
        ("User", "ContactId", Noun("portal user", "portal users")),
    ),
    "Case": (
        ("CaseComment", "ParentId", Noun("comment", "comments")),
        ("EmailMessage", "ParentId", Noun("email", "emails")),
        ("Task", "WhatId", _TASK),
        ("Event", "WhatId", _EVENT),
    ),
    "Lead": (("Task", "WhoId", _TASK), ("Event", "WhoId", _EVENT)),
}

MOST_RELATED = max(len(children) for children in _CHILDREN.values())
"""So many kinds of things may hang on one record."""


def attached(client: SalesforceClient, object: str, ids: Sequence[str]) -> dict[str, dict[Noun, int]]:
    """How many of what hang on each of these records, by id and word. A call for each kind of thing and piece of ids.

    Objects that the connection may not see, or that the org does not have, are not counted.
    """
    described = client.get(f"sobjects/{soql.name(object)}/describe").get("childRelationships") or ()
    there = {(child["childSObject"], child["field"]) for child in described}
    found: dict[str, Counter[Noun]] = defaultdict(Counter)
    for child, field, word in _CHILDREN.get(object, ()):
        for id, number in _counted(client, child, field, ids).items() if (child, field) in there else ():
            found[id][word] += number
    return {id: dict(counted) for id, counted in found.items()}


def _counted(client: SalesforceClient, child: str, field: str, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for where in soql.in_pieces((Condition(field, tuple(ids)),), soql.LONGEST_IN_URL - 1_000):
        text = soql.count_by(field, child, [soql.condition(asked, {}) for asked in where])
        found |= {row[field]: int(row["number"]) for row in querying.rows(client, child, text)}
    return found
