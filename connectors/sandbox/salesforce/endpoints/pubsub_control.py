"""Switches of the Pub/Sub API that only the sandbox has."""

from __future__ import annotations

from starlette.responses import Response

from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.pubsub import selection
from connectors.sandbox.salesforce.pubsub.service import PubSub


class PubSubControl:
    """GET /_sandbox/pubsub              {"selected", "available", "streams", "events", "calls"}
    PUT /_sandbox/pubsub              {"selected": [objects]}: change events of these alone; {"available": false}
    POST /_sandbox/pubsub/disconnect  every subscription ends, as by a network
    POST /_sandbox/pubsub/forget      events of before are kept no longer, so that replay ids are refused"""

    def __init__(self, service: PubSub) -> None:
        self._service = service

    def paths(self) -> Paths:
        return {
            "/_sandbox/pubsub": {"GET": self.show, "PUT": self.change},
            "/_sandbox/pubsub/disconnect": {"POST": self.disconnect},
            "/_sandbox/pubsub/forget": {"POST": self.forget},
        }

    def show(self, call: Call) -> Response:
        bus = self._service.bus
        told = {"selected": sorted(selection.objects(call.org)), "available": bus.available}
        counted = {"streams": self._service.streaming, "events": len(bus.events), "calls": self._service.calls}
        return answer(told | counted)

    def change(self, call: Call) -> Response:
        given = call.json_object()
        names, available = given.get("selected"), given.get("available")
        if names is not None:
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise ApiError(400, "INVALID_INPUT", "selected is a list of objects")
            selection.select(call.org, names)
        if available is not None:
            self._service.bus.available = bool(available)
            if not available:
                self._cut()
        return self.show(call)

    def disconnect(self, call: Call) -> Response:
        self._cut()
        return self.show(call)

    def forget(self, call: Call) -> Response:
        self._service.bus.forget()
        return self.show(call)

    def _cut(self) -> None:
        for stream in list(self._service.streams):
            stream.cut()
