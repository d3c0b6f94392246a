"""A plan that waited: who became staff, was renamed, deleted or made otherwise meanwhile is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import budgets
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Run
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance, plan, run
from tests.worlds.sequences import accounts, runs, title


def test_a_user_that_became_an_agent_since_the_plan(company: Company) -> None:
    """ADR 24, people.md "never touched, nor linked, nor given memberships"."""
    sync = ready(company)
    a = company.account("Acme")
    completed(accounts())
    u = company.user("Old", "a@test.com")
    company.contact("New", "a@test.com", a, Department="Sales")
    waiting = plan(sync)
    company.edit_user(u, role="agent")
    before, members = company.api("GET", f"users/{u}")["user"], company.member_of(u)
    advance(services.approve(waiting, enqueue=False))
    after = company.api("GET", f"users/{u}")["user"]
    assert after | {"updated_at": ""} == before | {"updated_at": ""}
    assert company.member_of(u) == members


def test_a_user_that_became_an_agent_joins_no_organization_beside_new_users(company: Company) -> None:
    """Memberships that go out with the last new users are looked at as those in a round of their own."""
    contacts = ready(company)
    contact = company.contact("Una", "una@test.com")
    run(contacts)
    account = company.account("Acme")
    run(company.configure())
    company.edit(contact, AccountId=account)
    company.contact("New", "new@test.com", account)
    waiting = plan(contacts)
    assert waiting.steps.filter(relation="membership", right_id__gt="").exists()
    user = company.users()["una@test.com"]["id"]
    company.edit_user(user, role="agent")
    advance(services.approve(waiting, enqueue=False))
    assert not company.member_of(user)
    assert company.users()["new@test.com"]


def test_the_email_of_a_user_that_became_an_agent_stays(company: Company) -> None:
    sync = ready(company)
    c = company.contact("New", "a@test.com")
    completed(sync)
    u = company.users()["a@test.com"]["id"]
    company.edit(c, Email="b@test.com")
    waiting = plan(sync)
    company.edit_user(u, role="agent")
    advance(services.approve(waiting, enqueue=False))
    assert company.api("GET", f"users/{u}")["user"]["email"] == "a@test.com"


def test_an_undo_that_waited_touches_no_agent(company: Company) -> None:
    sync = ready(company)
    c = company.contact("One", "a@test.com")
    completed(sync)
    company.edit(c, LastName="Two")
    ended = completed(sync)
    u = company.users()["a@test.com"]["id"]
    waiting = advance(services.undo(ended, enqueue=False))
    company.edit_user(u, role="agent")
    advance(services.approve(waiting, enqueue=False))
    assert company.api("GET", f"users/{u}")["user"]["name"] == "Two"


def test_an_organization_renamed_since_the_plan(company: Company) -> None:
    """It may be another company by now: nothing is linked, and its new name stays."""
    sync = company.configure()
    company.account("Acme")
    org = company.organization("Acme")
    waiting = plan(sync)
    company.edit_organization(org, name="Zeta")
    ended = advance(services.approve(waiting, enqueue=False))
    assert ended.counts["conflicts"] == 1
    runs(sync, 2)
    assert set(company.organizations()) == {"Acme", "Zeta"}


def test_a_user_with_another_email_since_the_plan(company: Company) -> None:
    sync = ready(company)
    c = company.contact("One", "a@test.com")
    u = company.user("One", "a@test.com")
    waiting = plan(sync)
    base = f"users/{u}/identities"
    new = company.api("POST", base, {"identity": {"type": "email", "value": "other@test.com", "verified": True}})
    old = next(one for one in company.api("GET", base)["identities"] if one["value"] == "a@test.com")
    company.api("PUT", f"{base}/{new['identity']['id']}/make_primary")
    company.api("DELETE", f"{base}/{old['id']}")
    real = company.user("Real One", "a@test.com")
    advance(services.approve(waiting, enqueue=False))
    runs(sync, 3)
    assert Link.objects.filter(left_id=c, right_id=real).exists()


def test_no_contact_of_a_user_deleted_or_promoted_since(company: Company) -> None:
    """ADR 24. In Salesforce mistakes are the hardest to clean up."""
    sync = ready(company, create_left="contacts")
    gone, agent = company.user("Gone Away", "g@test.com"), company.user("Boss Agent", "s@test.com")
    waiting = plan(sync)
    company.api("DELETE", f"users/{gone}")
    company.edit_user(agent, role="agent")
    advance(services.approve(waiting, enqueue=False))
    assert company.contacts() == {}


def test_no_account_of_an_organization_deleted_since(company: Company) -> None:
    sync = company.configure(create_left="accounts")
    org = company.organization("Gone")
    waiting = plan(sync)
    company.api("DELETE", f"organizations/{org}")
    advance(services.approve(waiting, enqueue=False))
    assert company.accounts() == {}


def test_no_user_of_a_contact_deleted_while_the_plan_waited(company: Company) -> None:
    """A plan that is written at once costs no further look at each of its records."""
    sync = ready(company)
    c = company.contact("One", "a@test.com")
    waiting = plan(sync)
    company.remove(c)
    Run.objects.update(planned_at=waiting.planned_at - timedelta(hours=1))
    advance(services.approve(waiting, enqueue=False))
    assert company.users() == {}


def test_a_run_is_not_resumed_with_another_filter(company: Company) -> None:
    sync = company.configure()
    company.account("Acme", Type="Prospect")
    approved = services.approve(plan(sync), enqueue=False)
    services.cancel(approved)
    advance(approved)
    company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})
    with pytest.raises(services.Stale, match="The mapping was changed"):
        services.resume(Run.objects.get(pk=approved.pk), enqueue=False)
    assert company.organizations() == {}


def test_a_paused_run_is_left_off_when_the_mapping_was_changed(company: Company) -> None:
    """What it had sent is looked up; a new run goes on with what is left."""
    sync = ready(company, details="", mappings=[{"left": "Title", "right": "title"}])
    c = company.contact("One", "a@test.com")
    completed(sync)
    company.edit(c, Title="Secret")
    busy = {"status": 503, "headers": {"Retry-After": "600"}, "body": {}}
    company.fault(company.zendesk, {"method": "PUT", "path": "/api/v2/users/update_many", "times": 9, "answer": busy})
    paused = run(sync)
    assert paused.status is RunState.PAUSED
    company.fault(company.zendesk)
    company.configure_people(details="", mappings=[])
    budgets._counter.cache_clear()
    Run.objects.filter(pk=paused.pk).update(paused_until=None)
    ended = advance(services.resume(Run.objects.get(pk=paused.pk), enqueue=False, by_itself=True))
    assert ended.status is RunState.CANCELLED
    assert ended.message.startswith("The mapping was changed after this plan was made")
    assert title(company, "a@test.com") is None
