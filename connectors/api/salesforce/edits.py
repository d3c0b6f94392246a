"""Finds out when fields were last edited: from the field history, or else from who last changed the record.

Source: Salesforce Object Reference, "StandardObjectNameHistory". The history of users is not kept.
"""

from collections.abc import Sequence
from datetime import datetime

from connectors.api.edits import Edits
from connectors.api.errors import ConfigError
from connectors.api.salesforce import soql
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.querying import rows
from connectors.api.salesforce.values import ID, moment

# object -> its history, and the field there that names the record
HISTORIES = {
    "Account": ("AccountHistory", "AccountId"),
    "Case": ("CaseHistory", "CaseId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Lead": ("LeadHistory", "LeadId"),
}
AT_ONCE = 200
CHANGED_BY = "LastModifiedById"


def edited_at(client: SalesforceClient, object: str, ids: Sequence[str], fields: Sequence[str]) -> Edits:
    """See ``HasEdits.edited_at``. A call or two for 200 records, and one to learn who we are."""
    found: dict[tuple[str, str], datetime | None] = {}
    ours: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        piece = ids[start : start + AT_ONCE]
        ours |= _changed_by_us(client, object, piece)
        found |= _history(client, object, piece, fields)
    unknown = {(id, field): None for id in ours for field in fields}
    return {**unknown, **found}


def _history(
    client: SalesforceClient, object: str, ids: Sequence[str], fields: Sequence[str]
) -> dict[tuple[str, str], datetime | None]:
    """The latest change of each tracked field. Nothing where the org keeps no such history, or shows none to us."""
    if object not in HISTORIES:
        return {}
    history, parent = HISTORIES[object]
    where = [
        f"{soql.name(name)} IN ({', '.join(map(soql.quoted, values))})" for name, values in _terms(parent, ids, fields)
    ]
    found: dict[tuple[str, str], datetime | None] = {}
    try:
        for row in rows(client, history, soql.select((ID, parent, "Field", "CreatedDate"), history, where)):
            key, at = (str(row[parent]), str(row["Field"])), moment(row["CreatedDate"])
            earlier = found.get(key)
            found[key] = at if earlier is None or (at is not None and at > earlier) else earlier
    except ConfigError:
        return {}
    return found


def _terms(parent: str, ids: Sequence[str], fields: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    return [(parent, ids), ("Field", fields)]


def _changed_by_us(client: SalesforceClient, object: str, ids: Sequence[str]) -> set[str]:
    """Those of these records that our own user has changed last."""
    body = {"ids": list(ids), "fields": [ID, CHANGED_BY]}
    answer = client.ask(f"composite/sobjects/{soql.name(object)}", body)
    held = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    us = client.user_id if held else ""
    return {str(row[ID]) for row in held if us and str(row.get(CHANGED_BY))[:15] == us[:15]}
