"""Field history: what is changed in tracked fields of contacts is kept, with the moment and who did it."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType


def note(org: Org, object: ObjectType, row: Row, values: dict[str, Any], user: str) -> None:
    """Keep what is about to change in a row."""
    table = org.table("ContactHistory")
    for name in org.settings.tracked_fields if object.name == "Contact" else ():
        if name in values and values[name] != row.get(name):
            said = {"ContactId": row["Id"], "Field": name, "OldValue": row.get(name), "NewValue": values[name]}
            table.add({"Id": table.next_id(), **said, "CreatedDate": org.now(), "CreatedById": user})
