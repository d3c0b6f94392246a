"""Users of the tenant, and their categories."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.graph import mailbox
from connectors.sandbox.graph.answers import Answer, Refusal, bad_request
from connectors.sandbox.graph.call import VERSION, Call, Paths
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.store import CATEGORIES, USERS

PROPERTIES = ("id", "displayName", "mail", "userPrincipalName")
MOST = 999
COLORS = ("none", *(f"preset{number}" for number in range(25)))


def index(call: Call) -> Answer:
    call.store.require(USERS)
    rows = list(call.store.mailboxes.values())
    top, skip = call.number("top", 100, MOST), call.number("skiptoken", 0, 10**9)
    body: dict[str, Any] = {"@odata.context": f"{call.base}{VERSION}/$metadata#users"}
    if skip + top < len(rows):
        body["@odata.nextLink"] = f"{call.address}?$top={top}&$skiptoken={skip + top}"
    body["value"] = [_user(call, row) for row in rows[skip : skip + top]]
    return Answer(body)


def show(call: Call) -> Answer:
    call.store.require(USERS)
    row = call.store.user(call.params["user"])
    if row is None:
        key = call.params["user"]
        message = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        raise Refusal(404, "Request_ResourceNotFound", message)
    return Answer({"@odata.context": f"{call.base}{VERSION}/$metadata#users/$entity", **_user(call, row)})


def categories(call: Call) -> Answer:
    return Answer({"@odata.context": f"{call.base}{VERSION}/$metadata#masterCategories", "value": _own(call)})


def add_category(call: Call) -> Answer:
    given, rows = call.object(), _own(call)
    name, color = given.get("displayName"), given.get("color", "none")
    if not isinstance(name, str) or not name or color not in COLORS:
        raise bad_request("A category needs a displayName and a color.")
    if any(row["displayName"].lower() == name.lower() for row in rows):
        raise Refusal(409, "CategoryNameAlreadyExists", "A category with this name already exists.")
    made = mailbox.category(call.box, name, color)
    rows.append(made)
    return Answer(made, 201)


def _own(call: Call) -> list[dict[str, Any]]:
    call.store.require(CATEGORIES)
    return call.box.categories


def _user(call: Call, row: Mailbox) -> dict[str, Any]:
    licensed = row.address not in call.store.settings.without_licence
    values = (row.id, row.name, row.address if licensed else None, row.address)
    full = dict(zip(PROPERTIES, values, strict=True))
    return {name: value for name, value in full.items() if not call.selected or name in call.selected or name == "id"}


PATHS: Paths = {
    "/users": {"GET": index},
    "/users/{user}": {"GET": show},
    "/users/{user}/outlook/masterCategories": {"GET": categories, "POST": add_category},
}
