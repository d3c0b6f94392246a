"""Contacts and portal users in step: both sides are objects of one Salesforce org (S0.1-S0.14)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mappings.config import store as config_store
from mappings.models import Sync
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.worlds import portal
from tests.worlds.company import Company
from tests.worlds.portal import member, user
from tests.worlds.runs import advance, counts, plan, run


@pytest.fixture
def sync(company: Company) -> Sync:
    return company.store(portal.SYNC)


@pytest.fixture
def acme(company: Company) -> str:
    return company.account("Acme")


def test_two_fields_are_planned_written_left_alone_changed_and_undone(company: Company, sync: Sync, acme: str) -> None:
    okafor, her_user = member(company, "Okafor", acme, Title="Buyer", Phone="111")
    lind, his_user = member(company, "Lind", acme, Title="Clerk", Phone="222")
    company.contact("Solo", account=acme, Title="Alone")
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head of Buying")
    company.edit(his_user, Phone="999")

    waiting = plan(sync)
    assert waiting.status is RunState.PLANNED, waiting.message
    assert user(company, her_user)["Title"] == "Buyer", "a plan writes nothing"
    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    assert user(company, her_user)["Title"] == "Head of Buying"
    assert company.contacts()[lind]["Phone"] == "999"
    assert counts(run(sync))["planned"] == 0, "the echo of what was written is no news"

    company.edit(her_user, Title="Director", Phone="333")
    second = run(sync)
    assert {name: company.contacts()[okafor][name] for name in ("Title", "Phone")} == {
        "Title": "Director",
        "Phone": "333",
    }
    undone = advance(services.undo(second, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, undone.message
    assert company.contacts()[okafor]["Title"] == "Head of Buying"
    assert [step.label for step in plan(sync).steps.all()] == ["Okafor"], "the next plan wants the same again"


def test_a_file_without_mappings_has_title_and_phone(company: Company, sync: Sync) -> None:
    text = config_store.export("portal")
    for field in ("Title", "Phone"):
        assert f"- left: {field}\n    right: {field}\n    direction: both\n    conflict: newest\n" in text


FOREIGN = re.compile(r"\b(Zendesk|organi[sz]ations?|helpdesk|leads?)\b", re.IGNORECASE)


@pytest.mark.redis
def test_its_pages_speak_of_contacts_and_portal_users_alone(
    company: Company, sync: Sync, acme: str, as_ada: Client
) -> None:
    company.check_connections()
    schemas(sync)
    okafor, her_user = member(company, "Okafor", acme, Title="Buyer")
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Director")
    waiting = plan(sync)
    shown = [f"/runs/{waiting.pk}/", "/syncs/portal/", "/runs/check/portal/", "/kinds/contacts_portal_users/"]
    written = advance(services.approve(waiting, enqueue=False))
    undo = advance(services.undo(written, enqueue=False))
    records = [f"/records/portal/left/{okafor}/", f"/records/portal/right/{her_user}/"]
    setup = "/kinds/contacts_portal_users/add/"
    for address in (*shown, *records, f"/runs/{undo.pk}/", setup):
        answer = as_ada.get(address)
        found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
        assert answer.status_code == 200, address
        assert found, address
        text = re.sub(r"<(script|style|svg|select).*?</\1>|<[^>]+>", " ", found[0], flags=re.DOTALL)
        assert FOREIGN.findall(text) == [], address
