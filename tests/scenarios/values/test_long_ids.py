"""Ids of 255 characters and watermarks of any length, from the first read to the last page, on both databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from connectors.api.values import ID_LENGTH
from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import LogEntry, LoggingLevel, LogSettings
from syncadmin.runs.models import FormerAddress, Link, Run, SideState
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.long_ids import long, long_ids
from tests.worlds.runs import advance, counts, plan, run

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _long() -> Iterator[None]:
    with long_ids():
        yield


def test_long_ids_and_watermarks_go_through_runs_pages_and_files(company: Company, as_olaf: Client) -> None:
    """Records are created, linked by a decision, changed, found by their ids, and undone."""
    acme, globex = company.account("Acme"), company.account("Globex Holding")
    miller = company.contact("Miller", "miller@acme.example", acme)
    theirs = str(company.organization("Globex"))
    accounts, contacts = company.configure(), company.configure_people()
    LogSettings.objects.create(level=LoggingLevel.DEBUG)
    services.discard(plan(accounts))
    page = reverse("records:detail", args=["accounts", "left", long(globex)])
    as_olaf.post(f"{page}decide/", {"verb": "link", "left_id": long(globex), "right_id": long(theirs)})
    first, people = run(accounts), run(contacts)
    assert [counts(run(sync))["planned"] for sync in (accounts, contacts)] == [0, 0]
    ids = {id for pair in Link.objects.values_list("left_id", "right_id") for id in pair}
    assert {len(id) for id in ids} == {ID_LENGTH}
    assert long(theirs) in ids
    assert all(len(mark) > 2_000 for mark in SideState.objects.values_list("watermark", flat=True))
    assert company.organizations()["Acme"]["external_id"] == long(acme)

    company.edit(miller, Email="new@acme.example", Title="Head of Sales")
    changed = run(contacts)
    assert company.member_of(company.users()["new@acme.example"]["id"]) == {"Acme": True}
    assert FormerAddress.objects.get().user_id == Link.objects.get(left_id=long(miller)).right_id

    step = first.steps.get(left_id=long(globex))
    entry = LogEntry.objects.get(left_id=long(globex))
    for wanted, shown in (
        (page, page),
        (f"/records/?q={quote(long(globex))}", page),
        (f"/records/?q={quote(long(globex)[-40:])}", page),
        (reverse("runs:step", args=[first.pk, step.pk]), page),
        (f"/logs/?record={quote(long(globex))}", reverse("logs:story", args=[entry.pk])),
    ):
        answer = as_olaf.get(wanted)
        assert answer.status_code == 200
        assert shown in answer.content.decode(), wanted
    listed = {row["salesforce_id"]: row["zendesk_id"] for row in csv.DictReader(io.StringIO(rows_of(as_olaf, first)))}
    assert listed == dict(Link.objects.filter(sync=accounts).values_list("left_id", "right_id"))

    for done in (changed, people, first):
        assert advance(services.undo(done, write=True, enqueue=False)).status is RunState.COMPLETED
    assert (list(company.organizations()), list(company.users())) == (["Globex"], [])


def rows_of(client: Client, run: Run) -> str:
    """The rows of a run, as its file has them."""
    return b"".join(client.get(reverse("runs:rows", args=[run.pk])).streaming_content).decode()
