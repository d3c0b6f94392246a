"""Contact folders. The default one is not listed; it is found by the name "contacts"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from connectors.sandbox.graph.answers import Answer, bad_request
from connectors.sandbox.graph.call import Call, Paths
from connectors.sandbox.graph.endpoints import rendering
from connectors.sandbox.graph.endpoints.contacts import DEFAULT_TOP, MOST_TOP
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.schema import contact as schema


def index(call: Call) -> Answer:
    box = call.box
    rows = box.children(_parent(call, box))
    if named := call.query.get("filter"):
        wanted = named.strip().removeprefix("displayName eq ").strip("'").replace("''", "'")
        if not named.startswith("displayName eq '"):
            raise bad_request("Folders can be filtered by their name.", "ErrorInvalidUrlQueryFilter")
        rows = [row for row in rows if row.name.lower() == wanted.lower()]
    top, skip = call.number("top", DEFAULT_TOP, MOST_TOP), call.number("skip", 0, 10**9)
    body: dict[str, Any] = {"@odata.context": rendering.context(call, "contactFolders")}
    if skip + top < len(rows):
        more = {f"${name}": value for name, value in call.query.items()} | {"$top": top, "$skip": skip + top}
        body["@odata.nextLink"] = f"{call.address}?{urlencode(more)}"
    body["value"] = [rendering.folder(call, row) for row in rows[skip : skip + top]]
    return Answer(body)


def create(call: Call) -> Answer:
    box = call.box
    row = box.add_folder(_name(call), _parent(call, box))
    row.extended |= schema.extended_of(call.object())
    return Answer(
        {"@odata.context": rendering.context(call, "contactFolders/$entity"), **rendering.folder(call, row)}, 201
    )


def show(call: Call) -> Answer:
    row = call.box.folder(call.params["folder"])
    return Answer({"@odata.context": rendering.context(call, "contactFolders/$entity"), **rendering.folder(call, row)})


def update(call: Call) -> Answer:
    box = call.box
    row, given = box.folder(call.params["folder"]), call.object()
    if "displayName" in given:
        box.rename(row, _name(call))
    row.extended |= schema.extended_of(given)
    return Answer(rendering.folder(call, row))


def delete(call: Call) -> Answer:
    box = call.box
    box.remove_folder(box.folder(call.params["folder"]))
    return Answer(None, 204)


def _parent(call: Call, box: Mailbox) -> str:
    return box.folder(call.params["folder"]).id if "folder" in call.params else box.root


def _name(call: Call) -> str:
    name = call.object().get("displayName")
    if not isinstance(name, str) or not name.strip() or len(name) > 255:
        raise bad_request("A folder needs a displayName of at most 255 characters.")
    return name


PATHS: Paths = {
    "/users/{user}/contactFolders": {"GET": index, "POST": create},
    "/users/{user}/contactFolders/{folder}": {"GET": show, "PATCH": update, "DELETE": delete},
    "/users/{user}/contactFolders/{folder}/childFolders": {"GET": index, "POST": create},
}
