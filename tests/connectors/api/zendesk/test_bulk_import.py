"""Bulk user imports, which Zendesk enables for an account on request: told by the test, found out by a write."""

import pytest

from connectors.api.errors import AuthError
from connectors.api.values import CheckState, Op, Outcome, Write
from tests.connectors.api.subjects import Remote, by_tag, until_it_stops
from tests.connectors.api.zendesk.wire import wire

CREATE_MANY = "/api/v2/users/create_many"
STEP = "Bulk user import"


def users(number: int) -> list[Write]:
    return [Write(Op.CREATE, "user", tag, None, {"name": f"U {tag}"}) for tag in range(number)]


@pytest.mark.parametrize(("on", "state"), [(True, CheckState.OK), (False, CheckState.WARNING)])
def test_the_test_of_a_connection_tells_whether_users_can_be_imported(
    zendesk: Remote, on: bool, state: CheckState
) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": on})
    report = zendesk.open().check()
    step = next(step for step in report.steps if step.name == STEP)
    assert report.facts["bulk_user_import"] is on
    assert step.state is state
    assert bool(step.hint) is not on
    assert report.ok


def test_asking_starts_no_job_and_creates_nobody(zendesk: Remote) -> None:
    client = wire(zendesk)
    before = client.get("users/count")["count"]["value"]
    zendesk.open().check()
    assert zendesk.seen("create_many") == 1
    assert client.get("job_statuses")["job_statuses"] == []
    assert client.get("users/count")["count"]["value"] == before


@pytest.mark.parametrize(
    "fault",
    [
        {"answer": {"status": 400, "body": {"error": "BadRequest"}}},
        {"answer": {"status": 422, "body": {}}},
        {"answer": {"status": 500}, "times": 9},
        {"reset": "before", "times": 9},
    ],
)
def test_an_answer_that_tells_nothing_is_said_to_tell_nothing(zendesk: Remote, fault: dict[str, object]) -> None:
    zendesk.break_next("POST", CREATE_MANY, **fault)  # type: ignore[arg-type]
    report = zendesk.open().check()
    step = next(step for step in report.steps if step.name == STEP)
    assert report.facts["bulk_user_import"] is None
    assert step.state is CheckState.WARNING
    assert report.ok


def test_a_refused_import_is_tried_once_and_remembered(zendesk: Remote) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": False})
    connector = zendesk.open()
    results = by_tag(connector.write(users(320)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert len({result.id for result in results.values()}) == 320
    assert zendesk.seen("create_many") == 1
    by_tag(connector.write(users(3)))
    assert zendesk.seen("create_many") == 1
    assert zendesk.seen("POST /api/v2/users") == 1 + 320 + 3


@pytest.mark.parametrize("on", [True, False])
def test_a_write_of_new_users_tells_whether_they_can_be_imported(zendesk: Remote, on: bool) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": on})
    connector = zendesk.open()
    assert "bulk_user_import" not in connector.facts
    by_tag(connector.write(users(3)))
    assert connector.facts["bulk_user_import"] is on


def test_a_permitted_import_goes_out_in_jobs(zendesk: Remote) -> None:
    results = by_tag(zendesk.open().write(users(420)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert zendesk.seen("create_many") == 5


def test_a_batch_of_users_that_is_refused_for_its_rows_is_halved_as_ever(zendesk: Remote) -> None:
    body = {"error": "RecordInvalid", "description": "bad", "details": {"name": [{"description": "Name: bad"}]}}
    zendesk.break_next("POST", CREATE_MANY, times=3, answer={"status": 422, "body": body})
    results = by_tag(zendesk.open().write(users(4)))
    assert [results[tag].outcome for tag in range(4)].count(Outcome.DONE) >= 3


def test_who_may_create_no_users_at_all_is_told_so(zendesk: Remote) -> None:
    answer = {"status": 403, "body": {"error": "Forbidden", "description": "no"}}
    zendesk.break_next("POST", "/api/v2/users*", times=99, answer=answer)
    found, error = until_it_stops(zendesk.open().write(users(5)))
    assert isinstance(error, AuthError)
    assert {result.outcome for result in found} == {Outcome.NOT_SENT}


def test_a_missing_scope_stops_the_write_and_says_nothing_of_imports(zendesk: Remote) -> None:
    said = "You are missing the following required scopes: write"
    zendesk.break_next("POST", CREATE_MANY, answer={"status": 403, "body": {"error": "Forbidden", "description": said}})
    connector = zendesk.open()
    found, error = until_it_stops(connector.write(users(5)))
    assert isinstance(error, AuthError)
    assert "required scopes: write" in error.message
    assert {result.outcome for result in found} == {Outcome.NOT_SENT}
    assert "bulk_user_import" not in connector.facts


def test_cancelling_stops_the_single_creations(zendesk: Remote) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": False})
    going = iter([True] * 20)
    results = by_tag(zendesk.open().write(users(300), keep_going=lambda: next(going, False)))
    outcomes = [result.outcome for result in results.values()]
    assert 0 < outcomes.count(Outcome.DONE) < 30
    assert set(outcomes) == {Outcome.DONE, Outcome.NOT_SENT}
