"""The Connections pages against the sandbox's servers."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from connectors import crypto, services
from connectors.api.registry import connector_spec, connector_specs
from connectors.models import Connection, RemoteObject
from connectors.sandbox.server import Sandbox

ADD = "/connections/add/zendesk/"


@pytest.fixture
def typed(remote: Sandbox) -> dict[str, str]:
    """What somebody types to connect the sandbox's Zendesk."""
    keys = remote.credentials["zendesk"]
    return {
        "name": "Help desk",
        "base_url": keys["base_url"],
        "auth": "oauth",
        "oauth__client_id": keys["client_id"],
        "oauth__client_secret": keys["client_secret"],
    }


@pytest.fixture
def connection(as_ada: Client, typed: dict[str, str]) -> Connection:
    as_ada.post(ADD, typed)
    return Connection.objects.get()


def text(response) -> str:
    return response.content.decode()


def without(typed: dict[str, str], word: str) -> dict[str, str]:
    return {key: value for key, value in typed.items() if word not in key}


def test_an_empty_list_says_what_to_do_first(as_vera: Client) -> None:
    assert "No system is connected yet" in text(as_vera.get("/connections/"))


@pytest.mark.parametrize("words", ["DESK", "127.0.0.1", "zendesk"])
def test_a_connection_is_found_by_name_address_or_system(as_vera: Client, connection: Connection, words: str) -> None:
    assert "Help desk" in text(as_vera.get("/connections/", {"text": words}))
    assert "Help desk" not in text(as_vera.get("/connections/", {"text": "salesforce"}))


def test_every_known_system_is_offered(as_ada: Client) -> None:
    page = text(as_ada.get("/connections/add/"))
    assert all(f"/connections/add/{spec.kind}/" in page for spec in connector_specs())


@pytest.mark.parametrize("spec", connector_specs(), ids=lambda spec: spec.kind)
def test_the_form_has_each_setting_that_the_vendor_declares(as_ada: Client, spec) -> None:
    page = text(as_ada.get(f"/connections/add/{spec.kind}/"))
    for method in spec.auth_methods:
        assert method.label in page
        assert method.legacy in page
        for setting in method.settings:
            assert f'name="{method.key}__{setting.key}"' in page


def test_an_unknown_system_is_not_found(as_ada: Client) -> None:
    assert as_ada.get("/connections/add/fax/").status_code == 404


def test_a_saved_connection_keeps_its_secret_encrypted(connection: Connection, typed: dict[str, str]) -> None:
    secret = typed["oauth__client_secret"]
    assert secret not in connection.secrets
    assert crypto.decrypt(connection.secrets) == {"client_secret": secret}
    assert connection.settings == {"client_id": typed["oauth__client_id"]}


def test_no_page_ever_shows_a_stored_secret(as_ada: Client, connection: Connection, typed: dict[str, str]) -> None:
    secret = typed["oauth__client_secret"]
    address = connection.get_absolute_url()
    for path in ("/connections/", address, f"{address}edit/", "/connections/?format=csv"):
        response = as_ada.get(path)
        content = b"".join(response.streaming_content).decode() if response.streaming else text(response)
        assert secret not in content


def test_an_empty_secret_box_keeps_the_stored_secret(
    as_ada: Client, connection: Connection, typed: dict[str, str]
) -> None:
    before = connection.secrets
    edit = f"{connection.get_absolute_url()}edit/"
    assert "Leave empty to keep it" in text(as_ada.get(edit))
    as_ada.post(edit, {**without(typed, "secret"), "name": "Renamed"})
    connection.refresh_from_db()
    assert (connection.name, connection.secrets) == ("Renamed", before)


def test_a_refused_save_keeps_what_was_typed_and_names_the_field(as_ada: Client, typed: dict[str, str]) -> None:
    page = text(as_ada.post(ADD, {**typed, "base_url": "http://acme.zendesk.com"}))
    assert "Nothing was saved" in page
    assert 'value="http://acme.zendesk.com"' in page
    assert f'value="{typed["oauth__client_id"]}"' in page
    assert not Connection.objects.exists()


def test_a_secret_of_a_refused_save_need_not_be_typed_again_and_is_not_shown(
    as_ada: Client, typed: dict[str, str]
) -> None:
    secret = typed["oauth__client_secret"]
    page = text(as_ada.post(ADD, {**typed, "name": ""}))
    assert secret not in page
    as_ada.post(ADD, without(typed, "secret"))
    assert crypto.decrypt(Connection.objects.get().secrets) == {"client_secret": secret}
    assert "connection_draft" not in as_ada.session


def test_a_waiting_secret_is_encrypted_in_the_session(as_ada: Client, typed: dict[str, str]) -> None:
    as_ada.post(ADD, {**typed, "name": ""})
    assert typed["oauth__client_secret"] not in str(dict(as_ada.session))


def test_opening_the_form_anew_forgets_a_waiting_secret(as_ada: Client, typed: dict[str, str]) -> None:
    as_ada.post(ADD, {**typed, "name": ""})
    as_ada.get(ADD)
    assert "connection_draft" not in as_ada.session


@pytest.mark.parametrize(
    "address, complaint",
    [("http://acme.zendesk.com", "http"), ("https://me:secret@acme.zendesk.com", "user name"), ("   ", "required")],
)
def test_an_address_that_cannot_be_used_is_refused_with_a_reason(
    as_ada: Client, typed: dict[str, str], address: str, complaint: str
) -> None:
    # S3.C2
    assert complaint in text(as_ada.post(ADD, {**typed, "base_url": address}))


def test_a_copied_path_is_dropped_from_the_address(as_ada: Client, typed: dict[str, str]) -> None:
    as_ada.post(ADD, {**typed, "base_url": "acme.zendesk.com/agent/dashboard?x=1"})
    assert Connection.objects.get().base_url == "https://acme.zendesk.com"


def test_a_pasted_page_of_an_org_is_saved_as_its_my_domain(as_ada: Client, typed: dict[str, str]) -> None:
    keys = {
        "client_credentials__client_id": "x",
        "client_credentials__client_secret": "y",
        "auth": "client_credentials",
    }
    pasted = {"name": "Org", "base_url": "https://acme.lightning.force.com/lightning/setup/SetupOneHome/home", **keys}
    as_ada.post("/connections/add/salesforce/", pasted)
    assert Connection.objects.get().base_url == "https://acme.my.salesforce.com"
    edit = f"{Connection.objects.get().get_absolute_url()}edit/"
    kept = {**pasted, "base_url": "acme.my.salesforce-setup.com/x", "client_credentials__client_secret": ""}
    assert as_ada.post(edit, kept).status_code == 302, "it is the same org, so the stored secret may stay"
    page = text(as_ada.post("/connections/add/salesforce/", {**pasted, "base_url": "login.salesforce.com"}))
    assert "sign-in page" in page
    page = text(as_ada.post("/connections/add/salesforce/", {**pasted, "base_url": "javascript:alert(1)"}))
    assert "is not an https address" in page


def test_saving_and_testing_is_one_press(as_ada: Client, typed: dict[str, str]) -> None:
    page = text(as_ada.post(ADD, {**typed, "save_and_test": "1"}, follow=True))
    assert "Help desk is saved, and its test passed." in page
    connection = Connection.objects.get()
    assert connection.last_check_ok
    wrong = {**typed, "oauth__client_secret": "wrong", "save_and_test": "1"}
    page = text(as_ada.post(f"{connection.get_absolute_url()}edit/", wrong, follow=True))
    assert "Help desk is saved. Its test failed at: Credentials." in page
    assert "Nothing was saved" in text(as_ada.post(ADD, {**typed, "name": "", "save_and_test": "1"}))
    assert Connection.objects.count() == 1


def test_what_is_known_of_a_system_is_told_in_words(as_vera: Client, connection: Connection) -> None:
    services.check(connection)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(as_vera.get(connection.get_absolute_url()))))
    for told in ("Signs in as Ada Admin", "Requests allowed a minute 700", "Users in several organizations"):
        assert told in page, told
    for raw in ("Rate limit", "Answers at", "User role", "Bulk user import yes"):
        assert raw not in page, raw
    at = timezone.now() - timedelta(minutes=3)
    connection.kind, connection.facts = "salesforce", {
        "daily_used": 1204, "daily_limit": 100_000, "daily_used_at": at.isoformat(),
        "is_sandbox": False, "edition": None,
    }  # fmt: skip
    connection.save()
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(as_vera.get(connection.get_absolute_url()))))
    assert "Requests used today 1,204 of 100,000, read 3 minutes ago" in page
    assert "Sandbox no" in page
    assert "Edition" not in page.partition("About the system")[2].partition("Objects and fields")[0]


def test_only_the_chosen_way_to_sign_in_has_to_be_complete(as_ada: Client, typed: dict[str, str]) -> None:
    page = text(as_ada.post(ADD, {**without(typed, "client_id"), "auth": "oauth"}))
    assert "Unique identifier is needed" in page
    assert "API token is needed" not in page


def test_testing_tries_what_stands_in_the_form_and_saves_nothing(as_ada: Client, typed: dict[str, str]) -> None:
    page = text(as_ada.post(ADD, {**typed, "test": "1"}))
    assert "Plan limits" in page
    assert not Connection.objects.exists()


def test_a_test_shows_the_exact_step_that_failed(as_ada: Client, typed: dict[str, str]) -> None:
    # S3.C2
    wrong = {**typed, "oauth__client_secret": "wrong", "test": "1"}
    part = text(as_ada.post(ADD, wrong, headers={"HX-Request": "true"}))
    steps = re.findall(r'step-name">([^<]+)<.*?</svg>(OK|Failed|Not reached|Warning)<', part, re.DOTALL)
    assert ("Zendesk answers", "OK") in steps
    assert ("Credentials", "Failed") in steps
    assert steps[-1] == ("Plan limits", "Not reached")
    assert "<html" not in part


def test_an_incomplete_form_says_what_a_test_needs(as_ada: Client, typed: dict[str, str]) -> None:
    part = text(as_ada.post(ADD, {**without(typed, "secret"), "test": "1"}, headers={"HX-Request": "true"}))
    assert "Secret is needed to sign in this way" in part


def test_testing_an_edited_form_uses_the_stored_secret(
    as_ada: Client, connection: Connection, typed: dict[str, str]
) -> None:
    page = text(as_ada.post(f"{connection.get_absolute_url()}edit/", {**without(typed, "secret"), "test": "1"}))
    assert "Signed in as" in page
    connection.refresh_from_db()
    assert connection.last_check_ok is None


@pytest.mark.parametrize("press", [{"test": "1"}, {}], ids=["test", "save"])
def test_a_stored_secret_is_not_sent_to_another_address(
    as_ada: Client, connection: Connection, typed: dict[str, str], press: dict[str, str]
) -> None:
    """Or whoever may edit a connection, but never saw its secret, could have it sent to a host of their own."""
    form = {**without(typed, "secret"), "base_url": "https://elsewhere.example.com", **press}
    page = text(as_ada.post(f"{connection.get_absolute_url()}edit/", form))
    assert "the stored one belongs to the old" in page
    connection.refresh_from_db()
    assert connection.base_url == typed["base_url"]


def test_a_saved_connection_counts_as_tested_until_it_changes(
    as_ada: Client, as_olaf: Client, connection: Connection, typed: dict[str, str]
) -> None:
    # S3.3
    address = connection.get_absolute_url()
    assert "Not tested" in text(as_ada.get(address))
    as_olaf.post(f"{address}test/")
    connection.refresh_from_db()
    assert connection.last_check_ok
    as_ada.post(f"{address}edit/", {**without(typed, "secret"), "name": "Only renamed"})
    connection.refresh_from_db()
    assert connection.last_check_ok
    as_ada.post(f"{address}edit/", {**typed, "oauth__client_secret": "other"})
    connection.refresh_from_db()
    assert connection.last_check_ok is None


def test_a_test_signs_in_afresh_even_while_an_old_token_works(connection: Connection) -> None:
    assert services.check(connection).ok
    services.schema(connection, "organization")
    connection.refresh_from_db()
    assert connection.token
    connection.secrets = crypto.encrypt({"client_secret": "revoked"})
    report = services.check(connection)
    assert [step.name for step in report.steps if step.state == "failed"] == ["Credentials"]


def test_credentials_that_cannot_be_decrypted_are_a_failed_step(connection: Connection, settings) -> None:
    settings.ENCRYPTION_KEYS = ["cGxlYXNlIHVzZSBhIHJlYWwga2V5IGluIHByb2R1Y3Q="]
    report = services.check(connection)
    assert not report.ok
    assert "type the credentials again" in report.steps[0].hint


def test_the_list_shows_where_the_last_test_stopped(as_ada: Client, typed: dict[str, str]) -> None:
    as_ada.post(ADD, {**typed, "oauth__client_secret": "wrong"})
    as_ada.post(f"{Connection.objects.get().get_absolute_url()}test/")
    assert "Failed: Credentials" in text(as_ada.get("/connections/"))


def test_a_connection_that_signs_in_the_old_way_carries_the_date(as_ada: Client, remote: Sandbox) -> None:
    keys = remote.credentials["zendesk"]
    method = connector_spec("zendesk").auth_methods[1]
    data = {f"{method.key}__email": keys["email"], f"{method.key}__api_token": keys["api_token"]}
    response = as_ada.post(ADD, {"name": "Old", "base_url": keys["base_url"], "auth": method.key, **data}, follow=True)
    assert "30 April 2027" in text(response)


def test_a_connection_is_switched_off_and_on(as_ada: Client, connection: Connection) -> None:
    address = f"{connection.get_absolute_url()}switch/"
    assert "Switched off" in text(as_ada.post(address, {"enabled": "no"}, follow=True))
    as_ada.post(address, {"enabled": "yes"})
    connection.refresh_from_db()
    assert connection.enabled


def test_an_unused_connection_can_be_deleted(as_ada: Client, connection: Connection) -> None:
    as_ada.post(f"{connection.get_absolute_url()}delete/")
    assert not Connection.objects.exists()


def test_a_connection_in_use_is_not_deleted_and_says_by_what(as_ada: Client, connection: Connection) -> None:
    from mappings.models import Sync

    Sync.objects.create(slug="accounts", kind="accounts_organizations", left=connection, right=connection)
    response = as_ada.post(f"{connection.get_absolute_url()}delete/", follow=True)
    assert "used by accounts" in text(response)
    assert Connection.objects.exists()


def test_two_connections_of_one_name_get_different_addresses(as_ada: Client, typed: dict[str, str]) -> None:
    for _ in range(3):
        as_ada.post(ADD, typed)
    as_ada.post(ADD, {**typed, "name": "Add"})
    slugs = set(Connection.objects.values_list("slug", flat=True))
    assert slugs == {"help-desk", "help-desk-2", "help-desk-3", "add-2"}


def test_the_fields_of_an_object_are_listed_with_their_age_and_limits(as_olaf: Client, connection: Connection) -> None:
    address = connection.get_absolute_url()
    page = text(as_olaf.post(f"{address}describe/", {"name": "organization"}, follow=True))
    assert "Domain names" in page
    assert re.search(r"as last read\s+<time", page)
    filtered = text(as_olaf.get(f"{address}objects/organization/?text=external"))
    assert "External ID" in filtered
    assert "Domain names" not in filtered


def test_reading_again_replaces_the_cached_fields(as_olaf: Client, connection: Connection) -> None:
    address = f"{connection.get_absolute_url()}describe/"
    as_olaf.post(address, {"name": "user"})
    RemoteObject.objects.get(name="user").delete()
    as_olaf.post(address, {"name": "user"})
    assert RemoteObject.objects.get(name="user").fields.exists()


def test_an_object_that_cannot_be_read_says_why(as_olaf: Client, connection: Connection) -> None:
    page = text(as_olaf.post(f"{connection.get_absolute_url()}describe/", {"name": "invoice"}, follow=True))
    assert "invoice could not be read" in page


def test_viewers_look_and_operators_test_but_neither_changes(
    as_vera: Client, as_olaf: Client, connection: Connection
) -> None:
    address = connection.get_absolute_url()
    assert as_vera.get(address).status_code == 200
    assert "/edit/" not in text(as_vera.get(address))
    assert as_vera.post(f"{address}test/").status_code == 403
    assert as_olaf.post(f"{address}test/").status_code == 302
    for path in ("edit/", "switch/", "delete/"):
        assert as_olaf.post(f"{address}{path}").status_code == 403


def test_who_saved_what_is_logged_without_secrets(
    as_ada: Client, typed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        as_ada.post(ADD, typed)
    assert "ada saved the connection help-desk; changed:" in caplog.text
    assert typed["oauth__client_secret"] not in caplog.text
