"""What a plan says that writing it takes, beside what it takes (S3.C9)."""

from __future__ import annotations

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pages.runs import selectors
from syncadmin.runs.pages.runs.cost import cost_of
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, plan

# The first call of a process is for its token; a Salesforce without opportunities has no more to count than cases.
NEARLY = 2
NOT_THERE = 4


def written_as_estimated(run: Run) -> Run:
    """Write a plan: it takes as many calls as the plan has said, as nearly as that can be known."""
    said, before = cost_of(run).estimate, run.calls
    ended = advance(services.approve(run, enqueue=False))
    assert ended.status in (RunState.COMPLETED, RunState.REJECTIONS), ended.message
    took = {system: number - before.get(system, 0) for system, number in ended.calls.items()}
    assert abs(took["zendesk"] - said.right_calls) <= NEARLY, (took, said)
    assert -NEARLY <= said.left_calls - took["salesforce"] <= NOT_THERE, (took, said)
    assert [calls.to_write for calls in selectors.calls_of(ended)] == list(took.values())
    return ended


def undone_as_estimated(run: Run) -> None:
    written_as_estimated(advance(services.undo(run, enqueue=False)))


def accounts(company: Company) -> tuple[Sync, list[str]]:
    for number in range(5):
        company.organization(f"Only here {number}")
    for number in range(102):
        company.organization(f"Known {number}")
        company.account(f"Known {number}", Industry="Energy")
    both = {"left": "NumberOfEmployees", "right": "employees", "direction": "both", "conflict": "left"}
    sync = company.configure(create_left="accounts", mappings=[both])
    return sync, [company.account(f"New {number}", Industry="Energy") for number in range(105)]


def test_accounts_take_as_many_calls_as_their_plans_have_said(company: Company) -> None:
    sync, new = accounts(company)
    first = written_as_estimated(plan(sync))
    for id in new[:101]:
        company.edit_account(id, Industry="Banking")
    for row in list(company.organizations().values())[:7]:
        company.edit_organization(row["id"], organization_fields={"employees": 50})
    undone_as_estimated(written_as_estimated(plan(sync)))
    undone_as_estimated(first)


def test_people_take_as_many_calls_as_their_plans_have_said(company: Company) -> None:
    """New emails and other organizations are what takes most of them."""
    ids = [company.account(f"Company {number}") for number in range(20)]
    written_as_estimated(plan(company.configure()))
    sync = company.configure_people(create_left="contacts")
    for number in range(5):
        company.user(f"Only here {number}", f"o{number}@test.com")
    for number in range(35):
        company.user(f"Known {number}", f"k{number}@test.com")
    people = [company.contact("Known", f"k{number}@test.com", ids[number % 20]) for number in range(35)]
    people += [company.contact("New", f"n{number}@test.com", ids[number % 20]) for number in range(70)]
    first = written_as_estimated(plan(sync))
    for number, id in enumerate(people[:40]):
        company.edit(id, Email=f"later{number}@test.com", **({"LastName": "Later"} if number < 5 else {}))
    for number, id in enumerate(people[40:80]):
        company.edit(id, AccountId=ids[(number + 1) % 20])
    undone_as_estimated(written_as_estimated(plan(sync)))
    undone_as_estimated(first)
