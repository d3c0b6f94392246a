"""An option is declared once: everything else follows from its declaration."""

from __future__ import annotations

import html
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.test import Client

from mappings.config import file as config_file
from mappings.config import reference
from mappings.config import store as config_store
from mappings.kinds import registry
from mappings.models import Sync
from mappings.services import configuration, rules_fingerprint, schemas

PAGE = "/syncs/contacts/"
pytestmark = pytest.mark.django_db


def test_an_option_that_a_kind_declares_is_stored_asked_read_explained_and_judged_by(
    as_ada: Client, contacts: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = schemas(contacts)
    monkeypatch.setitem(registry.KINDS, "contacts_users", "tests.mappings.trial_kind")
    assert contacts.option("trial") == "plain"
    page = html.unescape(as_ada.get(PAGE).content.decode())
    for text in ("How to greet contacts", "The first line of the first mail.", "Each contact is greeted."):
        assert text in page
    before, revision = rules_fingerprint(configuration(contacts, known)), contacts.revision

    answer = as_ada.post(f"{PAGE}creating/", {"trial": "warm", "trial_source": "Title"})
    assert answer.status_code == 302
    changed = Sync.objects.get(pk=contacts.pk)
    assert (changed.option("trial"), changed.revision) == ("warm", revision + 1)
    config = configuration(changed, known)
    assert config.option("trial") == "warm"
    assert rules_fingerprint(config) != before, "the next run judges anew"
    assert "Title" in registry.kind_of("contacts_users").left_fields(config), "a field that it names is read"
    assert as_ada.post(f"{PAGE}creating/", {"trial": "cold"}).status_code == 422

    written = next(sync for sync in yaml.safe_load(config_store.export())["syncs"] if sync["slug"] == "contacts")
    assert (written["trial"], written["trial_source"]) == ("warm", "Title")
    row = next(line for line in reference.table() if line.startswith("| `trial` |"))
    assert row.startswith("| `trial` | `contacts_users` | `plain` | The first line of the first mail.")
    assert "`warm`: Each contact is greeted." in row
    changed.options["trial"] = "cold"
    with pytest.raises(ValidationError, match="possible: plain, warm"):
        changed.save()


def test_lists_of_texts_are_chosen_or_typed_and_stand_in_a_group_of_the_file(
    as_ada: Client, contacts: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.KINDS, "contacts_users", "tests.mappings.trial_kind")
    typed = {"trial_words": ["hello"], "trial_names": "Ada\r\n\r\n Bo \r\nAda", "trial_loud": "no"}
    assert as_ada.post(f"{PAGE}creating/", typed).status_code == 302
    assert as_ada.post(f"{PAGE}creating/", typed | {"trial_words": ["boo"]}).status_code == 422
    changed = Sync.objects.get(pk=contacts.pk)
    assert (changed.option("trial_words"), changed.option("trial_names")) == (["hello"], ["Ada", "Bo"])
    assert "Ada\nBo</textarea>" in as_ada.get(PAGE).content.decode()

    written = next(sync for sync in yaml.safe_load(config_store.export())["syncs"] if sync["slug"] == "contacts")
    assert written["greeting"] == {"words": ["hello"], "names": ["Ada", "Bo"], "loud": False}
    with pytest.raises(config_file.ConfigFileError, match="words is 'boo'; possible: hello, welcome"):
        _apply({**written, "greeting": {"words": ["boo"], "names": []}})
    _apply({**written, "greeting": {"words": [], "names": ["Cy"]}})
    assert Sync.objects.get(pk=contacts.pk).effective_options()["trial_names"] == ["Cy"]


def _apply(sync: dict[str, Any]) -> None:
    config_store.apply(yaml.safe_dump({"syncs": [sync]}))
