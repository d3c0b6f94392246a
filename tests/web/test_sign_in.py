"""Guessing passwords is slowed down for the whole installation, not for each of its processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.architecture.tree import ROOT
from tests.personas import PASSWORD
from tests.timeouts import HANG_SECONDS

pytestmark = pytest.mark.postgres

LIMIT = 5  # wrong passwords for one name in five minutes
# Another process of the same installation, in which somebody guesses.
GUESSING = """
import sys, django
django.setup()
from django.test import Client
for number in range(int(sys.argv[1])):
    Client().post("/account/login/", {"login": "vera", "password": f"guess {number}"})
"""


def guess_elsewhere(times: int, folder: Path) -> None:
    """Wrong passwords for Vera, typed into another process."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "syncadmin.settings",
        "DATABASE_URL": database_url(),
        "SYNCADMIN_VAR": str(folder),
        "ALLOWED_HOSTS": "testserver",
    }
    subprocess.run(
        [sys.executable, "-c", GUESSING, str(times)], env=environment, cwd=ROOT, check=True, timeout=HANG_SECONDS
    )


def database_url() -> str:
    """The address of the tests' own database."""
    name = str(settings.DATABASES["default"]["NAME"])
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def sign_in() -> bool:
    """Whether Vera gets in with her right password."""
    client = Client()
    client.post("/account/login/", {"login": "vera", "password": PASSWORD})
    return "_auth_user_id" in client.session


def test_wrong_passwords_count_in_every_process(transactional_db: None, vera: User, tmp_path: Path) -> None:
    guess_elsewhere(LIMIT - 1, tmp_path)
    assert sign_in(), "a few typing errors lock nobody out"
    guess_elsewhere(LIMIT, tmp_path)
    assert not sign_in()


def test_too_many_wrong_passwords_are_answered_in_words(db: None, vera: User, client: Client) -> None:
    wrong = {"login": "vera", "password": "a guess"}
    answers = [client.post("/account/login/", wrong).content.decode() for _ in range(LIMIT + 1)]
    assert "Too many failed login attempts" not in answers[LIMIT - 1]
    assert "Too many failed login attempts" in answers[LIMIT]
