"""A field that changed on both sides, where the mapping says to ask: both values are shown, and a person chooses."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from connectors.models import Connection
from mappings.models import FieldMapping, Sync
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import CONFLICT
from syncadmin.runs.models import FieldChoice, Link, MirrorRecord, Run
from tests.runs.records.test_record_pages import page
from tests.runs.stored import change, sealed, stored_record, stored_run, stored_step

pytestmark = pytest.mark.postgres
FIELD = "fields.annual_revenue"
RECORD = "/records/accounts/left/001A/"
CHOOSE = f"{RECORD}choose/"


@pytest.fixture
def acme(quiet_sync: Sync, salesforce: Connection, zendesk: Connection) -> MirrorRecord:
    """Both sides have changed the revenue since the last sync."""
    Sync.objects.filter(pk=quiet_sync.pk).update(left=salesforce, right=zendesk)
    sync = Sync.objects.get(pk=quiet_sync.pk)
    schemas(sync)
    FieldMapping.objects.create(
        sync=sync, position=0, left="AnnualRevenue", right=FIELD, direction="both", conflict="ask"
    )
    stored_record(sync, "right", "71", "Acme", values={"name": "Acme", FIELD: 30})
    Link.objects.create(
        sync=sync, left_id="001A", right_id="71", last_synced={"name": "Acme", FIELD: 10}, synced_at=timezone.now()
    )
    values = {"Name": "Acme", "AnnualRevenue": 20}
    return stored_record(sync, "left", "001A", "Acme", status="conflict", values=values)


@pytest.fixture
def conflict(acme: MirrorRecord) -> Run:
    run = stored_run(acme.sync, RunState.REJECTIONS)
    stored_step(
        run, "Acme", CONFLICT, change(FIELD, 30, 20, "Changed on both sides"), state=StepState.CONFLICT,
        left_id="001A", right_id="71", reason_code="both_changed", last_synced={FIELD: 10}, recorded=True,
    )  # fmt: skip
    return sealed(run)


def test_the_record_asks_and_keeps_what_was_chosen_until_it_is_taken_back(as_olaf: Client, acme: MirrorRecord) -> None:
    assert "Changed on both sides since the last sync. Which value stays?" in page(as_olaf, RECORD)
    as_olaf.post(CHOOSE, {"choice": f"{FIELD} right"})
    choice = FieldChoice.objects.get()
    assert (choice.wins, choice.left, choice.right) == ("right", 20, 30)
    acme.refresh_from_db()
    assert acme.needs_planning
    text = page(as_olaf, RECORD)
    assert "olaf chose the value in Zendesk. The next plan writes it to the other side." in text
    assert "Which value stays?" not in text
    assert "The value to keep was chosen: read or take back the choice" in text
    assert "nothing to decide" not in text
    as_olaf.post(CHOOSE, {"choice": f"{FIELD} none"})
    assert "Which value stays?" in page(as_olaf, RECORD)


def test_values_of_a_deleted_record_are_those_it_had_before(as_olaf: Client, acme: MirrorRecord) -> None:
    """They are not what is there now, differ from nothing, and nobody is asked to choose between them."""
    assert "Zendesk now" in page(as_olaf, RECORD)
    MirrorRecord.objects.filter(sync=acme.sync, side="right").update(deleted=True)
    text = page(as_olaf, RECORD)
    assert "Zendesk before it was deleted" in text
    assert "Zendesk now" not in text
    assert "Salesforce now" in text
    assert "Which value stays?" not in text
    assert "Differs" not in text


def test_a_conflict_without_a_question_says_what_goes_on(as_olaf: Client, acme: MirrorRecord) -> None:
    """Somebody edited it after the plan was made: there is no value to choose, and something to do all the same."""
    MirrorRecord.objects.filter(pk=acme.pk).update(values={"Name": "Acme", "AnnualRevenue": 30})
    text = page(as_olaf, RECORD)
    assert "Which value stays?" not in text
    assert "nothing to decide" not in text
    assert text.count("Make a plan: it looks at both values again.") == 2


def test_a_choice_between_other_values_counts_no_more(as_olaf: Client, acme: MirrorRecord) -> None:
    as_olaf.post(CHOOSE, {"choice": f"{FIELD} left"})
    MirrorRecord.objects.filter(pk=acme.pk).update(values={"Name": "Acme", "AnnualRevenue": 21})
    assert "Which value stays?" in page(as_olaf, RECORD)


def test_a_viewer_sees_the_question_and_cannot_answer_it(as_vera: Client, acme: MirrorRecord) -> None:
    assert "An operator can choose which value stays." in page(as_vera, RECORD)
    assert as_vera.post(CHOOSE, {"choice": f"{FIELD} left"}).status_code == 403


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("name left", "The mapping does not write this field both ways any more"),
        ("nothing left", "The mapping does not write this field both ways any more"),
        (f"{FIELD} none", "There was no choice to take back."),
        ("", "There was no choice to take back."),
    ],
)
def test_what_cannot_be_chosen_is_told(as_olaf: Client, acme: MirrorRecord, choice: str, told: str) -> None:
    response = as_olaf.post(CHOOSE, {"choice": choice}, follow=True)
    assert told in response.content.decode()
    assert not FieldChoice.objects.exists()


def test_a_pair_that_was_parted_leaves_nothing_to_choose(as_olaf: Client, acme: MirrorRecord) -> None:
    Link.objects.all().delete()
    response = as_olaf.post(CHOOSE, {"choice": f"{FIELD} left"}, follow=True)
    assert "These two are not linked any more" in response.content.decode()


def test_a_field_that_the_mapping_decides_asks_nobody(as_olaf: Client, acme: MirrorRecord) -> None:
    FieldMapping.objects.update(conflict="left")
    assert "Which value stays?" not in page(as_olaf, RECORD)


def test_a_run_shows_the_three_values_and_leads_to_the_choice(as_olaf: Client, conflict: Run) -> None:
    step = conflict.steps.get()
    text = page(as_olaf, f"/runs/{conflict.pk}/steps/{step.pk}/")
    assert re.search(r"Salesforce now Last agreed on Zendesk now Why .* 20 10 30 Changed on both sides", text)
    assert "Which value stays? Keep 20 (Salesforce)" in text
