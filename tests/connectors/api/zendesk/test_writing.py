"""Zendesk's jobs: kept full, looked at together, and their rows bound without a guess."""

from typing import Any

import pytest

from connectors.api.batches import Batch, Batcher
from connectors.api.errors import RateLimited, Transient
from connectors.api.values import Condition, Op, Outcome, Query, RecordRef, Write
from connectors.api.zendesk.results import bind
from tests.connectors.api.subjects import Remote, by_tag, until_it_stops

CREATE_MANY = "/api/v2/organizations/create_many"
STATUSES = "/api/v2/job_statuses/show_many"


def organizations(number: int) -> list[Write]:
    return [
        Write(Op.CREATE, "organization", tag, None, {"name": f"New {tag}", "external_id": f"new-{tag}"})
        for tag in range(number)
    ]


def test_a_thousand_creations_cost_ten_calls_and_a_look_or_two(zendesk: Remote) -> None:
    connector = zendesk.open()
    results = by_tag(connector.write(organizations(1000)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert zendesk.seen("create_many") == 10
    assert zendesk.seen("job_statuses") <= 3


def test_no_more_jobs_run_than_zendesk_allows(zendesk: Remote) -> None:
    results = by_tag(zendesk.open().write(organizations(4500)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert zendesk.control("GET", "stats")["rate_limited"] == 0


def test_jobs_of_somebody_else_make_us_run_fewer(zendesk: Remote) -> None:
    body = {"error": "TooManyJobs", "description": "Too many jobs", "current_job_ids": []}
    zendesk.break_next("POST", CREATE_MANY, times=5, skip=3, answer={"status": 429, "body": body})
    results = by_tag(zendesk.open().write(organizations(1500)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert zendesk.seen("create_many") == 20


def test_when_nobody_may_start_a_job_we_pause_and_try_again(zendesk: Remote) -> None:
    body = {"error": "TooManyJobs", "description": "Too many jobs"}
    zendesk.break_next("POST", CREATE_MANY, times=3, answer={"status": 429, "body": body})
    results = by_tag(zendesk.open().write(organizations(1)))
    assert results[0].outcome is Outcome.DONE
    assert zendesk.slept == [2.0, 2.0, 2.0]


def test_jobs_that_are_never_allowed_end_the_write(zendesk: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.zendesk.writing.LONGEST_REFUSAL", -1.0)
    body = {"error": "TooManyJobs", "description": "Too many jobs"}
    zendesk.break_next("POST", CREATE_MANY, times=9, answer={"status": 429, "body": body})
    found, error = until_it_stops(zendesk.open().write(organizations(1)))
    assert isinstance(error, RateLimited)
    assert [result.outcome for result in found] == [Outcome.NOT_SENT]


@pytest.mark.parametrize("status", ["failed", "killed"])
def test_rows_of_a_job_that_died_are_unknown_unless_it_says_otherwise(zendesk: Remote, status: str) -> None:
    zendesk.break_next("POST", CREATE_MANY, job={"status": status})
    results = by_tag(zendesk.open().write(organizations(3)))
    assert {result.outcome for result in results.values()} == {Outcome.UNKNOWN}
    assert status in results[0].message


def test_a_job_that_died_half_way_never_guesses_the_other_half(zendesk: Remote) -> None:
    zendesk.break_next("POST", CREATE_MANY, job={"status": "failed", "after_rows": 2})
    results = by_tag(zendesk.open().write(organizations(4)))
    assert [results[tag].outcome for tag in range(4)] == [Outcome.DONE] * 2 + [Outcome.UNKNOWN] * 2


def test_a_job_that_zendesk_forgot_leaves_its_rows_unknown(zendesk: Remote) -> None:
    zendesk.break_next("GET", STATUSES, times=9, answer={"status": 404, "body": {"error": "RecordNotFound"}})
    results = by_tag(zendesk.open().write(organizations(2)))
    assert {result.outcome for result in results.values()} == {Outcome.UNKNOWN}


def test_a_job_that_never_ends_is_given_up(zendesk: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.zendesk.writing.LONGEST_JOB", 0.0)
    zendesk.break_next("GET", STATUSES, times=9, answer={"status": 200, "body": {"job_statuses": []}})
    results = by_tag(zendesk.open().write(organizations(1)))
    assert results[0].outcome is Outcome.UNKNOWN


def test_jobs_that_cannot_be_looked_at_leave_their_rows_unknown(zendesk: Remote) -> None:
    zendesk.break_next("GET", STATUSES, times=99, answer={"status": 500})
    found, error = until_it_stops(zendesk.open().write(organizations(3)))
    assert {result.outcome for result in found} == {Outcome.UNKNOWN}
    assert isinstance(error, Transient)


def test_a_batch_that_is_refused_as_a_whole_is_halved_until_the_bad_row_stands_alone(zendesk: Remote) -> None:
    """S3.C7."""
    body = {"error": "RecordInvalid", "description": "bad", "details": {"name": [{"description": "Name: bad"}]}}
    zendesk.break_next("POST", CREATE_MANY, times=3, answer={"status": 422, "body": body})
    results = by_tag(zendesk.open().write(organizations(4)))
    outcomes = [results[tag].outcome for tag in range(4)]
    assert outcomes.count(Outcome.REJECTED) <= 1
    assert outcomes.count(Outcome.DONE) >= 3


def test_a_name_that_is_taken_names_the_field(zendesk: Remote) -> None:
    connector = zendesk.open()
    by_tag(connector.write(organizations(1)))
    twins = [
        Write(Op.CREATE, "organization", 1, None, {"name": "NEW 0"}),
        Write(Op.CREATE, "organization", 2, None, {"name": "Other", "external_id": "NEW-0"}),
    ]
    results = by_tag(connector.write(twins))
    assert [(results[tag].code, results[tag].field) for tag in (1, 2)] == [
        ("DuplicateValue", "name"),
        ("DuplicateValue", "external_id"),
    ]


def test_users_are_created_one_by_one_where_bulk_import_is_off(zendesk: Remote) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": False})
    rows = [Write(Op.CREATE, "user", n, None, {"name": f"U {n}", "email": f"u{n}@example.com"}) for n in range(5)]
    rows.append(Write(Op.CREATE, "user", 9, None, {"name": "Twin", "email": "u0@example.com"}))
    connector = zendesk.open()
    by_tag(connector.write(rows[:1]))
    results = by_tag(connector.write(rows[1:]))
    assert [results[tag].outcome for tag in range(1, 5)] == [Outcome.DONE] * 4
    assert results[9].outcome is Outcome.REJECTED
    assert results[9].field == "email"


def test_nobody_gets_a_welcome_mail_from_a_sync(zendesk: Remote) -> None:
    """S3.C4."""
    zendesk.control("PUT", "settings", {"agent_created_welcome_emails": True})
    new = Write(Op.CREATE, "user", 1, None, {"name": "Quiet", "email": "quiet@example.com"})
    by_tag(zendesk.open().write([new]))
    assert zendesk.control("GET", "mails")["mails"] == []


def test_a_new_address_of_a_user_becomes_the_primary_one(zendesk: Remote) -> None:
    connector = zendesk.open()
    new = Write(Op.CREATE, "user", 1, None, {"name": "Mover", "email": "old@example.com"})
    id = str(by_tag(connector.write([new]))[1].id)
    change = Write(Op.UPDATE, "user", 1, id, {"email": "new@example.com", "details": "moved"})
    assert by_tag(connector.write([change]))[1].outcome is Outcome.DONE
    [record] = connector.fetch([RecordRef("user", id)], ("email", "details"))
    assert record.values == {"email": "new@example.com", "details": "moved"}
    back = Write(Op.UPDATE, "user", 1, id, {"email": "OLD@example.com"})
    assert by_tag(connector.write([back]))[1].outcome is Outcome.DONE
    [record] = connector.fetch([RecordRef("user", id)], ("email",))
    assert record.values["email"].lower() == "old@example.com"


def test_an_address_that_belongs_to_somebody_else_is_refused(zendesk: Remote) -> None:
    connector = zendesk.open()
    rows = [Write(Op.CREATE, "user", n, None, {"name": f"P{n}", "email": f"p{n}@example.com"}) for n in (1, 2)]
    made = by_tag(connector.write(rows))
    change = Write(Op.UPDATE, "user", 1, made[1].id, {"email": "p2@example.com"})
    assert by_tag(connector.write([change]))[1].outcome is Outcome.REJECTED


def test_memberships_are_added_made_primary_and_removed(zendesk: Remote) -> None:
    connector = zendesk.open()
    user = str(by_tag(connector.write([Write(Op.CREATE, "user", 1, None, {"name": "Multi"})]))[1].id)
    homes = [str(r.id) for r in by_tag(connector.write(organizations(2))).values()]
    rows = [
        Write(Op.CREATE, "organization_membership", tag, None, {"user_id": user, "organization_id": home})
        for tag, home in enumerate(homes)
    ]
    made = by_tag(connector.write(rows))
    assert {result.outcome for result in made.values()} == {Outcome.DONE}
    primary = Write(Op.UPDATE, "organization_membership", 5, made[1].id, {"default": True})
    assert by_tag(connector.write([primary]))[5].outcome is Outcome.DONE
    refs = [RecordRef("organization_membership", str(made[tag].id)) for tag in (0, 1)]
    first, second = connector.fetch(refs, ("organization_id", "default"))
    assert (first.values["default"], second.values["default"]) == (False, True)
    assert by_tag(connector.write(rows[:1]))[0].outcome is Outcome.REJECTED
    gone = Write(Op.DELETE, "organization_membership", 6, made[0].id)
    assert by_tag(connector.write([gone]))[6].outcome is Outcome.DONE
    assert [record.deleted for record in connector.fetch(refs, ("default",))] == [True, False]


def test_operations_may_be_mixed(zendesk: Remote) -> None:
    connector = zendesk.open()
    ids = [result.id for result in by_tag(connector.write(organizations(3))).values()]
    mixed = [
        Write(Op.DELETE, "organization", 1, ids[0]),
        Write(Op.CREATE, "organization", 2, None, {"name": "Fresh"}),
        Write(Op.UPDATE, "organization", 3, ids[1], {"notes": "n"}),
        Write(Op.UPDATE, "organization", 4, "12345", {"notes": "n"}),
    ]
    results = by_tag(connector.write(mixed))
    assert [results[tag].outcome for tag in (1, 2, 3)] == [Outcome.DONE] * 3
    assert results[4].outcome is Outcome.REJECTED
    where = (Condition("external_id", ("new-1",)),)
    [page] = connector.read(Query("organization", ("notes",), where=where))
    assert page.records[0].values == {"notes": "n"}


def creates(*names: str) -> Batch:
    rows = [Write(Op.CREATE, "organization", tag, None, {"name": name}) for tag, name in enumerate(names)]
    return Batch(Op.CREATE, tuple(rows))


def outcomes(results: list[Any]) -> list[tuple[int, str, str | None]]:
    return [(result.tag, result.outcome.value, result.id) for result in results]


def never(ids: Any) -> Any:
    raise AssertionError("nothing needs to be read back")


def test_rows_are_bound_by_index_where_they_carry_one() -> None:
    rows = [{"index": 1, "id": 11, "success": True}, {"index": 0, "success": False, "details": "Name: bad"}]
    assert outcomes(bind(Op.CREATE, creates("a", "b"), rows, never)) == [(0, "rejected", None), (1, "done", "11")]


def test_rows_without_index_are_bound_by_order_when_all_went_well() -> None:
    rows = [{"id": 12, "status": "Created"}, {"id": 11, "status": "Created"}]
    assert outcomes(bind(Op.CREATE, creates("a", "b"), rows, never)) == [(0, "done", "12"), (1, "done", "11")]


def test_updates_are_bound_by_their_ids() -> None:
    batch = Batch(Op.UPDATE, tuple(Write(Op.UPDATE, "organization", n, str(n), {}) for n in (5, 6, 7)))
    rows = [{"id": 7, "success": True}, {"id": 5, "success": False, "error": "X", "details": "no"}]
    assert outcomes(bind(Op.UPDATE, batch, rows, never)) == [
        (5, "rejected", "5"),
        (6, "unknown", "6"),
        (7, "done", "7"),
    ]


def test_rows_whose_order_is_in_doubt_are_read_back() -> None:
    rows = [{"id": 12, "status": "Created"}, {"error": "OrganizationCreateError", "details": "Name: taken"}]
    made = [{"id": 12, "name": "B"}]
    results = bind(Op.CREATE, creates("a", "b"), rows, lambda ids: made)
    assert outcomes(results) == [(0, "rejected", None), (1, "done", "12")]
    assert results[0].message == "Name: taken"


def test_reasons_that_cannot_be_told_apart_are_all_named() -> None:
    rows = [{"error": "E", "details": "Name: taken"}, {"error": "E", "details": "Name: blank"}]
    results = bind(Op.CREATE, creates("a", "b"), rows, lambda ids: [])
    assert [result.outcome for result in results] == [Outcome.REJECTED] * 2
    assert all("Name: taken" in result.message and "Name: blank" in result.message for result in results)


def test_rows_that_nobody_speaks_of_are_unknown() -> None:
    assert {r.outcome for r in bind(Op.CREATE, creates("a", "b"), [], lambda ids: [])} == {Outcome.UNKNOWN}
    assert {r.outcome for r in bind(Op.DELETE, creates("a"), [], never)} == {Outcome.UNKNOWN}


def test_batches_are_cut_by_lane_and_take_no_more_than_they_need() -> None:
    taken: list[int] = []

    def rows() -> Any:
        for number in range(100):
            taken.append(number)
            yield Write(Op.CREATE if number % 2 else Op.UPDATE, "organization", number)

    batcher = Batcher(rows(), lambda write: write.op, lambda lane: 5)
    first = batcher.next()
    assert first is not None
    assert len(first.writes) == 5
    assert len(taken) == 9
    batcher.give_back(*first.halves())
    assert [len(batch.writes) for batch in batcher.leftover()] == [2, 3, 4]
