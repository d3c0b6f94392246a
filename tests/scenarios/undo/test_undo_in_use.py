"""An undo deletes nothing that somebody works with: what hangs on a record would be lost with it (S3.C16)."""

from __future__ import annotations

import pytest

from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pages.runs import phases
from syncadmin.runs.pipeline.progress import Progress
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, ready, steps_of
from tests.worlds.runs import advance, counts, run


def undone(of: Run) -> Run:
    return advance(services.undo(of, write=True, enqueue=False))


def words(of: Run) -> list[tuple[str, str]]:
    return list(Step.objects.filter(run=of).values_list("reason_code", "reason"))


def ticket(company: Company, **values: object) -> None:
    company.api("POST", "tickets", {"ticket": {"comment": {"body": "Help"}, **values}})


def test_an_organization_with_a_ticket_and_a_user_stays(company: Company) -> None:
    company.account("Acme")
    company.account("Empty")
    done = run(company.configure())
    acme = company.organizations()["Acme"]["id"]
    user = company.user("Zoe", "zoe@test.com", organization_id=acme)
    ticket(company, requester_id=user, organization_id=acme)
    taken_back = undone(done)
    assert set(company.organizations()) == {"Acme"}
    assert ("in_use", "Created by the run, but it has 1 user and 1 ticket now; it was not deleted") in words(taken_back)


def test_the_page_tells_how_far_the_look_at_what_was_made_is(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Acme", "Beta", "Gamma"):
        company.account(name)
    done = run(company.configure())
    told_on_the_page: list[str] = []
    answered = Progress.answered

    def look(progress: Progress) -> None:
        answered(progress)
        told_on_the_page.append(phases.phases(progress.run)[0].asks)

    monkeypatch.setattr(Progress, "answered", look)
    waiting = advance(services.undo(done, enqueue=False))
    asked = "Asking Zendesk what hangs on 3 organizations"
    assert told_on_the_page == [f"{asked}: {number}" for number in (1, 2, 3)]
    assert phases.phases(waiting)[0].asks == ""


def test_what_hangs_on_an_organization_while_the_undo_waits_saves_it(company: Company) -> None:
    company.account("Acme")
    done = run(company.configure())
    waiting = advance(services.undo(done, enqueue=False))
    assert Step.objects.get(run=waiting).operation == Verb.DELETE.on(Side.RIGHT)
    acme = company.organizations()["Acme"]["id"]
    company.user("Zoe", "zoe@test.com", organization_id=acme)
    ended = advance(services.approve(waiting, enqueue=False))
    assert set(company.organizations()) == {"Acme"}
    assert counts(ended)["conflicts"] == 1
    assert Step.objects.get(run=ended).outcome.message == "Since the plan was made it has 1 user; it is left alone."


def test_an_account_that_got_a_contact_stays_with_it(company: Company) -> None:
    company.organization("Acme")
    company.organization("Empty")
    done = run(company.configure(create_left=True))
    company.contact("Ann", "ann@test.com", company.accounts()["Acme"]["Id"])
    taken_back = undone(done)
    assert set(company.accounts()) == {"Acme"}
    assert len(company.contacts()) == 1
    assert ("in_use", "Created by the run, but it has 1 contact now; it was not deleted") in words(taken_back)


@pytest.mark.parametrize("tickets", [1, 2])
def test_a_user_with_tickets_stays(company: Company, tickets: int) -> None:
    sync = ready(company)
    company.contact("One", "a@test.com")
    company.contact("Two", "b@test.com")
    done = completed(sync)
    for _ in range(tickets):
        ticket(company, requester_id=company.users()["a@test.com"]["id"])
    taken_back = undone(done)
    assert set(company.users()) & {"a@test.com", "b@test.com"} == {"a@test.com"}, steps_of(taken_back)
    counted = f"{tickets} ticket{'s' * (tickets > 1)}"
    assert ("in_use", f"Created by the run, but it has {counted} now; it was not deleted") in words(taken_back)


def test_a_contact_with_a_case_stays(company: Company) -> None:
    sync = ready(company, create_left="contacts")
    company.user("Ann Bell", "ann@test.com")
    done = completed(sync)
    contact = next(iter(company.contacts()))
    company.salesforce.store.insert("Case", {"ContactId": contact, "Subject": "Broken"})
    taken_back = undone(done)
    assert contact in company.contacts()
    assert ("in_use", "Created by the run, but it has 1 case now; it was not deleted") in words(taken_back)
