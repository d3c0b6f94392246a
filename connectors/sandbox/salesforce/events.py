"""What people and the platform do to records outside the API: edits, merges, conversions, schema changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from connectors.sandbox.salesforce import writes
from connectors.sandbox.salesforce.cells import cell
from connectors.sandbox.salesforce.errors import ApiError, RowRefused, refused
from connectors.sandbox.salesforce.org import OWNER, Org
from connectors.sandbox.salesforce.rows import from_body
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, NUMBER_TYPES, TEXT_TYPES, Field, Row, choices
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.store import Change
from connectors.sandbox.salesforce.values import checked, from_cell
from connectors.sandbox.salesforce.writes import Manner, live_row

BY_HAND = Manner(allow_duplicates=True, user=OWNER)
# object -> (child object, look-up) that follow the winner of a merge
CHILDREN = {
    "Account": (("Contact", "AccountId"), ("Account", "ParentId"), ("Case", "AccountId")),
    "Contact": (("Case", "ContactId"), ("Contact", "ReportsToId")),
    "Lead": (),
}
CHANGEABLE = set(Field.__dataclass_fields__) - {"name", "compute", "values", "through"}
TYPES = TEXT_TYPES | NUMBER_TYPES | COMPOUND_TYPES | {"id", "reference", "boolean", "date", "datetime", "time"}
LEAD_TO_ACCOUNT = ("Phone", "Fax", "Website", "Industry", "Rating", "AnnualRevenue", "NumberOfEmployees")
LEAD_TO_CONTACT = ("FirstName", "Salutation", "Title", "Phone", "MobilePhone", "Email", "LeadSource", "Description")

P = ParamSpec("P")
T = TypeVar("T")


def in_one(act: Callable[Concatenate[Org, P], T]) -> Callable[Concatenate[Org, P], T]:
    """The action as one transaction of the vendor's own pages."""

    @wraps(act)
    def acted(org: Org, /, *given: P.args, **named: P.kwargs) -> T:
        with org.journal.committed():
            return act(org, *given, **named)

    return acted


@in_one
def insert(org: Org, object: str, values: dict[str, Any]) -> str:
    """A person makes a record; its id. Raises RowRefused or ApiError as the API would."""
    outcome = writes.insert(org, from_body(org, org.object(object), values), BY_HAND)
    if not outcome.ok or outcome.id is None:
        raise RowRefused(*outcome.failures)
    return outcome.id


@in_one
def update(org: Org, id: str, values: dict[str, Any]) -> None:
    """A person changes a record. Raises RowRefused or ApiError as the API would."""
    given = from_body(org, writes.object_of(org, id), values)
    given.id = id
    outcome = writes.update(org, given, BY_HAND)
    if not outcome.ok:
        raise RowRefused(*outcome.failures)


@in_one
def delete(org: Org, id: str) -> None:
    outcome = writes.delete(org, id, OWNER)
    if not outcome.ok:
        raise RowRefused(*outcome.failures)


@in_one
def undelete(org: Org, id: str) -> None:
    """Take a record out of the bin. Raises ApiError 404 when it is not there."""
    table = org.table(writes.object_of(org, id).name)
    if id not in table.deleted:
        raise ApiError(404, "NOT_FOUND", f"{id} is not in the bin")
    table.restore(id)
    table.change(table.rows[id], _touch(org) | {"MasterRecordId": None})


@in_one
def merge(org: Org, master: str, losers: Iterable[str], values: dict[str, Any] | None = None) -> None:
    """Merge losers into the master: their children follow, they are deleted with MasterRecordId set.

    `values` are what the person chose for the master. Raises RowRefused."""
    object = writes.object_of(org, master)
    winner = live_row(org, object, master)
    for loser in losers:
        row = live_row(org, object, loser)
        for child, key in CHILDREN.get(object.name, ()):
            table = org.table(child)
            for id in table.find(key, row["Id"]):
                table.change(table.rows[id], {key: winner["Id"], **_touch(org)})
        _disable_users(org, object, row["Id"])
        writes.remove(org, object, row["Id"], OWNER, MasterRecordId=winner["Id"])
    update(org, winner["Id"], values or {})


def _disable_users(org: Org, object: ObjectType, id: str) -> None:
    """Of merged contacts the portal user of the winner stays; that of a loser may no longer sign in."""
    users = org.table("User")
    for user in users.find("ContactId", id) if object.name == "Contact" else ():
        users.change(users.rows[user], {"IsActive": False, **_touch(org)})


@in_one
def convert(org: Org, lead: str, account: str | None = None, contact: str | None = None) -> dict[str, str]:
    """Convert a lead into a given contact, or a new one of a given or a new account; the ids of both.

    Of a given contact only what is empty is filled. Raises RowRefused."""
    row = live_row(org, org.object("Lead"), lead)
    if row.get("IsConverted"):
        raise refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    known = live_row(org, org.object("Contact"), contact) if contact else None
    account = known.get("AccountId") if known else account
    if not account:
        values = {name: row[name] for name in LEAD_TO_ACCOUNT if name in row}
        account = insert(org, "Account", {"Name": row["Company"], **values})
    values = {name: row[name] for name in LEAD_TO_CONTACT if name in row}
    if known is None:
        contact = insert(org, "Contact", {"LastName": row["LastName"], "AccountId": account, **values})
    else:
        contact = known["Id"]
        missing = {name: value for name, value in values.items() if name not in known}
        update(org, contact, {**missing, "AccountId": account})
    converted = {
        "IsConverted": True,
        "Status": "Closed - Converted",
        "ConvertedDate": org.now()[:10],
        "ConvertedAccountId": account,
        "ConvertedContactId": contact,
    }
    org.table("Lead").change(row, converted | _touch(org))
    return {"account": account, "contact": contact}


def _touch(org: Org) -> Row:
    now = org.now()
    return {"LastModifiedDate": now, "LastModifiedById": OWNER, "SystemModstamp": now}


def change_schema(org: Org, change: dict[str, Any]) -> None:
    """Apply one schema change: {"object", "field", ...} with one of

    "delete": true; "visible": true or false (field-level security); or attributes of the field (type, label,
    values, length, precision, scale, restricted, unique, external_id, nillable, createable, updateable).
    A new field needs a type. Raises ApiError."""
    object = org.object(change["object"])
    name = change["field"]
    known = object.every_field().get(name)
    own = known is not None and (known.type == "id" or not (known.nillable or (known.defaulted and known.createable)))
    if own or not isinstance(name, str):
        raise ApiError(400, "INVALID_FIELD", f"{name} stays as it is")
    if change.get("delete"):
        object.drop(name)
        with org.journal.unseen():
            _forget(org, object, name)
    elif "visible" in change:
        (object.show if change["visible"] else object.hide)(name)
    else:
        _put_field(org, object, name, change)
    org.schema_changes.append(change)
    org.journal.revision += 1


def _put_field(org: Org, object: ObjectType, name: str, change: dict[str, Any]) -> None:
    before = object.every_field().get(name)
    if before is None and "type" not in change:
        raise ApiError(400, "INVALID_FIELD", f"{name} is new and needs a type")
    base = before or Field(name, name, change["type"], 255, 18, custom=name.endswith("__c"))
    kept = {key: value for key, value in change.items() if key not in ("object", "field", "values")}
    unknown = set(kept) - CHANGEABLE
    if unknown:
        raise ApiError(400, "INVALID_FIELD", f"no such attributes of a field: {sorted(unknown)}")
    wrong = [key for key, value in kept.items() if not isinstance(value, _types_of(key, getattr(base, key)))]
    if wrong or kept.get("type", base.type) not in TYPES:
        raise ApiError(400, "INVALID_FIELD", f"not a value of {', '.join(wrong) or 'type'}")
    if "reference_to" in change:
        kept["reference_to"] = tuple(org.object(target).name for target in change["reference_to"])
        kept.setdefault("relationship", f"{name.removesuffix('__c')}__r" if name.endswith("__c") else base.relationship)
    if "values" in change:
        kept["values"] = choices("|".join(change["values"]))
    if "type" in kept and before is not None and kept["type"] != before.type:
        kept |= {"length": kept.get("length", 255), "precision": kept.get("precision", 18), "compute": None}
    made = replace(base, **kept)
    object.put(made)
    if before is not None and made.type != before.type:
        with org.journal.unseen():
            _convert_values(org, object, made)
        org.journal.saw(Change(object, f"{object.prefix}*", "GAP_UPDATE", OWNER, {}))


def _types_of(key: str, held: Any) -> tuple[type, ...]:
    """What may take the place of an attribute's value: the same type, and text for what is empty."""
    if key in ("default", "reference_to"):
        return (str, bool, int, float, type(None), list)
    return (str, type(None)) if held is None or isinstance(held, str) else (type(held),)


def _convert_values(org: Org, object: ObjectType, made: Field) -> None:
    """Give stored values the new type; one that does not fit is lost, as in the vendor's own conversion."""
    table = org.table(object.name)
    for row in list(table.rows.values()):
        if made.name in row:
            try:
                value = checked(made, from_cell(made, cell(row[made.name])))
            except RowRefused:
                value = None
            table.change(row, {made.name: value})


def _forget(org: Org, object: ObjectType, name: str) -> None:
    table = org.table(object.name)
    for row in list(table.rows.values()):
        if name in row:
            table.change(row, {name: None})
