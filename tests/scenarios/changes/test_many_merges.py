"""More merges than one run asks about, and the undo of a run that followed one (S1.39)."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pipeline.shared import counterpart_merges
from syncadmin.runs.services import runs as services
from tests.scenarios.changes.test_merges import linked, merge_organizations
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet
from tests.worlds.runs import advance, run


def test_merges_that_one_run_has_no_time_to_ask_about_are_asked_about_by_the_next(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then they are not called deleted: that would be for good."""
    monkeypatch.setattr(counterpart_merges, "MOST_ASKED", 1)
    accounts = company.configure()
    names = ("Branch", "Plant", "Shop")
    made = {name: company.account(name) for name in names}
    completed(accounts)
    before = {name: row["id"] for name, row in company.organizations().items()}
    winners = {name: company.organization(f"New {name}") for name in names}
    for name in names:
        merge_organizations(company, winners[name], before[name])
    run(accounts)
    followed = {id for id, right in linked(accounts).items() if right in {str(winner) for winner in winners.values()}}
    waiting = MirrorRecord.objects.filter(sync=accounts, side="left", needs_planning=True)
    assert (len(followed), waiting.count()) == (1, 2)
    assert not MirrorRecord.objects.filter(sync=accounts, status="counterpart_deleted").exists()
    for _ in range(2):
        run(accounts)
    assert linked(accounts) == {made[name]: str(winners[name]) for name in names}
    quiet(accounts)


def test_the_undo_of_a_run_that_followed_a_merge_leaves_the_record_that_is_left_as_people_had_it(
    company: Company,
) -> None:
    accounts = company.configure()
    branch = company.account("Branch", Description="Ours")
    completed(accounts)
    loser = company.organizations()["Branch"]["id"]
    winner = company.organization("Stranger", notes="Theirs")
    merge_organizations(company, winner, loser)
    followed = completed(accounts)
    assert (linked(accounts), company.organizations()["Branch"]["id"]) == ({branch: str(winner)}, winner)
    back = advance(services.approve(advance(services.undo(followed, enqueue=False)), enqueue=False))
    assert back.status is RunState.COMPLETED, list(back.steps.values_list("verb", "state", "reason"))
    found = company.organizations()
    assert (found["Stranger"]["id"], found["Stranger"]["notes"], found["Stranger"]["external_id"]) == (
        winner, "Theirs", None,
    )  # fmt: skip
    assert str(winner) not in linked(accounts).values()
    assert company.accounts()["Branch"]["Description"] == "Ours"
