"""Runs of people as a whole, over HTTP: their order, their guards, what they cost, and how they end."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage

from connectors.models import Connection
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.logs.models import LogEntry
from syncadmin.runs import queue
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.pipeline import progress
from syncadmin.runs.pipeline.apply import stage as apply
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready, steps_of, warnings
from tests.worlds.runs import advance, counts, plan, run

TITLE = {"left": "Title", "right": "title"}


def mails(company: Company) -> list[str]:
    """Who the helpdesk has written to."""
    return [mail["to"] for mail in company.control(company.zendesk, "GET", "mails")["mails"]]


def people(company: Company, count: int, account: str | None = None) -> list[str]:
    """That many contacts; their ids."""
    return [company.contact(f"Person {number:04d}", f"p{number}@test.com", account) for number in range(count)]


def users_once(company: Company, count: int) -> None:
    """Each contact has exactly one user."""
    found = company.users()
    assert len(found) == len({row["external_id"] for row in found.values()}) == count


class TestTheOrder:
    """S3.43, acceptance test 7: accounts and organizations have to be complete first."""

    @pytest.mark.parametrize("slug", ["contacts", "leads"])
    def test_people_wait_for_the_organizations_and_are_told_so(self, company: Company, slug: str) -> None:
        company.account("Acme")
        accounts = company.configure()
        sync = company.configure_people(slug)
        assert services.waits_for(sync) == ["Accounts and organizations"]
        with pytest.raises(services.NotYet, match="Accounts and organizations must be synced first"):
            services.start(sync, enqueue=False)
        plan(accounts)
        assert services.waits_for(sync), "a plan is no complete run"
        completed(accounts)
        assert services.waits_for(sync) == []
        completed(sync)

    def test_a_run_that_found_nothing_to_write_is_complete(self, company: Company) -> None:
        accounts = company.configure()
        sync = company.configure_people()
        assert plan(accounts).status is RunState.COMPLETED
        assert services.waits_for(sync) == []

    def test_a_run_that_was_undone_or_wrote_to_salesforce_only_is_not_complete(self, company: Company) -> None:
        company.account("Acme")
        accounts = company.configure()
        sync = company.configure_people()
        run(accounts, direction=RunDirection.TO_LEFT)
        assert services.waits_for(sync)
        done = completed(accounts)
        assert services.waits_for(sync) == []
        advance(services.undo(done, write=True, enqueue=False))
        assert services.waits_for(sync)

    def test_somebody_who_says_so_runs_them_out_of_order(self, company: Company) -> None:
        company.configure()
        company.contact("One", "a@test.com", company.account("Acme"))
        sync = company.configure_people()
        completed(sync, out_of_order=True)
        assert company.member_of(company.users()["a@test.com"]["id"]) == {}

    def test_what_the_organizations_run_brings_later_is_caught_up(self, company: Company) -> None:
        accounts = company.configure()
        company.contact("One", "a@test.com", company.account("Acme"))
        sync = company.configure_people()
        completed(sync, out_of_order=True)
        completed(accounts)
        completed(sync)
        assert company.member_of(company.users()["a@test.com"]["id"]) == {"Acme": True}
        quiet(sync)


class TestWelcomeMails:
    """S3.C4: nobody is written to by accident."""

    @pytest.fixture(autouse=True)
    def _on(self, company: Company) -> None:
        company.set_up(agent_created_welcome_emails=True)

    def test_by_default_no_user_that_a_sync_makes_is_sent_a_mail(self, company: Company) -> None:
        sync = ready(company)
        people(company, 3)
        completed(sync)
        assert mails(company) == []

    def test_left_to_zendesk_a_run_that_creates_users_waits_and_cannot_be_approved(self, company: Company) -> None:
        sync = ready(company, welcome_mail="zendesk")
        people(company, 3)
        waiting = run(sync)
        assert (waiting.status, company.users(), mails(company)) == (RunState.PLANNED, {}, [])
        assert "welcome mail" in waiting.message
        with pytest.raises(services.NotYet, match="welcome mail"):
            services.approve(waiting, enqueue=False)

    @pytest.mark.parametrize("way", ["approved", "resumed"])
    def test_a_setting_switched_on_after_the_plan_holds_it_back_again(self, company: Company, way: str) -> None:
        """It is read once more just before users are created."""
        company.set_up(agent_created_welcome_emails=False)
        sync = ready(company, welcome_mail="zendesk")
        people(company, 3)
        waiting = plan(sync)
        if way == "resumed":
            Run.objects.filter(pk=waiting.pk).update(state=RunState.FAILED, write=True)
            waiting.refresh_from_db()
        company.set_up(agent_created_welcome_emails=True)
        go_on = services.approve if way == "approved" else services.resume
        held = advance(go_on(waiting, enqueue=False))
        assert (held.status, company.users(), mails(company)) == (RunState.PLANNED, {}, [])
        assert "welcome mail" in held.message
        company.set_up(agent_created_welcome_emails=False)
        plan(sync)
        completed(sync)
        assert mails(company) == []

    def test_an_automatic_run_that_is_held_back_says_so_once(
        self, company: Company, ada: User, mailoutbox: list[EmailMessage]
    ) -> None:
        sync = ready(company, welcome_mail="zendesk", automatic_updates=True)
        company.check_connections()
        completed(sync)
        people(company, 1)
        assert automatic.start_due() >= 1
        held = advance(Run.objects.filter(sync=sync).latest("pk"))
        assert held.status is RunState.PLANNED
        (mail,) = mailoutbox
        assert mail.to == [ada.email]
        assert "wait for you" in mail.subject
        assert "welcome mail" in mail.body
        entry = LogEntry.objects.get(run_id=held.pk)
        assert (entry.level, entry.functionality) == ("warning", "Ongoing Sync")
        assert entry.message.startswith("Nothing was written. Zendesk would send a welcome mail")

    def test_confirmed_by_typing_the_users_are_made_and_written_to(self, company: Company) -> None:
        sync = ready(company, welcome_mail="zendesk", welcome_confirmed=True)
        people(company, 2)
        completed(sync)
        assert sorted(mails(company)) == ["p0@test.com", "p1@test.com"]

    def test_once_the_setting_is_off_the_next_run_goes_on(self, company: Company) -> None:
        """The setting is read at the start of each run."""
        sync = ready(company, welcome_mail="zendesk")
        people(company, 2)
        run(sync)
        company.set_up(agent_created_welcome_emails=False)
        completed(sync)
        assert mails(company) == []
        users_once(company, 2)

    def test_a_run_that_creates_nobody_is_not_held_up(self, company: Company) -> None:
        sync = ready(company, welcome_mail="zendesk")
        company.user("Somebody", "p0@test.com")
        people(company, 1)
        completed(sync)
        assert (company.users()["p0@test.com"]["name"], mails(company)) == ("Person 0000", [])


class TestTags:
    """S3.33: added, never overriding those of people."""

    def test_tags_of_agents_stay_and_our_stale_tag_goes(self, company: Company) -> None:
        sync = ready(company)
        contact = company.contact("One", "a@test.com", Department="Sales")
        completed(sync)
        user = company.users()["a@test.com"]
        company.edit_user(user["id"], tags=[*user["tags"], "vip"])
        company.edit(contact, Department="Support")
        completed(sync)
        assert set(company.users()["a@test.com"]["tags"]) == {"vip", "support"}
        quiet(sync)

    def test_a_record_that_takes_a_user_over_replaces_the_tags_of_the_one_before(self, company: Company) -> None:
        sync = ready(company)
        one = company.contact("One", "a@test.com", Department="Sales")
        company.contact("Two", "a@test.com", Department="Support")
        completed(sync)
        user = company.users()["a@test.com"]
        company.edit_user(user["id"], tags=[*user["tags"], "vip"])
        company.remove(one)
        completed(sync)
        assert set(company.users()["a@test.com"]["tags"]) == {"vip", "support"}
        quiet(sync)


def test_one_poison_contact_leaves_999_of_1000_written_and_the_log_names_it(company: Company) -> None:
    """S3.C7, acceptance test 17."""
    account = company.account("Acme")
    sync = ready(company)
    people(company, 1000, account)
    call = {"method": "POST", "path": "/api/v2/users/create_many"}
    company.fault(
        company.zendesk,
        {**call, "times": 1, "job": {"fail_rows": [0], "error": "RecordInvalid", "details": "Name: is poison"}},
    )
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"written": 999, "rejected": 1} == counts(ended)
    entry = LogEntry.objects.get(level="error")
    assert (entry.label[:6], "poison" in entry.message) == ("Person", True)
    assert counts(run(sync))["written"] == 1
    users_once(company, 1000)


def test_the_duplicates_of_a_refused_user_are_not_lost(company: Company) -> None:
    """What needs a user that was not made is told so, and done by the next run."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    call = {"method": "POST", "path": "/api/v2/users/create_many"}
    company.fault(company.zendesk, {**call, "times": 1, "job": {"fail_rows": [0], "error": "RecordInvalid"}})
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"written": 0, "rejected": 1, "conflicts": 2} == counts(ended)
    entry = LogEntry.objects.get(run_id=ended.pk, code="duplicate")
    assert entry.message.endswith("none of its fields is synced; no membership was added yet of Second.")
    assert entry.not_done == "None of its fields was written to the user, and no membership was added"
    completed(sync)
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"First": True, "Second": False}
    quiet(sync)


def test_a_membership_that_is_refused_is_tried_again(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    call = {"method": "POST", "path": "/api/v2/organization_memberships/create_many"}
    company.fault(company.zendesk, {**call, "times": 1, "job": {"fail_rows": [0], "error": "RecordInvalid"}})
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    completed(sync)
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"First": True, "Second": False}
    quiet(sync)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_to_a_membership_is_looked_up(company: Company, moment: str) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    call = {"method": "POST", "path": "/api/v2/organization_memberships/create_many"}
    company.fault(company.zendesk, {**call, "times": 1, "timeout": moment, "seconds": 0.1})
    completed(sync)
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"First": True, "Second": False}
    quiet(sync)


def test_cancelled_in_the_middle_a_run_goes_on_later_and_makes_nobody_twice(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3.44, acceptance test 8."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    people(company, 250, first)
    for number in range(50):
        company.contact(f"Twin {number}", f"p{number}@test.com", second)
    started = services.start(sync, write=True, enqueue=False)
    original = apply.Journal.flush

    def flush(journal: apply.Journal) -> int:
        Run.objects.filter(pk=started.pk).update(cancel_requested=True)
        return original(journal)

    with monkeypatch.context() as patched:
        patched.setattr(progress, "BEAT_SECONDS", 0)
        patched.setattr(apply.Journal, "flush", flush)
        ended = advance(started)
    assert ended.status is RunState.CANCELLED, ended.message
    assert counts(ended)["written"] == len(company.users()) > 0
    assert not Step.objects.filter(run=ended, state=StepState.SENDING).exists()
    assert advance(services.resume(ended, enqueue=False)).status is RunState.COMPLETED
    users_once(company, 250)
    assert company.member_of(company.users()["p0@test.com"]["id"]) == {"First": True, "Second": False}
    quiet(sync)


def test_a_second_run_plans_nothing_and_a_few_edits_cost_only_themselves(company: Company) -> None:
    """S3.C13: cost follows change."""
    account = company.account("Acme")
    sync = ready(company)
    contacts = people(company, 300, account)
    for number in range(20):
        company.contact(f"Twin {number}", f"p{number}@test.com")
    completed(sync)
    quiet(sync)
    before = sum(run(sync).calls.values())
    for contact in contacts[100:103]:
        company.edit(contact, Title="Boss")
    edited = completed(sync)
    assert actions(edited) == {"update_right": 3}
    assert sum(edited.calls.values()) <= before + 3, edited.calls
    quiet(sync)


def test_an_edit_of_a_field_nobody_mapped_costs_no_write(company: Company) -> None:
    sync = ready(company)
    contact = company.contact("One", "a@test.com")
    company.contact("Two", "a@test.com")
    completed(sync)
    company.edit(contact, Fax="+1 555 0100")
    assert counts(run(sync))["planned"] == 0


def test_an_automatic_run_writes_one_way_and_its_warnings_are_those_of_ongoing_sync(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3.30, S1.33, A1."""
    sent: list[int] = []
    monkeypatch.setattr(queue, "send", sent.append)
    sync = ready(company, automatic_updates=True, details="", mappings=[TITLE | {"direction": "both"}])
    contact = company.contact("One", "a@test.com", Title="Boss")
    completed(sync)
    company.check_connections()
    second = company.contact("Two", "a@test.com")
    company.edit_user(company.users()["a@test.com"]["id"], user_fields={"title": "Chief"})
    assert automatic.start_due() == 1
    ended = advance(Run.objects.get(pk=sent.pop()))
    assert ended.status is RunState.COMPLETED, steps_of(ended)
    assert company.contacts()[contact]["Title"] == "Boss"
    assert warnings(sync, functionality="Ongoing Sync") == [(second, "a@test.com")]
    completed(sync)
    assert company.contacts()[contact]["Title"] == "Chief"


def test_person_accounts_are_no_users_unless_the_policy_says_so(company: Company) -> None:
    """S3.6."""
    types = company.salesforce.store.rows("RecordType")
    person = next(row for row in types if row.get("IsPersonType"))
    values = {"LastName": "Doe", "FirstName": "Jo", "PersonEmail": "jo@test.com", "RecordTypeId": person["Id"]}
    company.salesforce.store.insert("Account", values)
    sync = ready(company)
    ended = completed(sync)
    assert "person_account" in Step.objects.filter(run=ended).values_list("reason_code", flat=True)
    assert company.users() == {}
    completed(company.configure_people(person_accounts="user"))
    assert company.users()["jo@test.com"]["name"] == "Jo Doe"


def test_a_contact_that_leaves_the_filter_is_not_updated_any_more(company: Company) -> None:
    """A6."""
    sync = ready(company, picklist_filter={"field": "Profile__c", "values": ["Buyer"]})
    contact = company.contact("One", "a@test.com", Profile__c="Buyer", Title="before")
    completed(sync)
    company.edit(contact, Profile__c="Other", Title="after")
    completed(sync, unresolved=1)
    assert company.users()["a@test.com"]["details"] == "before"
    assert MirrorRecord.objects.get(remote_id=contact).status == "left_scope"


def test_whether_users_may_be_in_several_organizations_is_kept_with_the_connection(company: Company) -> None:
    """S1.16, S1.17: read at the start of each run, in one call."""
    sync = ready(company)
    for on in (False, True):
        company.set_up(multiple_organizations=on)
        completed(sync)
        assert Connection.objects.get(pk=sync.right_id).facts["multiple_organizations"] is on
