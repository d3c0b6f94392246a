"""What a run has sent and got no answer to is looked up before another run plans anything on it."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.runs.models import Link, Step
from syncadmin.runs.pipeline.progress import release, take_lease
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage import summary
from tests.options import choose
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import counts, plan, run, wake

pytestmark = pytest.mark.usefixtures("short_pauses")

UPDATE = {"method": "PUT", "path": "/api/v2/users/update_many"}
LOOK = {"method": "GET", "path": "/api/v2/users/show_many", "skip": 1}
DOWN = {"status": 500, "body": {}}


@pytest.mark.parametrize("ended", ["paused", "cancelled"])
def test_a_lead_gets_the_user_that_its_contact_was_being_linked_to(company: Company, ended: str) -> None:
    """The answer to users/update_many is lost, and nothing can be looked up until the run has stopped."""
    sync = ready(company)
    leads = company.configure_people("leads")
    user = company.user("Ann Bell", "ann@test.com")
    contact = company.contact("Bell", "ann@test.com", Title="Boss")
    company.lead("Bell", "ann@test.com")
    down = {**LOOK, "times": 99, "answer": DOWN}
    company.fault(company.zendesk, {**UPDATE, "times": 1, "reset": "after"}, down)
    stopped = run(sync)
    assert stopped.status is RunState.PAUSED, (stopped.message, steps_of(stopped))
    assert Step.objects.filter(run=stopped, state="unknown").exists()
    if ended == "cancelled":
        services.cancel(stopped)
    company.fault(company.zendesk)
    waiting = plan(leads)
    assert not Step.objects.filter(run=waiting, verb="create").exists(), steps_of(waiting)
    assert Link.objects.get(sync=sync, left_id=contact, active=True).right_id == str(user)
    assert not Step.objects.filter(run=stopped, state__in=["unknown", "sending"]).exists()
    stopped.refresh_from_db()
    assert counts(stopped)["written"] == 1
    shown = {group.state for group in summary.groups(stopped) if group.count}
    assert not shown & {StepState.SENDING, StepState.UNKNOWN}, "its page counts as its row does"
    if ended == "paused":
        assert wake(stopped).status is RunState.COMPLETED
    else:
        quiet(sync)
    run(leads)
    assert len(company.users()) == 1
    quiet(leads)


def test_what_another_worker_is_looking_up_is_waited_for(company: Company) -> None:
    """It may have been taken a moment before, or stand still: either may yet record what became of the write."""
    sync = ready(company)
    leads = company.configure_people("leads")
    company.user("Ann Bell", "ann@test.com")
    company.contact("Bell", "ann@test.com", Title="Boss")
    company.lead("Bell", "ann@test.com")
    company.fault(company.zendesk, {**UPDATE, "times": 1, "reset": "after"}, {**LOOK, "times": 99, "answer": DOWN})
    stopped = services.cancel(run(sync))
    company.fault(company.zendesk)
    taken = take_lease(stopped.pk)
    assert taken
    waiting = run(leads)
    assert waiting.status is RunState.PAUSED, steps_of(waiting)
    assert f"run {stopped.pk}" in waiting.message
    assert not waiting.steps.exists(), "nothing is planned on what is not known"
    release(taken)
    assert wake(waiting).status is RunState.COMPLETED
    assert len(company.users()) == 1
    quiet(leads)


def test_a_sync_whose_mapping_does_not_fit_stops_no_other(company: Company) -> None:
    """What it left open stays so until its mapping is mended, and nothing is planned on it meanwhile."""
    sync = ready(company)
    leads = company.configure_people("leads")
    user = company.user("Ann Bell", "ann@test.com")
    contact = company.contact("Bell", "ann@test.com", Title="Boss")
    company.fault(company.zendesk, {**UPDATE, "times": 1, "reset": "after"}, {**LOOK, "times": 99, "answer": DOWN})
    stopped = run(sync)
    services.cancel(stopped)
    company.fault(company.zendesk)
    tags = sync.option("tags")
    choose(sync, tags=["Gone__c"])
    company.lead("Bell", "ann@test.com")
    company.lead("Fox", "fox@test.com")
    completed(leads)
    assert set(company.users()) == {"ann@test.com", "fox@test.com"}
    assert Step.objects.filter(run=stopped, recorded=False, state="unknown").exists()
    choose(sync, tags=tags)
    completed(leads)
    assert not Step.objects.filter(run=stopped, recorded=False).exists()
    assert Link.objects.get(sync=sync, left_id=contact, active=True).right_id == str(user)
    assert len(company.users()) == 2


def test_what_a_cancelled_run_has_written_and_not_recorded_is_recorded(company: Company) -> None:
    """A worker has died between the two."""
    sync = ready(company)
    user = company.user("Ann Bell", "ann@test.com")
    company.contact("Bell", "ann@test.com", Title="Boss")
    done = completed(sync)
    Step.objects.filter(run=done).update(recorded=False)
    Link.objects.filter(sync=sync).update(active=False)
    type(done).objects.filter(pk=done.pk).update(state=RunState.CANCELLED)
    run(company.configure_people("leads"))
    assert Link.objects.get(sync=sync, active=True).right_id == str(user)
