"""Tickets as they come in practice: odd texts, statuses of the account's own, requesters who leave, other id fields."""

from __future__ import annotations

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


def quiet(company: Company, sync: Sync) -> None:
    exported(company, 600)
    again = run(sync)
    assert counts(again)["planned"] == 0, list(again.steps.values_list("label", "reason"))


def test_odd_texts_arrive_as_they_are_and_one_that_is_too_long_is_one_row(company: Company) -> None:
    texts = {
        "\U0001f44d\U0001f3fd h\xe4llo \u200b": "\U0001f600" * 16_000,
        "<b>&amp;</b>": "<script>alert(1)</script>",
        " padded ": "one\r\ntwo\tthree\n\n ",
        "\xe4" * 255: "'; --",
    }
    ids = {subject: ticket(company, subject=subject, comment={"body": body}) for subject, body in texts.items()}
    ticket(company, subject="Long", comment={"body": "x" * 64_000})
    ticket(company, subject="Tagged", tags=["a.b", "c/d", "\xfc", *(f"t{number}" for number in range(150))])
    exported(company)
    sync = tickets_sync(company, comments="public")
    done = run(sync)
    assert done.status is RunState.REJECTIONS
    [refused] = done.steps.filter(state="rejected")
    assert "has 64,000 characters; Description takes 32,000" in refused.reason
    found = cases(company)
    for subject, body in texts.items():
        case = found[ids[subject]]
        assert (case["Subject"], case["Description"].split()) == (subject.strip(), body.split())
    quiet(company, sync)
    advance(services.undo(done, write=True, enqueue=False))
    assert cases(company) == {}, "what Salesforce trims is nobody's edit"


def test_statuses_of_the_account_are_mapped_and_filtered_by_name(company: Company) -> None:
    status = {"status_category": "open", "agent_label": "Escalated to T2"}
    made = company.api("POST", "custom_statuses", {"custom_status": status})["custom_status"]["id"]
    escalated, other = ticket(company, custom_status_id=made), ticket(company, status="pending")
    exported(company)
    statuses = {"New": "New", "Open": "Working", "Escalated to T2": "Escalated", "Pending": "Working"}
    mapped = [
        {"left": "subject", "right": "Subject"},
        {"left": "custom_status", "right": "Status", "value_map": statuses},
    ]
    sync = tickets_sync(company, mappings=mapped)
    assert run(sync).status is RunState.COMPLETED
    assert {id: row["Status"] for id, row in cases(company).items()} == {escalated: "Escalated", other: "Working"}
    quiet(company, sync)
    only = {"field": "custom_status", "values": ["Escalated to T2"]}
    edit_ticket(company, other, status="open")
    edit_ticket(company, escalated, subject="Still")
    exported(company, 600)
    run(tickets_sync(company, mappings=mapped, picklist_filter=only))
    assert cases(company)[escalated]["Subject"] == "Still"
    assert cases(company)[other]["Status"] == "Working"


def test_requesters_who_are_suspended_merged_or_deleted_keep_their_cases(company: Company) -> None:
    names = ("Jo", "Al", "Second")
    users = {name: company.user(name, f"{name.lower()}@acme.example") for name in names}
    contacts = {name: company.contact(name, f"{name.lower()}@acme.example") for name in ("Jo", "Al")}
    ids = {name: ticket(company, users[name], status="closed") for name in names}
    nobody = ticket(company, company.user("Phone", None, phone="+49301234"), status="closed")
    company.edit_user(users["Jo"], suspended=True)
    exported(company)
    sync = tickets_sync(company)
    assert run(sync).status is RunState.COMPLETED
    company.api("PUT", f"users/{users['Second']}/merge", {"user": {"id": users["Jo"]}})
    company.api("DELETE", f"users/{users['Al']}")
    exported(company, 600)
    assert run(sync).status is RunState.COMPLETED
    found = cases(company)
    held = {name: (found[id].get("ContactId"), found[id].get("SuppliedEmail")) for name, id in ids.items()}
    assert held == {
        "Jo": (contacts["Jo"], "jo@acme.example"),
        "Al": (contacts["Al"], "al@acme.example"),
        "Second": (contacts["Jo"], "jo@acme.example"),
    }
    assert found[nobody].get("SuppliedEmail") is None
    quiet(company, sync)


def test_a_number_field_keeps_the_id_as_well(company: Company) -> None:
    number = {"type": "double", "precision": 18, "scale": 0, "external_id": True, "unique": True}
    company.control(company.salesforce, "PUT", "schema", {"object": "Case", "field": "Ticket_No__c", **number})
    id = ticket(company, subject="First")
    exported(company)
    sync = tickets_sync(company, id_field="Ticket_No__c")
    assert run(sync).status is RunState.COMPLETED
    edit_ticket(company, id, subject="Second")
    exported(company, 600)
    run(sync)
    assert [(row["Ticket_No__c"], row["Subject"]) for row in company.salesforce.store.rows("Case")] == [
        (int(id), "Second"),
    ]
    quiet(company, sync)
    assert counts(run(sync, full=True))["planned"] == 0
