"""The pages of contacts and leads: the sections of accounts in their own words. Without JavaScript throughout."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from connectors import services
from connectors.api.values import Condition, FieldSchema, FieldType, Query
from connectors.models import Connection, RemoteField
from mappings.config import store as config_store
from mappings.kinds.leads_users.options import ACCOUNT_FIELD
from mappings.models import FieldMapping, Sync
from mappings.options.forms import ScopeForm
from mappings.services import configuration, schemas
from syncadmin.supervisor import world
from tests.options import choose, chosen

CONTACTS, LEADS = "/syncs/contacts/", "/syncs/leads/"
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def send(as_ada: Client, contacts: Sync) -> Post:
    """Submit a section of the contacts as Ada: ``send("scope", picklist_field="Status__c")``."""

    def post(section: str, page: str = CONTACTS, **values: Any) -> Any:
        return as_ada.post(f"{page}{section}/", {"save": "1", **values})

    return post


def text(response: Any) -> str:
    """The page as text, blanks squeezed."""
    return re.sub(r"\s+", " ", response.content.decode())


def part(client: Client, address: str) -> str:
    return text(client.get(address, headers={"HX-Request": "true"}))


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 class="card-title"[^>]*>([^<]+)<', page)


def reloaded(sync: Sync) -> Sync:
    return Sync.objects.get(pk=sync.pk)


def person(**values: Any) -> dict[str, Any]:
    return {"person_accounts": "skip", "store_external_id": "yes", "notes": "", "details": "", **values}


# --- addresses


def test_the_page_of_the_contacts_has_its_sections_in_the_words_of_contacts(as_vera: Client, contacts: Sync) -> None:
    """S3.26, S3.31, A4."""
    page = text(as_vera.get(CONTACTS))
    assert headings(page) == [
        "User and Contact Mapping",
        "Set sync filters",
        "Map Zendesk users and Salesforce Contacts",
        "Contact field mappings",
        "Match contacts and users",
        "Several records with one email",
        "Create users and contacts",
        "Guards",
        "Try it",
    ]
    assert "Filter by contact field" in page
    assert "Filter by account field" not in page


def test_leads_have_a_page_of_their_own(as_vera: Client, leads: Sync) -> None:
    """S3.36, S3.37."""
    page = text(as_vera.get(LEADS))
    assert headings(page)[2:4] == ["Map Zendesk users and Salesforce Leads", "Lead field mappings"]
    assert "Filter by lead field" in page
    assert "When a lead leaves the filters" in page
    assert "Person accounts" not in page


@pytest.mark.parametrize("name", ["contacts", "leads"])
def test_the_way_to_the_first_sync_of_people(as_ada: Client, sync: Sync, name: str) -> None:
    """S3.C16, S3.C4, S1.20: nothing automatic, nothing created in Salesforce, no mail to anybody, email first."""
    listed = f"/kinds/{name}_users/"
    assert "Add a sync" in text(as_ada.get(listed))
    assert "Organizations come first" in text(as_ada.get(f"{listed}add/"))
    answer = as_ada.post(f"{listed}add/", {"left": sync.left.pk, "right": sync.right.pk})
    assert answer.url == f"/syncs/{name}/"
    made = Sync.objects.get(kind=f"{name}_users")
    assert (made.slug, made.option("match_on"), made.automatic_updates) == (name, ["email"], False)
    assert chosen(made, "create_left", "welcome_mail") == ("nothing", "suppress")
    assert f'href="{answer.url}"' in text(as_ada.get(listed))


def test_the_pages_of_a_sync_stand_at_people_in_the_navigation(as_vera: Client, contacts: Sync) -> None:
    for address in (CONTACTS, f"{CONTACTS}count/", "/kinds/contacts_users/"):
        assert 'href="/people/" aria-current="page"' in text(as_vera.get(address))
    assert as_vera.get("/syncs/nobody/").status_code == 404
    assert as_vera.get("/kinds/nothing/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/syncs/contacts/organization/", "/syncs/accounts/creating/", "/syncs/accounts/matching/"]
)
def test_a_section_of_another_kind_is_not_found(as_ada: Client, contacts: Sync, address: str) -> None:
    assert as_ada.post(address, {}).status_code == 404


@pytest.mark.parametrize("section", ["automatic", "scope", "standard", "fields", "matching", "duplicates", "creating"])
def test_operators_may_look_and_not_change(as_olaf: Client, contacts: Sync, section: str) -> None:
    assert as_olaf.post(f"{CONTACTS}{section}/", {}).status_code == 403
    assert as_olaf.get(CONTACTS).status_code == 200


def test_a_page_asks_no_remote_system_and_costs_a_fixed_number_of_queries(
    as_vera: Client, contacts: Sync, django_assert_max_num_queries: Any
) -> None:
    Connection.objects.update(base_url="http://127.0.0.1:9")  # nobody answers there
    as_vera.get(CONTACTS)
    for place, right in enumerate(("fields.title", "fields.assistant", "fields.biography")):
        FieldMapping.objects.create(sync=contacts, position=place, left="Title", right=right)
    with django_assert_max_num_queries(27):
        assert as_vera.get(CONTACTS).status_code == 200


# --- sections that accounts have too


def test_contacts_and_leads_are_switched_on_each_by_themselves(send: Post, contacts: Sync, leads: Sync) -> None:
    """S3.C10."""
    send("automatic", automatic_updates="yes")
    assert (reloaded(contacts).automatic_updates, reloaded(leads).automatic_updates) == (True, False)


def test_filters_are_of_the_contact(send: Post, contacts: Sync) -> None:
    """S3.32, A4."""
    answer = send(
        "scope", leaving_scope="stop", picklist_field="Status__c", picklist_values=["Current", "On leave"],
        record_types=["Partner_Contact"], accounts="linked",
    )  # fmt: skip
    assert answer.url == f"{CONTACTS}?saved=scope#scope"
    config = configuration(reloaded(contacts), schemas(contacts))
    assert config.scope.record_types == ("Partner_Contact",)
    assert chosen(config, "accounts", "account_field") == ("linked", None)
    assert (config.scope.picklist_field, config.scope.picklist_values) == ("Status__c", ("Current", "On leave"))


def test_tags_details_and_notes_are_saved(send: Post, contacts: Sync) -> None:
    """S3.33, S3.34."""
    values = person(
        tags=["Department"], details="Title", notes="Description", store_external_id="no", id_field="fields.assistant"
    )
    assert send("standard", **values).status_code == 302
    sync = reloaded(contacts)
    assert chosen(sync, "tags", "details", "notes") == (["Department"], "Title", "Description")
    assert chosen(sync, "store_external_id", "id_field", "person_accounts") == (False, "fields.assistant", "skip")


def test_the_salesforce_id_is_kept_in_a_text_field_that_nothing_else_fills(send: Post, contacts: Sync) -> None:
    """S3.C12."""
    FieldMapping.objects.create(sync=contacts, position=0, left="Title", right="fields.title")
    for key in ("fields.title", "fields.score", "nobody_has_this"):
        assert send("standard", **person(id_field=key)).status_code == 422, key
    assert reloaded(contacts).option("id_field") == ""


def test_a_person_account_may_be_a_user_and_never_an_organization(send: Post, contacts: Sync) -> None:
    """S3.6."""
    assert send("standard", **person(person_accounts="organization")).status_code == 422
    send("standard", **person(person_accounts="user"))
    assert reloaded(contacts).option("person_accounts") == "user"


def test_domain_names_lead_to_the_accounts(as_vera: Client, contacts: Sync) -> None:
    """A3."""
    page = text(as_vera.get(CONTACTS))
    assert "Domain names belong to organizations" in page
    assert '<a href="/syncs/accounts/#standard">accounts</a>' in page
    Sync.objects.filter(kind="accounts_organizations").delete()
    assert '<a href="/kinds/accounts_organizations/">accounts and organizations</a>' in text(as_vera.get(CONTACTS))


def test_fields_are_mapped_to_custom_user_fields_of_a_fitting_type(send: Post, contacts: Sync) -> None:
    """S3.35, S3.27."""
    pair = {"row": ["0"], "left-0": "Newsletter__c", "right-0": "fields.title"}
    answer = send("fields", action="save", **pair)
    assert answer.status_code == 422
    assert "Checkbox needs a Checkbox field" in text(answer)
    send("fields", action="save", **{**pair, "right-0": "fields.newsletter"})
    (rule,) = configuration(reloaded(contacts), schemas(contacts)).rules
    assert (rule.left, rule.right) == ("Newsletter__c", "fields.newsletter")


def test_standard_fields_are_offered_and_those_that_cannot_be_written_say_why(send: Post, contacts: Sync) -> None:
    """S3.28: greyed, never hidden; in the other direction they may be read."""

    def offered(left: str, direction: str) -> dict[str, str]:
        page = text(send("fields", action="refresh", new_left=left, new_direction=direction))
        select = re.search(r'<select name="new_right".*?</select>', page)
        assert select is not None
        return dict(re.findall(r'<option value="([\w.]+)"( disabled[^>]*>[^<]*)?', select.group()))

    found = offered("Phone", "to_right")
    assert found["phone"] == found["alias"] == ""
    reasons = {
        "name": "the sync fills it by itself",
        "email": "the sync fills it by itself",
        "external_id": "the sync fills it by itself",
        "tags": "the sync fills it by itself",
        "details": "it is mapped under Standard fields",
        "role": "roles are given in Zendesk",
        "last_login_at": "Zendesk sets it",
    }
    for name, reason in reasons.items():
        assert found[name].endswith(f"– {reason}"), name
    assert offered("Birthdate", "to_right")["created_at"].endswith("Zendesk sets it")
    assert offered("Birthdate", "to_left")["created_at"] == ""
    send("fields", action="save", new_left="Birthdate", new_right="created_at", new_direction="to_left")
    (rule,) = configuration(reloaded(contacts), schemas(contacts)).rules
    assert (rule.left, rule.right, rule.direction) == ("Birthdate", "created_at", "to_left")


def test_the_count_is_of_contacts(as_vera: Client, contacts: Sync) -> None:
    contacts.record_type_filters.create(name="Partner_Contact", position=0)
    assert re.search(r"</strong> of \d+ contacts in scope", part(as_vera, f"{CONTACTS}count/"))


def test_converted_leads_are_not_counted(as_vera: Client, leads: Sync) -> None:
    """They are contacts by then."""
    found = part(as_vera, f"{LEADS}count/")
    assert re.search(r">(\d+)</strong> of \1 leads in scope", found)


def test_a_record_that_is_skipped_though_it_is_in_scope_says_so(as_vera: Client, contacts: Sync) -> None:
    """S3.6: a person account is no user unless that is chosen. The first one that is tried takes part."""
    assert "In scope" in part(as_vera, f"{CONTACTS}try/")
    (answer,) = services.ask(
        contacts.left, Query("Contact", ("Name",), (Condition("IsPersonAccount", ("true",)),), limit=1)
    )
    person = f"{CONTACTS}try/?record={answer.records[0].ref.id}"
    page = part(as_vera, person)
    assert "Person accounts are skipped" in page
    assert "In scope" not in page
    choose(contacts, person_accounts="user", no_email="create")
    assert "In scope" in part(as_vera, person)


def test_contacts_without_an_email_are_counted(as_vera: Client, contacts: Sync) -> None:
    """S3.4."""
    assert re.search(r"\d+ contacts? without an email\.", part(as_vera, f"{CONTACTS}policies/"))


def test_foreign_external_ids_are_looked_for_among_users(as_olaf: Client, contacts: Sync) -> None:
    """S3.C12."""
    found = part(as_olaf, f"{CONTACTS}external-ids/")
    assert re.search(r"[\d,]+ users (holds an|hold an)", found)


def test_a_contact_is_tried_by_its_email(as_vera: Client, contacts: Sync) -> None:
    reachable = Condition("Email", ("",), negated=True)
    (answer,) = services.ask(contacts.left, Query("Contact", ("Email",), (reachable,), limit=1))
    email = answer.records[0].values["Email"]
    choose(contacts, tags=["Department"], details="Title")
    page = part(as_vera, f"{CONTACTS}try/?search={email}")
    assert "What the user would hold" in page
    assert f"<td>{email.lower()}</td>" in page
    assert '<th scope="row">Tags</th>' in page
    assert '<th scope="row">Details</th>' in page


def test_a_field_that_is_gone_is_red_on_its_section(as_vera: Client, contacts: Sync) -> None:
    choose(contacts, match_on=["email", "Phone"], rank_field="Status__c", tags=["Title"])
    RemoteField.objects.filter(object__name="Contact", name__in=["Phone", "Status__c", "Title"]).delete()
    page = text(as_vera.get(CONTACTS))
    for section, field in (("matching", "Phone"), ("duplicates", "Status__c"), ("standard", "Title")):
        assert re.search(rf'<a href="#{section}">[^<]+</a>: {field} does not exist in Salesforce any more', page)


# --- what the page says of itself


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (True, "Multiple organizations are on in Zendesk"),
        (False, "Multiple organizations are off in Zendesk"),
        (None, "Multiple organizations: not checked yet"),
    ],
)
@pytest.mark.parametrize("page", [CONTACTS, LEADS])
def test_the_page_says_whether_users_may_be_in_several_organizations(
    as_vera: Client, contacts: Sync, leads: Sync, page: str, fact: bool | None, words: str
) -> None:
    """S1.16, S1.17: as read from Zendesk; nobody can set it here."""
    facts = {**contacts.right.facts, "multiple_organizations": fact}
    Connection.objects.filter(kind="zendesk").update(facts=facts)
    shown = text(as_vera.get(page))
    assert words in shown
    assert 'name="multiple_organizations"' not in shown


def test_accounts_say_nothing_of_several_organizations(as_vera: Client, sync: Sync) -> None:
    assert "ultiple organizations" not in text(as_vera.get("/syncs/accounts/"))


@pytest.mark.parametrize(
    ("create_left", "words"),
    [
        ("nothing", "no contacts are created there"),
        ("contacts", "a run creates contacts for users that have none"),
        ("leads", "a run creates leads for users that Salesforce does not know"),
    ],
)
def test_the_direction_is_said_in_the_words_of_people(
    as_vera: Client, contacts: Sync, create_left: str, words: str
) -> None:
    """S3.C3, S3.51."""
    choose(contacts, create_left=create_left, create_right=False)
    page = text(as_vera.get(CONTACTS))
    assert words in page
    assert "No users are created either." in page


def test_the_demos_syncs_fit_the_sandbox(sync: Sync) -> None:
    """What the demo starts with is good, and can be planned at once."""
    written = {
        name: {"base_url": row.base_url, "client_id": "x", "client_secret": "y"}
        for name, row in (("salesforce", sync.left), ("zendesk", sync.right))
    }
    sync.delete()
    keys = {"organization_id": "x", "key_id": "y", "secret": "z"}
    consents = {"didomi": {"base_url": "http://127.0.0.1:9", **keys}}
    config_store.apply(world.first_configuration(written | consents))
    known = {"sf": sync.left, "zd": sync.right}
    for row in Sync.objects.filter(left__slug__in=known).select_related("left", "right"):
        row.left, row.right = known[row.left.slug], known[row.right.slug]
        mapped = row.mappings.count()
        assert mapped > 0
        assert len(configuration(row, schemas(row)).rules) == mapped
    assert Sync.objects.count() == len(world.SYNCS)


def test_a_look_up_to_the_account_is_offered_for_leads_that_have_one(leads: Sync) -> None:
    """S3.57. Not the account of a converted lead, nor look-ups to anything else."""
    known = schemas(leads)
    bare = tuple(field for field in known.left.fields if ACCOUNT_FIELD.refusal(field))
    known = replace(known, left=replace(known.left, fields=bare))
    assert "account_field" not in ScopeForm(sync=leads, known=known).fields
    look_up = FieldSchema("Customer__c", "Customer", FieldType.REFERENCE, target="Account")
    known = replace(known, left=replace(known.left, fields=(*known.left.fields, look_up)))
    offered = dict(ScopeForm(sync=leads, known=known).fields["account_field"].choices)  # type: ignore[attr-defined]  # a choice field
    assert list(offered) == ["", "Customer__c"]
    form = ScopeForm({"leaving_scope": "stop", "account_field": "Customer__c"}, sync=leads, known=known)
    assert form.is_valid(), form.errors
    assert form.values() == {"accounts": "all", "account_field": "Customer__c", "leaving_scope": "stop"}
