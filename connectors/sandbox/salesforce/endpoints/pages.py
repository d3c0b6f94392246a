"""/lightning/r/{object}/{id}/view: where a person would see the record."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from connectors.sandbox.record_page import Link, Page, missing
from connectors.sandbox.salesforce.api import Call, Paths
from connectors.sandbox.salesforce.ids import normal
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import reader
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, Field, Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

PRODUCT = "Salesforce"
SEEN = ("Account", "Contact", "Lead", "Case")


def view(call: Call) -> Response:
    """The record's fields that have a value, without a login. 404 as a page, too."""
    org = call.org
    object, id = org.find_object(call.path["object"]), normal(call.path["id"])
    if object is None or object.name not in SEEN or id is None:
        return missing(PRODUCT)
    table = org.table(object.name)
    row = table.rows.get(id) or table.deleted.get(id)
    if row is None:
        return missing(PRODUCT)
    fields = [
        (known.label, shown) for known in object.fields.values() if (shown := _shown(org, known, row)) is not None
    ]
    return Page(PRODUCT, object.label, _name(row), fields, _lists(org, object, row), _notice(row)).response()


def _name(row: Row) -> str:
    parts = row.get("FirstName"), row.get("LastName")
    return str(row.get("Name") or " ".join(part for part in parts if part) or row.get("CaseNumber") or row["Id"])


def _shown(org: Org, known: Field, row: Row) -> Any:
    """The field's value for a person; None for one that is empty, false, or shown by its parts."""
    if known.type in COMPOUND_TYPES or known.name == "Name":
        return None
    value = reader(org, known)(row)
    if value in (None, "", False):
        return None
    return _link(org, value) if known.type == "reference" else value


def _link(org: Org, id: str) -> Any:
    target = org.by_prefix(id)
    row = org.table(target.name).rows.get(id) if target else None
    if target is None or row is None:
        return id
    if target.name not in SEEN:
        return _name(row)
    return Link(_name(row), f"/lightning/r/{target.name}/{id}/view")


def _lists(org: Org, object: ObjectType, row: Row) -> list[tuple[str, list[Any]]]:
    if object.name != "Account":
        return []
    return [("Contacts", [_link(org, contact) for contact in org.table("Contact").find("AccountId", row["Id"])])]


def _notice(row: Row) -> str:
    if row.get("MasterRecordId"):
        return "This record was merged into another one."
    if row.get("IsDeleted"):
        return "This record is deleted."
    return "This lead is converted." if row.get("IsConverted") else ""


PATHS: Paths = {"/lightning/r/{object}/{id}/view": {"GET": view}}
