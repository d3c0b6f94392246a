"""Saved filters people make in the vendor's pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.org import OWNER, Org
from connectors.sandbox.salesforce.soql.columns import Names
from connectors.sandbox.salesforce.soql.nodes import Comparison, Condition, Literal, Logic, Path
from connectors.sandbox.salesforce.soql.parse import parse_condition
from connectors.sandbox.salesforce.soql.run import SCOPES, condition_of

OPERATORS = {
    "=": "equals",
    "!=": "notEqual",
    "<": "lessThan",
    "<=": "lessOrEqual",
    ">": "greaterThan",
    ">=": "greaterOrEqual",
    "LIKE": "like",
    "IN": "in",
    "NOT IN": "notIn",
    "INCLUDES": "includes",
    "EXCLUDES": "excludes",
}
AUDIT = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")


@dataclass(frozen=True, slots=True)
class ListView:
    """`where` is a SOQL condition or empty. The API cannot run a view that is not soql_compatible, and does not show
    one that is not visible.
    """

    id: str
    object: str
    developer_name: str
    label: str
    columns: tuple[str, ...]
    where: str = ""
    scope: str = "everything"
    order: str = "Name"
    soql_compatible: bool = True
    visible: bool = True


def add(
    org: Org,
    object: str,
    developer_name: str,
    label: str,
    columns: tuple[str, ...] = ("Name",),
    where: str = "",
    scope: str = "everything",
    *,
    soql_compatible: bool = True,
) -> ListView:
    """Save a view and its row in the ListView object. Raises ApiError for an unknown object or a bad condition."""
    known = org.object(object)
    if not known.listviews:
        raise ApiError(400, "INVALID_TYPE", f"{object} has no list views")
    _check_condition(org, known.name, where)
    for column in columns:
        Names(org, known).path(Path(tuple(column.split("."))))
    if scope.lower() not in SCOPES:
        raise ApiError(400, "INVALID_INPUT", f"no such scope: {scope}")
    table = org.table("ListView")
    id = table.next_id()
    view = ListView(id, known.name, developer_name, label, columns, where, scope, "Name", soql_compatible)
    now = org.now()
    row = {"Id": id, "Name": label, "DeveloperName": developer_name, "SobjectType": known.name}
    row |= {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now, "CreatedById": OWNER}
    table.add({**row, "LastModifiedById": OWNER, **({"IsSoqlCompatible": True} if soql_compatible else {})})
    org.listviews[id] = view
    return view


def change(org: Org, object: str, developer_name: str, **changes: Any) -> ListView:
    """Have a view show other records, or show it to the API's user or not. Raises ApiError."""
    view = _named(org, object, developer_name)
    _check_condition(org, object, changes.get("where", ""))
    org.listviews[view.id] = replace(view, **changes)
    return org.listviews[view.id]


def remove(org: Org, object: str, developer_name: str) -> None:
    """Raises ApiError for a view that is not there."""
    view = _named(org, object, developer_name)
    del org.listviews[view.id]
    org.table("ListView").remove(view.id)


def _named(org: Org, object: str, developer_name: str) -> ListView:
    every = org.listviews.values()
    view = next((view for view in every if (view.object, view.developer_name) == (object, developer_name)), None)
    if view is None:
        raise not_found()
    return view


def _check_condition(org: Org, object: str, where: str) -> None:
    if where:
        condition_of(org, org.object(object), where)


def seed(org: Org) -> None:
    """The views a fresh organisation has, and a few a person made."""
    account = ("Name", "Type", "Rating", "Phone", "Owner.Alias")
    person = ("Name", "Email", "Phone", "Owner.Alias")
    add(org, "Account", "AllAccounts", "All Accounts", account)
    add(org, "Account", "MyAccounts", "My Accounts", account, scope="mine")
    add(org, "Account", "Customers", "Customers", account, "Type = 'Customer'")
    hot = "Rating = 'Hot' AND (Type = 'Customer' OR Type = 'Prospect')"
    add(org, "Account", "HotCustomersAndProspects", "Hot customers and prospects", account, hot)
    add(org, "Account", "RecentlyViewedAccounts", "Recently Viewed", account, soql_compatible=False)
    add(org, "Contact", "AllContacts", "All Contacts", person)
    add(org, "Contact", "MyContacts", "My Contacts", person, scope="mine")
    add(org, "Contact", "RecentlyViewedContacts", "Recently Viewed", person, soql_compatible=False)
    add(org, "Contact", "CurrentContacts", "Current contacts", person, "Status__c = 'Current'")
    add(org, "Lead", "AllOpenLeads", "All Open Leads", (*person, "Company", "Status"), "IsConverted = false")


def query(org: Org, view: ListView) -> str:
    """The view as SOQL that can be run as it stands."""
    object = org.object(view.object)
    columns = []
    for name in dict.fromkeys((*view.columns, *AUDIT)):
        known = object.field(name)
        columns.append(f"toLabel({name})" if known is not None and known.type == "picklist" else name)
    scope = f" USING SCOPE {view.scope}" if view.scope != "everything" else ""
    where = f" WHERE {view.where}" if view.where else ""
    order = f" ORDER BY {view.order} ASC NULLS FIRST, Id ASC NULLS FIRST"
    return " ".join(("SELECT", ", ".join(columns), f"FROM {view.object}")) + scope + where + order


def condition_tree(view: ListView) -> dict[str, Any]:
    """The condition as the describe call tells it; a view without one gives an empty group."""
    return _tree(parse_condition(view.where)) if view.where else {"conditions": [], "conjunction": "and"}


def _tree(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Logic):
        if condition.operator == "NOT":
            return {"condition": _tree(condition.parts[0])}
        parts = [_tree(part) for part in condition.parts]
        return {"conditions": parts, "conjunction": condition.operator.lower()}
    return _leaf(condition)


def _leaf(condition: Comparison) -> dict[str, Any]:
    right = condition.right if isinstance(condition.right, tuple) else (condition.right,)
    field = condition.left.text if isinstance(condition.left, Path) else condition.left.name
    values = [_literal(one) for one in right if isinstance(one, Literal)]
    return {"field": field, "operator": OPERATORS[condition.operator], "values": values}


def _literal(literal: Literal) -> str:
    if literal.kind == "string":
        escaped = literal.value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return {None: "null", True: "true", False: "false"}.get(literal.value, str(literal.value))


def find(org: Org, object: str, text: str) -> ListView | None:
    """The view of this id or developer name."""
    view = org.listviews.get(ids.normal(text) or "")
    if view is None:
        view = next((v for v in org.listviews.values() if v.developer_name == text and v.object == object), None)
    return view if view is not None and view.object == object and view.visible else None
