"""Contacts and leads in the configuration file (S3.30-S3.37, S1.20, S1.21)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from mappings.config import file as config_file
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import Sync
from tests.options import chosen

CONNECTIONS = """\
connections:
  - {slug: sf, kind: salesforce, base_url: "http://127.0.0.1:9401", client_id: x, client_secret: y}
  - {slug: zd, kind: zendesk, base_url: "https://acme.zendesk.com", client_id: x, client_secret: y}
"""
CONTACTS = CONNECTIONS + "syncs:\n  - slug: people\n    kind: contacts_users\n    left: sf\n    right: zd\n"
LEADS = CONTACTS.replace("contacts_users", "leads_users")
ACCOUNTS = CONTACTS.replace("contacts_users", "accounts_organizations")
EVERYTHING = (
    CONTACTS
    + """\
    automatic_updates: true
    create_in_zendesk: false
    create_in_salesforce: leads
    record_types: [Customer, Partner]
    picklist_filter: {field: Level__c, values: [Primary, Secondary]}
    tags: [Department]
    details: Title
    notes: Description
    match_on: [email, Phone, External_Key__c]
    no_email: match
    rank_by: {field: Relation__c, values: [Current, Advisor]}
    values_that_mean_left: [Left, No]
    membership_end: ask
    welcome_mail: zendesk
    welcome_confirmed: true
    person_accounts: user
    store_external_id: false
    when_it_leaves_the_filter: unlink
    family_name_first: true
    ceiling: 500
    mappings:
      - {left: Title, right: fields.job_title}
"""
)
OLD_KEYS = {
    "create_in_zendesk": "create_right", "create_in_salesforce": "create_left", "rank_by": "rank",
    "values_that_mean_left": "ended_values", "when_it_leaves_the_filter": "leaving_scope",
    "family_name_first": "family_first",
}  # fmt: skip


def problems(text: str, **known: Any) -> list[str]:
    try:
        config_file.read(text, known_connections={}, **known)
    except ConfigFileError as error:
        return error.problems
    return []


def sync_of(line: str, base: str = CONTACTS) -> dict[str, Any]:
    return config_file.read(f"{base}    {line}\n", known_connections={}).syncs[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("match_on: [Phone]", "match_on must begin with email, which is always first and cannot be removed"),
        ("match_on: []", "match_on must begin with email, which is always first and cannot be removed"),
        ("match_on: [email, a, b, c]", "match_on may name 3 fields, email included"),
        ("match_on: [email, Email]", "match_on names email a second time; it is always first"),
        ("match_on: email", "match_on should be a list"),
        ("no_email: guess", "no_email is 'guess'; possible: skip, match, create"),
        ("rank: Relation__c", "rank should be a list of key: value"),
        ("rank: {values: [Current]}", "rank needs field"),
        ("rank: {field: Relation__c, values: [A, A]}", "'A' stands twice in values"),
        ("ended_values: [Left]", "ended_values are values of the field that rank_by names; add rank_by: {field: …}"),
        ("membership_end: delete", "membership_end is 'delete'; possible: remove, keep, ask"),
        ("welcome_mail: always", "welcome_mail is 'always'; possible: suppress, zendesk"),
        ("welcome_confirmed: yes please", "welcome_confirmed should be true or false"),
        ("create_left: accounts", "create_left is 'accounts'; possible: nothing, contacts, leads"),
        ("person_accounts: organization", "person_accounts is 'organization'; possible: skip, user"),
        (
            "domain_names: Domains__c",
            "contacts_users takes no domain_names: a domain belongs to an organization;"
            " set it in the sync of accounts_organizations",
        ),
        (
            "parent_accounts: skip",
            "contacts_users takes no parent_accounts: only accounts have parents;"
            " set it in the sync of accounts_organizations",
        ),
    ],
)
def test_a_sync_of_people_says_what_is_wrong_with_it(line: str, words: str):
    """Domain names are of organizations (A3); email comes first, of three criteria at most (S1.20, S1.21)."""
    said = problems(f"{CONTACTS}    {line}\n")
    assert said[0] == f"line 9: {words}"
    assert all(problem.startswith("line 9: match_on") for problem in said[1:])


@pytest.mark.parametrize(
    "line",
    ["match_on: [email]", "no_email: skip", "rank: {field: Type}", "membership_end: keep", "welcome_mail: suppress"],
)
def test_accounts_take_no_option_of_people_and_the_file_says_why(line: str):
    (said,) = problems(f"{ACCOUNTS}    {line}\n")
    assert said.startswith(f"line 9: accounts_organizations takes no {line.partition(':')[0]}: ")


def test_an_option_of_another_kind_that_is_empty_asks_for_nothing():
    assert problems(f"{ACCOUNTS}    match_on: []\n") == problems(f"{CONTACTS}    domain_names:\n") == []


@pytest.mark.parametrize(
    ("base", "said", "kept"),
    [
        (CONTACTS, "true", "contacts"),
        (CONTACTS, "false", "nothing"),
        (CONTACTS, "leads", "leads"),
        (LEADS, "true", "leads"),
        (LEADS, "false", "nothing"),
        (LEADS, "nothing", "nothing"),
    ],
)
def test_what_is_created_in_salesforce_is_a_word_or_yes_or_no(base: str, said: str, kept: str):
    """S3.51, S3.C5."""
    assert sync_of(f"create_left: {said}", base)["options"]["create_left"] == kept


def test_leads_are_never_created_as_contacts():
    """S3.36."""
    assert problems(f"{LEADS}    create_left: contacts\n") == [
        "line 9: create_left is 'contacts'; possible: nothing, leads"
    ]


def test_a_stored_sync_keeps_its_kind():
    """Its links are pairs of that kind."""
    (said,) = problems(CONTACTS, known_syncs={"people": "leads_users"})
    assert said == "line 6: the sync 'people' is stored as leads_users; a sync keeps its kind, so name another one"
    assert problems(CONTACTS, known_syncs={"people": "contacts_users"}) == []


@pytest.mark.django_db
def test_every_option_of_people_is_stored_and_written_back():
    config_store.apply(EVERYTHING)
    sync = Sync.objects.get()
    assert chosen(sync, "create_left", "create_right", "person_accounts") == ("leads", False, "user")
    assert sync.option("match_on") == ["email", "Phone", "External_Key__c"]
    assert chosen(sync, "rank_field", "rank_values", "ended_values") == (
        "Relation__c", ["Current", "Advisor"], ["Left", "No"],
    )  # fmt: skip
    assert chosen(sync, "no_email", "membership_end") == ("match", "ask")
    assert chosen(sync, "welcome_mail", "welcome_confirmed") == ("zendesk", True)
    exported = config_store.export()
    (written,) = yaml.safe_load(exported)["syncs"]
    said = yaml.safe_load(EVERYTHING.replace("No]", '"No"]'))["syncs"][0]
    assert {key: written[key] for key in said} == said
    assert not {"domain_names", "parent_accounts", "rank_field", "rank_values"} & written.keys()


@pytest.mark.django_db
def test_earlier_names_of_keys_are_read_and_the_present_ones_written():
    old = EVERYTHING
    for key, before in OLD_KEYS.items():
        old = old.replace(f"    {key}:", f"    {before}:")
    config_store.apply(EVERYTHING)
    now, revision = config_store.export(), Sync.objects.get().revision
    config_store.apply(old)
    assert (config_store.export(), Sync.objects.get().revision) == (now, revision)
    (line,) = problems(old.replace("leaving_scope: unlink", "leaving_scope: never"))
    assert line.endswith("leaving_scope is 'never'; possible: stop, mark, unlink")
    (line,) = problems(EVERYTHING + "    create_left: nothing\n")
    assert "create_left stands twice" in line


@pytest.mark.django_db
@pytest.mark.parametrize("text", [EVERYTHING, CONTACTS, LEADS, ACCOUNTS])
def test_an_exported_file_applies_again_and_changes_nothing(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SF_CLIENT_SECRET", "y")
    monkeypatch.setenv("ZD_CLIENT_SECRET", "y")
    config_store.apply(text)
    exported = config_store.export()
    config_store.apply(exported)
    assert config_store.export() == exported


@pytest.mark.django_db
@pytest.mark.parametrize("text", [CONTACTS, LEADS])
def test_people_are_matched_by_email_and_nobody_gets_a_mail_unless_said_otherwise(text: str):
    """S1.20, S3.C4, S3.C16."""
    config_store.apply(text)
    sync = Sync.objects.get()
    assert chosen(sync, "match_on", "no_email", "welcome_mail") == (
        ["email"],
        "skip",
        "suppress",
    )
    assert (sync.option("create_left"), sync.automatic_updates, sync.option("welcome_confirmed")) == (
        "nothing",
        False,
        False,
    )


@pytest.mark.django_db
def test_what_a_file_leaves_out_goes_back_to_what_a_new_sync_has():
    config_store.apply(EVERYTHING)
    config_store.apply(CONTACTS)
    sync = Sync.objects.get()
    assert (
        sync.option("rank_field"),
        sync.option("rank_values"),
        sync.option("ended_values"),
        sync.option("match_on"),
    ) == ("", [], [], ["email"])
    assert chosen(sync, "membership_end", "welcome_confirmed") == ("remove", False)


def test_whose_people_take_part_is_said_for_people_and_the_look_up_for_leads_alone():
    """S3.54, S3.57."""
    (line,) = problems(f"{ACCOUNTS}    accounts: linked\n")
    assert "whose contacts or leads take part" in line
    (line,) = problems(f"{CONTACTS}    account_field: Customer__c\n")
    assert "a contact has an account of its own" in line
    (line,) = problems(f"{LEADS}    accounts: sometimes\n")
    assert "possible: all, in_scope, linked" in line
    found = sync_of("accounts: in_scope\n    account_field: Customer__c", LEADS)["options"]
    assert (found["accounts"], found["account_field"]) == ("in_scope", "Customer__c")
