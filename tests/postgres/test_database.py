"""The same settings and migrations on both databases."""

import os
import random
import string

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from connectors.api.values import ID_LENGTH
from syncadmin.runs.models import MirrorRecord
from tests.runs.stored import stored_record, stored_sync

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_the_suite_runs_on_the_database_that_was_asked_for():
    wanted = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    assert connection.vendor == wanted


def test_every_migration_is_applied():
    call_command("migrate", "--check", verbosity=0)


def test_every_model_can_be_read():
    for model in apps.get_models():
        if model._meta.managed:
            model._default_manager.first()


def test_the_longest_keys_and_ids_fit_into_every_index() -> None:
    """An index row of PostgreSQL holds 2,704 bytes, and texts without repetition cannot be compressed."""
    letters = random.Random(1)
    lengths = {field.name: field.max_length for field in MirrorRecord._meta.fields if field.name.endswith("_key")}
    keys = {
        name: "".join(chr(0x20000 + letters.randrange(20_000)) for _ in range(length or 0))
        for name, length in lengths.items()
    }
    id = "".join(letters.choice(string.ascii_letters + string.digits + "-_=") for _ in range(ID_LENGTH))
    sync = stored_sync("accounts", kind="accounts_organizations")
    assert stored_record(sync, "left", id, keys["match_key"], **keys) == MirrorRecord.objects.get(remote_id=id)
