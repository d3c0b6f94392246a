"""A plain client of the sandbox's Pub/Sub API."""

from __future__ import annotations

import io
import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fastavro
import grpc

from connectors.eventbus import pubsub_pb2 as pb
from connectors.eventbus.pubsub_pb2_grpc import PubSubStub
from connectors.sandbox.salesforce.org import ORG_ID
from tests.timeouts import HANG_SECONDS


class Subscriber:
    """Calls with a valid token unless told otherwise. `header` of an event is decoded by its schema."""

    def __init__(self, credentials: dict[str, Any], **metadata: str) -> None:
        given = {"accesstoken": credentials["access_token"], "instanceurl": credentials["base_url"], "tenantid": ORG_ID}
        self.metadata = tuple({**given, **metadata}.items())
        self.channel = grpc.insecure_channel(credentials["pubsub"])
        self.stub = PubSubStub(self.channel)
        self.schemas: dict[str, Any] = {}

    def topic(self, name: str) -> pb.TopicInfo:
        return self.stub.GetTopic(pb.TopicRequest(topic_name=name), metadata=self.metadata, timeout=HANG_SECONDS)

    def event(self, received: pb.ConsumerEvent) -> dict[str, Any]:
        """The event without the fields that are null."""
        id = received.event.schema_id
        if id not in self.schemas:
            asked = pb.SchemaRequest(schema_id=id)
            found = self.stub.GetSchema(asked, metadata=self.metadata, timeout=HANG_SECONDS)
            self.schemas[id] = fastavro.parse_schema(json.loads(found.schema_json))
        decoded = fastavro.schemaless_reader(io.BytesIO(received.event.payload), self.schemas[id], None)
        return {name: value for name, value in decoded.items() if value is not None}

    @contextmanager
    def subscribed(self, topic: str, wanted: int = 100, **first: Any) -> Iterator[Stream]:
        stream = Stream(self, topic, wanted, first)
        try:
            yield stream
        finally:
            stream.call.cancel()


class Stream:
    """One subscription; `more` asks for further events, `events` waits for so many of them."""

    def __init__(self, subscriber: Subscriber, topic: str, wanted: int, first: dict[str, Any]) -> None:
        self._subscriber = subscriber
        self._requests: queue.Queue[pb.FetchRequest] = queue.Queue()
        self._requests.put(pb.FetchRequest(topic_name=topic, num_requested=wanted, **first))
        self.latest = b""
        self.received: list[pb.ConsumerEvent] = []
        requests = iter(self._requests.get, None)
        self.call = subscriber.stub.Subscribe(requests, metadata=subscriber.metadata, timeout=HANG_SECONDS)

    def more(self, wanted: int) -> None:
        self._requests.put(pb.FetchRequest(num_requested=wanted))

    def response(self) -> pb.FetchResponse:
        found = next(self.call)
        self.latest = found.latest_replay_id
        self.received += found.events
        return found

    def events(self, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += [self._subscriber.event(one) for one in self.response().events]
        return found

    def headers(self, count: int) -> list[dict[str, Any]]:
        return [event["ChangeEventHeader"] for event in self.events(count)]

    def refusal(self) -> tuple[grpc.StatusCode, str]:
        """How the stream ends: the status, and the last words of the vendor's code."""
        try:
            while True:
                self.response()
        except grpc.RpcError as error:
            return refusal(error)


def refusal(error: Any) -> tuple[grpc.StatusCode, str]:
    trailers = dict(error.trailing_metadata())
    return error.code(), trailers["error-code"].removeprefix("sfdc.platform.eventbus.grpc.")
