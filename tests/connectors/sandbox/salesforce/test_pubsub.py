"""Change events over gRPC: which changes make them, what they say, and how a subscription begins, lives and ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import grpc
import pytest

from connectors.eventbus import pubsub_pb2 as pb
from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.salesforce import build
from connectors.sandbox.salesforce.org import INTEGRATION_USER, OWNER
from connectors.sandbox.world import World, WorldSize
from tests.connectors.sandbox.salesforce.subscriber import Subscriber, refusal
from tests.timeouts import until

CONTACTS = "/data/ContactChangeEvent"
EARLIEST = {"replay_preset": pb.EARLIEST}
BY_PERSON = "com/salesforce/api/soap/66.0;client=SfdcInternalAPI/"


@pytest.fixture
def bus(sf) -> Iterator[Subscriber]:
    subscriber = Subscriber(sf.credentials)
    with subscriber.channel:
        yield subscriber


def refused(call) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as raised:
        call()
    return refusal(raised.value)


def streams(sf) -> int:
    return sf.control("GET", "pubsub")["streams"]


def said(headers):
    return [(h["entityName"], h["changeType"], h["recordIds"], h["changeOrigin"], h["commitUser"]) for h in headers]


def test_a_topic_is_there_for_each_selected_object_and_its_schema_is_made_of_its_fields(sf, bus):
    topic = bus.topic(CONTACTS)
    assert (topic.topic_name, topic.can_subscribe) == (CONTACTS, True)
    found = bus.stub.GetSchema(pb.SchemaRequest(schema_id=topic.schema_id), metadata=bus.metadata)
    schema = json.loads(found.schema_json)
    assert (schema["name"], schema["namespace"], schema["fields"][0]["name"]) == (
        "ContactChangeEvent",
        "com.sforce.eventbus",
        "ChangeEventHeader",
    )
    names = [field["name"] for field in schema["fields"]]
    assert {"Name", "Email", "MailingAddress", "Person_Number__c"} <= set(names)
    assert not {"Id", "SystemModstamp", "FirstName", "Secret_Code__c"} & set(names)
    assert refused(lambda: bus.topic("/data/Site__ChangeEvent")) == (grpc.StatusCode.NOT_FOUND, "topic.not.found")
    unknown = lambda: bus.stub.GetSchema(pb.SchemaRequest(schema_id="x"), metadata=bus.metadata)  # noqa: E731
    assert refused(unknown) == (grpc.StatusCode.INVALID_ARGUMENT, "schema.fetch.failed")


def test_objects_are_selected_in_the_setup_through_the_tooling_api(sf, bus):
    query = "SELECT Id, SelectedEntity FROM PlatformEventChannelMember WHERE EventChannel = 'ChangeEvents'"
    members = sf.get("tooling/query", q=query).json()["records"]
    assert sorted(m["SelectedEntity"] for m in members) == [
        f"{name}ChangeEvent" for name in ("Account", "Case", "Contact", "Lead", "User")
    ]
    assert sf.refusal(sf.get("query", q=query)) == (400, "INVALID_TYPE")
    member = {"DeveloperName": "x", "EventChannel": "ChangeEvents", "SelectedEntity": "Site__ChangeEvent"}
    assert sf.post("tooling/sobjects/PlatformEventChannelMember", member).status_code == 201
    assert sf.post("tooling/sobjects/PlatformEventChannelMember", member).status_code == 400
    assert bus.topic("/data/Site__ChangeEvent").can_subscribe
    for gone in members:
        assert sf.call("DELETE", f"tooling/sobjects/PlatformEventChannelMember/{gone['Id']}").status_code == 204
    assert refused(lambda: bus.topic(CONTACTS)) == (grpc.StatusCode.NOT_FOUND, "topic.not.found")
    sf.create("Contact", LastName="Unheard")
    told = sf.control("GET", "pubsub")
    assert (told["selected"], told["events"]) == (["Site__c"], 0)


def test_calls_need_a_valid_token_of_this_organisation(sf):
    for metadata, code in (
        ({"accesstoken": "wrong"}, "service.auth.error"),
        ({"tenantid": "00D000000000000AAA"}, "service.auth.error"),
        ({"instanceurl": ""}, "service.auth.headers.invalid"),
    ):
        subscriber = Subscriber(sf.credentials, **metadata)
        with subscriber.channel, subscriber.subscribed(CONTACTS) as stream:
            assert refused(lambda: subscriber.topic(CONTACTS)) == (grpc.StatusCode.UNAUTHENTICATED, code)  # noqa: B023
            assert stream.refusal() == (grpc.StatusCode.UNAUTHENTICATED, code)


def test_each_way_of_writing_makes_events_that_name_its_api_and_client(sf, bus):
    with bus.subscribed("/data/ChangeEvents", **EARLIEST) as stream:
        id = sf.create("Contact", LastName="Lovelace", Email="ada@example.com")
        (created,) = stream.events(1)
        assert created["Name"] == {"LastName": "Lovelace", "FirstName": None, "Salutation": None}
        assert said([created["ChangeEventHeader"]]) == [
            ("Contact", "CREATE", [id], "com/salesforce/api/rest/59.0", INTEGRATION_USER)
        ]
        named = {"Sforce-Call-Options": "client=Astro"}
        sf.patch(f"sobjects/Contact/{id}", {"FirstName": "Ada", "Email": None}, headers=named)
        (changed,) = stream.events(1)
        header = changed["ChangeEventHeader"]
        assert said([header])[0][1:4] == ("UPDATE", [id], "com/salesforce/api/rest/59.0;client=Astro")
        assert (header["nulledFields"], changed["Name"]["FirstName"]) == (["0x4000"], "Ada")
        assert header["changedFields"][1:] == ["3-0x02"]
        sf.control("PATCH", "records", {"id": id, "values": {"Title": "Countess"}})
        sf.control("DELETE", "records", {"id": id})
        sf.control("POST", "undelete", {"id": id})
        assert said(stream.headers(3)) == [
            ("Contact", sort, [id], BY_PERSON, OWNER) for sort in ("UPDATE", "DELETE", "UNDELETE")
        ]
        sf.patch(f"sobjects/Contact/{id}", {"LastName": None})  # refused: no event
        job = sf.post("jobs/ingest", {"object": "Contact", "operation": "update"}, headers=named).json()["id"]
        rows = f"Id,Department\n{id},Analysis\n".encode()
        sf.session.put(
            f"{sf.endpoint.base_url}/services/data/v59.0/jobs/ingest/{job}/batches",
            data=rows,
            headers={"Authorization": f"Bearer {sf.credentials['access_token']}"},
        )
        sf.patch(f"jobs/ingest/{job}", {"state": "UploadComplete"})
        assert said(stream.headers(1))[0][3] == "com/salesforce/api/bulkapi/59.0;client=Astro"


def test_a_transaction_is_one_set_of_events_and_one_that_is_undone_makes_none(sf, bus):
    with bus.subscribed("/data/ChangeEvents", **EARLIEST) as stream:
        account = sf.create("Account", Name="Acme")
        ids = [sf.create("Contact", LastName=name, AccountId=account) for name in ("A", "B")]
        stream.events(3)
        records = [{"attributes": {"type": "Contact"}, "id": id, "Department": "Sales"} for id in ids]
        bad = {"attributes": {"type": "Contact"}, "id": ids[0], "Email": "none"}
        sf.patch("composite/sobjects", {"allOrNone": True, "records": [*records, bad]})
        sf.patch("composite/sobjects", {"allOrNone": False, "records": records})
        (header,) = stream.headers(1)
        assert (header["recordIds"], header["changeType"]) == (ids, "UPDATE")
        sf.call("DELETE", f"sobjects/Account/{account}")
        headers = stream.headers(2)
        assert [(h["entityName"], h["recordIds"]) for h in headers] == [("Contact", ids), ("Account", [account])]
        assert len({h["transactionKey"] for h in headers}) == 1
        assert [h["sequenceNumber"] for h in headers] == [1, 2]
        master, loser = sf.create("Contact", LastName="Master"), sf.create("Contact", LastName="Loser")
        stream.events(2)
        sf.control("POST", "merge", {"master": master, "losers": [loser], "values": {"Title": "One"}})
        assert {(h["changeType"], *h["recordIds"]) for h in stream.headers(2)} == {
            ("DELETE", loser),
            ("UPDATE", master),
        }


def test_a_client_gets_as_many_events_as_it_asks_for_and_resumes_where_it_stopped(sf, bus):
    ids = [sf.create("Contact", LastName=f"Person {n}") for n in range(5)]
    with bus.subscribed(CONTACTS, 2, **EARLIEST) as stream:
        first = stream.events(2)
        stream.more(1)
        third = stream.events(1)
        assert [e["ChangeEventHeader"]["recordIds"] for e in [*first, *third]] == [[id] for id in ids[:3]]
        position = stream.received[-1].replay_id
        assert stream.latest == position
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=position) as stream:
        assert [h["recordIds"] for h in stream.headers(2)] == [[id] for id in ids[3:]]
    until(lambda: streams(sf) == 0)
    with bus.subscribed(CONTACTS) as stream:
        until(lambda: streams(sf) == 1)
        sf.clock.advance(270)
        alive = stream.response()
        assert (list(alive.events), alive.pending_num_requested) == ([], 100)
        later = sf.create("Contact", LastName="Later")
        assert [h["recordIds"] for h in stream.headers(1)] == [[later]]
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=alive.latest_replay_id) as stream:
        assert [h["recordIds"] for h in stream.headers(1)] == [[later]]
    with bus.subscribed(CONTACTS, 0) as stream:
        assert stream.refusal()[1] == "subscription.fetch.requested.events.invalid"


def test_a_replay_id_is_good_for_three_days(sf, bus):
    corrupted = (grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.replayid.corrupted")
    sf.create("Contact", LastName="Old")
    with bus.subscribed(CONTACTS, **EARLIEST) as stream:
        stream.events(1)
        old = stream.latest
    sf.clock.advance(24 * 3600)
    sf.create("Contact", LastName="New")
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=old) as stream:
        stream.events(1)
    sf.clock.advance(49 * 3600)
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=old) as stream:
        stream.events(1)  # what comes after it is all there still
    sf.clock.advance(24 * 3600)
    sf.create("Contact", LastName="Newest")
    for id in (old, b"\x01", b"\xff" * 10):
        with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=id) as stream:
            assert stream.refusal() == corrupted
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM) as stream:
        assert stream.refusal()[1] == "subscription.fetch.replayid.validation.failed"


def test_events_follow_the_schema_and_gaps_say_that_something_is_missing(sf, bus):
    with bus.subscribed(CONTACTS, **EARLIEST) as stream:
        before = sf.create("Contact", LastName="Before")
        sf.control("PUT", "schema", {"object": "Contact", "field": "Mood__c", "type": "string"})
        after = sf.create("Contact", LastName="After", Mood__c="good")
        events = stream.events(2)
        assert [e["ChangeEventHeader"]["recordIds"] for e in events] == [[before], [after]]
        assert (len(bus.schemas), events[1]["Mood__c"]) == (2, "good")
        sf.control("PUT", "schema", {"object": "Contact", "field": "Mood__c", "type": "double"})
        assert said(stream.headers(1)) == [("Contact", "GAP_UPDATE", ["003*"], BY_PERSON, OWNER)]
        sf.control("PUT", "settings", {"event_overflow": 2})
        rows = [{"attributes": {"type": "Contact"}, "LastName": f"Row {n}"} for n in range(4)]
        sf.post("composite/sobjects", {"records": rows})
        assert [h["changeType"] for h in stream.headers(3)] == ["CREATE", "CREATE", "GAP_OVERFLOW"]


def test_a_stream_ends_with_its_token_and_with_the_network(sf, bus):
    with bus.subscribed(CONTACTS, **EARLIEST) as stream:
        sf.create("Contact", LastName="Heard")
        stream.events(1)
        sf.control("POST", "pubsub/disconnect")
        assert stream.refusal() == (grpc.StatusCode.UNAVAILABLE, "service.unavailable")
    sf.control("PUT", "pubsub", {"available": False})
    assert refused(lambda: bus.topic(CONTACTS))[0] is grpc.StatusCode.UNAVAILABLE
    sf.control("PUT", "pubsub", {"available": True})
    with bus.subscribed(CONTACTS, replay_preset=pb.CUSTOM, replay_id=stream.latest) as stream:
        sf.create("Contact", LastName="Again")
        stream.events(1)
        sf.control("POST", "expire-tokens")
        assert stream.refusal() == (grpc.StatusCode.UNAUTHENTICATED, "service.auth.error")


def test_events_and_the_selection_outlive_a_restart():
    options = Options(vendors=("salesforce",), clock=Clock(lambda: 1_790_000_000.0))
    world = World(WorldSize(accounts=1, contacts=1))
    first = build(options, world)
    id = first.store.insert("Contact", {"LastName": "Kept"})
    again = build(options, world)
    again.load(json.loads(json.dumps(first.dump())))
    again.store.update(id, {"Title": "New"})
    dumped = again.dump()["events"]
    assert [row[0] for row in dumped["events"]] == [1, 2]
    assert dumped["events"][0] == first.dump()["events"]["events"][0]
    assert {row[3] for row in dumped["events"]} == set(dumped["schemas"])
