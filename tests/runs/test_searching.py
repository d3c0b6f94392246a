"""The search in Records: any part of a name, an email or an id, over all syncs, a pair in one row."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.storage import search
from tests.runs.stored import stored_record, stored_sync

pytestmark = pytest.mark.postgres
SHORT, WHOLE = "0035e0000ABCDEF", "0035e0000ABCDEFAAZ"


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rows(client: Client, query: str) -> list[str]:
    """The rows of the list: name, email, ids, sync, state."""
    html = client.get(f"/records/{query}").content.decode()
    return [text(row).strip() for row in re.findall(r'<tr role="row"[^>]*>(.*?)</tr>', html, re.DOTALL)[1:]]


@pytest.fixture
def world(db: None) -> dict[str, Sync]:
    """A company, a contact who is a user, a user that nobody knows and both syncs of people have read."""
    syncs = {
        name: stored_sync(name, kind=kind)
        for name, kind in (
            ("accounts", "accounts_organizations"),
            ("contacts", "contacts_users"),
            ("leads", "leads_users"),
        )
    }
    stored_record(syncs["accounts"], "left", "0015e0000000001AAA", "Acme Rockets & Söhne GmbH", status="in_sync",
                  match_key="acme rockets & söhne gmbh", lookalike_key="acme rockets sohne")  # fmt: skip
    stored_record(syncs["accounts"], "right", "360001", "Acme Rockets & Söhne GmbH", status="in_sync")
    Link.objects.create(sync=syncs["accounts"], left_id="0015e0000000001AAA", right_id="360001")
    person = {"match_key": "wile.coyote@desert.example", "lookalike_key": "wile e coyote"}
    stored_record(syncs["contacts"], "left", WHOLE, "Wile E. Coyote", status="conflict", **person)
    for name in ("contacts", "leads"):
        stored_record(syncs[name], "right", "901", "Wile Coyote", **{**person, "lookalike_key": "wile coyote"})
        stranger = {"match_key": "road@runner.example", "lookalike_key": "road runner", "status": "unmatched"}
        stored_record(syncs[name], "right", "902", "Road Runner", **stranger)
    Link.objects.create(sync=syncs["contacts"], left_id=WHOLE, right_id="901")
    return syncs


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((part, "Acme") for part in ("Acme", "rocket", "KETS", "söhne", "SOHNE", "& s", "0015e0000000001", "360001")),
        *((part, "Coyote") for part in ("coyote", "yot", "e. coy", "desert", ".coyote@", "WILE.COYOTE@DESERT.EXAMPLE")),
        *((part, "Coyote") for part in (SHORT, WHOLE, f" {WHOLE} ", "ABCDEFAAZ", "901")),
        *((words, "Coyote") for words in ("coyote wile", "COYOTE  desert", f"wile {SHORT}", "yote ile 901")),
        *((words, "Acme") for words in ("gmbh acme", "sohne rockets", "Acme 360001")),
        *((part, "Road") for part in ("unn", "runner.example", "902", "runner")),
    ],
)
def test_any_part_finds_the_pair_in_one_row_over_all_syncs(
    as_vera: Client, world: dict[str, Sync], typed: str, name: str
) -> None:
    (row,) = rows(as_vera, f"?q={quote(typed)}")
    assert row.startswith(name) or name in row


@pytest.mark.parametrize("typed", ["%", "_", "nobody", "acme%rox", "\\", "'", "acme coyote", "wile runner"])
def test_what_nobody_has_finds_nothing(as_vera: Client, world: dict[str, Sync], typed: str) -> None:
    assert "Nothing matches this filter" in as_vera.get("/records/", {"q": typed}).content.decode()


def test_a_pair_shows_both_ids_and_its_sync(as_vera: Client, world: dict[str, Sync]) -> None:
    (row,) = rows(as_vera, "?q=coyote")
    assert f"Salesforce {WHOLE} = Zendesk 901 contacts Conflict" in row
    (row,) = rows(as_vera, "?q=coyote&side=right&sync=contacts")
    assert f"Zendesk 901 = Salesforce {WHOLE}" in row


def test_one_sync_or_one_state_narrows_the_search_and_says_where_else_to_look(
    as_vera: Client, world: dict[str, Sync]
) -> None:
    assert rows(as_vera, "?q=a&sync=accounts&standing=in_sync")[0].startswith("Acme")
    assert len(rows(as_vera, "?q=coyote&standing=needs")) == 1
    page = as_vera.get("/records/?q=acme&standing=needs").content.decode()
    assert "Nothing matches this filter" in page
    assert 'href="?q=acme&amp;standing="' in page
    assert rows(as_vera, "?q=acme&standing=")[0].startswith("Acme")


@pytest.mark.parametrize(
    ("query", "state"),
    [("", "Needs a person"), ("?q=acme", "Any state"), ("?q=acme&standing=in_sync", "In sync"),
     ("?standing=", "Any state"), ("?standing=without", "Without a counterpart"),
     ("?standing=pending", "To be planned")],
)  # fmt: skip
def test_the_filter_says_which_states_the_list_shows(
    as_vera: Client, world: dict[str, Sync], query: str, state: str
) -> None:
    html = as_vera.get(f"/records/{query}").content.decode()
    chosen = re.search(r'<select name="standing".*?</select>', html, re.DOTALL)
    assert chosen
    assert re.search(rf"<option[^>]* selected[^>]*>{state}<", chosen.group())


def test_every_state_lists_each_pair_once(as_vera: Client, world: dict[str, Sync]) -> None:
    assert len([row for row in rows(as_vera, "?standing=in_sync") if "Acme" in row]) == 1
    every = rows(as_vera, "?standing=&sync=contacts")
    assert sorted(row.split(" ")[0] for row in every) == ["Road", "Wile"]
    assert [row.split(" ")[0] for row in rows(as_vera, "?standing=pending&sync=leads")] == ["Wile"]


def test_a_user_that_contacts_and_leads_have_read_is_in_step_once(as_vera: Client, world: dict[str, Sync]) -> None:
    """A pair counts once, whatever side it is read from and however many syncs read the user."""
    MirrorRecord.objects.filter(sync__slug__in=["contacts", "leads"], match_key__startswith="wile").update(
        status="in_sync"
    )
    for query in ("?standing=in_sync", "?standing=", "?standing=in_sync&q=coyote"):
        assert len([row for row in rows(as_vera, query) if row.startswith("Wile")]) == 1, query
    assert [row.split(" ")[0] for row in rows(as_vera, "?standing=in_sync&sync=contacts")] == ["Wile"]
    assert rows(as_vera, "?standing=in_sync&sync=leads") == []


def test_over_all_syncs_the_tiles_lead_to_each_of_them(as_vera: Client, world: dict[str, Sync]) -> None:
    page = as_vera.get("/records/").content.decode()
    assert 'href="?sync=contacts"' in page
    assert "need a person" in page


def test_rows_of_several_syncs_are_decided_about_at_once(as_olaf: Client, world: dict[str, Sync]) -> None:
    html = as_olaf.get("/records/?standing=without").content.decode()
    words = re.findall(r'name="record"\s+value="([^"]+)"', html)
    assert words == ["contacts right 902", "leads right 902"]
    as_olaf.post("/records/decide/accounts/", {"verb": "ignore", "record": words, "list": ""})
    assert set(Decision.objects.values_list("sync__slug", "right_id")) == {("contacts", "902"), ("leads", "902")}


def test_equal_ids_of_other_systems_are_other_records(as_vera: Client, world: dict[str, Sync]) -> None:
    """The same id in another Salesforce is somebody else."""
    left = Connection.objects.create(slug="o", name="Other", kind="salesforce", base_url="https://o.example")
    right = Connection.objects.create(slug="p", name="Other", kind="zendesk", base_url="https://p.example")
    other = Sync.objects.create(slug="theirs", kind="contacts_users", left=left, right=right)
    stored_record(other, "right", "901", "Wile Elsewhere", match_key="w@else.example", lookalike_key="wile elsewhere")
    assert len(rows(as_vera, "?q=901")) == 2


@pytest.mark.parametrize("number", [3, 60])
def test_a_search_costs_the_same_queries_whatever_it_finds(
    as_vera: Client, world: dict[str, Sync], number: int, django_assert_max_num_queries
) -> None:
    for place in range(number):
        for sync in world.values():
            stored_record(sync, "right", f"77{place}", f"Acme {place}")
    with django_assert_max_num_queries(22):
        as_vera.get("/records/?q=acm")


def test_a_part_of_a_name_is_looked_for_in_the_index_alone(world: dict[str, Sync]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by statistics that an empty table does not have")
    with connection.execute_wrapper(_explaining := Explaining()):
        search.found(list(world.values()), "oyot1")
        search.found(list(world.values()), "yote oyot1")
    assert len(_explaining.plans) >= 5
    for plan in _explaining.plans:
        assert "SCAN" not in plan
    assert "COVERING INDEX mirror_match" in _explaining.plans[-1]


class Explaining:
    """Asks the database for the plan of each query before it answers it."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        with connection.cursor() as cursor:
            plan = cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            self.plans.append(" ".join(str(row[-1]) for row in plan.fetchall()))
        return execute(sql, params, many, context)
