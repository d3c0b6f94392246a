"""Secrets at rest: encrypted, rotated, refused with an explanation."""

from __future__ import annotations

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from connectors import crypto
from connectors.api.errors import ConfigError
from connectors.models import Connection
from connectors.saving import kept_secrets, save
from connectors.tokens import StoredToken

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_what_was_encrypted_comes_back(values: dict[str, str]) -> None:
    assert crypto.decrypt(crypto.encrypt(values)) == values


def test_nothing_is_readable_in_the_stored_text() -> None:
    assert "swordfish" not in crypto.encrypt({"client_secret": "swordfish"})


def test_no_stored_text_means_no_secrets() -> None:
    assert crypto.decrypt("") == {}


def stored(**secrets: str) -> Connection:
    return Connection.objects.create(
        slug="zd", name="Help desk", kind="zendesk", auth="oauth", base_url="https://ours.zendesk.com",
        secrets=crypto.encrypt(secrets),
    )  # fmt: skip


def test_keys_rotate_without_typing_secrets_again(settings, db: None) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    connection = stored(client_secret="swordfish")
    StoredToken(connection.pk).set("short-lived", 600)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_secrets", stderr=io.StringIO())
    settings.ENCRYPTION_KEYS = [NEW]
    connection.refresh_from_db()
    assert crypto.decrypt(connection.secrets) == {"client_secret": "swordfish"}
    assert StoredToken(connection.pk).get() is None


def test_a_rotation_without_the_old_key_changes_nothing_and_says_why(settings, db: None) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    before = stored(client_secret="swordfish").secrets
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="ENCRYPTION_KEYS"):
        call_command("rotate_secrets")
    assert Connection.objects.get().secrets == before


def test_after_a_lost_key_the_credentials_can_be_typed_again(settings, db: None) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    connection = stored(client_secret="swordfish")
    settings.ENCRYPTION_KEYS = [NEW]
    typed = {"client_id": "us", "client_secret": "haddock"}
    save(connection, name="Help desk", base_url=connection.base_url, auth="oauth", values=typed, by="the tests")
    assert crypto.decrypt(Connection.objects.get().secrets) == {"client_secret": "haddock"}


def test_what_belongs_to_the_old_address_does_not_follow_to_another(db: None) -> None:
    connection = stored(client_secret="swordfish")
    connection.facts = {"multiple_organizations": True}
    elsewhere = {"name": "Help desk", "base_url": "https://theirs.zendesk.com", "auth": "oauth"}
    assert kept_secrets(connection, connection.base_url) == {"client_secret"}
    assert kept_secrets(connection, elsewhere["base_url"]) == set()
    save(connection, **elsewhere, values={"client_id": "us"}, by="the tests")
    moved = Connection.objects.get()
    assert (crypto.decrypt(moved.secrets), moved.facts, moved.last_check_ok) == ({}, {}, None)


def test_a_lost_key_is_told_with_what_to_do(settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    stored = crypto.encrypt({"k": "v"})
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(ConfigError) as caught:
        crypto.decrypt(stored)
    assert "ENCRYPTION_KEYS" in caught.value.hint
