"""The button that plans: which systems it may write to (A1), what it waits for (S3.43), on every page that has it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mappings.models import FieldMapping, Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from tests.options import choose
from tests.runs.stored import stored_run, stored_sync

WORDS = ["Both ways, as mapped", "Only to Zendesk", "Only to Salesforce"]


def choices(html: str) -> list[str]:
    return re.findall(r"<option[^>]*>([^<]+)</option>", html.partition('name="direction"')[2].partition("</select>")[0])


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/check/accounts/"])
def test_the_direction_is_chosen_beside_the_button_in_plain_words(as_olaf: Client, quiet_sync: Sync, path: str) -> None:
    choose(create_left="accounts")
    assert choices(as_olaf.get(path).content.decode()) == WORDS


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/check/accounts/"])
def test_where_all_goes_one_way_there_is_nothing_to_choose(as_olaf: Client, quiet_sync: Sync, path: str) -> None:
    assert choices(as_olaf.get(path).content.decode()) == []
    FieldMapping.objects.create(sync=quiet_sync, position=0, left="Phone", right="fields.phone", direction="both")
    assert choices(as_olaf.get(path).content.decode()) == WORDS


def test_people_are_planned_in_a_chosen_direction_too(as_olaf: Client, quiet_sync: Sync) -> None:
    stored_sync("contacts", kind="contacts_users", create_left="contacts")
    stored_run(quiet_sync, RunState.COMPLETED, write=True)
    assert choices(as_olaf.get("/people/").content.decode()) == WORDS


@pytest.mark.parametrize("path", ["/people/", "/", "/runs/", "/runs/check/contacts/"])
def test_every_button_says_what_it_waits_for(as_olaf: Client, quiet_sync: Sync, path: str) -> None:
    stored_sync("contacts", kind="contacts_users")
    html = as_olaf.get(path).content.decode()
    assert "Waits for a complete run of Accounts and organizations" in html
    assert "Plan anyway" in html


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.COMPLETED])
def test_planned_again_a_run_keeps_its_direction(as_olaf: Client, quiet_sync: Sync, state: RunState) -> None:
    run = stored_run(quiet_sync, state, direction="to_right")
    html = as_olaf.get(run.get_absolute_url()).content.decode()
    assert '<input type="hidden" name="direction" value="to_right">' in html
    assert "Plan again: only to Zendesk" in html


def test_the_run_has_the_direction_that_was_chosen(as_olaf: Client, quiet_sync: Sync) -> None:
    as_olaf.post("/runs/plan/accounts/", {"direction": "to_left"})
    assert Run.objects.get().direction == "to_left"
