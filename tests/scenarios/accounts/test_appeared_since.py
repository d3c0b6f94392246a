"""Nothing is made in Salesforce twice: what has appeared since a plan was made is looked for first (S3.C16)."""

from __future__ import annotations

import pytest

from syncadmin.runs.models import Run, Step
from syncadmin.runs.services import runs as services
from tests.scenarios.people.test_creating import leads
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import advance, counts, plan, run


def approved(waiting: Run) -> Run:
    return advance(services.approve(waiting, enqueue=False))


def answers(of: Run) -> list[tuple[str, str]]:
    steps = Step.objects.filter(run=of, outcome__code="appeared").select_related("outcome")
    return [(step.operation.word, step.outcome.message) for step in steps]


def test_one_user_does_not_become_a_contact_and_a_lead(company: Company) -> None:
    """Both plans were made before either was approved."""
    contacts = ready(company, create_left="contacts")
    prospects = company.configure_people("leads", create_left="leads")
    company.user("Ann Bell", "ann@test.com")
    first, second = plan(contacts), plan(prospects)
    approved(first)
    ended = approved(second)
    assert (len(company.contacts()), leads(company)) == (1, {})
    assert counts(ended)["conflicts"] == 1
    assert answers(ended) == [("create_left", "Another run has linked the user since the plan was made.")]
    completed(prospects)
    quiet(prospects)
    quiet(contacts)


@pytest.mark.parametrize("email", ["ann@test.com", "ANN@Test.com"])
def test_a_contact_that_somebody_made_since_the_plan_is_not_made_again(company: Company, email: str) -> None:
    sync = ready(company, create_left="contacts")
    company.user("Ann Bell", "ann@test.com")
    company.user("Bob Cole", "bob@test.com")
    waiting = plan(sync)
    by_hand = company.contact("By hand", email)
    ended = approved(waiting)
    assert len(company.contacts()) == 2
    assert answers(ended) == [
        ("create_left", "A Salesforce record with this email was created after the plan was made.")
    ]
    completed(sync)
    assert company.users()["ann@test.com"]["external_id"] == by_hand
    quiet(sync)


def test_an_account_that_somebody_made_since_the_plan_is_not_made_again(company: Company) -> None:
    company.organization("Acme")
    company.organization("Globex")
    sync = company.configure(create_left=True)
    waiting = plan(sync)
    by_hand = company.account("ACME")
    ended = approved(waiting)
    assert set(company.accounts()) == {"ACME", "Globex"}
    assert counts(ended)["conflicts"] == 1
    run(sync)
    assert company.organizations()["ACME"]["external_id"] == by_hand
