"""What only contacts and leads have: match criteria, shared emails, what is created, and the welcome mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from connectors.models import Connection
from mappings.kinds.people.options import PHRASE
from mappings.models import FieldMapping, Sync
from tests.options import choose, chosen

PAGE = "/syncs/contacts/"
Post = Callable[..., Any]


@pytest.fixture
def send(as_ada: Client, contacts: Sync) -> Post:
    """Submit a section of the contacts as Ada; with ``save=""`` only show it again."""

    def post(section: str, **values: Any) -> Any:
        return as_ada.post(f"{PAGE}{section}/", {key: value for key, value in values.items() if value is not None})

    return post


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def reloaded(sync: Sync) -> Sync:
    return Sync.objects.get(pk=sync.pk)


def welcome(on: bool | None) -> None:
    connection = Connection.objects.get(kind="zendesk")
    connection.facts = {**connection.facts, "welcome_emails": on}
    connection.save()


def matching(second: str = "", third: str = "", no_email: str = "skip", **more: Any) -> dict[str, Any]:
    return {"match_on_2": second, "match_on_3": third, "no_email": no_email, **more}


def creating(**values: Any) -> dict[str, Any]:
    return {"create_right": "yes", "create_left": "nothing", "welcome_mail": "suppress", **values}


# --- matching


def test_email_is_first_and_there_is_no_way_to_take_it_out(as_ada: Client, send: Post, contacts: Sync) -> None:
    """S1.20."""
    assert "Always first; it cannot be removed." in text(as_ada.get(PAGE))
    send("matching", **matching(), match_on="", first="Phone")
    assert reloaded(contacts).option("match_on") == ["email"]


def test_two_more_criteria_are_saved_in_order(send: Post, contacts: Sync) -> None:
    """S1.21."""
    assert send("matching", **matching("Phone", "External_Key__c", "match")).url == f"{PAGE}?saved=matching#matching"
    sync = reloaded(contacts)
    assert chosen(sync, "match_on", "no_email") == (["email", "Phone", "External_Key__c"], "match")
    send("matching", **matching("", "External_Key__c"))
    assert reloaded(contacts).option("match_on") == ["email", "External_Key__c"]


@pytest.mark.parametrize(
    ("second", "third", "words"),
    [
        ("Phone", "Phone", "Phone is chosen above already"),
        ("Email", "", "Email cannot be used here"),
        ("Newsletter__c", "", "Newsletter__c cannot be used here"),
        ("Nothing__c", "", "Nothing__c cannot be used here"),
    ],
)
def test_a_criterion_that_tells_nobody_apart_is_refused_and_stays_as_typed(
    send: Post, contacts: Sync, second: str, third: str, words: str
) -> None:
    answer = send("matching", **matching(second, third, "create"))
    assert answer.status_code == 422
    page = text(answer)
    assert words in page
    assert re.search(r'value="create" checked', page)
    assert reloaded(contacts).option("match_on") == ["email"]


def test_each_criterion_says_what_it_is_compared_with(send: Post, contacts: Sync) -> None:
    """A field is compared with what it is mapped to; unmapped ones by what they are."""
    FieldMapping.objects.create(sync=contacts, position=0, left="AssistantName", right="fields.assistant")
    page = text(send("matching", refresh="1", **matching("Phone", "AssistantName")))
    assert "compared with <strong>Phone</strong> of the user" in page
    assert "compared with <strong>Assistant</strong> of the user, which it is mapped to" in page
    page = text(send("matching", refresh="1", **matching("External_Key__c", "Name")))
    assert "compared with <strong>External ID</strong> of the user" in page
    assert "compared with <strong>Name</strong> of the user" in page
    assert reloaded(contacts).option("match_on") == ["email"], "looking saves nothing"


# --- several records with one email


def test_the_rank_and_who_has_left_are_saved_in_order(send: Post, contacts: Sync) -> None:
    """S3.C15."""
    send(
        "duplicates", rank_field="Status__c", rank_values=["On leave", "Current"], ended_values=["Left"],
        membership_end="ask",
    )  # fmt: skip
    sync = reloaded(contacts)
    assert chosen(sync, "rank_field", "rank_values", "ended_values") == (
        "Status__c",
        ["On leave", "Current"],
        ["Left"],
    )
    assert sync.option("membership_end") == "ask"


def test_the_values_come_with_the_field_and_moving_one_saves_nothing(send: Post, contacts: Sync) -> None:
    page = text(send("duplicates", rank_field="Status__c", membership_end="remove", refresh="1"))
    assert 'aria-label="Add Current"' in page
    assert "These values mean: the person has left the account" in page
    moved = send(
        "duplicates", rank_field="Status__c", rank_values=["Current", "Left"], membership_end="keep",
        dual_list_move="rank_values:up:Left",
    )  # fmt: skip
    assert re.findall(r'name="rank_values" value="([^"]+)"', text(moved)) == ["Left", "Current"]
    assert re.search(r'value="keep" checked', text(moved))
    assert reloaded(contacts).option("rank_field") == ""


def test_another_field_brings_its_own_values_and_leaves_none_of_the_former_behind(send: Post) -> None:
    """Nobody has to take out by hand what belongs to the field that was chosen before."""
    shown = text(send("duplicates", rank_field="Profile__c", rank_values="Current", ended_values="Left", refresh="1"))
    assert "(gone from Salesforce)" not in shown
    assert 'name="rank_values" value="Current"' not in shown


def test_the_value_that_goes_first_cannot_mean_that_somebody_has_left(send: Post, contacts: Sync) -> None:
    values = {"rank_values": "Current", "ended_values": "Current", "membership_end": "remove"}
    response = send("duplicates", rank_field="Status__c", **values)
    assert response.status_code == 422
    assert "Current goes first above, so it cannot mean that somebody has left." in text(response)
    assert reloaded(contacts).option("ended_values") == []


@pytest.mark.parametrize("section", ["automatic", "scope", "standard", "fields", "matching", "duplicates", "creating"])
def test_a_refused_save_stands_at_its_section_and_its_address_can_be_opened(
    as_ada: Client, contacts: Sync, section: str
) -> None:
    assert f'action="{PAGE}{section}/#{section}"' in as_ada.get(PAGE).content.decode()
    assert as_ada.get(f"{PAGE}{section}/")["Location"] == f"{PAGE}#{section}"


def test_a_rank_without_values_is_refused(send: Post, contacts: Sync) -> None:
    answer = send("duplicates", rank_field="Status__c", membership_end="remove")
    assert answer.status_code == 422
    assert "Choose at least one value" in text(answer)


def test_without_a_field_nothing_ranks_and_nobody_has_left(send: Post, contacts: Sync) -> None:
    choose(contacts, rank_field="Status__c", rank_values=["Current"], ended_values=["Left"])
    send("duplicates", rank_field="", rank_values=["Current"], ended_values=["Left"], membership_end="remove")
    sync = reloaded(contacts)
    assert chosen(sync, "rank_field", "rank_values", "ended_values") == ("", [], [])


def test_a_value_that_is_gone_has_to_be_taken_out(send: Post, contacts: Sync) -> None:
    choose(contacts, rank_field="Status__c", rank_values=["Retired"])
    answer = send("duplicates", rank_field="Status__c", rank_values=["Retired"], membership_end="remove")
    assert answer.status_code == 422
    assert "Retired (gone from Salesforce)" in text(answer)


def test_leads_bring_no_organization_so_none_ends(as_vera: Client, leads: Sync) -> None:
    page = text(as_vera.get("/syncs/leads/"))
    assert 'name="membership_end"' not in page
    assert "A lead has no account, so it brings no organization." in page


# --- creating


@pytest.mark.parametrize("made", ["nothing", "contacts", "leads"])
def test_what_is_created_in_salesforce_is_chosen(send: Post, contacts: Sync, made: str) -> None:
    """S3.51, S3.C5."""
    send("creating", **creating(create_left=made, create_right="no"))
    assert chosen(reloaded(contacts), "create_left", "create_right") == (made, False)


def test_a_sync_of_leads_creates_leads_or_nothing(as_ada: Client, leads: Sync) -> None:
    page = text(as_ada.get("/syncs/leads/"))
    assert re.findall(r'name="create_left" value="(\w+)"', page) == ["nothing", "leads"]
    assert as_ada.post("/syncs/leads/creating/", creating(create_left="contacts")).status_code == 422


def test_new_contacts_get_the_first_of_each_filter(send: Post, contacts: Sync, as_vera: Client) -> None:
    """S3.32."""
    contacts.record_type_filters.create(name="Partner_Contact", position=0)
    send("creating", **creating(create_left="contacts"))
    assert "They get Record type <strong>Partner Contact</strong>" in text(as_vera.get(PAGE))
    send("creating", **creating(create_left="leads"))
    assert "They get the org's default record type." in text(as_vera.get(PAGE))


def test_the_names_of_real_users_show_how_they_would_be_split(as_vera: Client, contacts: Sync) -> None:
    """S3.C14."""
    part = text(as_vera.get(f"{PAGE}samples/", headers={"HX-Request": "true"}))
    rows = re.findall(r'<th scope="row">([^<]+)</th> <td>([^<]+)</td> <td>([^<]+)</td>', part)
    assert len(rows) == 8
    assert ("Cher", "–", "Cher") in rows
    assert not {name for name, _, _ in rows} & {"Ada Admin", "Abe Agent"}, "staff is no contact"
    whole = text(as_vera.get(f"{PAGE}samples/"))
    assert "<title>Names as Salesforce would keep them" in whole


def test_names_that_cannot_be_read_say_why(as_vera: Client, contacts: Sync) -> None:
    Connection.objects.filter(kind="zendesk").update(enabled=False)
    assert "The users could not be read." in text(as_vera.get(f"{PAGE}samples/"))


def test_the_order_of_names_is_chosen_and_kept(send: Post, contacts: Sync, as_vera: Client) -> None:
    """S3.C14: Hungarian names, for one, begin with the family name."""
    send("creating", **creating(family_first="yes", create_left="contacts"))
    assert reloaded(contacts).option("family_first")
    assert re.search(r'name="family_first" value="yes"[^>]* checked', text(as_vera.get(PAGE)))


# --- the welcome mail (S3.C4)


@pytest.mark.parametrize("on", [True, None])
@pytest.mark.parametrize("typed", ["", "yes", PHRASE[:-1]])
def test_zendesk_may_not_write_to_new_users_until_the_phrase_is_typed(
    send: Post, contacts: Sync, on: bool | None, typed: str
) -> None:
    welcome(on)
    answer = send("creating", **creating(welcome_mail="zendesk", welcome_mail_phrase=typed, create_left="leads"))
    assert answer.status_code == 422
    page = text(answer)
    assert f"type: {PHRASE}" in page
    assert re.search(r'value="leads" checked', page), "what was chosen is kept"
    assert reloaded(contacts).option("welcome_mail") == "suppress"


def test_the_typed_phrase_is_remembered_until_the_mail_is_suppressed_again(
    send: Post, contacts: Sync, as_vera: Client
) -> None:
    welcome(True)
    send("creating", **creating(welcome_mail="zendesk", welcome_mail_phrase=f" {PHRASE.upper()} "))
    sync = reloaded(contacts)
    assert chosen(sync, "welcome_mail", "welcome_confirmed") == ("zendesk", True)
    assert "An administrator confirmed by typing" in text(as_vera.get(PAGE))
    send("creating", **creating(welcome_mail="zendesk", create_left="contacts"))
    assert reloaded(contacts).option("welcome_confirmed")
    send("creating", **creating())
    sync = reloaded(contacts)
    assert chosen(sync, "welcome_mail", "welcome_confirmed") == ("suppress", False)


def test_nothing_has_to_be_typed_while_the_mail_is_off_and_nothing_is_confirmed_by_that(
    send: Post, contacts: Sync, as_vera: Client
) -> None:
    """Once somebody switches it on in Zendesk, runs that create users wait for the phrase."""
    welcome(False)
    send("creating", **creating(welcome_mail="zendesk"))
    sync = reloaded(contacts)
    assert chosen(sync, "welcome_mail", "welcome_confirmed") == ("zendesk", False)
    assert 'name="welcome_mail_phrase"' not in text(as_vera.get(PAGE))
    welcome(True)
    assert 'name="welcome_mail_phrase"' in text(as_vera.get(PAGE))


@pytest.mark.parametrize("section", ["standard", "matching", "duplicates", "creating"])
def test_a_save_over_somebody_elses_revision_asks_first(send: Post, contacts: Sync, section: str) -> None:
    answer = send(section, revision="0", **matching(), **creating(), person_accounts="skip", store_external_id="yes",
                  membership_end="keep")  # fmt: skip
    assert answer.status_code == 422
    assert "Someone else saved a newer revision" in text(answer)
