"""The commands with people: what they count, what they refuse, and what a script reads of it."""

from __future__ import annotations

from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.people import completed, ready


def run(slug: str, *options: str):
    return manage("sync", "run", slug, "--inline", "--json", *options)


def test_a_run_of_people_counts_users_links_and_memberships(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    ready(company)
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    company.contact("Three", "b@test.com")
    said = run("contacts")
    assert (said.code, said.json["state"]) == (0, "completed")
    wrote = {action: number for action, number in said.json["actions"].items() if number and action != "skip"}
    assert wrote == {"create_right": 2, "link": 1, "add_membership": 1}
    assert said.json["counts"]["written"] == 4
    assert run("contacts").json["counts"]["planned"] == 0


def test_people_before_their_organizations_are_refused_with_what_to_do_and_run_when_told_to(company: Company) -> None:
    """S3.43."""
    company.configure()
    company.configure_people()
    refused = run("contacts")
    assert (refused.code, refused.out) == (1, "")
    assert "Accounts and organizations must be synced first" in refused.err
    assert "--out-of-order" in refused.err
    assert run("contacts", "--out-of-order").code == 0


def test_a_run_that_would_cause_welcome_mails_waits_and_says_why(company: Company) -> None:
    """S3.C4."""
    company.set_up(agent_created_welcome_emails=True)
    ready(company, welcome_mail="zendesk")
    company.contact("One", "a@test.com")
    said = run("contacts")
    assert (said.code, said.json["state"]) == (2, "planned")
    assert company.users() == {}


def test_an_undo_takes_users_back(company: Company) -> None:
    company.account("First")
    sync = ready(company)
    company.contact("One", "a@test.com")
    done = completed(sync)
    said = manage("sync", "undo", str(done.pk), "--json")
    assert (said.code, said.json["actions"]["delete_right"]) == (0, 1)
    assert company.users() == {}
