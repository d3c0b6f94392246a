"""Field history: what was changed in tracked fields of contacts, when and by whom."""

from __future__ import annotations

from connectors.sandbox.salesforce.schema.compounds import identity
from connectors.sandbox.salesforce.schema.fields import boolean, moment, reference, system, text
from connectors.sandbox.salesforce.schema.objects import ObjectType, object_type


def contact_history() -> ObjectType:
    """It has no SystemModstamp, as everywhere, and nobody writes to it."""
    fields = [
        identity("History")[0],
        reference("ContactId", "Contact ID", "Contact"),
        text("Field", "Changed Field", 255),
        text("OldValue", "Old Value", 255),
        text("NewValue", "New Value", 255),
        boolean("IsDeleted", "Deleted"),
        moment("CreatedDate", "Created Date"),
        reference("CreatedById", "Created By ID", "User"),
    ]
    named = ("ContactHistory", "Contact History", "Contact History", "017")
    made = [system(field) for field in fields]
    return object_type(*named, made, createable=False, updateable=False, deletable=False)
