"""Contacts and folders as they are read: $select, $expand, ids in the wanted format."""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.graph.answers import bad_request
from connectors.sandbox.graph.call import VERSION, Call, etag
from connectors.sandbox.graph.mailbox import Folder, Mailbox
from connectors.sandbox.graph.schema import contact as schema
from connectors.sandbox.graph.schema import ids
from connectors.sandbox.graph.schema.contact import Contact
from connectors.sandbox.graph.times import iso

_EXPANDED = re.compile(r"^singleValueExtendedProperties\(\$filter=(.+)\)$", re.IGNORECASE)
_ID = re.compile(r"(?:\w+/)?id\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


def contact(call: Call, box: Mailbox, row: Contact) -> dict[str, Any]:
    """Raises Refusal 400 for a property that contacts do not have."""
    full = {
        "id": call.id_of(box, row),
        "createdDateTime": iso(row.created),
        "lastModifiedDateTime": iso(row.modified),
        "changeKey": ids.change_key(row.changed, row.key),
        "parentFolderId": row.folder,
        **schema.shown(row.values),
    }
    wanted = call.selected
    if unknown := wanted - set(full):
        message = f"Could not find a property named '{min(unknown)}' on type 'microsoft.graph.contact'."
        raise bad_request(message, "RequestBroker--ParseUri")
    shown = {name: value for name, value in full.items() if not wanted or name == "id" or name in wanted}
    return {"@odata.etag": etag(row), **shown, **_extended(call, row)}


def folder(call: Call, row: Folder) -> dict[str, Any]:
    return {"id": row.id, "parentFolderId": row.parent, "displayName": row.name, **_extended(call, row)}


def context(call: Call, what: str) -> str:
    """Where the vendor describes the shape of an answer."""
    return f"{call.base}{VERSION}/$metadata#users('{call.params.get('user', '')}')/{what}"


def _extended(call: Call, row: Contact | Folder) -> dict[str, Any]:
    """Extended properties come only when they are asked for by their ids."""
    expand = call.query.get("expand")
    if not expand:
        return {}
    found = _EXPANDED.match(expand.strip())
    wanted = [id.replace("''", "'") for id in _ID.findall(found.group(1))] if found else []
    if not wanted:
        raise bad_request("Only singleValueExtendedProperties($filter=id eq '...') can be expanded.", "BadRequest")
    entries = [{"id": id, "value": row.extended[id]} for id in wanted if id in row.extended]
    return {schema.EXTENDED: entries} if entries else {}
