"""The Pub/Sub API: GetTopic, GetSchema and Subscribe, with the vendor's error codes in the trailers."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import grpc

from connectors.eventbus import pubsub_pb2 as pb
from connectors.sandbox.salesforce.org import ORG_ID, Org
from connectors.sandbox.salesforce.pubsub import selection
from connectors.sandbox.salesforce.pubsub.bus import Bus, Event, replay_id
from connectors.sandbox.salesforce.pubsub.schemas import topic_of
from connectors.sandbox.salesforce.sessions import Sessions

CODES = "sfdc.platform.eventbus.grpc"
MOST_REQUESTED = 100
ALL = "/data/ChangeEvents"
TICK = 0.2
"""Seconds after which a subscription looks at the sandbox's clock and at its token again."""
Context = grpc.aio.ServicerContext[Any, Any]


class Refused(Exception):
    """A call that ends with a status, and with the vendor's own code for it."""

    def __init__(self, status: grpc.StatusCode, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, f"{CODES}.{code}"


class PubSub:
    """The service of one organisation."""

    def __init__(self, org: Org, sessions: Sessions, bus: Bus) -> None:
        self._org, self._sessions, self.bus = org, sessions, bus
        self.calls: Counter[str] = Counter()
        self.streams: set[Subscription] = set()

    async def GetTopic(self, request: pb.TopicRequest, context: Context) -> pb.TopicInfo:
        try:
            self.admit("GetTopic", context)
            topics = self.topics(request.topic_name)
        except Refused as refused:
            await _end(context, refused)
        object = next((o for o in selection.objects(self._org) if topics and topic_of(o) in topics), None)
        schema = self.bus.schema(object).id if object else ""
        return pb.TopicInfo(
            topic_name=request.topic_name,
            tenant_guid=f"core/sandbox/{ORG_ID}",
            can_subscribe=True,
            schema_id=schema,
            rpc_id=_rpc_id(),
        )

    async def GetSchema(self, request: pb.SchemaRequest, context: Context) -> pb.SchemaInfo:
        try:
            self.admit("GetSchema", context)
            if request.schema_id not in self.bus.texts:
                message = "Schema validation failed. The schema ID is unknown."
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "schema.fetch.failed", message)
        except Refused as refused:
            await _end(context, refused)
        text = self.bus.texts[request.schema_id]
        return pb.SchemaInfo(schema_json=text, schema_id=request.schema_id, rpc_id=_rpc_id())

    async def Subscribe(self, requests: AsyncIterator[pb.FetchRequest], context: Context) -> None:
        subscription = Subscription(self, context)
        self.streams.add(subscription)
        try:
            self.admit("Subscribe", context)
            await subscription.serve(requests)
        except Refused as refused:
            await _end(context, refused)
        finally:
            self.streams.discard(subscription)

    def admit(self, call: str, context: Context) -> str:
        """The token of the call. Raises Refused where it is none, or where the service is switched off."""
        self.calls[call] += 1
        if not self.bus.available:
            raise Refused(grpc.StatusCode.UNAVAILABLE, "service.unavailable", "The service is unavailable.")
        sent = {str(key): str(value) for key, value in context.invocation_metadata() or ()}
        missing = [name for name in ("accesstoken", "instanceurl", "tenantid") if not sent.get(name)]
        if missing:
            message = f"An authentication exception occurred. Missing headers: {', '.join(missing)}"
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "service.auth.headers.invalid", message)
        if sent["tenantid"] not in (ORG_ID, ORG_ID[:15]):
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "service.auth.error", "The tenant ID is not valid.")
        self.check_token(sent["accesstoken"])
        return sent["accesstoken"]

    def check_token(self, token: str) -> None:
        if not self._sessions.valid(token):
            message = "An authentication exception occurred. Provide valid authentication via metadata headers."
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "service.auth.error", message)

    def topics(self, name: str) -> frozenset[str] | None:
        """The topics whose events a subscriber gets, None for all. Raises Refused for one that does not exist."""
        if name == ALL:
            return None
        if name not in map(topic_of, selection.objects(self._org)):
            message = f"The requested topic {name} could not be found. Check the topic name and your permissions."
            raise Refused(grpc.StatusCode.NOT_FOUND, "topic.not.found", message)
        return frozenset({name})

    @property
    def streaming(self) -> int:
        """How many subscriptions have begun."""
        return sum(stream.begun for stream in self.streams)

    @property
    def now(self) -> float:
        return self._org.clock.now()

    @property
    def silence(self) -> int:
        """Seconds after which a subscription without events is kept alive."""
        return self._org.settings.keep_alive_seconds


class Subscription:
    """One stream: it sends no more events than were asked for, and says that it is alive when there are none."""

    def __init__(self, service: PubSub, context: Context) -> None:
        self._service, self._context = service, context
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        self._wanted = 0
        self._position: int | None = None
        self._name = ""
        self._topics: frozenset[str] | None = None
        self._over: Refused | None = None
        self._finished = False

    @property
    def begun(self) -> bool:
        return self._position is not None

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._changed.set)

    def cut(self) -> None:
        """End as a network does: without a word about why."""
        self._over = Refused(grpc.StatusCode.UNAVAILABLE, "service.unavailable", "RST_STREAM closed stream.")
        self.wake()

    async def serve(self, requests: AsyncIterator[pb.FetchRequest]) -> None:
        """Until the client has finished or went away. Raises Refused."""
        sent = {str(key): str(value) for key, value in self._context.invocation_metadata() or ()}
        reading = self._loop.create_task(self._read(requests))
        self._service.bus.subscribers.add(self.wake)
        try:
            await self._send(sent["accesstoken"])
        finally:
            self._service.bus.subscribers.discard(self.wake)
            reading.cancel()

    async def _read(self, requests: AsyncIterator[pb.FetchRequest]) -> None:
        try:
            async for request in requests:
                self._take(request)
                self._changed.set()
            self._finished = True
        except Refused as refused:
            self._over = refused
        self._changed.set()

    def _take(self, request: pb.FetchRequest) -> None:
        if request.num_requested <= 0:
            message = "The number of requested events must be greater than 0."
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.requested.events.invalid", message)
        if self._position is None:
            self._name, self._position = request.topic_name, self._start(request)
        elif request.topic_name not in ("", self._name):
            message = "The topic of a subscription cannot change."
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.topic.invalid", message)
        self._wanted = min(self._wanted + request.num_requested, MOST_REQUESTED)

    def _start(self, request: pb.FetchRequest) -> int:
        self._topics = self._service.topics(request.topic_name)
        bus = self._service.bus
        if request.replay_preset == pb.LATEST:
            return bus.latest
        if request.replay_preset == pb.EARLIEST:
            return bus.earliest()
        code = "subscription.fetch.replayid"
        if not request.replay_id:
            message = "The Replay ID is missing: it must be set with the preset CUSTOM."
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"{code}.validation.failed", message)
        number = bus.number_of(request.replay_id)
        if number is None:
            message = "The Replay ID validation failed. Ensure that it is valid and within the retention window."
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"{code}.corrupted", message)
        return number

    async def _send(self, token: str) -> None:
        said = self._service.now
        while not self._finished and not self._context.cancelled():
            if self._over is not None:
                raise self._over
            self._service.check_token(token)
            self._changed.clear()
            events = self._next()
            if events or (self._position is not None and self._service.now - said >= self._service.silence):
                await self._context.write(self._response(events))
                said = self._service.now
            if not events:
                await _within(TICK, self._changed)

    def _next(self) -> list[Event]:
        if self._position is None or not self._wanted:
            return []
        found, self._position = self._service.bus.after(self._position, self._topics, self._wanted)
        self._wanted -= len(found)
        return found

    def _response(self, events: list[Event]) -> pb.FetchResponse:
        made = [
            pb.ConsumerEvent(
                replay_id=replay_id(event.number),
                event=pb.ProducerEvent(id=str(uuid.uuid4()), schema_id=event.schema, payload=event.payload),
            )
            for event in events
        ]
        latest = replay_id(events[-1].number if events else self._position or 0)
        return pb.FetchResponse(
            events=made, latest_replay_id=latest, rpc_id=_rpc_id(), pending_num_requested=self._wanted
        )


async def _within(seconds: float, happened: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await happened.wait()
    except TimeoutError:
        return


def _rpc_id() -> str:
    return str(uuid.uuid4())


async def _end(context: Context, refused: Refused) -> NoReturn:
    rpc = _rpc_id()
    trailers = (("error-code", refused.code), ("rpc-id", rpc))
    await context.abort(refused.status, f"{refused} rpcId: {rpc}", trailers)
    raise AssertionError("abort raises")
