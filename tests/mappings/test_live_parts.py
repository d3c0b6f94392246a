"""The parts of a sync's page that ask the sandbox: counts, samples, external ids, one record through the mapping."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from connectors.api.values import Query, Record, RecordRef
from connectors.models import Connection
from connectors.services import ask
from mappings.fields import preview
from mappings.models import Sync
from mappings.rules.configuration import Scope
from mappings.schemas import Schemas
from mappings.scope import counts as scope
from mappings.scope.counts import Extent, extent
from tests.options import choose

PAGE = "/syncs/accounts/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def part(client: Client, address: str) -> str:
    return text(client.get(PAGE + address, headers={"HX-Request": "true"}))


def names(sync: Sync) -> list[str]:
    (answer,) = ask(sync.left, Query("Account", ("Name",), limit=300))
    return [record.values["Name"] for record in answer.records]


# --- counting


def test_every_record_is_in_scope_or_out_of_it(sync: Sync, known: Schemas) -> None:
    """S3.C6. Samples of both sides come with the line that excluded the second."""
    chosen = Scope(("Customer",), "Type", ("Customer", "Prospect"))
    found = extent(sync, chosen, known)
    assert 0 < found.inside < found.total == 214
    assert len(found.samples_in) == len(found.samples_out) == 5
    assert all(not sample.line for sample in found.samples_in)
    assert all("not" in sample.line for sample in found.samples_out)


def test_samples_are_left_out_by_the_second_line_too(sync: Sync, known: Schemas) -> None:
    everyone = tuple(record_type.name for record_type in known.left.record_types)
    found = extent(sync, Scope(everyone, "Type", ("Customer",)), known)
    assert {sample.line.split(" is ")[0] for sample in found.samples_out} == {"Type"}


def test_without_filters_everybody_is_in_scope_but_who_is_skipped_by_a_policy(sync: Sync, known: Schemas) -> None:
    found = extent(sync, Scope(), known)
    assert (found.inside, found.outside) == (210, 4)
    assert {sample.line for sample in found.samples_out} == {"Person accounts are skipped"}
    sync.options = {"person_accounts": "organization"}
    found = extent(sync, Scope(), known)
    assert (found.inside, found.outside, found.samples_out) == (214, 0, ())


@pytest.mark.parametrize(
    "inside, total, percent",
    [
        (3012, 250417, "1.2"),
        (0, 10, "0"),
        (10, 10, "100"),
        (0, 0, "0"),
        (9999, 10000, "99.9"),
        (1, 3, "33.3"),
        (1, 5000, "0.02"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(inside: int, total: int, percent: str) -> None:
    assert Extent(inside, total, (), ()).percent == percent


def test_the_count_follows_the_filters_that_are_not_saved_yet(as_vera: Client, sync: Sync, known: Schemas) -> None:
    assert "210</strong> of 214 accounts in scope" in part(as_vera, "count/")
    typed = part(as_vera, "count/?filters=1&record_types=Partner")
    counted = re.search(r"(\d+)</strong> of 214", typed)
    assert counted
    assert 0 < int(counted[1]) < 214
    assert "Record type is" in typed


def test_the_count_is_a_page_of_its_own(as_vera: Client, sync: Sync, known: Schemas) -> None:
    page = text(as_vera.get(f"{PAGE}count/"))
    assert "<h1" in page
    assert "214 accounts in scope" in page


def test_half_typed_filters_are_not_counted(as_vera: Client, sync: Sync, known: Schemas) -> None:
    assert "Choose at least one value" in part(as_vera, "count/?filters=1&picklist_field=Type")


def test_names_are_shown_as_text(as_vera: Client, sync: Sync, known: Schemas) -> None:
    wanted = "<b>Bold & Sons</b> <script>alert(1)</script>"
    assert wanted in names(sync)
    page = part(as_vera, "try/?search=Bold")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_count_that_cannot_be_had_says_why(as_vera: Client, sync: Sync, known: Schemas) -> None:
    Connection.objects.filter(kind="salesforce").update(enabled=False)
    page = part(as_vera, "count/")
    assert "The accounts could not be counted" in page
    assert "is switched off" in page


def test_person_accounts_and_parents_are_counted(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.6, S3.7: of the whole org, and the page says so, since the Check page counts those inside the filters."""
    page = part(as_vera, "policies/")
    assert "In all of Salesforce, inside and outside the filters:" in page
    assert re.search(r"[1-9]\d* person accounts? and [1-9]\d* accounts? with a parent", page)
    assert (
        scope.count(sync, "ParentId", values=("",)) + scope.count(sync, "ParentId", values=("",), negated=True) == 214
    )


def test_external_ids_are_looked_at_on_demand(as_olaf: Client, sync: Sync, known: Schemas) -> None:
    """S3.C12. The sandbox's organizations hold none."""
    assert re.search(
        r"None of the \d+ organizations holds an external id from another system", part(as_olaf, "external-ids/")
    )


def test_ids_of_other_systems_are_told_from_salesforces(sync: Sync) -> None:
    ours = sync.left.spec.looks_like_id
    assert ours("0015e00000abcde")
    assert ours("0015e00000abcdeAAA")
    assert not ours("ERP-4711")
    assert not ours("0015e00000abcdeAA")


# --- one record


def test_a_record_is_found_by_a_part_of_its_name_and_by_its_id(as_vera: Client, sync: Sync, known: Schemas) -> None:
    (answer,) = ask(sync.left, Query("Account", ("Name",), limit=1))
    record = answer.records[0]
    for search in (record.ref.id, record.values["Name"].upper()):
        page = part(as_vera, f"try/?search={search}")
        assert record.ref.id in page
        assert record.values["Name"] in page


def test_several_finds_are_offered(as_vera: Client, sync: Sync, known: Schemas) -> None:
    page = part(as_vera, "try/?search=a")
    assert "Choose one" in page
    assert len(re.findall(r'href="\?record=', page)) == 10


@pytest.mark.parametrize("search", ["no such account", "100%", "a_b", "O'Neill \\ Sons", "001000000000000AAA"])
def test_a_search_without_a_find_says_so(as_vera: Client, sync: Sync, known: Schemas, search: str) -> None:
    page = text(as_vera.get(f"{PAGE}try/", {"search": search}, headers={"HX-Request": "true"}))
    assert "No account has" in page


def test_the_first_record_in_scope_is_tried_unasked(as_vera: Client, sync: Sync, known: Schemas) -> None:
    sync.record_type_filters.create(name="Partner", position=0)
    assert "In scope" in part(as_vera, "try/")


def test_a_record_out_of_scope_says_by_which_line(as_vera: Client, sync: Sync, known: Schemas) -> None:
    (answer,) = ask(sync.left, Query("Account", ("Name", "RecordTypeId"), limit=300))
    types = {record_type.id: record_type.name for record_type in known.left.record_types}
    outsider = next(record for record in answer.records if types[record.values["RecordTypeId"]] == "Customer")
    sync.record_type_filters.create(name="Partner", position=0)
    page = part(as_vera, f"try/?record={outsider.ref.id}")
    assert "Record type is Customer, not Partner" in page


def test_every_row_shows_what_it_would_write(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """The preview is made by the same conversion as a run's; a value that cannot be written shows its problem."""
    choose(tags=["Industry"], notes="Description")
    for place, (left, right) in enumerate([("NumberOfEmployees", "fields.employees"), ("Tier__c", "fields.tier")]):
        sync.mappings.create(position=place, left=left, right=right)
    wanted = ("Name", "NumberOfEmployees", "Tier__c", "Industry")
    (answer,) = ask(sync.left, Query("Account", wanted, limit=50))
    record = next(r for r in answer.records if r.values["Tier__c"] and r.values["NumberOfEmployees"])
    page = part(as_vera, f"try/?record={record.ref.id}")
    assert f"<td>{record.values['NumberOfEmployees']} </td>" in page
    assert "add it to the value map" in page
    assert f'<span class="tag-chip">{record.values["Industry"].lower()}</span>' in page


def test_rich_notes_are_shown_as_they_would_be_written(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.21, S3.27: the page shows what a run writes."""
    choose(notes="Rich_Notes__c", details="Description")
    values = {"Name": "Acme", "Rich_Notes__c": "<p>Hello <b>world</b></p>", "Description": "1 < 2"}
    record = Record(RecordRef("Account", "001"), values)
    _, notes, details = preview.portrait(Sync.objects.get(), record, known)
    assert (notes.value, details.value) == ("Hello world", "1 < 2")


def test_typed_rows_show_the_values_of_the_tried_record(as_ada: Client, sync: Sync, known: Schemas) -> None:
    (answer,) = ask(sync.left, Query("Account", ("Name", "Phone"), limit=50))
    record = next(record for record in answer.records if record.values["Phone"])
    typed = {
        "row": ["0"],
        "left-0": "Phone",
        "right-0": "fields.industry",
        "transform-0": "digits",
        "action": "refresh",
    }
    page = text(as_ada.post(f"{PAGE}fields/", {**typed, "record": record.ref.id}))
    digits = re.sub(r"[^\d+]", "", record.values["Phone"])
    assert f'<span data-preview="Phone--fields.industry">{digits}' in page


def test_a_record_that_cannot_be_read_leaves_the_rows_as_typed(as_ada: Client, sync: Sync, known: Schemas) -> None:
    Connection.objects.filter(kind="salesforce").update(enabled=False)
    typed = {
        "row": ["0"],
        "left-0": "Phone",
        "right-0": "fields.industry",
        "action": "refresh",
        "record": "0015e0000000001",
    }
    page = text(as_ada.post(f"{PAGE}fields/", typed))
    assert 'name="left-0" value="Phone"' in page


def test_live_parts_of_a_sync_without_fields_lead_back_to_its_page(as_vera: Client, sync: Sync) -> None:
    assert as_vera.get(f"{PAGE}count/").url == PAGE
