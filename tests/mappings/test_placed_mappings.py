"""Notes and Details: mappings with a place of their own on the page and in the file, and otherwise like any other."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.test import Client

from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.fields import rows
from mappings.fields.rows import Row
from mappings.models import Sync
from mappings.services import configuration, schemas

CONNECTIONS = """\
connections:
  - {slug: sf, kind: salesforce, base_url: "http://127.0.0.1:9401", client_id: x, client_secret: y}
  - {slug: zd, kind: zendesk, base_url: "https://acme.zendesk.com", client_id: x, client_secret: y}
syncs:
  - slug: people
    kind: contacts_users
    left: sf
    right: zd
"""
BOTH = {"field": "Title", "direction": "both", "conflict": "newest"}


def applied(options: str) -> tuple[Sync, dict[str, Any]]:
    """The sync as it is stored from a file, and as it is written to one."""
    config_store.apply(CONNECTIONS + options)
    (exported,) = yaml.safe_load(config_store.export())["syncs"]
    return Sync.objects.get(), exported


@pytest.mark.django_db
def test_a_file_names_the_field_alone_or_all_that_a_mapping_takes() -> None:
    """S3.34: the short form stays, and is written where it says everything."""
    sync, exported = applied(
        "    details: Title\n    notes: Description\n    mappings: [{left: Phone, right: phone}]\n"
    )
    assert rows.placed(sync) == {"details": Row("Title", "details"), "notes": Row("Description", "notes")}
    assert (exported["details"], exported["notes"]) == ("Title", "Description")
    assert exported["mappings"] == [{"left": "Phone", "right": "phone"}]
    revision = sync.revision
    assert (
        applied(f"    details: Title\n    notes: Description\n    mappings: {exported['mappings']}\n")[0].revision
        == revision
    )

    sync, exported = applied("    details: {field: Title, direction: both, conflict: newest}\n")
    assert rows.placed(sync) == {"details": Row("Title", "details", "both", "newest")}
    assert exported["details"] == BOTH
    assert "notes" not in exported

    sync, exported = applied("    mappings: [{left: Title, right: details, direction: both, conflict: newest}]\n")
    assert (exported["details"], exported["mappings"]) == (BOTH, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("    details: {direction: both}\n", "line 9: details needs field"),
        ("    details: {field: Title, way: both}\n", "line 9: unknown key 'way' in details"),
        ("    details: {field: Title, direction: up}\n", "line 9: direction is 'up'"),
        ("    details: yes\n", "line 9: details names a field"),
        ("    details: Title\n    mappings: [{left: Phone, right: details}]\n", "line 10: 'details' is filled by two"),
    ],
)
def test_what_is_wrong_with_such_a_mapping_is_said_with_its_line(options: str, problem: str) -> None:
    with pytest.raises(ConfigFileError, match=re.escape(problem)):
        config_store.apply(CONNECTIONS + options)


def test_the_page_saves_and_shows_it_among_the_standard_fields(as_ada: Client, contacts: Sync) -> None:
    """The list of mappings keeps its own rows, and names of these why they cannot be chosen there."""
    page = contacts.get_absolute_url()
    contacts.mappings.create(position=0, left="Phone", right="phone")
    typed = {"details": "Title", "details_direction": "both", "details_conflict": "newest", "notes": ""}
    assert as_ada.post(f"{page}standard/", typed).status_code == 302
    sync = Sync.objects.get(pk=contacts.pk)
    assert rows.placed(sync) == {"details": Row("Title", "details", "both", "newest")}
    assert rows.listed(sync) == [Row("Phone", "phone")]
    (first, second) = configuration(sync, schemas(sync)).rules
    assert (first.right, first.label, first.direction, second.right) == ("details", "Details", "both", "phone")

    shown = as_ada.get(page).content.decode()
    assert re.search(r'name="details_direction".*?<option value="both" selected>', shown, re.DOTALL)
    assert shown.count('name="row"') == 1
    assert re.search(r'value="details" disabled[^>]*>[^<]*mapped under Standard fields', shown)

    as_ada.post(f"{page}fields/", {"action": "save"})
    sync = Sync.objects.get(pk=contacts.pk)
    assert (rows.listed(sync), list(rows.placed(sync))) == ([], ["details"])
    as_ada.post(f"{page}standard/", {"details": ""})
    assert not Sync.objects.get(pk=contacts.pk).mappings.exists()


def test_a_direction_that_the_fields_do_not_allow_is_refused_with_the_reason(as_ada: Client, contacts: Sync) -> None:
    typed = {"details": "Rich_Notes__c", "details_direction": "both"}
    answer = as_ada.post(f"{contacts.get_absolute_url()}standard/", typed)
    assert answer.status_code == 422
    assert "ormatting is dropped on the way" in answer.content.decode()
    assert not contacts.mappings.exists()
