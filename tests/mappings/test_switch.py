"""Switching a sync off and on from its page (S3.C10)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mappings.models import Sync
from mappings.schemas import Schemas

PAGE = "/syncs/accounts/"


def page(client: Client, path: str = PAGE) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def test_a_sync_is_switched_off_and_on_from_its_page(as_ada: Client, known: Schemas, sync: Sync) -> None:
    assert "Switch this sync off?" in page(as_ada)
    answer = as_ada.post(f"{PAGE}switch/", {"on": "0"}, follow=True).content.decode()
    assert "Accounts and organizations are switched off." in answer
    text = page(as_ada)
    assert "This sync is switched off. It makes no plans and writes nothing" in text
    assert "Make a plan" not in text
    sync.refresh_from_db()
    assert (sync.enabled, sync.switched) == (False, 1)
    as_ada.post(f"{PAGE}switch/", {"on": "1"})
    sync.refresh_from_db()
    assert (sync.enabled, sync.switched) == (True, 2)
    assert "This sync is switched off" not in page(as_ada)


def test_switching_to_what_it_is_changes_nothing(as_ada: Client, sync: Sync) -> None:
    before = sync.revision
    as_ada.post(f"{PAGE}switch/", {"on": "1"})
    sync.refresh_from_db()
    assert (sync.revision, sync.switched) == (before, 0)


@pytest.mark.parametrize("client", ["as_olaf", "as_vera"])
def test_only_administrators_switch(client: str, sync: Sync, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(client).post(f"{PAGE}switch/", {"on": "0"}).status_code == 403


def test_what_is_off_offers_no_plan_on_the_overview_or_in_the_list_of_runs(as_ada: Client, sync: Sync) -> None:
    assert "Make a plan" in page(as_ada, "/")
    assert "Plan accounts" in page(as_ada, "/runs/")
    as_ada.post(f"{PAGE}switch/", {"on": "0"})
    text = page(as_ada, "/")
    assert "Switched off: no plans, no changes." in text
    assert "Make a plan" not in text
    assert "Plan accounts" not in page(as_ada, "/runs/")
    refused = as_ada.post("/runs/plan/accounts/", follow=True).content.decode()
    assert "Switch the sync accounts on first." in refused


def test_a_sync_with_an_option_that_is_gone_can_be_switched_off(as_ada: Client, sync: Sync) -> None:
    """A newer version may have taken an option out of the declaration."""
    Sync.objects.filter(pk=sync.pk).update(options={"bygone": 1})
    assert as_ada.post(f"{sync.get_absolute_url()}switch/", {"on": "no"}).status_code == 302
    assert not Sync.objects.get(pk=sync.pk).enabled
