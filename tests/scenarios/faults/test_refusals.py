"""Calls that are refused for good: by whom, why and what to do is on the run, and nothing is lost once it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from connectors import services as connections
from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import MirrorRecord, Run, StepOutcome
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.faults import (
    CHANGE,
    CREATE,
    INSERT,
    LIST,
    POLL,
    QUERY,
    UPDATE,
    answer,
    assert_all_there_once,
    make,
)
from tests.worlds.runs import advance, counts, plan, run

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("short_pauses")]

BOTH_WAYS = [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both"}]
TOKEN = {"method": "POST", "path": "*/oauth2/token"}
ZENDESK_SAYS = {
    401: "Zendesk does not accept the credentials",
    403: "Zendesk does not permit this",
    404: "Zendesk found nothing at this address",
}
SALESFORCE_SAYS = {
    401: ("INVALID_SESSION_ID", "Salesforce ended our session"),
    403: ("INSUFFICIENT_ACCESS", "Salesforce does not permit this"),
    404: ("NOT_FOUND", "Salesforce has no such thing"),
}


def busy(company: Company) -> Any:
    """A sync whose next run creates and updates on both sides: six writes of five steps and what one entails."""
    make(company, 3)
    sync = company.configure(mappings=BOTH_WAYS, create_left="accounts")
    run(sync)
    first, *others = sorted(company.accounts().values(), key=lambda row: row["Name"])
    company.edit_organization(company.organizations()[first["Name"]]["id"], organization_fields={"annual_revenue": 7})
    for row in others:
        company.edit_account(row["Id"], Description="new")
    company.organization("Newcomer")
    company.account("New account")
    return sync


def assert_all_is_made_up_for(company: Company) -> None:
    assert_all_there_once(company, 5)
    accounts = company.accounts()
    assert len(company.salesforce.store.rows("Account")) == len(accounts) == 5
    assert {row["notes"] for name, row in company.organizations().items() if accounts[name].get("Description")} == {
        "new"
    }
    assert [row["AnnualRevenue"] for row in accounts.values() if row.get("AnnualRevenue")] == [7]


def went_on(waiting: Run) -> Run:
    """A plan that is approved, or a failed run that somebody resumes."""
    go_on = services.approve if waiting.status is RunState.PLANNED else services.resume
    return advance(go_on(waiting, enqueue=False))


def mended(company: Company, failed: Run) -> None:
    """The cause is gone and somebody presses Resume: the rest is done, and there is nothing to do after it."""
    for endpoint in (company.salesforce, company.zendesk):
        company.fault(endpoint)
    ended = advance(services.resume(failed, enqueue=False))
    assert ended.status is RunState.COMPLETED, ended.message
    assert counts(run(failed.sync))["planned"] == 0


@pytest.mark.parametrize(("call", "statuses"), [(CREATE, (401, 404)), (UPDATE, (403,))])
def test_a_write_that_zendesk_refuses_as_a_whole_fails_the_run(
    company: Company, call: dict[str, str], statuses: tuple[int, ...]
) -> None:
    failed = plan(busy(company))
    for status in statuses:
        company.fault(company.zendesk, {**call, "times": 99, **answer(status)})
        failed = went_on(failed)
        assert failed.status is RunState.FAILED
        assert failed.message.startswith(ZENDESK_SAYS[status])
        assert failed.hint
        assert counts(failed)["remaining"] > 0
        assert counts(failed)["rejected"] == 0, "no record is to blame"
    mended(company, failed)
    assert_all_is_made_up_for(company)


@pytest.mark.parametrize(("call", "statuses"), [(INSERT, (401, 404)), (CHANGE, (403,))])
def test_a_write_that_salesforce_refuses_as_a_whole_fails_the_run(
    company: Company, call: dict[str, str], statuses: tuple[int, ...]
) -> None:
    failed = plan(busy(company))
    for status in statuses:
        code, says = SALESFORCE_SAYS[status]
        refusal = [{"errorCode": code, "message": "No."}]
        company.fault(company.salesforce, {**call, "times": 99, **answer(status, refusal)})
        failed = went_on(failed)
        assert failed.status is RunState.FAILED
        assert failed.message.startswith(says)
        assert failed.hint
        assert counts(failed)["remaining"] > 0
        assert counts(failed)["rejected"] == 0, "no record is to blame"
    mended(company, failed)
    assert_all_is_made_up_for(company)


@pytest.mark.parametrize("status", [401, 403])
def test_jobs_that_may_not_be_looked_at_are_looked_up_after_all(company: Company, status: int) -> None:
    """What was sent is written; only its outcome is not known until somebody resumes."""
    sync = busy(company)
    company.fault(company.zendesk, {**POLL, "times": 99, **answer(status)})
    failed = run(sync)
    assert failed.status is RunState.FAILED
    assert failed.message.startswith(ZENDESK_SAYS[status])
    assert counts(failed)["written"] == 0
    mended(company, failed)
    assert_all_is_made_up_for(company)


def test_a_read_that_zendesk_refuses_fails_the_run_before_anything_is_written(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    for status in (400, 401, 403, 404, 422):
        company.fault(company.zendesk, {**LIST, "times": 99, **answer(status)})
        failed = run(sync)
        assert failed.status is RunState.FAILED
        assert failed.message.startswith(ZENDESK_SAYS.get(status, f"Zendesk refused the request ({status})"))
        assert failed.hint
        assert failed.planned_at is None
    mended(company, failed)
    assert_all_there_once(company, 3)


def test_a_read_that_salesforce_refuses_fails_the_run_before_anything_is_written(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    for status, (code, says) in SALESFORCE_SAYS.items():
        refusal = [{"errorCode": code, "message": "No."}]
        company.fault(company.salesforce, {**QUERY, "times": 99, **answer(status, refusal)})
        failed = run(sync)
        assert failed.status is RunState.FAILED
        assert failed.message.startswith(says)
        assert failed.hint
        assert failed.planned_at is None
    mended(company, failed)
    assert_all_there_once(company, 3)


@pytest.mark.parametrize("call", [CREATE, UPDATE])
def test_a_call_that_zendesk_finds_unprocessable_is_halved_down_to_the_row(
    company: Company, call: dict[str, str]
) -> None:
    """422 is about rows: each has its word from Zendesk, and what is not refused is written (S3.C7)."""
    sync = busy(company)
    unprocessable = {"error": "RecordInvalid", "description": "Record validation errors"}
    company.fault(company.zendesk, {**call, "times": 99, **answer(422, unprocessable)})
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    refused = {"rejected": 1, "written": 5} if call is CREATE else {"rejected": 3, "written": 3}
    assert counts(ended) | refused == counts(ended)
    told = StepOutcome.objects.filter(step__run=ended, state="rejected").values_list("code", "message").distinct()
    assert list(told) == [("RecordInvalid", "Record validation errors")]
    company.fault(company.zendesk)
    assert counts(run(sync))["written"] == refused["rejected"]
    assert_all_is_made_up_for(company)


def test_one_unprocessable_call_costs_nothing(company: Company) -> None:
    """Its halves go through, so nobody is to blame."""
    make(company, 150)
    sync = company.configure()
    company.fault(company.zendesk, {**CREATE, "times": 1, **answer(422, {"error": "RecordInvalid"})})
    assert run(sync).status is RunState.COMPLETED
    assert_all_there_once(company, 150)


# What somebody takes away in the middle of a run.


@contextmanager
def allowed(company: Company, scope: str) -> Iterator[None]:
    """All of the client's tokens have this scope meanwhile."""
    tokens = list(company.zendesk.store.tokens.by_access.values())
    before = [token.scope for token in tokens]
    for token in tokens:
        token.scope = scope
    try:
        yield
    finally:
        for token, had in zip(tokens, before, strict=True):
            token.scope = had


MISSING_SCOPE = "The access token lacks scopes that a sync needs: You are missing the following required scopes"


def test_a_scope_that_is_revoked_in_zendesk_stops_the_run_with_what_to_do(company: Company) -> None:
    make(company, 150)
    waiting = plan(company.configure())
    with allowed(company, "read"):
        failed = advance(services.approve(waiting, enqueue=False))
    assert failed.status is RunState.FAILED
    assert failed.message.startswith(MISSING_SCOPE)
    assert "scopes read and write" in failed.hint
    assert counts(failed) | {"written": 0, "remaining": 150} == counts(failed)
    mended(company, failed)
    assert_all_there_once(company, 150)


def test_so_does_one_that_users_are_written_with(company: Company) -> None:
    """Creating users in bulk may be refused for another reason; that detour ends with the same cause."""
    acme = company.account("Acme")
    run(company.configure())
    company.contact("Bell", "ann@x.example", acme)
    waiting = plan(company.configure_people())
    with allowed(company, "read"):
        failed = advance(services.approve(waiting, enqueue=False))
    assert failed.status is RunState.FAILED
    assert failed.message.startswith(MISSING_SCOPE)
    assert "scopes read and write" in failed.hint
    mended(company, failed)
    assert list(company.users()) == ["ann@x.example"]


def test_an_app_that_is_no_longer_allowed_into_salesforce_stops_the_run_with_what_to_do(company: Company) -> None:
    sync = busy(company)
    waiting = plan(sync)
    company.control(company.salesforce, "POST", "expire-tokens")
    refusal = {"error": "invalid_app_access", "error_description": "user is not admin approved to access this app"}
    company.fault(company.salesforce, {**TOKEN, "times": 99, **answer(400, refusal)})
    failed = advance(services.approve(waiting, enqueue=False))
    assert failed.status is RunState.FAILED
    assert failed.message == "Salesforce issued no access token: user is not admin approved to access this app."
    assert "External Client App Manager" in failed.hint
    mended(company, failed)
    assert_all_is_made_up_for(company)


def test_a_right_that_is_taken_away_in_salesforce_is_told_of_each_record(company: Company) -> None:
    """Salesforce judges each row; the organizations are written all the same."""
    sync = busy(company)
    error = {"statusCode": "INSUFFICIENT_ACCESS_OR_READONLY", "message": "insufficient access rights", "fields": []}
    company.fault(company.salesforce, {**CHANGE, "times": 1, **answer(200, [{"success": False, "errors": [error]}])})
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"rejected": 1, "written": 5} == counts(ended)
    assert "insufficient access rights" in LogEntry.objects.get(level="error").message
    assert counts(run(sync))["written"] == 1
    assert_all_is_made_up_for(company)


def test_every_refusal_of_one_cause_counts_for_its_own_record(company: Company) -> None:
    """An account that is changed and one that is made: each waits for a person once it was refused too often."""
    sync = busy(company)
    refused = answer(200, [{"success": False, "errors": [{"statusCode": "X", "message": "Not now", "fields": []}]}])
    company.fault(company.salesforce, {**CHANGE, "times": 1, **refused}, {**INSERT, "times": 1, **refused})
    assert counts(run(sync))["rejected"] == 2
    assert sorted(MirrorRecord.objects.filter(status="rejected").values_list("side", "failures")) == [
        ("left", 1), ("right", 1),
    ]  # fmt: skip
    assert counts(run(sync))["written"] == 3, "and what the creation entails"
    assert_all_is_made_up_for(company)


# Wrong settings.


def test_a_wrong_secret_fails_the_run_with_words_that_help(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    connection = Connection.objects.get(slug="zd")
    connections.save_settings(connection, {**connection.settings, "client_secret": "swordfish"})
    connection.save()
    ended = run(sync)
    assert ended.status is RunState.FAILED
    assert ended.message.startswith("Zendesk refuses the identifier or the secret of the OAuth client")
    assert ended.hint
    assert "swordfish" not in f"{ended.message} {ended.hint}"


def test_an_address_that_has_never_answered_fails_the_run(company: Company) -> None:
    """Waiting would not help: somebody has mistyped it."""
    sync = company.configure()
    causes = {
        "https://no-such-host.invalid": "'s host name no-such-host.invalid cannot be looked up.",
        "http://127.0.0.1:9": " cannot be reached at 127.0.0.1:9.",
    }
    for slug, system in (("sf", "Salesforce"), ("zd", "Zendesk")):
        right = Connection.objects.get(slug=slug).base_url
        for address, cause in causes.items():
            Connection.objects.filter(slug=slug).update(base_url=address)
            ended = run(sync)
            assert (ended.status, ended.pauses) == (RunState.FAILED, 0)
            assert ended.message == system + cause
            assert "check the address under Connections" in ended.hint
        Connection.objects.filter(slug=slug).update(base_url=right)


@pytest.mark.usefixtures("transactional_db")
def test_an_address_that_has_answered_before_is_waited_for() -> None:
    """It is down for a while; the run goes on by itself."""
    with running(Options(seed=Seed.EMPTY, job_ms=5)) as servers, closing(Company(servers)) as company:
        sync = company.configure()
        assert run(sync).status is RunState.COMPLETED
    waiting = run(sync)
    assert waiting.status is RunState.PAUSED
    assert "cannot be reached at 127.0.0.1" in waiting.message
    assert waiting.paused_until


# Names.


def rename(company: Company, kind: str, id: str, name: str) -> None:
    """A name that Salesforce's own checks would not let through, stored all the same."""
    company.edit(id, Description="edited")
    row = company.salesforce.store.get(kind, id)
    assert row is not None
    row["LastName" if kind == "Contact" else "Name"] = name


def test_an_account_without_a_name_is_left_out_and_told(company: Company) -> None:
    for name in ("", "   ", "\u00a0"):
        rename(company, "Account", company.account("Nameless"), name)
    company.account("Acme")
    sync = company.configure()
    ended = run(sync)
    assert ended.status is RunState.COMPLETED
    assert counts(ended) | {"planned": 4, "written": 1, "skipped": 3} == counts(ended)
    assert list(company.organizations()) == ["Acme"]
    told = {(step.reason_code, step.reason) for step in ended.steps.filter(state="skipped")}
    assert told == {("no_name", "The account has no name; an organization needs one")}
    assert counts(run(sync))["written"] == 0


def test_a_contact_without_a_name_is_left_out_and_told(company: Company) -> None:
    acme = company.account("Acme")
    run(company.configure())
    for number, name in enumerate(("", "   ")):
        rename(company, "Contact", company.contact("Nobody", f"nobody{number}@x.example", acme), name)
    company.contact("Bell", "ann@x.example", acme)
    sync = company.configure_people()
    ended = run(sync)
    assert ended.status is RunState.COMPLETED
    assert list(company.users()) == ["ann@x.example"]
    assert [step.state for step in ended.steps.filter(reason_code="no_name")] == ["skipped", "skipped"]
    assert counts(run(sync))["written"] == 0


def test_a_name_that_somebody_empties_never_empties_the_other_side(company: Company) -> None:
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    rename(company, "Account", id, "")
    assert counts(run(sync))["written"] == 0
    assert list(company.organizations()) == ["Acme"]
