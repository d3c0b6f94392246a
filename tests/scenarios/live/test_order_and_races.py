"""Whatever comes first, and whatever comes at once: both sides end equal, and nothing waits."""

from __future__ import annotations

import pytest
import redis
from django_rq import get_queue
from rq import SimpleWorker

from mappings.models import Sync
from syncadmin.live import waiting
from syncadmin.live.nudge import nudge
from syncadmin.runs.services import automatic
from tests.worlds.company import Company
from tests.worlds.runs import counts, run

pytestmark = pytest.mark.redis


def work() -> None:
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")


@pytest.fixture
def live(company: Company, valkey: redis.Redis) -> list[Sync]:
    """Accounts, contacts and leads, all of which somebody has gone live with."""
    first = company.account("First")
    company.contact("Old", "old@first.example", first, Title="one")
    company.lead("Prospect", "prospect@else.example", Title="one")
    company.configure(automatic_updates=True)
    run(Sync.objects.get(slug="accounts"))
    for slug in ("contacts", "leads"):
        more = {} if slug == "contacts" else {"details": "Title"}
        company.configure_people(slug, automatic_updates=True, **more)
        run(Sync.objects.get(slug=slug))
    company.check_connections()
    return list(Sync.objects.order_by("pk"))


def assert_equal(live: list[Sync]) -> None:
    """Nothing waits, and a person who looks finds nothing to do."""
    assert waiting.marked() == []
    for sync in live:
        found = counts(run(sync))
        assert found["planned"] == found["skipped"], (sync.slug, found)


def test_a_contact_that_comes_before_its_account_joins_it_without_a_look(company: Company, live: list[Sync]) -> None:
    account = company.account("Later")
    contact = company.contact("New", "new@later.example", account)
    nudge("sf", "Contact", [contact])
    work()
    nudge("sf", "Account", [account])
    work()
    assert company.member_of(company.users()["new@later.example"]["id"]) == {"Later": True}
    assert_equal(live)


@pytest.mark.parametrize("told", [("Lead", "Contact", "Account"), ("Account", "Contact", "Lead"), ("Contact",)])
def test_a_converted_lead_stays_one_user_whatever_is_told_first(
    company: Company, live: list[Sync], told: tuple[str, ...]
) -> None:
    lead = next(row["Id"] for row in company.salesforce.store.rows("Lead"))
    before = company.users()["prospect@else.example"]["id"]
    company.control(company.salesforce, "POST", "convert", {"lead": lead})
    for object in told:
        nudge("sf", object)
        work()
    if "Lead" not in told:
        automatic.start_due()
        work()
    assert company.users()["prospect@else.example"]["id"] == before
    assert_equal(live)


def test_two_contacts_of_one_email_that_are_edited_at_once_end_as_one_user(company: Company, live: list[Sync]) -> None:
    old = next(id for id, row in company.contacts().items() if row["LastName"] == "Old")
    twin = company.contact("Old", "old@first.example", company.accounts()["First"]["Id"], Title="two")
    for id, title in ((old, "three"), (twin, "four")):
        company.edit(id, Title=title)
        nudge("sf", "Contact", [id])
    work()
    assert company.users()["old@first.example"]["details"] in ("three", "four")
    assert_equal(live)


def test_what_was_told_while_nobody_listened_is_found_by_the_next_look(company: Company, live: list[Sync]) -> None:
    """A webhook during a restart: it is lost, and so are the queue and what waited in it."""
    old = next(id for id, row in company.contacts().items() if row["LastName"] == "Old")
    company.edit(old, Title="two")
    nudge("sf", "Contact", [old])
    get_queue("default").connection.flushall()
    work()
    assert company.users()["old@first.example"]["details"] == "one"
    assert automatic.start_by_clock() == 3
    work()
    assert company.users()["old@first.example"]["details"] == "two"
    assert_equal(live)


def test_an_edit_between_plan_and_write_is_written_by_the_run_behind(
    company: Company, live: list[Sync], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit during a run: one at a time, and one queued behind it."""
    from syncadmin.runs.pipeline.plan import stage

    old = next(id for id, row in company.contacts().items() if row["LastName"] == "Old")
    plan, edits = stage.plan, iter(["three"])

    def planned(context: object) -> None:
        plan(context)  # type: ignore[arg-type]
        for title in edits:
            company.edit(old, Title=title)
            nudge("sf", "Contact", [old])

    monkeypatch.setattr(stage, "plan", planned)
    company.edit(old, Title="two")
    nudge("sf", "Contact", [old])
    work()
    assert company.users()["old@first.example"]["details"] == "three"
    assert_equal(live)
