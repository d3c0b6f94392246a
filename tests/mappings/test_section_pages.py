"""The sections of a sync's page: saving, refusing, and showing again what was typed. Without JavaScript throughout."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from connectors.models import Connection, RemoteField, RemoteObject
from mappings.models import FieldMapping, Sync
from mappings.schemas import Schemas
from mappings.services import configuration, schemas
from tests.options import chosen as chosen_of

PAGE = "/syncs/accounts/"
Post = Callable[..., Any]


@pytest.fixture
def send(as_ada: Client, known: Schemas, sync: Sync) -> Post:
    """Submit a section as Ada: ``send("scope", picklist_field="Type")``."""

    def post(section: str, htmx: bool = False, **values: Any) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        return as_ada.post(f"{PAGE}{section}/", values, headers=headers)

    return post


def text(response: Any) -> str:
    """The page as text, blanks squeezed."""
    return re.sub(r"\s+", " ", response.content.decode())


def scope(**values: Any) -> dict[str, Any]:
    return {"leaving_scope": "stop", "picklist_field": "", "save": "1", **values}


def organization(**values: Any) -> dict[str, Any]:
    chosen = {"person_accounts": "skip", "parent_accounts": "organization", "store_external_id": "yes"}
    return {**chosen, "create_left": "nothing", "domain_names": "", "notes": "", "details": "", **values}


def pairs(*rows: tuple[str, str], **more: str) -> dict[str, Any]:
    """A submitted mapping editor with these rows."""
    data: dict[str, Any] = {"row": [str(place) for place in range(len(rows))], **more}
    for place, (left, right) in enumerate(rows):
        data |= {f"left-{place}": left, f"right-{place}": right}
    return data


def reloaded(sync: Sync) -> Sync:
    return Sync.objects.get(pk=sync.pk)


def test_the_sections_have_their_recognisable_headings_in_order(as_vera: Client, known: Schemas) -> None:
    """S3.26."""
    headings = re.findall(r'<h2 class="card-title"[^>]*>([^<]+)<', text(as_vera.get(PAGE)))
    assert headings == [
        "Organization and Account Mapping",
        "Set sync filters",
        "Map Zendesk organizations and Salesforce Accounts",
        "Account field mappings",
        "Guards",
        "Try it",
    ]


def test_the_page_says_which_way_data_flows(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.C3: generated from what is stored."""
    assert "Salesforce → Zendesk only." in text(as_vera.get(PAGE))
    FieldMapping.objects.create(sync=sync, position=0, left="Site", right="fields.industry", direction="both")
    assert "Salesforce → Zendesk; 1 field also goes back." in text(as_vera.get(PAGE))


def test_a_page_asks_no_remote_system_and_costs_a_fixed_number_of_queries(
    as_vera: Client, sync: Sync, known: Schemas, django_assert_num_queries: Any
) -> None:
    Connection.objects.update(base_url="http://127.0.0.1:9")  # nobody answers there
    as_vera.get(PAGE)
    with django_assert_num_queries(26):
        assert as_vera.get(PAGE).status_code == 200
    for place, right in enumerate(("fields.industry", "fields.annual_revenue", "fields.briefing")):
        FieldMapping.objects.create(sync=sync, position=place, left="Site", right=right)
    with django_assert_num_queries(26):
        as_vera.get(PAGE)


def test_fields_that_were_never_read_are_offered_to_be_read(as_olaf: Client, sync: Sync) -> None:
    page = text(as_olaf.get(PAGE))
    assert "The fields were not read yet" in page
    assert "Set sync filters" not in page
    answer = text(as_olaf.post(f"{PAGE}read/", follow=True))
    assert re.search(r"Read \d+ fields of Salesforce and \d+ of Zendesk", answer)
    assert "Set sync filters" in answer


def test_reading_fields_that_cannot_be_read_says_why(as_olaf: Client, sync: Sync) -> None:
    Connection.objects.update(enabled=False)
    assert "is switched off" in text(as_olaf.post(f"{PAGE}read/", follow=True))


# --- filters


def test_filters_are_saved_in_order(send: Post, sync: Sync) -> None:
    """S3.15 - S3.18: the first of each is the default for new records."""
    chosen = scope(
        record_types=["Partner", "Customer"], picklist_field="Type", picklist_values=["Prospect", "Customer"]
    )
    assert send("scope", **chosen).status_code == 302
    fresh = reloaded(sync)
    assert [item.name for item in fresh.record_type_filters.all()] == ["Partner", "Customer"]
    assert [item.value for item in fresh.picklist_filters.all()] == ["Prospect", "Customer"]
    assert fresh.picklist_field == "Type"
    assert fresh.revision == sync.revision + 1


def test_saving_what_is_saved_already_raises_no_revision(send: Post, sync: Sync) -> None:
    send("scope", **scope(record_types=["Partner"]))
    answer = send("scope", **scope(record_types=["Partner"]))
    assert "unchanged" in answer.url
    assert reloaded(sync).revision == sync.revision + 1


def test_who_saved_is_logged(send: Post, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="mappings.editing"):
        send("scope", **scope(record_types=["Partner"]))
    assert "ada changed the filters of accounts: revision 2" in caplog.text


def test_moving_an_item_saves_nothing(send: Post, sync: Sync) -> None:
    types = ["Customer", "Partner"]
    answer = text(send("scope", **scope(record_types=types, dual_list_move="record_types:up:Partner")))
    assert re.findall(r'name="record_types" value="(\w+)"', answer) == ["Partner", "Customer"]
    assert reloaded(sync).revision == sync.revision


def test_the_first_chosen_item_is_called_the_default(send: Post) -> None:
    answer = text(send("scope", **scope(record_types=["Customer", "Partner"], refresh="1")))
    assert "default for new records" in answer


def test_only_picklists_are_offered_as_filter(send: Post, as_vera: Client) -> None:
    """S3.17."""
    select = re.search(r'<select name="picklist_field".*?</select>', text(as_vera.get(PAGE)))
    assert select is not None
    assert 'value="Type"' in select.group()
    assert 'value="Name"' not in select.group()
    assert "Products__c" not in select.group()


def test_another_picklist_brings_its_own_values(send: Post) -> None:
    answer = text(send("scope", **scope(picklist_field="Rating", picklist_values=["Customer"], refresh="1")))
    assert "rating" in answer.lower()
    assert "Warm" in answer
    assert 'name="picklist_values" value="Customer"' not in answer


def test_a_picklist_without_a_value_is_refused_and_keeps_what_was_typed(send: Post, sync: Sync) -> None:
    answer = send("scope", **scope(record_types=["Partner"], picklist_field="Rating"))
    page = text(answer)
    assert answer.status_code == 422
    assert "Choose at least one value" in page
    assert 'name="record_types" value="Partner"' in page
    assert '<option value="Rating" selected>' in page
    assert reloaded(sync).revision == sync.revision


def test_an_org_without_record_types_is_told_so(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.15: the list is shown only where record types are used."""
    sync.left.objects_described.update(record_types=[])
    assert "has no record types for accounts" in text(as_vera.get(PAGE))


# --- organization


def test_tags_and_standard_fields_are_saved(send: Post, sync: Sync) -> None:
    """S3.19 - S3.21."""
    chosen = organization(tags=["Industry", "Products__c"], domain_names="Domains__c", notes="Description")
    assert send("standard", **chosen).status_code == 302
    fresh = reloaded(sync)
    assert fresh.option("tags") == ["Industry", "Products__c"]
    assert chosen_of(fresh, "domain_names", "notes", "details") == ("Domains__c", "Description", "")


def test_policies_are_saved(send: Post, sync: Sync) -> None:
    """S3.6, S3.7, S3.C12."""
    send("standard", **organization(person_accounts="organization", parent_accounts="skip", store_external_id="no"))
    fresh = reloaded(sync)
    assert chosen_of(fresh, "person_accounts", "parent_accounts", "store_external_id") == (
        "organization",
        "skip",
        False,
    )


def test_person_accounts_are_no_question_where_the_org_has_none(as_vera: Client, known: Schemas) -> None:
    RemoteField.objects.filter(name="IsPersonAccount").delete()
    assert 'name="person_accounts"' not in text(as_vera.get(PAGE))


def test_creating_accounts_is_off_and_says_what_the_default_elsewhere_is(send: Post, as_vera: Client) -> None:
    """S3.48, S3.C16."""
    page = text(as_vera.get(PAGE))
    assert "own package for Salesforce has it on by default" in page
    assert re.search(r'name="create_left" value="nothing" checked', page)


def test_creating_accounts_shows_what_new_accounts_get(send: Post, as_vera: Client) -> None:
    """S3.16, S3.18."""
    send("scope", **scope(record_types=["Partner"], picklist_field="Type", picklist_values=["Prospect"]))
    send("standard", **organization(create_left="accounts"))
    page = text(as_vera.get(PAGE))
    assert "They get Record type <strong>Partner</strong> and Account Type <strong>Prospect</strong>" in page


def test_a_field_that_cannot_be_domains_is_refused(send: Post, sync: Sync) -> None:
    answer = send("standard", **organization(domain_names="AnnualRevenue"))
    assert answer.status_code == 422
    assert "AnnualRevenue cannot be used here" in text(answer)


def test_values_that_become_the_same_tag_are_warned_of(send: Post, known: Schemas) -> None:
    field = RemoteField.objects.get(name="Rating")
    field.attributes["choices"] = [{"value": v, "label": v, "active": True} for v in ("Very hot", "very HOT", "Cold")]
    field.save()
    page = text(send("standard", **organization(tags=["Rating"], refresh="1")))
    assert "Different values become the same tag" in page
    assert '<span class="tag-chip">very_hot</span>' in page


# --- field mappings


def test_a_mapping_is_added_and_stored_only_by_save_all(send: Post, sync: Sync) -> None:
    """S3.22."""
    page = text(send("fields", action="add", new_left="AnnualRevenue", new_right="fields.annual_revenue"))
    assert "Annual Revenue → Annual revenue" in page
    assert "1 unsaved change" in page
    assert "Not saved yet" in page
    assert not sync.mappings.exists()
    answer = send("fields", **pairs(("AnnualRevenue", "fields.annual_revenue"), action="save"))
    assert answer.url.endswith("?saved=fields#fields")
    assert [(m.left, m.right) for m in reloaded(sync).mappings.all()] == [("AnnualRevenue", "fields.annual_revenue")]
    assert reloaded(sync).revision == sync.revision + 1


def test_a_pair_that_was_chosen_and_not_yet_added_is_saved_with_the_others(send: Post, sync: Sync) -> None:
    answer = send("fields", action="save", new_left="AnnualRevenue", new_right="fields.annual_revenue")
    assert answer.url.endswith("?saved=fields#fields")
    assert [(m.left, m.right) for m in reloaded(sync).mappings.all()] == [("AnnualRevenue", "fields.annual_revenue")]


def test_half_a_pair_is_not_silently_left_out_of_a_save(send: Post, sync: Sync) -> None:
    answer = send("fields", **pairs(("AnnualRevenue", "fields.annual_revenue"), action="save"), new_left="Rating")
    assert answer.status_code == 422
    assert "Choose a Salesforce field and a Zendesk field" in text(answer)
    assert not sync.mappings.exists()


def test_a_pair_that_does_not_fit_is_not_added_and_says_why(send: Post) -> None:
    """S3.24, S3.27."""
    page = text(send("fields", action="add", new_left="Discount__c", new_right="fields.employees"))
    assert "2 decimal places need a Decimal field" in page
    assert "unsaved change" not in page.lower().replace("unsaved changes", "")


def test_the_right_list_follows_the_left_choice(send: Post) -> None:
    """S3.24: compatible first, the others greyed with their reason."""
    page = text(send("fields", action="refresh", new_left="Discount__c"))
    select = re.search(r'<select name="new_right".*?</select>', page)
    assert select is not None
    fits, _, unfit = select.group().partition('<optgroup label="Does not fit">')
    assert 'value="fields.annual_revenue"' in fits
    assert re.search(r'value="fields.employees" disabled[^>]*>[^<]*2 decimal places need a Decimal field', unfit)


def test_a_refused_save_keeps_every_row_as_typed(send: Post, sync: Sync) -> None:
    sync.mappings.create(position=0, left="Site", right="fields.industry")
    rows = pairs(
        ("Site", "fields.briefing"),
        ("AnnualRevenue", "fields.annual_revenue"),
        ("Discount__c", "fields.employees"),
        action="save",
    )
    answer = send("fields", **rows, **{"transform-0": "upper", "on_problem-1": "field"})
    page = text(answer)
    assert answer.status_code == 422
    assert "Nothing was saved" in page
    assert "2 decimal places need a Decimal field" in page
    assert re.search(r'name="transform-0".*?<option value="upper" selected>', page)
    assert re.search(r'name="on_problem-1".*?<option value="field" selected>', page)
    assert [m.right for m in reloaded(sync).mappings.all()] == ["fields.industry"]


def test_rows_are_moved_and_removed_before_they_are_saved(send: Post, sync: Sync) -> None:
    rows = pairs(("Site", "fields.briefing"), ("AnnualRevenue", "fields.annual_revenue"))
    moved = text(send("fields", **rows, action="up:1"))
    assert re.findall(r'name="left-\d" value="(\w+)"', moved) == ["AnnualRevenue", "Site"]
    removed = text(send("fields", **rows, action="remove:0"))
    assert re.findall(r'name="left-\d" value="(\w+)"', removed) == ["AnnualRevenue"]


def test_htmx_gets_the_section_alone(send: Post) -> None:
    page = text(send("fields", htmx=True, action="refresh"))
    assert page.strip().startswith('<section class="card" id="fields"')


def test_a_picklist_row_shows_which_values_have_a_target(send: Post, sync: Sync) -> None:
    """S3.25, A12."""
    rows = pairs(("Tier__c", "fields.tier"), action="refresh")
    page = text(send("fields", **rows, **{"value-0:Gold": "tier_gold", "value-0:Silver": ""}))
    assert "1 of 4 values have a target" in page
    assert "no target" in page
    suggested = text(send("fields", **pairs(("Tier__c", "fields.tier"), action="suggest:0")))
    assert "3 of 4 values have a target" in suggested  # Zendesk has no Platinum


def test_a_value_map_is_saved_and_reaches_the_configuration(send: Post, sync: Sync, known: Schemas) -> None:
    rows = pairs(("Tier__c", "fields.tier"), action="save")
    send("fields", **rows, **{"value-0:Gold": "tier_gold", "value-0:Silver": ""})
    (rule,) = configuration(reloaded(sync), known).rules
    assert rule.value_map == {"Gold": "tier_gold"}


def test_a_moment_that_becomes_a_day_shows_its_zone(send: Post) -> None:
    """A11."""
    page = text(send("fields", **pairs(("Last_Review__c", "fields.contract_start"), action="refresh")))
    assert "the day is the one in America/Los_Angeles, the time zone of the Salesforce org" in page


def test_a_field_that_is_gone_is_red_on_its_row_and_on_the_page(as_vera: Client, sync: Sync, known: Schemas) -> None:
    sync.mappings.create(position=0, left="Site", right="fields.industry")
    RemoteField.objects.filter(object__connection=sync.left, name="Site").delete()
    page = text(as_vera.get(PAGE))
    assert "The configuration no longer fits the connected systems" in page
    assert 'class="map-row has-problem"' in page
    assert "Site does not exist in Salesforce any more" in page


def test_a_field_whose_type_changed_is_red_on_its_row(as_vera: Client, sync: Sync, known: Schemas) -> None:
    sync.mappings.create(position=0, left="AnnualRevenue", right="fields.annual_revenue")
    RemoteField.objects.filter(object__connection=sync.right, name="fields.annual_revenue").update(type="text")
    page = text(as_vera.get(PAGE))
    assert 'class="map-row has-problem"' in page
    assert "Currency needs a Decimal field" in page


def test_a_save_over_somebody_elses_revision_asks_first(send: Post, sync: Sync) -> None:
    rows = pairs(("Site", "fields.industry"), action="save")
    answer = send("fields", **rows, revision=str(sync.revision - 1))
    assert answer.status_code == 422
    assert "Someone else saved a newer revision" in text(answer)
    assert not sync.mappings.exists()
    assert send("fields", **rows, revision=str(sync.revision)).status_code == 302


# --- roles


@pytest.mark.parametrize("section", ["automatic", "scope", "standard", "fields"])
def test_operators_may_look_and_not_change(as_olaf: Client, sync: Sync, known: Schemas, section: str) -> None:
    page = text(as_olaf.get(PAGE))
    assert "You see this configuration and cannot change it" in page
    assert ">Save<" not in page
    assert as_olaf.post(f"{PAGE}{section}/", {}).status_code == 403


def test_reading_the_fields_again_shows_what_is_new(as_olaf: Client, sync: Sync, known: Schemas) -> None:
    RemoteField.objects.filter(name="Site").delete()
    RemoteObject.objects.update(digest="of a schema without it")
    as_olaf.post(f"{PAGE}read/")
    assert schemas(sync).left_field("Site") is not None


def test_a_mapping_with_thousands_of_picklist_values_is_one_form(send: Post) -> None:
    values = {f"value-0:Value {number}": "a_tag" for number in range(3_000)}
    assert (
        send("fields", **pairs(("AnnualRevenue", "fields.annual_revenue")), **values, action="save").status_code == 302
    )
