"""What the status of a case settles."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.case import CLOSED
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType


def shape(org: Org, object: ObjectType, row: Row) -> dict[str, Any]:
    """When the case was closed: now if its status closes it and it was open, nothing if it is open."""
    if object.name != "Case":
        return {}
    if row.get("Status") not in CLOSED:
        return {"ClosedDate": None}
    return {} if row.get("ClosedDate") else {"ClosedDate": org.now()}
