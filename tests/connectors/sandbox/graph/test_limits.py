"""Batches and throttling of the Graph sandbox."""

from concurrent.futures import ThreadPoolExecutor

import requests

from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from tests.connectors.sandbox.graph.conftest import IMMUTABLE, Graph

JSON = {"Content-Type": "application/json", "Prefer": IMMUTABLE}


def post(box, id, **more):
    body = {"givenName": id}
    return {"id": id, "method": "POST", "url": f"/{box}/contacts", "headers": JSON, "body": body, **more}


def batch(graph, *requests):
    answer = graph.call("POST", "$batch", {"requests": list(requests)})
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["responses"]}


def test_a_batch_answers_each_request_by_itself(graph, box):
    done = batch(
        graph,
        post(box, "1"),
        {"id": "2", "method": "GET", "url": f"/{box}/contacts?$top=1"},
        {"id": "3", "method": "GET", "url": f"/{box}/contacts/none"},
        {"id": "4", "method": "GET", "url": f"/{box}/contacts", "dependsOn": ["3"]},
        {"id": "5", "method": "POST", "url": f"/{box}/contacts", "body": {}},
        {"id": "6", "method": "GET", "url": "/nothing"},
    )
    assert {id: row["status"] for id, row in done.items()} == {
        "1": 201, "2": 200, "3": 404, "4": 424, "5": 400, "6": 400
    }  # fmt: skip
    assert done["1"]["body"]["id"].startswith("AAkA")
    assert len(done["2"]["body"]["value"]) == 1
    assert done["3"]["body"]["error"]["code"] == "ErrorItemNotFound"


def test_a_batch_has_twenty_requests_at_most_and_each_has_an_id_of_its_own(graph, box):
    assert len(batch(graph, *(post(box, str(n)) for n in range(20)))) == 20
    for wrong in ([post(box, str(n)) for n in range(21)], [post(box, "1"), post(box, "1")], [], [{"id": "1"}]):
        assert graph.refused("POST", "$batch", {"requests": wrong}) == (400, "BadRequest")


def test_a_mailbox_takes_ten_thousand_requests_in_ten_minutes(graph, box):
    graph.control("PUT", "settings", {"in_ten_minutes": 5})
    done = batch(graph, *(post(box, str(n)) for n in range(8)))
    throttled = [row for row in done.values() if row["status"] == 429]
    assert len(throttled) == 3, "each request of a batch counts"
    assert throttled[0]["headers"]["Retry-After"] == "600"
    assert throttled[0]["body"]["error"]["code"] == "ApplicationThrottled"
    other = graph.endpoint.credentials["mailboxes"][1]
    assert graph.get(f"users/{other}/contacts")["value"], "another mailbox has a quota of its own"
    graph.control("POST", "clock", {"advance": 601})
    assert graph.get(f"{box}/contacts")["value"]


def test_a_mailbox_answers_four_requests_at_a_time():
    with running(Options(vendors=("graph",), graph_latency_ms=300)) as sandbox, requests.Session() as session:
        graph = Graph(sandbox.graph, Options().clock, session)
        box = f"users/{graph.endpoint.credentials['mailboxes'][0]}"
        assert {row["status"] for row in batch(graph, *(post(box, str(n)) for n in range(8))).values()} == {201}
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: graph.call("GET", f"{box}/contacts"), range(12)))
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert refused[0].headers["Retry-After"] == "1"
