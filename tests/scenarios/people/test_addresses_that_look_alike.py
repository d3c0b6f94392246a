"""An address that only looks like one that is there makes no second record before a person has agreed (S3.C16)."""

from __future__ import annotations

from syncadmin.runs.models import Step
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import run

CYRILLIC = "\u0430nn@test.com"  # the first letter only looks like an a


def test_a_user_of_such_an_address_is_held_until_somebody_approves_it(company: Company) -> None:
    company.user("Ann", "ann@test.com")
    company.user("Otto", "ot\uff54o@test.com")
    company.user("Eve", "\u0435ve@test.com")
    sync = ready(company)
    twins = {"Twin": CYRILLIC, "Oskar": "otto@test.com", "Eva": "eve@test.com"}
    for name, email in twins.items():
        company.contact(name, email)
    other, plain = company.contact("Other", CYRILLIC), company.contact("Plain", "ann.n@test.com")
    held = run(sync)
    assert held.unresolved == 4
    steps = {step.label: step for step in Step.objects.filter(run=held)}
    assert {name for name, step in steps.items() if step.state == "done"} == {"Plain"}
    assert plain == steps["Plain"].left_id
    assert {steps[name].state for name in twins} == {"excluded"}
    assert steps["Twin"].warnings == [
        "Zendesk has Ann (ann@test.com), which looks like it. Different emails are never matched."
    ]
    assert "Otto (ot\uff54o@test.com)" in steps["Oskar"].warnings[0]
    assert "Twin" not in {row["name"] for row in company.users().values()}

    run(sync, approve_all=True)
    users = {row["email"]: row["name"] for row in company.users().values()}
    assert {users[email] for email in twins.values()} == set(twins)
    assert company.contacts()[other]["Email"] == CYRILLIC
    quiet(sync)


def test_a_contact_of_such_an_address_is_held_too(company: Company) -> None:
    sync = ready(company, create_left="contacts")
    company.contact("Ann", "ann@test.com")
    completed(sync)
    company.user("Twin", CYRILLIC)
    held = run(sync)
    (step,) = Step.objects.filter(run=held, verb="create", side="left")
    assert (step.state, step.warnings) == ("excluded", ["Salesforce has Ann (ann@test.com), which looks like it."])
    run(sync, approve_all=True)
    assert CYRILLIC in {row["Email"] for row in company.contacts().values()}
