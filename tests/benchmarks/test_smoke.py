"""The harness measures what it says. Times are looked at by people, never here."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as harness
from benchmarks import accounts, contacts, machine, portal, tables, tickets
from benchmarks.engine import accounts as engine_accounts
from benchmarks.engine import contacts as engine_contacts
from benchmarks.engine.timing import decisions
from benchmarks.profiles import ZERO
from benchmarks.scenarios import Series
from benchmarks.subjects import Subject


def assert_measured(series: Series) -> None:
    assert series.wrong == ()
    assert all(one.calls.total >= one.floor.calls for one in series.measurements)
    assert all(one.spent.cpu_seconds > 0 and one.spent.peak_bytes > 1_000_000 for one in series.measurements)
    assert {one.calls.rate_limited for one in series.measurements} == {0}


def test_four_runs_over_two_hundred_accounts_write_what_they_must_and_nothing_else():
    """Needs the sandbox and the product as processes of their own."""
    series = accounts.measure(ZERO, 200)
    assert_measured(series)
    loaded, again, changed, touched = series.measurements
    # 200 without two natural persons and the five that are twins
    assert loaded.written == 193
    assert (again.written, changed.written, touched.written) == (0, 2, 0)
    assert loaded.calls.by_template["zendesk POST /api/v2/organizations/create_many"] == 2
    assert changed.calls.by_template["zendesk PUT /api/v2/organizations/update_many"] == 1


def test_four_runs_over_two_hundred_contacts_make_one_user_an_email_with_all_its_organizations():
    """S1.5, S1.12, over the sandbox as a process; the accounts are synced before and not counted."""
    series = contacts.measure(ZERO, 200)
    assert_measured(series)
    loaded, again, edited, touched = series.measurements
    held = series.held
    # every twentieth has the email of another, and three have none
    assert (held["contacts with the email of another"], held["users"]) == (10, 187)
    assert held["users"] > held["users at all of several organizations"] > 0
    assert loaded.written == held["users"] + 10 + held["users at all of several organizations"]
    assert (again.written, edited.written, touched.written) == (0, 50, 0)
    assert loaded.calls.by_template["zendesk POST /api/v2/users/create_many"] == 2
    assert loaded.calls.by_template["zendesk POST /api/v2/organization_memberships/create_many"] == 1
    assert edited.calls.by_template["zendesk PUT /api/v2/users/update_many"] == 1
    assert not [call for call in loaded.calls.by_template if "organizations" in call]
    assert_shown(series)


def test_three_runs_over_two_hundred_tickets_make_each_case_once():
    series = tickets.measure(ZERO, 200)
    assert_measured(series)
    loaded, again, edited = series.measurements
    assert (loaded.written, again.written, edited.written) == (200, 0, 34)
    assert again.calls.total <= 6
    assert series.held["cases with an account"] > 0


def test_five_runs_over_contacts_and_portal_users_write_what_differs_and_nothing_for_nothing():
    """S0.14, S0.16: both objects in one org; nothing changed takes six calls."""
    series = portal.measure(ZERO, 120)
    assert_measured(series)
    loaded, back, again, changed, touched = series.measurements
    assert loaded.written > series.held["pairs that agree"] > 50
    assert (again.written, changed.written, touched.written) == (0, series.held["changed contacts that arrived"], 0)
    assert back.written == 0
    assert again.calls.total <= portal.MOST_CALLS_FOR_NOTHING
    assert not [call for call in loaded.calls.by_template if call.startswith("zendesk")]


def assert_shown(series: Series) -> None:
    """The page has a row for each run and each number that was counted in the end."""
    empty = series.measurements[1].spent
    found = tables.Findings((ZERO,), {(ZERO.name, Subject.CONTACTS): empty}, (series,), (), {}, machine.facts())
    text = tables.document(found)
    assert Subject.CONTACTS.heading in text
    assert Subject.ACCOUNTS.heading not in text
    assert all(f"| 200 | {one.scenario} |" in text for one in series.measurements)
    assert f"| users | {series.held['users']} |" in text
    assert "All 4 runs were checked" in text


@pytest.mark.parametrize("plans", [engine_accounts.plans, engine_contacts.plans])
def test_the_engine_is_timed_on_decisions_that_really_are_taken(plans):
    steps = {word: steps for word, (steps, _) in decisions(plans(40)).items()}
    # of forty contacts two are duplicates: each is linked and brings a membership, none of its fields is synced
    twice = plans is engine_contacts.plans
    assert steps == {"new": 38 + 2 * 2 if twice else 40, "same": 0, "changed": 38 if twice else 40}


def test_results_replace_what_stood_between_the_markers():
    page = f"before\n{harness.BEGIN}old\n{harness.END}after\n"
    assert harness.inserted(page, "new") == f"before\n{harness.BEGIN}\nnew\n{harness.END}after\n"


def test_a_page_without_markers_is_refused():
    with pytest.raises(ValueError, match="markers"):
        harness.inserted("nothing here", "new")
