"""Converts contacts into records, and reads single contacts by id."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.api.outlook import batch
from connectors.api.outlook.client import GraphClient, Json, decode
from connectors.api.outlook.errors import GONE, judge_graph, read_refusal
from connectors.api.outlook.fields import CATEGORIES, EXPAND, IN_FOLDER, LINK, PARENT, properties, values_of
from connectors.api.outlook.folders import CATEGORY, Places
from connectors.api.outlook.objects import ContactsOf
from connectors.api.values import Record, RecordRef

MISSING = (GONE, "ErrorInvalidIdMalformed")


def record(owner: ContactsOf, contact: Mapping[str, Any], fields: Sequence[str], shared: str) -> Record:
    """A contact that was read with all these fields."""
    values = values_of(contact, fields, shared)
    return Record(RecordRef(owner.name, str(contact["id"])), values, modified_at(contact))


def unshared(owner: ContactsOf, contact: Mapping[str, Any], fields: Sequence[str]) -> Record:
    """A contact that is no longer shared: nothing of it is told but that."""
    known = {CATEGORIES: list(contact.get(CATEGORIES) or []), IN_FOLDER: False}
    values = {name: value for name, value in known.items() if name in fields}
    return Record(RecordRef(owner.name, str(contact["id"])), values, modified_at(contact))


def gone(owner: ContactsOf, id: str) -> Record:
    return Record(RecordRef(owner.name, id), {}, deleted=True)


def modified_at(contact: Mapping[str, Any]) -> datetime | None:
    text = contact.get("lastModifiedDateTime")
    return datetime.fromisoformat(text) if text else None


def fetch(
    client: GraphClient, owner: ContactsOf, ids: Sequence[str], fields: Sequence[str], places: Places
) -> Iterator[Record]:
    """These contacts as they are now; one that is not there, or is among the deleted items, comes back deleted, and of
    one that is not shared nothing is told but that (S2.8).
    """
    for id, contact in zip(ids, contacts(client, owner, ids, fields), strict=True):
        if contact is None or not places.holds(str(contact.get(PARENT))):
            yield gone(owner, id)
        elif contact[PARENT] == places.shared or CATEGORY in (contact.get(CATEGORIES) or []):
            yield record(owner, contact, fields, places.shared)
        else:
            yield unshared(owner, contact, fields)


def contacts(client: GraphClient, owner: ContactsOf, ids: Sequence[str], fields: Sequence[str]) -> list[Json | None]:
    """Contacts of a mailbox as Graph has them; None for one that is not there. Raises for any other refusal."""
    query = f"?$select={properties(fields)}" + (f"&$expand={EXPAND}" if LINK in fields else "")
    answers = batch.read(client, [batch.Request("GET", f"{owner.path}/contacts/{id}{query}") for id in ids])
    found: list[Json | None] = []
    for answer in answers:
        if not answer.ok and read_refusal(answer).code not in MISSING:
            raise judge_graph(answer).error
        found.append(decode(answer, ValueError("no object")) if answer.ok else None)
    return found
