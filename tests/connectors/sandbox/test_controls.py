"""The control plane: statistics, faults, clock, reset; and what a client sees of each fault."""

import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
import requests

from connectors.sandbox import bugs
from tests.timeouts import HANG_SECONDS, until

ORGANIZATIONS = "/api/v2/organizations"


def exists(desk, name):
    return name in {row.name for row in desk.endpoint.store.organizations}


def create(desk, name="Acme", **more):
    return desk.post("organizations", {"organization": {"name": name}}, **more)


def test_statistics_count_calls_by_method_and_path_template(desk):
    row = desk.organization(name="Acme")
    desk.get(f"organizations/{row['id']}.json")
    desk.get(f"organizations/{row['id']}?include=x")
    desk.get("organizations/999")
    stats = desk.control("GET", "stats")
    assert stats["calls"] == {
        "GET /api/v2/organizations/{id}": 3,
        "POST /api/v2/organizations": 1,
    }
    assert (stats["total"], stats["rate_limited"], stats["statuses"]["404"]) == (4, 0, 1)


def test_an_error_of_the_sandbox_is_a_refusal_of_the_vendor_and_is_counted(desk):
    noted = len(bugs.NOTED)
    rows = desk.endpoint.store.organizations.rows
    row = rows.pop(first := next(iter(rows)))
    try:
        answer = desk.get("organizations")
    finally:
        rows[first] = row
    assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
    assert desk.control("GET", "stats")["internal_errors"] == 1
    assert "GET /api/v2/organizations" in bugs.NOTED.pop()
    assert len(bugs.NOTED) == noted
    desk.control("DELETE", "stats")
    assert desk.control("GET", "stats")["internal_errors"] == 0


@pytest.mark.parametrize("abruptly", [False, True])
def test_a_client_that_goes_away_in_the_middle_of_a_call_leaves_no_trace(desk, caplog, abruptly):
    host, port = desk.endpoint.base_url.removeprefix("http://").split(":")
    head = "POST /api/v2/organizations HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
    for sent in (head, head[:40]):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent.encode())
            client = connection.getsockname()
            while client not in desk.endpoint.controls.transports:
                desk.get("organizations/count")
            if abruptly:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        while client in desk.endpoint.controls.transports:
            desk.get("organizations/count")
    desk.get("organizations/count")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert desk.control("GET", "stats")["internal_errors"] == 0


def test_statistics_can_be_set_to_zero_alone(desk):
    desk.organization(name="Acme")
    desk.control("DELETE", "stats")
    assert desk.control("GET", "stats")["total"] == 0
    assert exists(desk, "Acme")


def test_reset_restores_the_seed_and_keeps_the_credentials(desk):
    desk.organization(name="Acme")
    desk.control("PUT", "faults", [{"answer": {"status": 500}}])
    desk.control("POST", "reset")
    assert not exists(desk, "Acme")
    assert desk.get("organizations/count").json()["count"]["value"] == 180


def test_an_answer_fault_skips_then_fires_a_number_of_times_and_tells_how_often(desk):
    answer = {"status": 503, "headers": {"Retry-After": "7"}, "body": {"error": "Maintenance"}}
    rule = {"method": "get", "path": f"{ORGANIZATIONS}/count", "skip": 1, "times": 2, "answer": answer}
    desk.control("PUT", "faults", {"rules": [rule]})
    answers = [desk.get("organizations/count") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 503, 503, 200]
    assert (answers[1].headers["Retry-After"], answers[1].json()) == ("7", {"error": "Maintenance"})
    told = desk.control("GET", "faults")["rules"][0]
    assert (told["seen"], told["fired"]) == (3, 2)
    desk.control("DELETE", "faults")
    assert desk.control("GET", "faults") == {"rules": []}


@pytest.mark.parametrize("path", ["/api/v2/organizations/{id}", "/api/v2/organizations/9*", "*"])
def test_a_rule_matches_the_template_or_a_pattern_of_the_path(desk, path):
    desk.control("PUT", "faults", [{"path": path, "answer": {"status": 418}}])
    assert desk.get("organizations/99").status_code == 418


@pytest.mark.parametrize("moment, written", [("before", False), ("after", True)])
def test_a_reset_closes_the_socket_before_or_after_the_write(desk, moment, written):
    desk.control("PUT", "faults", [{"method": "POST", "reset": moment}])
    with pytest.raises(requests.ConnectionError):
        create(desk)
    assert exists(desk, "Acme") is written
    assert desk.get("organizations/count").status_code == 200


def test_a_timeout_ends_by_closing_the_connection(desk):
    desk.control("PUT", "faults", [{"method": "POST", "timeout": "before", "seconds": 0.05}])
    with pytest.raises(requests.ConnectionError):
        create(desk)


@pytest.mark.parametrize(
    "moment, written, method, rules", [("before", False, "DELETE", None), ("after", True, "PUT", [])]
)
def test_a_timeout_holds_the_connection_before_or_after_the_write_until_its_rule_is_withdrawn(
    desk, moment, written, method, rules
):
    desk.control("PUT", "faults", [{"method": "POST", "timeout": moment, "seconds": 3600}])
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(create, desk)
        until(lambda: desk.control("GET", "faults")["rules"][0]["fired"] == 1 and exists(desk, "Acme") is written)
        assert not held.done()
        desk.control(method, "faults", rules)
        with pytest.raises(requests.ConnectionError):
            held.result(timeout=HANG_SECONDS)
    assert exists(desk, "Acme") is written


def test_a_malformed_body_is_a_200_that_is_not_json(desk):
    desk.control("PUT", "faults", [{"malformed": True}])
    answer = desk.get("organizations")
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_delay_is_only_a_delay(desk):
    desk.control("PUT", "faults", [{"delay_ms": 60}])
    answer = desk.get("organizations/count")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.06


@pytest.mark.parametrize("rules", [5, [5], [{}], [{"colour": 1}], [{"reset": "sometimes"}], [{"path": "*"}]])
def test_a_rule_that_cannot_be_understood_is_refused_with_a_reason(desk, rules):
    answer = desk.session.put(f"{desk.endpoint.base_url}/_sandbox/faults", json=rules, timeout=HANG_SECONDS)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_clock_can_be_moved_on_but_not_back(desk):
    before = desk.clock.now()
    assert desk.control("POST", "clock", {"advance": 3600})["now"] == before + 3600
    told = parsedate_to_datetime(desk.get("organizations/count").headers["Date"])
    assert told.timestamp() == int(desk.clock.now())
    address = f"{desk.endpoint.base_url}/_sandbox/clock"
    assert desk.session.post(address, json={"advance": -1}, timeout=HANG_SECONDS).status_code == 400


def test_control_calls_are_neither_counted_nor_spoiled(desk):
    desk.control("PUT", "faults", [{"path": "*", "times": 9, "answer": {"status": 500}}])
    desk.control("GET", "settings")
    assert desk.control("GET", "stats")["total"] == 0


def test_a_page_of_another_site_changes_nothing(desk):
    """A browser names the page that a request comes from; programs do not."""
    desk.organization(name="Acme")
    url = f"{desk.endpoint.base_url}/_sandbox/reset"
    answer = requests.post(url, headers={"Origin": "https://elsewhere.example"}, timeout=HANG_SECONDS)
    assert answer.status_code == 403
    assert exists(desk, "Acme")
