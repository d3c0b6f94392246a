"""The Tooling API, as far as the selection of objects for Change Data Capture needs it."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from connectors.sandbox.salesforce.api import Call, Handler, Paths
from connectors.sandbox.salesforce.endpoints import meta, query, records
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.pubsub.schemas import event_name
from connectors.sandbox.salesforce.pubsub.selection import CHANNEL, NEVER


def _of_tooling(handler: Handler) -> Handler:
    """The handler, over the rows of the Tooling API."""

    def act(call: Call) -> Response:
        return handler(replace(call, org=call.org.tooling))

    return act


def create(call: Call) -> Response:
    """Raises ApiError 400 for an object that has no change events, or is selected already."""
    body = call.json_object()
    entity, channel = body.get("SelectedEntity"), body.get("EventChannel")
    if channel != CHANNEL or entity not in {event_name(name) for name in call.org.objects if name not in NEVER}:
        message = f"The selected entity {entity} is not valid for the channel {channel}."
        raise ApiError(400, "INVALID_INPUT", message, ["SelectedEntity"])
    members = call.org.tooling.table("PlatformEventChannelMember")
    if any(row["SelectedEntity"] == entity for row in members.rows.values()):
        raise ApiError(400, "DUPLICATE_VALUE", f"{entity} is selected already.", ["SelectedEntity"])
    return _of_tooling(records.create)(call)


_TOOLING = "/services/data/v{version}/tooling"
_RECORD = f"{_TOOLING}/sobjects/{{object}}/{{id}}"

PATHS: Paths = {
    f"{_TOOLING}/query": {"GET": _of_tooling(query.query)},
    f"{_TOOLING}/sobjects": {"GET": _of_tooling(meta.describe_global)},
    f"{_TOOLING}/sobjects/{{object}}/describe": {"GET": _of_tooling(meta.describe_object)},
    f"{_TOOLING}/sobjects/{{object}}": {"POST": create},
    _RECORD: {"GET": _of_tooling(records.show), "DELETE": _of_tooling(records.delete)},
}
