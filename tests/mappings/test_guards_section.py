"""The guards of a sync: their section of the mapping page, and the configuration file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client

from mappings.config import store as config_store
from mappings.models import Sync
from mappings.rules.guards import DEFAULTS, Guard, guards_of, limits
from mappings.schemas import Schemas
from tests.mappings.test_automatic_section import PAGE, Post, reloaded, text
from tests.mappings.test_config_file import GOOD, problems, sync_of
from tests.mappings.test_config_people import CONTACTS
from tests.mappings.test_config_people import sync_of as people_sync_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(as_ada: Client, known: Schemas) -> Post:
    """Submit a section as Ada."""
    return lambda section, **values: as_ada.post(f"{PAGE}{section}/", values)


def typed(**changes: str | None) -> dict[str, str]:
    """The section as it is sent where nothing was changed, but for these; None is a box that is not checked."""
    sent: dict[str, Any] = {}
    for guard in guards_of(people=False):
        usual = DEFAULTS[guard]
        sent |= {f"{guard}_on": "on", f"{guard}_share": usual.share, f"{guard}_at_least": usual.at_least}
    return {name: str(value) for name, value in {**sent, **changes}.items() if value is not None}


def test_the_limits_are_shown_saved_refused_and_switched_off(send: Post, sync: Sync) -> None:
    shown = text(send("guards", **typed(blanked_share="101")))
    assert 'value="101"' in shown
    assert "less than or equal to 100" in shown
    assert reloaded(sync).guards == {}
    for words in ("Fields blanked", "Records renamed", "Values of people replaced", "Default:&nbsp;10 %, from 20"):
        assert words in shown
    assert "Memberships removed" not in shown, "organizations have none"
    assert send("guards", **typed()).url.endswith("?saved=guards&unchanged#guards")
    send("guards", **typed(blanked_share="5", created_on=None, created_share=""))
    assert reloaded(sync).guards == {"blanked": {"share": 5, "at_least": 20}, "created": False}
    assert reloaded(sync).revision == sync.revision + 1
    refused = send("guards", **typed(renamed_at_least=""))
    assert refused.status_code == 422
    assert "Fill in both numbers, or switch the guard off." in text(refused)
    send("guards", **typed())
    assert reloaded(sync).guards == {}


def test_a_file_sets_guards_and_an_export_shows_all_of_them() -> None:
    line = "guards: {blanked: {share: 5}, created: off, renamed: {share: 0, at_least: 1}, replaced: on}"
    assert sync_of(line)["guards"] == {
        "blanked": {"share": 5, "at_least": 20}, "created": False, "renamed": {"share": 0, "at_least": 1},
    }  # fmt: skip
    assert people_sync_of("guards: {memberships_removed: off}")["guards"] == {"memberships_removed": False}
    config_store.apply(f"{CONTACTS}    {line}\n")
    exported = config_store.export()
    guards = yaml.safe_load(exported)["syncs"][0]["guards"]
    assert guards["blanked"] == {"share": 5, "at_least": 20}
    assert guards["memberships_removed"] == {"share": 10, "at_least": 20}
    assert guards["created"] is False
    Sync.objects.update(guards={})
    exported_connections = {key: value for key, value in yaml.safe_load(exported).items() if key == "syncs"}
    config_store.apply(yaml.safe_dump(exported_connections))
    assert limits(Sync.objects.get().guards)[Guard.CREATED] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("guards: off", "guards should be a list of key: value"),
        (
            "guards: {emptied: off}",
            "unknown key 'emptied' in guards; known: blanked, renamed, created, deleted, replaced",
        ),
        ("guards: {memberships_removed: off}", "unknown key 'memberships_removed' in guards; known: blanked, renamed"),
        ("guards: {blanked: 10}", "blanked should be a list of key: value"),
        ("guards: {blanked: {share: 101}}", "share should be a whole number from 0 to 100"),
        ("guards: {blanked: {share: -1}}", "share should be a whole number"),
        ("guards: {blanked: {at_least: 0}}", "at_least should be a whole number from 1 to 10,000,000"),
        ("guards: {blanked: {percent: 10}}", "unknown key 'percent' in blanked; known: share, at_least"),
    ],
)
def test_a_file_says_what_is_wrong_with_a_guard(line: str, words: str) -> None:
    (said,) = problems(f"{GOOD}    {line}\n")
    assert said.startswith(f"line 9: {words}")
