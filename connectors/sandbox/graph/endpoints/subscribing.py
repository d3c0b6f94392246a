"""Making, listing, renewing and ending subscriptions."""

from __future__ import annotations

import asyncio
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from connectors.sandbox.graph.answers import Answer, bad_request, not_found
from connectors.sandbox.graph.call import Call, Paths
from connectors.sandbox.graph.subscriptions import LONGEST_MINUTES, Subscription, handshake

CHANGES = ("created", "updated", "deleted")
PAGE = 100
_RESOURCE = re.compile(r"/?users/([^/]+)/contacts", re.IGNORECASE)


def index(call: Call) -> Answer:
    rows = call.store.subscriptions.current(call.store.time())
    skip = call.number("skiptoken", 0, 10**9)
    body: dict[str, Any] = {"value": [row.wire() for row in rows[skip : skip + PAGE]]}
    if skip + PAGE < len(rows):
        body["@odata.nextLink"] = f"{call.address}?$skiptoken={skip + PAGE}"
    return Answer(body)


async def create(call: Call) -> Answer:
    """Side effect: both addresses have to send a token back first."""
    given = call.object()
    found = _RESOURCE.fullmatch(str(given.get("resource", "")))
    changes = [part.strip() for part in str(given.get("changeType", "")).split(",") if part.strip()]
    if found is None or not changes or any(part not in CHANGES for part in changes):
        raise bad_request("The resource or changeType of the subscription is not supported.", "InvalidRequest")
    box = call.store.mailbox(unquote(found.group(1)))
    state = given.get("clientState") or ""
    if not isinstance(state, str) or len(state) > 128:
        raise bad_request("clientState exceeds 128 characters.", "InvalidRequest")
    ends = _ends(call, given)
    url, lifecycle = str(given.get("notificationUrl", "")), str(given.get("lifecycleNotificationUrl") or "")
    for address in filter(None, dict.fromkeys((url, lifecycle))):
        if refused := await asyncio.to_thread(handshake, address):
            raise bad_request(refused, "ValidationError")
    row = Subscription(
        str(uuid.uuid4()), box.address, str(given["resource"]), changes, url, lifecycle, state, ends, box.number
    )
    call.store.subscriptions.rows[row.id] = row
    return Answer(row.wire(), 201)


def show(call: Call) -> Answer:
    return Answer(_found(call).wire())


def renew(call: Call) -> Answer:
    row = _found(call)
    row.ends = _ends(call, call.object())
    return Answer(row.wire())


def delete(call: Call) -> Answer:
    row = _found(call)
    del call.store.subscriptions.rows[row.id]
    return Answer(None, 204)


def _found(call: Call) -> Subscription:
    """Raises Refusal 404."""
    call.store.subscriptions.current(call.store.time())
    row = call.store.subscriptions.rows.get(call.params["id"])
    if row is None:
        raise not_found()
    return row


def _ends(call: Call, given: dict[str, Any]) -> float:
    """Raises Refusal 400 for a time that has passed, or lies too far ahead."""
    try:
        moment = datetime.fromisoformat(str(given.get("expirationDateTime", "")))
    except ValueError:
        raise bad_request("expirationDateTime is not valid.", "InvalidRequest") from None
    ends = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not call.store.time() < ends <= call.store.time() + LONGEST_MINUTES * 60 + 60:
        message = f"Subscription expiration can only be {LONGEST_MINUTES} minutes in the future."
        raise bad_request(message, "ExtensionError")
    return ends


PATHS: Paths = {
    "/subscriptions": {"GET": index, "POST": create},
    "/subscriptions/{id}": {"GET": show, "PATCH": renew, "DELETE": delete},
}
