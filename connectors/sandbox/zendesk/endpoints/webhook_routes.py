"""/api/v2/webhooks, and what became of their deliveries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.zendesk.answers import Answer, Refusal, response
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.events import PREFIX
from connectors.sandbox.zendesk.paging import page
from connectors.sandbox.zendesk.times import iso
from connectors.sandbox.zendesk.webhooks import Invocation, Webhook

TRIGGERS = "conditional_ticket_events"
NEEDED = ("name", "endpoint", "http_method", "request_format", "status")


def index(call: Call) -> Answer:
    rows = list(call.store.hooks.rows.values())
    wanted, part = call.query.get("filter[status]"), call.query.get("filter[name_contains]", "")
    found = [row for row in rows if part in row.name and wanted in (None, row.status)]
    query = {"page[size]": "100", **call.query}
    return Answer(page("webhooks", range(len(found)), lambda place: found[place].wire(), query, call.address))


def show(call: Call) -> Answer:
    return Answer({"webhook": _found(call).wire()})


def create(call: Call) -> Answer:
    given = _given(call, NEEDED)
    return Answer({"webhook": call.store.hooks.add(given).wire()}, 201)


def update(call: Call) -> Answer:
    call.store.hooks.change(_found(call), _given(call, NEEDED))
    return Answer(None, 204)


def patch(call: Call) -> Answer:
    call.store.hooks.change(_found(call), _given(call, ()))
    return Answer(None, 204)


def delete(call: Call) -> Answer:
    call.store.hooks.drop(_found(call).id)
    return Answer(None, 204)


def secret(call: Call) -> Answer:
    return Answer({"signing_secret": {"secret": _found(call).secret, "algorithm": "SHA256"}})


def test(call: Call) -> Answer:
    """One delivery to an address; its body is none of an event."""
    given = call.body.get("webhook") if isinstance(call.body, dict) else None
    endpoint = given.get("endpoint") if isinstance(given, dict) else None
    if not _is_address(endpoint):
        raise _refused("endpoint", "must be an address")
    status = call.store.hooks.test(str(endpoint), {"request": {"type": "test"}})
    said = {"status": "success" if 200 <= status < 300 else "failed", "message": "", "response_code": status}
    return Answer({"test": {**said, "response_body": ""}})


def invocations(call: Call) -> Answer:
    id, status = _found(call).id, call.query.get("filter[status]")
    rows = [one for one in call.store.hooks.invocations if one.webhook == id and status in (None, one.status)]
    query = {"page[size]": "100", **call.query}
    return Answer(page("invocations", range(len(rows)), lambda place: _wire(rows[place]), query, call.address))


def attempts(call: Call) -> Answer:
    wanted = call.params["invocation"]
    one = next((row for row in call.store.hooks.invocations if row.id == wanted), None)
    if one is None:
        raise _missing()
    shown = [
        {"id": f"{one.id}-{number}", "invocation_id": one.id, **attempt} for number, attempt in enumerate(one.attempts)
    ]
    return Answer({"attempts": shown})


async def settle(request: Request) -> Response:
    """Wait until every delivery that is due has been made."""
    store = request.app.state.store
    store.settle()
    return response({"pending": store.hooks.pending()}, 200, {})


def _found(call: Call) -> Webhook:
    row: Webhook | None = call.store.hooks.rows.get(call.params["id"])
    if row is None:
        raise _missing()
    return row


def _given(call: Call, needed: tuple[str, ...]) -> dict[str, Any]:
    """What was said of a webhook. Raises Refusal 400."""
    given = call.part("webhook")
    for name in needed:
        if not given.get(name):
            raise _refused(name, "can't be blank")
    if "endpoint" in given and not _is_address(given["endpoint"]):
        raise _refused("endpoint", "must be an address that starts with https://")
    if given.get("status", "active") not in ("active", "inactive"):
        raise _refused("status", "must be active or inactive")
    types = given.get("subscriptions", [])
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        raise _refused("subscriptions", "must be a list of event types")
    if unknown := [one for one in types if one != TRIGGERS and not one.startswith(PREFIX[:-1])]:
        raise _refused("subscriptions", f"{unknown[0]} is not an event type")
    if TRIGGERS in types and len(types) > 1:
        raise _refused("subscriptions", f"{TRIGGERS} stands alone")
    if types and (given.get("http_method", "POST"), given.get("request_format", "json")) != ("POST", "json"):
        raise _refused("http_method", "must be POST, and the format json, for events")
    return given


def _is_address(given: Any) -> bool:
    """https; http only to this machine, where a demo sends to itself."""
    parts = urlsplit(given) if isinstance(given, str) else urlsplit("")
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return bool(parts.hostname) and parts.scheme in (("http", "https") if here else ("https",))


def _wire(one: Invocation) -> dict[str, Any]:
    return {
        "id": one.id,
        "webhook_id": one.webhook,
        "status": one.status,
        "event_type": one.type,
        "created_at": iso(one.created),
        "latest_completed_at": iso(one.created),
        "attempts_count": len(one.attempts),
    }


def _refused(field: str, message: str) -> Refusal:
    return Refusal(400, {"errors": [{"field": field, "code": "InvalidParameter", "message": f"{field} {message}"}]})


def _missing() -> Refusal:
    return Refusal(404, {"errors": [{"code": "NotFound", "message": "There is no such webhook"}]})
