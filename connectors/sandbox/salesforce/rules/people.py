"""Person accounts: one logical row that is an account with a contact behind it."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.errors import refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.compounds import full_name
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

NAME_PARTS = ("FirstName", "LastName", "Salutation")
# account field -> contact field
SHARED = {
    **{name: name for name in NAME_PARTS},
    "PersonEmail": "Email",
    "PersonMobilePhone": "MobilePhone",
    "PersonHomePhone": "HomePhone",
    "PersonTitle": "Title",
    "PersonDepartment": "Department",
    "PersonBirthdate": "Birthdate",
    "PersonHasOptedOutOfEmail": "HasOptedOutOfEmail",
    "PersonOtherPhone": "OtherPhone",
    "PersonAssistantPhone": "AssistantPhone",
    "PersonAssistantName": "AssistantName",
    "PersonLeadSource": "LeadSource",
    "PersonDoNotCall": "DoNotCall",
    "PersonEmailBouncedReason": "EmailBouncedReason",
    "PersonEmailBouncedDate": "EmailBouncedDate",
    "Phone": "Phone",
    "Fax": "Fax",
    "Description": "Description",
    "OwnerId": "OwnerId",
    **{
        f"Person{kind}{part}": f"{kind}{part}"
        for kind in ("Mailing", "Other")
        for part in ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude")
    },
}


def shape(object: ObjectType, row: Row, given: dict[str, Any]) -> dict[str, Any]:
    """What an account's record type settles: whether it is a person, and then its Name.

    `row` is the account as it would be stored, `given` what this write sets. Raises RowRefused
    INVALID_FIELD_FOR_INSERT_UPDATE for the name fields of the other kind."""
    if object.name != "Account":
        return {}
    record_type = object.record_type(row.get("RecordTypeId"))
    person = record_type is not None and record_type.person
    barred = [n for n in (("Name",) if person else NAME_PARTS) if given.get(n) is not None]
    if barred:
        raise refused(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Account: bad field names on insert/update call: {', '.join(barred)}",
            *barred,
        )
    return {"IsPersonAccount": True, "Name": full_name(row)} if person else {}


def mirror(org: Org, object: ObjectType, row: Row) -> None:
    """Keep the two halves of a person account equal after a write to either."""
    if not row.get("IsPersonAccount"):
        return
    accounts, contacts = org.table("Account"), org.table("Contact")
    audit = {name: row.get(name) for name in ("LastModifiedDate", "LastModifiedById", "SystemModstamp")}
    if object.name == "Contact":
        account = accounts.rows.get(row.get("AccountId", ""))
        if account is not None:
            accounts.change(account, {ours: row.get(theirs) for ours, theirs in SHARED.items()} | audit)
            accounts.change(account, {"Name": full_name(row)})
        return
    values = {theirs: row.get(ours) for ours, theirs in SHARED.items()} | audit
    contact = contacts.rows.get(row.get("PersonContactId", ""))
    if contact is not None:
        contacts.change(contact, values)
        return
    id = contacts.next_id()
    created = {"CreatedDate": row["CreatedDate"], "CreatedById": row["CreatedById"]}
    made = {"Id": id, "AccountId": row["Id"], "IsPersonAccount": True, **created, **values}
    contacts.add({name: value for name, value in made.items() if value is not None})
    accounts.change(row, {"PersonContactId": id})
