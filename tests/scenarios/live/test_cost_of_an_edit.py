"""What keeping up costs: one edit few calls, none of them for what did not change."""

from __future__ import annotations

import pytest
import redis
from django_rq import get_queue
from rq import SimpleWorker

from mappings.models import Sync
from syncadmin.live.nudge import nudge
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import run

pytestmark = pytest.mark.redis
MOST_CALLS = 6


def work() -> None:
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")


def spent(company: Company) -> dict[str, int]:
    """The calls of both systems since they were last asked."""
    found = {**company.calls(company.salesforce), **company.calls(company.zendesk)}
    for system in (company.salesforce, company.zendesk):
        company.control(system, "DELETE", "stats")
    return found


@pytest.fixture
def contacts(company: Company, valkey: redis.Redis) -> Sync:
    """Two contacts of one email, in step with their user; the exports no longer show what was written."""
    account = company.account("Acme")
    run(company.configure())
    for name in ("Ada", "Bea"):
        company.contact(name, "ada@acme.example", account, Title="one")
    sync = company.configure_people(automatic_updates=True)
    company.check_connections()
    run(sync)
    for system in (company.salesforce, company.zendesk):
        company.control(system, "POST", "clock", {"advance": 600})
    jobs.advance_run(services.start(sync, write=True, enqueue=False, trigger=Trigger.AUTOMATIC).pk)
    spent(company)
    return sync


def test_an_edited_contact_costs_few_calls_whoever_finds_it(company: Company, contacts: Sync) -> None:
    """By name, by a nudge without one, and by the clock; its whole email group is looked at."""
    ada = next(id for id, row in company.contacts().items() if row["LastName"] == "Ada")
    runs = Run.objects.count()
    for title, start in (
        ("two", lambda: nudge("sf", "Contact", [ada])),
        ("three", lambda: nudge("sf", "Contact")),
        ("four", automatic.start_due),
    ):
        company.edit(ada, Title=title)
        MirrorRecord.objects.update(needs_planning=False)
        start()
        work()
        calls = spent(company)
        assert sum(calls.values()) <= MOST_CALLS, calls
        assert company.users()["ada@acme.example"]["details"] == title
        spent(company)
    assert Run.objects.count() == runs + 3
    edited = Run.objects.latest("pk")
    assert set(edited.steps.values_list("group", flat=True)) == {"ada@acme.example"}


def test_where_nothing_has_changed_a_look_costs_two_calls_and_leaves_no_run(company: Company, contacts: Sync) -> None:
    runs = set(Run.objects.values_list("pk", flat=True))
    automatic.start_due()
    work()
    assert sum(spent(company).values()) == 2
    nudge("zd", "user", [str(company.users()["ada@acme.example"]["id"])])
    spent(company)
    work()
    assert spent(company) == {"GET /api/v2/users/show_many": 1}
    assert set(Run.objects.values_list("pk", flat=True)) == runs


def test_a_record_that_is_gone_by_now_is_looked_for_in_the_list_of_changes(company: Company, contacts: Sync) -> None:
    bea = next(id for id, row in company.contacts().items() if row["LastName"] == "Bea")
    company.remove(bea)
    nudge("sf", "Contact", [bea])
    work()
    assert MirrorRecord.objects.get(sync=contacts, remote_id=bea).deleted
