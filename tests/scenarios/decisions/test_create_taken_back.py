"""Somebody wants a deleted counterpart created again, and takes that back before it is written: nothing is created."""

from __future__ import annotations

import pytest

from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import plan, run


@pytest.mark.parametrize("of_people", [False, True], ids=["account", "contact"])
def test_a_counterpart_that_was_to_be_made_again_stays_deleted_once_that_is_taken_back(
    company: Company, of_people: bool
) -> None:
    sync = ready(company) if of_people else company.configure()
    left = company.contact("One", "a@test.com") if of_people else company.account("Branch")
    completed(sync)
    (right,) = Link.objects.filter(sync=sync).values_list("right_id", flat=True)
    company.api("DELETE", f"{'users' if of_people else 'organizations'}/{right}")
    company.control(company.zendesk, "POST", "clock", {"advance": 90})
    run(sync)
    standing = MirrorRecord.objects.filter(sync=sync, side="left", status="counterpart_deleted")
    assert standing.count() == 1

    decisions.create(sync, side=Side.LEFT, remote_id=left, by=None)
    waiting = plan(sync)
    assert list(waiting.steps.values_list("verb", "left_id")) == [("create", left)]
    services.discard(waiting)
    decisions.take_back(sync, side=Side.LEFT, remote_id=left, by=None)
    run(sync)
    assert not (company.users() if of_people else company.organizations())
    assert standing.count() == 1
    quiet(sync)

    decisions.create(sync, side=Side.LEFT, remote_id=left, by=None)
    completed(sync)
    (made,) = (company.users() if of_people else company.organizations()).values()
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == {left: str(made["id"])}
    quiet(sync)
