"""What the status and the contact of a case settle, and who may own a record."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.errors import refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.case import CLOSED
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType


def shape(org: Org, object: ObjectType, row: Row) -> dict[str, Any]:
    """When the case was closed: now if its status closes it and it was open, nothing if it is open. A new case of a
    contact without an account takes the contact's.
    """
    if object.name != "Case":
        return {}
    if "Id" not in row and row.get("ContactId") and not row.get("AccountId"):
        account = org.table("Contact").rows.get(row["ContactId"], {}).get("AccountId")
        return {"AccountId": account, **_closed(org, row)}
    return _closed(org, row)


def check_owner(org: Org, object: ObjectType, row: Row) -> None:
    """Raises RowRefused where the owner is a user who left, or a queue of other objects."""
    owner = str(row.get("OwnerId") or "")
    user = org.table("User").rows.get(owner)
    if user is not None and not user.get("IsActive"):
        text = f"operation performed with inactive user [{owner[:15]}] as owner of {object.name.lower()}"
        raise refused("INACTIVE_OWNER_OR_USER", text)
    if owner in org.table("Group").rows:
        served = {org.table("QueueSobject").rows[id].get("SobjectType") for id in _queue_objects(org, owner)}
        if object.name not in served:
            raise refused("FIELD_INTEGRITY_EXCEPTION", "Queue not associated with this SObject type", "OwnerId")


def _queue_objects(org: Org, queue: str) -> tuple[str, ...]:
    return tuple(org.table("QueueSobject").find("QueueId", queue))


def _closed(org: Org, row: Row) -> dict[str, Any]:
    if row.get("Status") not in CLOSED:
        return {"ClosedDate": None}
    return {} if row.get("ClosedDate") else {"ClosedDate": org.now()}
