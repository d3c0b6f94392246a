"""Subscribes to the change events of an org: one subscription per object, each event reduced to record ids."""

import queue
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import grpc
import orjson

from connectors.api.errors import AuthError, ConfigError, ConnectorError, Transient
from connectors.api.protocol import ConnectionSettings
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.ids import whole_id
from connectors.api.salesforce.pubsub.channel import open_channel
from connectors.api.salesforce.pubsub.errors import meaning
from connectors.api.salesforce.pubsub.events import Decoder, batch_of
from connectors.api.streams import StreamBatch, StreamOffer
from connectors.eventbus import pubsub_pb2 as pb
from connectors.eventbus.pubsub_pb2_grpc import PubSubStub

CALL_SECONDS = 30.0
# The most that the API gives at once, and when further events are asked for.
WANTED, LOW = 100, 50
SELECTED = "SELECT SelectedEntity FROM PlatformEventChannelMember WHERE EventChannel = 'ChangeEvents'"
SWITCH_ON = "Select it in Setup > Change Data Capture."

Metadata = tuple[tuple[str, str], ...]


def topic_of(object: str) -> str:
    """The topic of an object's events: /data/ContactChangeEvent, /data/Site__ChangeEvent."""
    own = object.removesuffix("__c")
    return f"/data/{own}__ChangeEvent" if own != object else f"/data/{object}ChangeEvent"


class SalesforceStream:
    """See ``connectors.api.streams.ChangeStream`` for what each method promises."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._channel = open_channel(settings)
        self._client = SalesforceClient(settings)
        self._stub: Any = PubSubStub(self._channel)  # type: ignore[no-untyped-call]  # generated
        self._identity: tuple[str, str] | None = None

    def offers(self, objects: Collection[str]) -> Mapping[str, StreamOffer]:
        selected = self._selected()
        return {name: self._offer(name, selected) for name in objects}

    def subscribe(self, object: str, position: bytes) -> "SalesforceSubscription":
        _, user = self._who()
        return SalesforceSubscription(self._stub, topic_of(object), position, self._metadata(), user)

    def renew(self) -> None:
        self._client.sign_in.replace(self._client.sign_in.grant().header)
        self._identity = None

    def close(self) -> None:
        self._channel.close()
        self._client.session.close()

    def _offer(self, object: str, selected: frozenset[str] | None) -> StreamOffer:
        topic = topic_of(object)
        if selected is not None and topic not in selected:
            return StreamOffer(False, f"Change Data Capture is not switched on for {object}.", SWITCH_ON)
        try:
            found = self._stub.GetTopic(
                pb.TopicRequest(topic_name=topic), metadata=self._metadata(), timeout=CALL_SECONDS
            )
        except grpc.RpcError as error:
            refused = meaning(error)
            if isinstance(refused, AuthError) or not isinstance(refused, ConfigError):
                raise refused from None
            return StreamOffer(False, f"Salesforce sends no change events of {object}: {refused.message}", refused.hint)
        if not found.can_subscribe:
            reason = f"The integration user may not subscribe to the change events of {object}."
            return StreamOffer(False, reason, "Give it View All on the object.")
        return StreamOffer(True)

    def _selected(self) -> frozenset[str] | None:
        """The topics of the objects that the org has selected; None where the user may not see the setup."""
        origin = self._client.sf.base_url
        response = self._client.session.request(
            "GET", f"{origin}tooling/query", params={"q": SELECTED}, accept=(400, 403, 404)
        )
        if not response.ok:
            return None
        rows = _decoded(response.content).get("records", [])
        return frozenset(f"/data/{row['SelectedEntity']}" for row in rows)

    def _who(self) -> tuple[str, str]:
        """The ids of the organization and of our user."""
        if self._identity is None:
            grant = self._client.sign_in.grant()
            base = grant.origin or self._client.base_url
            self._client.session.allow(base)
            identity = _decoded(self._client.session.request("GET", f"{base}/services/oauth2/userinfo").content)
            self._identity = whole_id(str(identity["organization_id"])), whole_id(str(identity["user_id"]))
        return self._identity

    def _metadata(self) -> Metadata:
        organization, _ = self._who()
        grant = self._client.sign_in.grant()
        instance = grant.origin or self._client.base_url
        return ("accesstoken", grant.token), ("instanceurl", instance), ("tenantid", organization)


class SalesforceSubscription:
    """One subscription: as many events are asked for as were taken."""

    def __init__(self, stub: Any, topic: str, position: bytes, metadata: Metadata, user: str) -> None:
        self._requests: queue.SimpleQueue[pb.FetchRequest | None] = queue.SimpleQueue()
        self._metadata, self._stub, self._user = metadata, stub, user
        self._cancelled = threading.Event()
        self._decoder = Decoder(self._schema)
        preset = pb.CUSTOM if position else pb.LATEST
        first = pb.FetchRequest(topic_name=topic, replay_preset=preset, replay_id=position, num_requested=WANTED)
        self._requests.put(first)
        self._call = stub.Subscribe(iter(self._requests.get, None), metadata=metadata)

    def batches(self) -> Iterator[StreamBatch]:
        try:
            for response in self._call:
                headers = [self._decoder.header(received.event) for received in response.events]
                yield batch_of(headers, self._user, response.latest_replay_id)
                if response.pending_num_requested <= LOW:
                    self._requests.put(pb.FetchRequest(num_requested=WANTED - response.pending_num_requested))
        except grpc.RpcError as error:
            if not self._cancelled.is_set():
                raise meaning(error) from None
        else:
            if not self._cancelled.is_set():
                raise Transient("Salesforce's Pub/Sub API ended the subscription.", "It is opened again by itself.")
        finally:
            self._requests.put(None)

    def cancel(self) -> None:
        self._cancelled.set()
        self._requests.put(None)
        self._call.cancel()

    def _schema(self, id: str) -> str:
        asked = pb.SchemaRequest(schema_id=id)
        found = self._stub.GetSchema(asked, metadata=self._metadata, timeout=CALL_SECONDS)
        return str(found.schema_json)


def _decoded(content: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise ConnectorError("Salesforce's answer cannot be read.", "Try again in a few minutes.") from None
    return found
