"""Bad input and bad weather, each of which must end well: the truth on the page, nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from redis import Redis

from connectors import services as connections
from connectors.api.errors import RateLimited
from connectors.api.values import Query
from connectors.saving import set_enabled
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.pipeline import control
from syncadmin.runs.pipeline.apply import stage as apply
from syncadmin.runs.services import runs as services
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company
from tests.worlds.faults import CREATE, LIST, POLL, answer, assert_all_there_once, make, settled
from tests.worlds.runs import advance, counts, plan, run, wake

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("short_pauses")]


NOW = {"Retry_After": "0"}
DAY_IS_USED_UP = {
    "answer": {
        "status": 403,
        "headers": {},
        "body": [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}],
    }
}


@pytest.mark.postgres
def test_one_poison_record_leaves_999_of_1000_written_and_the_log_names_it(company: Company) -> None:
    """S3.C7, acceptance test 17."""
    make(company, 999)
    poison = company.account("Poison", AnnualRevenue=1.0)
    company.fault(
        company.zendesk,
        {**CREATE, "times": 1, "job": {"fail_rows": [0], "error": "RecordInvalid", "details": "Name: is poison"}},
    )
    ended = run(company.configure(mappings=[]))
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"written": 999, "rejected": 1} == counts(ended)
    entry = LogEntry.objects.get(level="error")
    assert entry.label
    assert "poison" in entry.message
    assert poison
    again = run(company.configure(mappings=[]))
    assert counts(again)["written"] == 1
    assert_all_there_once(company, 1000)


def test_a_value_that_has_no_target_is_a_row_error_and_the_others_are_written(company: Company) -> None:
    """S3.25, S3.29: a value that does not fit is never bent into shape."""
    company.account("Fits", Tier__c="Gold")
    company.account("Does not", Tier__c="Silver")
    mapping = {"left": "Tier__c", "right": "tier", "value_map": {"Gold": "tier_gold"}}
    ended = run(company.configure(mappings=[mapping]))
    assert counts(ended) | {"written": 1, "rejected": 1} == counts(ended)
    assert ended.status is RunState.REJECTIONS
    assert company.organizations()["Fits"]["organization_fields"]["tier"] == "tier_gold"
    assert "Silver" in LogEntry.objects.get(level="error").message
    assert counts(run(company.configure(mappings=[mapping])))["rejected"] in (0, 1)


def got_through(company: Company, number: int, *faults: dict[str, Any]) -> None:
    """So many new accounts before each of these faults of Zendesk; each is got over, nothing is lost or done twice."""
    sync, there = company.configure(), 0
    for fault in faults:
        make(company, number, after=there)
        there += number
        company.fault(company.zendesk, {"times": 1, **fault})
        ended = settled(run(sync, full=True, approve_all=True))
        assert ended.status is RunState.COMPLETED, (fault, ended.message, counts(ended))
        assert company.fired(company.zendesk) == 1, fault
        assert_all_there_once(company, there)


def test_a_read_that_fails_for_a_while_is_repeated(company: Company) -> None:
    weather = (answer(429, **NOW), answer(500), answer(502), answer(503, **NOW), {"malformed": True})
    got_through(company, 3, *({**LIST, **fault} for fault in weather))


def test_a_write_that_is_turned_away_is_neither_lost_nor_done_twice(company: Company) -> None:
    """A hundred go in one call, the others in a second one that is let through."""
    weather = (answer(409), answer(429, **NOW), answer(500), answer(502, **NOW), answer(503), {"malformed": True})
    got_through(company, 101, *({**CREATE, **fault} for fault in weather))


def test_a_lost_answer_to_a_write_is_looked_up_never_repeated_blindly(company: Company) -> None:
    lost = ({kind: moment, "seconds": 0.1} for kind in ("timeout", "reset") for moment in ("before", "after"))
    got_through(company, 101, *({**CREATE, **fault} for fault in lost))


def test_a_job_that_dies_half_way_is_looked_up_and_finished(company: Company) -> None:
    dead = ({**CREATE, "job": {"status": status, "after_rows": 40}} for status in ("failed", "killed"))
    got_through(company, 101, *dead, {**POLL, "malformed": True})


def test_a_token_that_expires_in_the_middle_is_renewed(company: Company) -> None:
    make(company, 250)
    sync = company.configure()
    waiting = plan(sync)
    for endpoint in (company.zendesk, company.salesforce):
        company.control(endpoint, "POST", "expire-tokens")
    ended = advance(services.approve(waiting, enqueue=False))
    assert ended.status is RunState.COMPLETED, ended.message
    company._web.headers["Authorization"] = "Bearer " + _new_token(company)
    assert_all_there_once(company, 250)


def _new_token(company: Company) -> str:
    said = company.zendesk.credentials
    answer = company._web.post(
        f"{company.zendesk.base_url}/oauth/tokens",
        json={"grant_type": "client_credentials", "client_id": said["client_id"],
              "client_secret": said["client_secret"], "scope": "read write"},
        timeout=HANG_SECONDS,
    )  # fmt: skip
    return answer.json()["access_token"]


def test_a_mapped_field_that_was_deleted_stops_the_run_before_anything_is_written(company: Company) -> None:
    company.account("Acme", AnnualRevenue=5)
    sync = company.configure()
    field = next(
        f for f in company.api("GET", "organization_fields")["organization_fields"] if f["key"] == "annual_revenue"
    )
    company.api("DELETE", f"organization_fields/{field['id']}")
    ended = run(sync)
    assert ended.status is RunState.FAILED
    assert "annual_revenue" in ended.message
    assert company.organizations() == {}


def test_a_mapped_field_whose_type_changed_stops_the_run_too(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    company.control(
        company.salesforce, "PUT", "schema", {"object": "Account", "field": "AnnualRevenue", "type": "string"}
    )
    ended = run(sync)
    assert ended.status is RunState.FAILED
    assert "AnnualRevenue" in ended.message


def test_a_target_that_moved_since_the_plan_becomes_a_conflict(company: Company) -> None:
    """The drift check: a plan is written only onto what it saw."""
    id = company.account("Acme", Description="one")
    company.account("Beta", Description="one")
    sync = company.configure()
    run(sync)
    company.edit_account(id, Description="two")
    waiting = plan(sync)
    company.edit_organization(company.organizations()["Acme"]["id"], notes="typed meanwhile")
    ended = advance(services.approve(waiting, enqueue=False))
    assert counts(ended)["conflicts"] == 1
    assert ended.status is RunState.REJECTIONS
    assert company.organizations()["Acme"]["notes"] == "typed meanwhile"
    assert counts(run(sync))["written"] == 1, "the next run plans with what is there now"


def test_a_record_refused_five_times_waits_for_a_person(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    company.fault(
        company.zendesk, {**CREATE, "times": 99, "job": {"fail_rows": [0], "error": "RecordInvalid", "details": "no"}}
    )
    for _ in range(5):
        assert counts(run(sync))["rejected"] == 1
    assert counts(run(sync))["planned"] == 0
    assert MirrorRecord.objects.get(label="Acme").status == "rejected"


def test_a_daily_limit_pauses_the_run_and_it_goes_on_later(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    company.fault(
        company.salesforce,
        {"method": "GET", "path": "*query*", "times": 9, **DAY_IS_USED_UP},
    )
    waiting = run(sync)
    assert waiting.status is RunState.PAUSED, waiting.message
    assert waiting.paused_until
    company.fault(company.salesforce)
    assert wake(waiting).status is RunState.COMPLETED
    assert_all_there_once(company, 3)


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_wait_that_the_vendor_asks_for_pauses_every_run_until_it_is_over(
    company: Company, valkey: Redis, status: int
) -> None:
    """Whoever uses the connection next is told as well, and does not wait inside a call."""
    make(company, 3)
    sync = company.configure()
    fault = {"answer": {"status": status, "headers": {"Retry-After": "3600"}, "body": {}}}
    company.fault(company.zendesk, {**LIST, "times": 1, **fault})
    first = run(sync)
    assert (first.status, company.fired(company.zendesk)) == (RunState.PAUSED, 1), first.message
    with pytest.raises(RateLimited, match="takes no calls for the next 60 minutes"):
        connections.ask(sync.right, Query("organization", ("name",), limit=1))
    again = wake(first)
    assert again.status is RunState.PAUSED, again.message
    assert again.paused_until > timezone.now() + timedelta(minutes=58)
    valkey.flushall()  # the hour is over: a key of Redis with its lifetime
    assert wake(again).status is RunState.COMPLETED
    assert_all_there_once(company, 3)


def paused_often(run_: Run) -> Run:
    """A run that has been paused as often as a run may be."""
    Run.objects.filter(pk=run_.pk).update(pauses=control.MOST_PAUSES, paused_until=timezone.now())
    run_.refresh_from_db()
    return run_


def test_a_run_that_was_paused_often_and_wrote_nothing_is_given_up_until_a_person_resumes_it(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    company.fault(company.zendesk, {**LIST, "times": 99, "answer": {"status": 503, "headers": {}, "body": {}}})
    given_up = advance(paused_often(run(sync)))
    assert given_up.status is RunState.FAILED
    assert f"The run was paused {control.MOST_PAUSES} times." in given_up.hint
    resumed = advance(services.resume(given_up, enqueue=False))
    assert (resumed.status, resumed.pauses) == (RunState.PAUSED, 1)
    assert services.resume(paused_often(resumed), enqueue=False, by_itself=True).pauses == control.MOST_PAUSES
    company.fault(company.zendesk)
    assert advance(resumed).status is RunState.COMPLETED


def test_waiting_for_requests_of_the_day_is_never_given_up(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    company.fault(company.salesforce, {"method": "GET", "path": "*query*", "times": 9, **DAY_IS_USED_UP})
    again = advance(paused_often(run(sync)))
    assert (again.status, again.pauses) == (RunState.PAUSED, control.MOST_PAUSES), again.message


def test_a_run_that_gets_on_between_its_pauses_is_not_given_up(company: Company) -> None:
    make(company, 250)
    sync = company.configure()
    waiting = paused_often(plan(sync))
    company.fault(
        company.zendesk, {**CREATE, "skip": 1, "times": 9, "answer": {"status": 409, "headers": {}, "body": {}}}
    )
    paused = advance(services.approve(waiting, enqueue=False))
    assert company.organizations()
    assert (paused.status, paused.pauses) == (RunState.PAUSED, 1), paused.message
    company.fault(company.zendesk)
    assert wake(paused).status is RunState.COMPLETED
    assert_all_there_once(company, 250)


def test_cancelling_finishes_what_is_in_flight_and_resuming_does_the_rest(company: Company) -> None:
    """S3.44, acceptance test 8."""
    make(company, 450)
    sync = company.configure()
    waiting = services.start(sync, write=True, enqueue=False)
    cancel_at_first_outcome(waiting.pk)
    ended = advance(waiting)
    found = counts(ended)
    assert ended.status is RunState.CANCELLED, ended.message
    assert found["written"] == len(company.organizations())
    assert not Step.objects.filter(run=ended, state=StepState.SENDING).exists()
    ended = advance(services.resume(ended, enqueue=False))
    assert ended.status is RunState.COMPLETED
    assert_all_there_once(company, 450)


def test_switching_a_connection_off_stops_the_run_that_uses_it(company: Company) -> None:
    make(company, 450)
    sync = company.configure()
    waiting = services.start(sync, write=True, enqueue=False)
    at_first_outcome(lambda: set_enabled(sync.right, False, by="the tests"))
    ended = advance(waiting)
    assert ended.status is RunState.CANCELLED
    assert "switched off" in ended.message
    assert 0 < counts(ended)["written"] == len(company.organizations())
    set_enabled(sync.right, True, by="the tests")
    assert advance(services.resume(ended, enqueue=False)).status is RunState.COMPLETED
    assert_all_there_once(company, 450)


def cancel_at_first_outcome(run_id: int) -> None:
    at_first_outcome(lambda: Run.objects.filter(pk=run_id).update(cancel_requested=True))


def at_first_outcome(act: Callable[[], object]) -> None:
    """Do it as soon as the first outcomes are stored, as somebody at the page would."""
    original = apply.Journal.flush

    def flush(journal: apply.Journal) -> int:
        apply.Journal.flush = original
        act()
        return original(journal)

    apply.Journal.flush = flush


def test_a_new_account_is_looked_up_whatever_blanks_its_name_had(company: Company) -> None:
    """Salesforce stores a name without the blanks around it, and takes the same one twice."""
    company.organization("Newcomer ")
    sync = company.configure(create_left="accounts")
    company.fault(company.salesforce, {"method": "POST", "path": "*composite/sobjects", "times": 1, "reset": "after"})
    assert settled(run(sync)).status is RunState.COMPLETED
    assert [row["Name"] for row in company.salesforce.store.rows("Account")] == ["Newcomer"]
