"""/consents/users: the status of users, a row for each regulation."""

from __future__ import annotations

from connectors.sandbox.didomi.answers import Answer, not_found
from connectors.sandbox.didomi.call import Call
from connectors.sandbox.didomi.endpoints.events import collect
from connectors.sandbox.didomi.listing import filtered, page
from connectors.sandbox.didomi.store import Json


def index(call: Call) -> Answer:
    rows = (row for row in call.store.user_rows() if row["regulation"] in call.regulations())
    found = filtered(rows, call.query, reserved=("regulation",))
    return Answer(page(found, call.query, call.store.settings))


def create(call: Call) -> Answer:
    """A user with a status, which is its first event."""
    said = call.object()
    user = {key: said[key] for key in ("id", "organization_user_id", "metadata", "country") if said.get(key)}
    event = collect(call.store, {"user": user, "consents": said.get("consents"), "regulation": said.get("regulation")})
    return Answer(_row(call, event["user"]["id"]))


def show(call: Call) -> Answer:
    return Answer(_row(call, _id(call)))


def delete(call: Call) -> Answer:
    """Delete a user, all its events with it."""
    for row in call.store.forget_user(_id(call)):
        call.store.webhooks.tell("user.deleted", row["regulation"], {"entity": row})
    return Answer(None, 204)


def _id(call: Call) -> str:
    asked: str = call.params["id"]
    if call.flag("$by_organization_user_id"):
        asked = next(iter(call.store.ids_of.get(asked, ())), "")
    if asked not in call.store.users:
        raise not_found("user", call.params["id"])
    return asked


def _row(call: Call, id: str) -> Json:
    rows = (call.store.user_row(id, regulation) for regulation in call.regulations())
    row = next((row for row in rows if row), None)
    if row is None:
        raise not_found("user", id)
    return row
