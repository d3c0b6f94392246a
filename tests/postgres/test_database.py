"""The same settings and migrations on both databases."""

import os

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

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
