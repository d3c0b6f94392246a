"""Tickets become cases: what is written, found again, left alone and taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from connectors.api.values import WAS_THERE
from mappings.config import store as config_store
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.logs.models import Functionality, LogEntry
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, just_before_write, killed_at_write
from tests.worlds.runs import advance, counts, plan, run, wake
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync

STATUSES = {"new": "New", "open": "Working", "pending": "Working", "hold": "Working", "solved": "Closed"}


def test_it_is_planned_written_left_alone_changed_and_undone(company: Company) -> None:
    jo = company.user("Jo", "jo@acme.example")
    ids = {status: ticket(company, jo, status=status, priority="urgent") for status in STATUSES}
    plain = ticket(company, jo, subject="Plain")
    foreign = company.salesforce.store.insert("Case", {"Subject": "Nobody's concern"})
    exported(company)
    sync = tickets_sync(company)
    waiting = plan(sync)
    assert waiting.actions == {"create_right": 6}
    assert len(company.salesforce.store.rows("Case")) == 1, "a plan writes nothing"

    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    made = cases(company)
    assert {status: made[id]["Status"] for status, id in ids.items()} == STATUSES
    assert {key: made[plain][key] for key in ("Subject", "Description", "Origin", "SuppliedEmail", "Priority")} == {
        "Subject": "Plain",
        "Description": "It is broken.",
        "Origin": "Zendesk",
        "SuppliedEmail": "jo@acme.example",
        "Priority": "Medium",
    }
    assert made[ids["new"]]["Priority"] == "High"
    assert LogEntry.objects.filter(run_id=first.pk).exclude(functionality=Functionality.TICKETS).count() == 0
    exported(company)
    assert counts(run(sync))["planned"] == 0

    edit_ticket(company, plain, subject="Plainer", status="solved")
    company.edit(made[ids["new"]]["Id"], Reason="Feedback", Comments="Called back.")
    exported(company)
    second = run(sync)
    assert second.actions == {"update_right": 1}
    assert (cases(company)[plain]["Subject"], cases(company)[plain]["Status"]) == ("Plainer", "Closed")
    exported(company)
    assert counts(run(sync))["planned"] == 0

    advance(services.undo(first, write=True, enqueue=False))
    left = {row["Id"] for row in company.salesforce.store.rows("Case")}
    assert left == {foreign, made[plain]["Id"], made[ids["new"]]["Id"]}, "what was touched since stays"


def test_a_case_that_somebody_makes_between_plan_and_write_is_not_written_over(company: Company) -> None:
    """The next run plans it as a pair, and the undo of the first one leaves it alone."""
    jo = company.user("Jo", "jo@acme.example")
    ours, theirs = (ticket(company, jo, subject=subject, priority="urgent") for subject in ("Ours", "Theirs"))
    exported(company)
    sync = tickets_sync(company)
    waiting = plan(sync)
    company.salesforce.store.insert("Case", {"Subject": "By a person", "Zendesk_Ticket_Id__c": theirs})
    written = advance(services.approve(waiting, enqueue=False))
    assert {id: row["Subject"] for id, row in cases(company).items()} == {ours: "Ours", theirs: "By a person"}
    assert written.steps.get(left_id=theirs).outcome.code == ReasonCode.APPEARED
    exported(company)
    linking = run(sync)
    assert linking.steps.get(left_id=theirs).reason_code == ReasonCode.FIRST_LINK
    assert cases(company)[theirs]["Subject"] == "Theirs"
    advance(services.undo(written, write=True, enqueue=False))
    assert set(cases(company)) == {theirs}


def test_a_case_that_comes_in_the_instant_of_the_write_is_updated_and_left_alone_by_the_undo(company: Company) -> None:
    id = ticket(company, subject="Ours")
    exported(company)
    sync = tickets_sync(company)
    by_a_person = {"Subject": "By a person", "Zendesk_Ticket_Id__c": id}
    with just_before_write("Case/Zendesk_Ticket_Id__c", lambda: company.salesforce.store.insert("Case", by_a_person)):
        done = run(sync)
    assert done.steps.get().outcome.code == WAS_THERE
    assert [row["Subject"] for row in company.salesforce.store.rows("Case")] == ["Ours"]
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert undone.steps.get().reason_code == ReasonCode.WAS_THERE
    assert set(cases(company)) == {id}


def test_ids_that_somebody_has_put_into_the_wrong_cases_are_put_right(company: Company) -> None:
    """Two that were exchanged, one that was made up, one that was emptied: the link says whose case it is."""
    ids = [ticket(company, subject=f"Number {number}") for number in range(4)]
    exported(company)
    sync = tickets_sync(company, comments="public")
    run(sync)
    made = [cases(company)[id]["Id"] for id in ids]
    field = "Zendesk_Ticket_Id__c"
    for case, id in ((made[0], None), (made[1], ids[0]), (made[0], ids[1]), (made[2], "99999"), (made[3], None)):
        company.edit(case, **{field: id})
    edit_ticket(company, ids[3], subject="Edited")
    exported(company)
    done = run(sync, full=True)
    assert done.status is RunState.COMPLETED, done.message
    held = {row["Id"]: (row[field], row["Subject"]) for row in company.salesforce.store.rows("Case")}
    subjects = ["Number 0", "Number 1", "Number 2", "Edited"]
    assert held == dict(zip(made, zip(ids, subjects, strict=True), strict=True))
    assert len(company.salesforce.store.rows("CaseComment")) == 4
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_a_ticket_that_does_not_fit_is_one_rejected_row_and_the_others_are_there(company: Company) -> None:
    """Acceptance test 17, with the subject of one, and the owner of another."""
    for number in range(20):
        ticket(company, subject=f"Number {number}")
    poison = ticket(company, subject="x" * 300)
    exported(company)
    company.control(
        company.salesforce,
        "PUT",
        "settings",
        {"validation_rules": [{"object": "Case", "when": "Subject = 'Number 7'", "message": "Not seven", "field": ""}]},
    )
    sync = tickets_sync(company)
    done = run(sync)
    assert done.status is RunState.REJECTIONS
    assert counts(done) == {"planned": 21, "written": 19, "skipped": 0, "rejected": 2, "conflicts": 0, "remaining": 0}
    rows = {step.label: step for step in done.steps.filter(state=StepState.REJECTED)}
    assert "255" in rows["x" * 300].reason
    assert rows["Number 7"].outcome.code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    edit_ticket(company, poison, subject="Short")
    company.control(company.salesforce, "PUT", "settings", {"validation_rules": []})
    exported(company)
    assert counts(run(sync))["written"] == 2
    assert len(cases(company)) == 21


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_write_without_an_answer_doubles_no_case(company: Company, moment: str) -> None:
    for number in range(30):
        ticket(company, subject=f"Number {number}")
    exported(company)
    sync = tickets_sync(company)
    company.fault(company.salesforce, {"method": "PATCH", "path": "*/composite/sobjects/Case/*", "reset": moment})
    done = run(sync)
    if done.status is RunState.PAUSED:
        done = wake(done)
    assert company.fired(company.salesforce) == 1
    assert done.status is RunState.COMPLETED, done.message
    assert len(company.salesforce.store.rows("Case")) == len(cases(company)) == 30
    exported(company)
    assert counts(run(sync))["planned"] == 0


@pytest.mark.parametrize("arrived", [False, True])
def test_a_run_whose_worker_is_killed_goes_on_and_doubles_no_case(company: Company, arrived: bool) -> None:
    for number in range(30):
        ticket(company, subject=f"Number {number}")
    exported(company)
    sync = tickets_sync(company)
    started = services.start(sync, write=True, enqueue=False)
    with pytest.raises(Killed), killed_at_write("Case/Zendesk_Ticket_Id__c", arrived=arrived):
        jobs.advance_run(started.pk)
    assert len(cases(company)) == (30 if arrived else 0)
    Run.objects.filter(pk=started.pk).update(lease_until=timezone.now())
    done = advance(started)
    assert done.status is RunState.COMPLETED, done.message
    assert counts(done)["written"] == len(company.salesforce.store.rows("Case")) == len(cases(company)) == 30
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_a_case_that_is_there_already_is_found_by_its_key_and_not_made_again(company: Company) -> None:
    id = ticket(company, subject="Known")
    case = company.salesforce.store.insert("Case", {"Subject": "Other", "Zendesk_Ticket_Id__c": id})
    exported(company)
    assert run(tickets_sync(company)).status is RunState.COMPLETED
    assert [(row["Id"], row["Subject"]) for row in company.salesforce.store.rows("Case")] == [(case, "Known")]


def test_nothing_is_made_while_the_org_has_no_field_for_the_key_and_the_message_says_how_to_make_it(
    company: Company,
) -> None:
    ticket(company)
    exported(company)
    change = {"object": "Case", "field": "Zendesk_Ticket_Id__c", "delete": True}
    company.control(company.salesforce, "PUT", "schema", change)
    sync = tickets_sync(company)
    failed = run(sync)
    assert failed.status is RunState.FAILED
    assert "Salesforce has no field Zendesk_Ticket_Id__c" in failed.message
    assert "Object Manager > Case" in failed.message
    assert company.salesforce.store.rows("Case") == []


@pytest.mark.parametrize(
    "options, taking_part",
    [
        ({}, {"open", "old", "tagged", "closed"}),
        ({"closed": False}, {"open", "old", "tagged"}),
        ({"tags_any": ["VIP", "gold"]}, {"tagged"}),
        ({"tags_none": ["vip"]}, {"open", "old", "closed"}),
        ({"groups": ["billing"]}, {"old"}),
        ({"brands": ["Partner Desk"]}, {"tagged"}),
        ({"forms": ["return a product"], "brands": ["partner desk"]}, {"tagged"}),
        ({"picklist_filter": {"field": "status", "values": ["open"]}}, {"open"}),
    ],
)
def test_the_filters_decide_which_tickets_take_part(
    company: Company, options: dict[str, object], taking_part: set[str]
) -> None:
    groups = {row["name"]: row["id"] for row in company.api("GET", "groups")["groups"]}
    ticket(company, subject="open", status="open")
    ticket(company, subject="old", status="pending", group_id=groups["Billing"])
    form = company.api("GET", "ticket_forms")["ticket_forms"][1]["id"]
    brand = company.api("GET", "brands")["brands"][1]["id"]
    ticket(company, subject="tagged", tags=["vip"], ticket_form_id=form, brand_id=brand)
    ticket(company, subject="closed", status="closed")
    exported(company)
    assert run(tickets_sync(company, **options)).status is RunState.COMPLETED
    assert {row["Subject"] for row in cases(company).values()} == taking_part


def test_the_file_has_the_options_and_says_them_back(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug, endpoint in (("SF", company.salesforce), ("ZD", company.zendesk)):
        monkeypatch.setenv(f"{slug}_CLIENT_SECRET", endpoint.credentials["client_secret"])
    sync = tickets_sync(company, id_field="Zendesk_Ticket_Id__c", closed=True, created_since="2026-01-31")
    text = config_store.export()
    for line in (
        "kind: tickets_cases",
        "id_field: Zendesk_Ticket_Id__c",
        "closed: true",
        "created_since: '2026-01-31'",
    ):
        assert line in text
    config_store.apply(text)
    assert config_store.export() == text
    assert {row.right for row in sync.mappings.all()} == {
        *("Subject", "Description", "Status", "Priority", "Origin", "SuppliedEmail"),
    }
    with pytest.raises(Exception, match="is not a date such as 2026-01-31"):
        tickets_sync(company, created_since="January")


def test_the_live_count_knows_every_filter_and_says_why_a_ticket_is_left_out(company: Company, as_vera: Client) -> None:
    for subject, values in {
        "In": {"tags": ["vip"]},
        "Plain": {},
        "Done": {"tags": ["vip"], "status": "closed"},
    }.items():
        ticket(company, subject=subject, **values)
    exported(company)
    sync = tickets_sync(company, closed=False, tags_any=["vip"])
    run(sync)
    text = as_vera.get("/syncs/tickets/count/", headers={"HX-Request": "true"}).content.decode()
    assert '<strong class="count-number">1</strong> of 3 tickets in scope' in text
    assert "Closed tickets are left out" in text
    assert "It has none of the tags that take part" in text
    typed = {"filters": "1", "closed": "yes", "tags_any": "", "tags_none": "vip"}
    text = as_vera.get("/syncs/tickets/count/", typed, headers={"HX-Request": "true"}).content.decode()
    assert '<strong class="count-number">1</strong> of 3 tickets in scope' in text
    assert "It has the tag vip" in text
    for typed, line in {
        "brands": ("Partner Desk", "Its brand is none of those that take part"),
        "groups": ("Billing", "Its group is none of those that take part"),
        "forms": ("Return a product", "Its form is none of those that take part"),
        "created_since": ("2999-01-31", "It was created before 2999-01-31"),
    }.items():
        asked = {"filters": "1", "closed": "yes", "tags_any": "", "tags_none": "", typed: line[0]}
        text = as_vera.get("/syncs/tickets/count/", asked, headers={"HX-Request": "true"}).content.decode()
        assert '<strong class="count-number">0</strong> of 3 tickets in scope' in text, typed
        assert line[1] in text, typed
