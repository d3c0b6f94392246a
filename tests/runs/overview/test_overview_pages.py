"""The overview: the way to go live first, then how every sync stands and what to do next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.models import Connection
from mappings.models import FieldMapping, Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Health
from tests.runs.stored import sealed, stored_record, stored_run, stored_step, stored_sync


def page(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def live(sync: Sync) -> None:
    """Everything that the first-run path asks for has been done."""
    Connection.objects.update(last_check_ok=True)
    FieldMapping.objects.create(sync=sync, left="Phone", right="fields.phone", position=1)
    counts = {"written": 5, "skipped": 0, "rejected": 0, "conflicts": 0}
    stored_run(sync, RunState.COMPLETED, counts=counts, write=True)
    Sync.objects.filter(pk=sync.pk).update(automatic_updates=True)


def test_a_new_installation_shows_the_way_to_go_live(as_vera: Client) -> None:
    assert "The way to go live" in page(as_vera)


def test_the_way_stays_until_a_sync_updates_automatically(as_vera: Client, quiet_sync: Sync) -> None:
    stored_run(quiet_sync, RunState.COMPLETED, counts={"written": 0})
    assert "The way to go live" in page(as_vera)
    live(quiet_sync)
    assert "The way to go live" not in page(as_vera)


def test_why_updates_rest_is_asked_for_all_syncs_of_a_list_at_once(as_vera: Client, quiet_sync: Sync) -> None:
    """Each says its own reason, and more of them ask nothing more."""
    Connection.objects.update(last_check_ok=True)
    path, shown = "/kinds/accounts_organizations/", "Automatic updates paused"
    Sync.objects.update(automatic_updates=True)
    waiting = stored_run(quiet_sync)
    with CaptureQueriesContext(connection) as one:
        assert as_vera.get(path).content.decode().count(shown) == 1
    for number in range(3):
        stored_sync(f"more-{number}", automatic_updates=True)
    live(stored_sync("updating"))
    with CaptureQueriesContext(connection) as many:
        assert as_vera.get(path).content.decode().count(shown) == 4
    assert len(many) == len(one)
    assert as_vera.get(f"{path}?format=csv").getvalue().decode().count(shown) == 4
    assert f"run {waiting.pk} waits" in as_vera.get("/runs/rests/accounts/").content.decode()
    assert "The first run is always manual" in as_vera.get("/runs/rests/more-1/").content.decode()


@pytest.mark.parametrize(
    "state, text",
    [
        (RunState.WRITING, "A run is in progress. Watch the run"),
        (RunState.PAUSED, "The run is paused and continues automatically. Open the run"),
        (RunState.FAILED, "The last run failed. See what to do"),
        (RunState.CANCELLED, "What remains was not written. Resume it or plan again"),
        (RunState.COMPLETED, "Nothing to do: both sides are in sync."),
    ],
)
def test_a_card_names_the_next_thing_to_do(as_vera: Client, quiet_sync: Sync, state: RunState, text: str) -> None:
    stored_run(quiet_sync, state)
    assert text in page(as_vera)


def test_a_waiting_plan_is_the_next_thing_with_its_consequence(as_olaf: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync)
    stored_step(run, "Acme", Verb.CREATE.on(Side.RIGHT))
    sealed(run)
    text = page(as_olaf)
    assert "A plan waits for approval: create 1 organization in Zendesk. Read the plan" in text
    assert "Make a plan" not in text


def test_a_card_names_the_guards_that_hold_its_plan_and_leads_to_it(as_vera: Client, quiet_sync: Sync) -> None:
    """S3.C16: nobody has to open the run to see that it waits because of a guard."""
    trip = {"side": "right", "field": "notes", "count": 40, "of": 50, "share": 5, "at_least": 20}
    run = stored_run(quiet_sync, tripped=[{"guard": "blanked", **trip}, {"guard": "renamed", **trip}])
    stored_step(run, "Acme", Verb.CREATE.on(Side.RIGHT))
    sealed(run)
    assert "in Zendesk. 2 guards hold it: fields blanked, records renamed. Read the plan" in page(as_vera)
    assert f'href="/runs/{run.pk}/">Read the plan' in as_vera.get("/").content.decode()


def test_rejections_are_told_as_records(as_vera: Client, quiet_sync: Sync) -> None:
    counts = {"written": 1, "skipped": 0, "rejected": 2, "conflicts": 1}
    stored_run(quiet_sync, RunState.REJECTIONS, counts=counts)
    assert "3 records were not written. Read why" in page(as_vera)


def test_conflicts_alone_are_no_refusals(as_vera: Client, quiet_sync: Sync) -> None:
    stored_run(quiet_sync, RunState.REJECTIONS, counts={"written": 1, "rejected": 0, "conflicts": 2})
    text = page(as_vera)
    assert "Completed with conflicts" in text
    assert "2 records are in conflict and were not overwritten." in text


def test_after_an_undo_nobody_is_told_that_both_sides_agree(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync, RunState.COMPLETED)
    stored_run(quiet_sync, RunState.COMPLETED, undo_of=run)
    text = page(as_vera)
    assert f"What run {run.pk} wrote was taken back. A new plan shows what would be written again." in text
    assert "both sides are in sync" not in text


def test_a_plan_in_which_everything_is_held_says_so(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync)
    stored_step(run, "Acme", Verb.CREATE.on(Side.RIGHT), needs_approval=True)
    sealed(run)
    assert "would write nothing: every step is held back or left out." in page(as_vera)


def test_one_button_stands_out_on_the_overview(as_olaf: Client, quiet_sync: Sync) -> None:
    """On the way to go live it is that of the next step; afterwards that of the first sync with something to do."""
    more = stored_sync("more")
    assert as_olaf.get("/").content.decode().count("btn-primary") == 1
    live(quiet_sync)
    stored_run(more, RunState.FAILED)
    html = as_olaf.get("/").content.decode()
    assert html.count("btn-primary") == 1
    assert re.search(r"btn-primary[^>]*>See what to do<", html)


def test_records_that_need_a_person_are_counted_with_a_link(as_vera: Client, quiet_sync: Sync) -> None:
    stored_run(quiet_sync, RunState.COMPLETED)
    for number in range(12):
        stored_record(quiet_sync, "left", f"001{number}", "Acme", status="ambiguous")
    text = as_vera.get("/").content.decode()
    assert "12 records need you." in text
    assert 'href="/records/?sync=accounts"' in text


def test_only_operators_get_the_plan_button(as_vera: Client, as_olaf: Client, quiet_sync: Sync) -> None:
    assert "Make a plan" in page(as_olaf)
    assert "Make a plan" not in re.sub(r"5\. Plan.*", "", page(as_vera))


def test_a_sync_that_rests_says_since_when(as_vera: Client, quiet_sync: Sync) -> None:
    then, cause = timezone.now() - timedelta(hours=2), "Zendesk refuses the secret."
    Health.objects.create(sync=quiet_sync, failures=3, open_since=then, last_failure=then, cause=cause)
    shown = page(as_vera)
    assert "Automatic updates paused since 2 hours ago" in shown
    assert cause in shown


def test_the_overview_costs_the_same_queries_for_many_syncs_runs_and_records(
    as_vera: Client, quiet_sync: Sync, django_assert_max_num_queries
) -> None:
    for number in range(4):
        sync = stored_sync(f"more{number}")
        for _ in range(25):
            stored_run(sync, RunState.COMPLETED, counts={"written": 1})
        stored_record(sync, "left", "001", "Acme", status="ambiguous")
    with django_assert_max_num_queries(18):
        text = as_vera.get("/").content.decode()
    assert text.count('class="bar tone-') == 80
