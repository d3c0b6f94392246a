"""Tickets that are deleted in Zendesk: their cases are kept, marked or deleted, and nobody's work is lost."""

from __future__ import annotations

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import SKIP
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


def test_a_deleted_ticket_leaves_its_case_alone_and_brings_nothing_back(company: Company) -> None:
    id = ticket(company, subject="Secret")
    exported(company)
    sync = tickets_sync(company)
    run(sync)
    company.remove(cases(company)[id]["Id"])
    gone = ticket(company, subject="Gone")
    company.api("DELETE", f"tickets/{id}")
    company.api("DELETE", f"tickets/{gone}")
    exported(company)
    assert run(sync).status is RunState.COMPLETED
    assert cases(company) == {}


def test_the_case_of_a_deleted_ticket_is_deleted_only_as_long_as_nobody_has_worked_on_it(company: Company) -> None:
    names = ("Gone", "Edited", "Called", "Commented", "Kept", "Late")
    ids = {name: ticket(company, subject=name) for name in names}
    edit_ticket(company, ids["Gone"], comment={"body": "Ours"})
    exported(company)
    sync = tickets_sync(company, when_deleted="delete", comments="public")
    run(sync)
    made = {name: cases(company)[id]["Id"] for name, id in ids.items()}
    company.edit(made["Edited"], Comments="Called back.")
    company.edit(made["Called"], Priority="Low")
    company.salesforce.store.insert("CaseComment", {"ParentId": made["Commented"], "CommentBody": "Mine"})
    for name in names:
        if name != "Kept":
            company.api("DELETE", f"tickets/{ids[name]}")
    exported(company)
    waiting = plan(sync)
    assert waiting.actions == {"delete_right": 2, "skip": 3}, list(waiting.steps.values_list("label", "reason"))
    told = dict(waiting.steps.doing(SKIP).filter(reason_code=ReasonCode.DELETED).values_list("label", "reason"))
    assert told == {
        "Edited": "Deleted in Zendesk; its Salesforce record is left alone, since somebody has edited its Comments",
        "Called": "Deleted in Zendesk; its Salesforce record is left alone, since somebody has edited its Priority",
        "Commented": "Deleted in Zendesk; its Salesforce record is left alone, since it has 1 comment",
    }
    company.edit(made["Late"], Reason="Feedback")
    done = advance(services.approve(waiting, enqueue=False))
    assert counts(done)["conflicts"] == 1, "edited since the plan"
    assert set(cases(company)) == set(ids.values()) - {ids["Gone"]}
    exported(company)
    again = run(sync)
    assert counts(again)["planned"] == 1, list(again.steps.values_list("label", "reason"))
    assert "somebody has edited its Reason" in again.steps.get().reason
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_the_case_of_a_deleted_ticket_says_so_where_that_is_wanted(company: Company) -> None:
    gone, kept = ticket(company, subject="Gone"), ticket(company, subject="Kept")
    exported(company)
    sync = tickets_sync(company, when_deleted="mark")
    run(sync)
    company.api("DELETE", f"tickets/{gone}")
    exported(company)
    marking = run(sync)
    assert marking.actions == {"update_right": 1}
    assert {id: row["Subject"] for id, row in cases(company).items()} == {
        gone: "[Deleted in Zendesk] Gone",
        kept: "Kept",
    }
    exported(company)
    assert counts(run(sync))["planned"] == 0
    company.api("PUT", f"deleted_tickets/{gone}/restore")
    exported(company)
    run(sync)
    assert cases(company)[gone]["Subject"] == "Gone", "a ticket that is back has its case as before"
    advance(services.undo(marking, write=True, enqueue=False))
    assert cases(company)[gone]["Subject"] == "Gone"
