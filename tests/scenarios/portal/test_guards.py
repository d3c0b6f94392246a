"""The guards of contacts and portal users: those that can count something of them, and no others."""

from __future__ import annotations

import pytest
from django.test import Client

from mappings.config.file import ConfigFileError
from mappings.models import Sync
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.worlds import portal
from tests.worlds.company import Company
from tests.worlds.portal import member, user
from tests.worlds.runs import advance, run


def test_guards_of_what_never_happens_here_are_not_offered_nor_taken_from_a_file(
    company: Company, sync: Sync, as_ada: Client
) -> None:
    company.check_connections()
    schemas(sync)
    page = as_ada.get("/syncs/portal/").content.decode()
    for words, shown in {
        "Fields blanked": True,
        "Values of people replaced": True,
        "Records created": False,
        "Records renamed": False,
        "Records deleted": False,
        "Memberships removed": False,
    }.items():
        assert (words in page) is shown, words
    for guard in ("created", "renamed", "deleted", "memberships_removed"):
        with pytest.raises(ConfigFileError, match=guard):
            company.store({**portal.SYNC, "guards": {guard: {"share": 1}}})


def test_many_emptied_titles_wait_for_approval_and_are_written_then(company: Company, sync: Sync, acme: str) -> None:
    company.store({**portal.SYNC, "guards": {"blanked": {"share": 10, "at_least": 3}}})
    pairs = [member(company, f"Member{number}", acme, Title="Buyer") for number in range(4)]
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    for contact, _ in pairs[:3]:
        company.edit(contact, Title=None)
    held = run(sync)
    assert held.status is RunState.PLANNED, held.message
    assert [trip["guard"] for trip in held.tripped] == ["blanked"]
    assert {user(company, her)["Title"] for _, her in pairs} == {"Buyer"}, "nothing is written before"
    advance(services.approve(held, enqueue=False))
    assert [user(company, her).get("Title") for _, her in pairs] == [None, None, None, "Buyer"]
