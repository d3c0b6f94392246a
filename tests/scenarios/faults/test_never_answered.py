"""The answer to a creation was lost, and nothing tells whether it took effect: it is not made twice (ADR 4, S3.C16)."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.runs.models import Link, Run, Step
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import advance, plan, run
from tests.worlds.strategies import CREATE, INSERT

CREATE_USERS = {"method": "POST", "path": "/api/v2/users/create_many"}


def lost(company: Company, moment: str = "after", **changes: str | None) -> Sync:
    """A contact without an email, whose user keeps no id; the answer to its creation is lost."""
    sync = ready(company, no_email="create", store_external_id=False)
    company.contact("Voice", changes.get("email"))
    company.fault(company.zendesk, {**CREATE_USERS, "reset": moment, "times": 1})
    run(sync)
    return sync


def voices(company: Company) -> list[str]:
    """The ids of the users that are called so, whether they have an email or not."""
    desk = company.zendesk.store
    desk.settle()
    return [str(user.id) for user in desk.users if user.name == "Voice" and user.active]


def held(of: Run) -> Step:
    """The one creation of a plan that waits for somebody."""
    step = Step.objects.get(run=of, verb="create")
    assert (step.needs_approval, step.reason_code) == (True, "unanswered")
    return step


def include(of: Run) -> Run:
    services.include(of, [held(of).pk])
    return advance(services.approve(of, enqueue=False))


def test_a_contact_without_an_email_becomes_one_user(company: Company) -> None:
    sync = lost(company)
    for _ in range(3):
        run(sync)
    assert len(voices(company)) == 1
    (warning,) = held(plan(sync)).warnings
    first = Run.objects.filter(sync=sync).earliest("pk")
    assert f"Run {first.pk} asked Zendesk to make it" in warning


def test_a_user_without_an_email_becomes_one_contact(company: Company) -> None:
    sync = ready(company, create_left="contacts")
    company.user("Voice Caller", None, phone="+15550001")
    company.fault(company.salesforce, {**INSERT, "reset": "after", "times": 1})
    for _ in range(3):
        run(sync)
    assert len(company.contacts()) == 1
    assert "asked Salesforce to make it" in held(plan(sync)).warnings[0]


def test_what_was_made_after_all_is_linked_by_hand(company: Company) -> None:
    sync = lost(company)
    run(sync)
    (contact,), (user,) = company.contacts(), voices(company)
    decisions.link(sync, left_id=contact, right_id=user, by=None)
    completed(sync)
    assert Link.objects.get(sync=sync, active=True).right_id == user
    assert voices(company) == [user]
    quiet(sync)


def test_what_was_not_made_is_made_once_somebody_includes_it(company: Company) -> None:
    sync = lost(company, "before")
    run(sync)
    assert voices(company) == []
    include(plan(sync))
    (user,) = voices(company)
    assert Link.objects.get(sync=sync, active=True).right_id == user
    quiet(sync)


def test_once_made_and_taken_back_it_is_no_doubt_any_more(company: Company) -> None:
    sync = lost(company, "before")
    made = include(plan(sync))
    advance(services.undo(made, write=True, enqueue=False))
    assert voices(company) == []
    completed(sync)
    assert len(voices(company)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_with_an_email_nobody_is_asked(company: Company, moment: str) -> None:
    """The user would be matched: it is made if it is not there, and linked if it is."""
    sync = lost(company, moment, email="a@test.com")
    completed(sync)
    completed(sync)
    assert len(voices(company)) == 1
    assert Link.objects.get(sync=sync, active=True).right_id == voices(company)[0]
    quiet(sync)


def test_an_account_that_has_another_name_by_now_becomes_one_organization(company: Company) -> None:
    sync = company.configure(store_external_id=False)
    account = company.account("Acme")
    company.fault(company.zendesk, {**CREATE, "reset": "after", "times": 1})
    run(sync)
    company.edit_account(account, Name="Acme Corp")
    run(sync)
    run(sync)
    assert list(company.organizations()) == ["Acme"]
    held(plan(sync))
