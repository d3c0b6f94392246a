"""The configuration file: everything wrong with it is said at once, with its line, and nothing is changed."""

from __future__ import annotations

import copy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import saving
from connectors import services as connections
from connectors.api.registry import connector_spec
from connectors.models import Connection
from mappings.config import file as config_file
from mappings.config import options as config_options
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import FieldMapping, Sync
from tests.architecture.tree import ROOT

GOOD = """\
connections:
  - {slug: sf, kind: salesforce, base_url: "http://127.0.0.1:9401", client_id: x, client_secret: y}
  - {slug: zd, kind: zendesk, base_url: "https://acme.zendesk.com", client_id: x, client_secret: y}
syncs:
  - slug: accounts
    kind: accounts_organizations
    left: sf
    right: zd
"""
CONNECTIONS = GOOD[: GOOD.index("syncs:")]


def problems(text: str, known: dict[str, Connection] | None = None) -> list[str]:
    try:
        config_file.read(text, known_connections=known or {})
    except ConfigFileError as error:
        return error.problems
    return []


def stored() -> Connection:
    """A connection that was saved before, in memory."""
    made = Connection(slug="sf", kind="salesforce", auth=connector_spec("salesforce").auth_methods[0].key)
    values = {"client_id": "x", "client_secret": "y"}
    return saving.filled(made, name="Ours", base_url="https://acme.my.salesforce.com", auth=made.auth, values=values)


def sync_of(*lines: str) -> dict[str, Any]:
    text = GOOD + "".join(f"    {line}\n" for line in lines)
    return config_file.read(text, known_connections={}).syncs[0]


def test_every_problem_is_said_at_once_with_its_line():
    text = """\
connections:
  - {slug: sf, kind: salesforce, base_url: "http://example.com", client_id: x, client_secret: y, colour: red}
  - {slug: zd, kind: zendsk, base_url: "https://acme.zendesk.com"}
syncs:
  - slug: accounts
    kind: accounts_organizations
    left: sf
    right: nowhere
    tag: [Industry]
    create_left: leads
    mappings:
      - {left: AnnualRevenue, right: annual_revenue, direction: up}
      - {left: AnnualRevenue, right: annual_revenue}
      - {right: name}
schedules: []
"""
    said = problems(text)
    lines = sorted(int(line.partition(":")[0].removeprefix("line ")) for line in said)
    assert lines == [2, 2, 3, 8, 9, 10, 12, 13, 14, 15]
    for words in ("'colour'", "'zendsk'", "'nowhere'", "'tag'", "'leads'", "'up'", "two mappings", "'schedules'"):
        assert any(words in line for line in said), (words, said)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("record_types: [Customer, Customer]", "'Customer' stands twice in record_types"),
        ("picklist_filter: {field: Type, values: Customer}", "values should be a list"),
        ("picklist_filter: {field: Type, values: [A, A]}", "'A' stands twice in values"),
        ("picklist_filter: {field: Type}", "picklist_filter needs values"),
        ("picklist_filter: {field: [Type], values: [A]}", "field should be text"),
        ("tags: Industry", "tags should be a list"),
        ("tags: [{a: b}]", "each of tags should be text"),
        ("tags: ['']", "each of tags is empty"),
        ("ceiling: -5", "ceiling should be a whole number"),
        ("ceiling: true", "ceiling should be a whole number"),
        ("automatic_updates: maybe", "automatic_updates should be true or false"),
        ("create_left: contacts", "create_left is 'contacts'; possible: nothing, accounts"),
        ("leaving_scope: delete", "leaving_scope is 'delete'; possible: stop, mark, unlink"),
        ("notes: false", "notes names a field; leave it out for none"),
        ("person_accounts: user", "person_accounts is 'user'; possible: skip, organization"),
        ("mappings: [{left: [A], right: b}]", "left should be text"),
        (f"mappings: [{{left: {'A' * 201}, right: b}}]", "left is longer than 200 characters"),
        ("mappings: [{left: A, right: b, value_map: [A]}]", "value_map should be a list of key: value"),
        ("mappings: [A]", "a mapping should be a list of key: value"),
        ("left: zd", "left stands twice in a sync"),
    ],
)
def test_a_sync_says_what_is_wrong_with_it(line: str, words: str):
    assert problems(f"{GOOD}    {line}\n") == [f"line 9: {words}"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("slug: sf", "slug: s f", "line 2: the slug 's f' may hold letters, digits, - and _ only"),
        ("slug: zd", "slug: sf", "line 3: there are two connections named 'sf'"),
        ("client_id: x, client_secret: y", "client_id: x", "line 2: a new connection needs client_secret"),
        ("client_secret: y", "client_secret: {a: b}", "line 2: client_secret should be text"),
        ("client_secret: y", "client_secret: 'env:NOT_SET_AT_ALL'", "environment variable NOT_SET_AT_ALL is not set"),
        ("kind: salesforce", "kind: salesforce, enabled: perhaps", "line 2: enabled should be true or false"),
        ("kind: salesforce", "kind: salesforce, auth: magic", "line 2: auth is 'magic'; possible:"),
        ("http://127.0.0.1:9401", "http://example.com", "Use https://example.com instead."),
        ("kind: salesforce", "kind: sap", "line 2: kind is 'sap'; possible: salesforce, zendesk"),
    ],
)
def test_a_connection_says_what_is_wrong_with_it(old: str, new: str, words: str):
    said = problems(CONNECTIONS.replace(old, new, 1))
    assert len(said) == 1
    assert words in said[0]


def test_what_is_not_yaml_at_all_is_said_with_its_place():
    assert "line 1" in problems("connections: [")[0]


@pytest.mark.parametrize("text", ["", "connections:\nsyncs:\n", "{}", "# nothing yet\n"])
def test_an_empty_file_is_a_good_one(text: str):
    assert problems(text) == []


def test_a_side_must_be_of_the_right_kind():
    assert problems(GOOD.replace("right: zd", "right: sf")) == [
        "line 8: the connection 'sf' is a salesforce connection; this side needs zendesk"
    ]


def test_texts_are_taken_as_they_stand_in_the_file():
    """YAML takes No for false and 0123 for eighty-three; people mean the picklist value and the secret."""
    assert sync_of("picklist_filter: {field: Active, values: [Yes, No, 2024, 1.0]}")["picklist_filter"]["values"] == [
        "Yes", "No", "2024", "1.0",
    ]  # fmt: skip
    found = config_file.read(CONNECTIONS.replace("client_secret: y", "client_secret: 0123"), known_connections={})
    assert found.connections[0]["client_secret"] == "0123"
    assert sync_of("mappings: [{left: A, right: b, value_map: {On: 1}}]")["mappings"][0]["value_map"] == {"On": "1"}


def test_a_known_connection_keeps_what_the_file_leaves_out():
    text = '- {slug: sf, kind: salesforce, base_url: "https://acme.my.salesforce.com"}'
    assert problems(f"connections:\n  {text}\n", {"sf": stored()}) == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            'kind: salesforce, base_url: "https://other.my.salesforce.com"',
            "the connection 'sf' needs client_secret again at its new address: secrets stay at theirs",
        ),
        (
            'kind: zendesk, base_url: "https://acme.zendesk.com", client_id: x, client_secret: y',
            "the connection 'sf' is stored as salesforce; a connection keeps its kind, so name another one",
        ),
    ],
)
def test_a_known_connection_keeps_its_kind_and_its_secrets_at_their_address(said: str, problem: str):
    assert problems(f"connections:\n  - {{slug: sf, {said}}}\n", {"sf": stored()}) == [f"line 2: {problem}"]


def test_another_way_to_sign_in_needs_its_own_settings():
    known = {"zd": Connection(slug="zd", kind="zendesk", auth="oauth", base_url="https://acme.zendesk.com")}
    said = problems(
        f"connections:\n  - {{slug: zd, kind: zendesk, base_url: {known['zd'].base_url}, auth: api_token}}", known
    )
    assert said == ["line 2: the connection 'zd' needs email", "line 2: the connection 'zd' needs api_token"]


@pytest.mark.parametrize(("said", "kept"), [("true", "accounts"), ("false", "nothing"), ("accounts", "accounts")])
def test_create_left_may_be_a_word_or_yes_or_no(said: str, kept: str):
    """S3.48."""
    assert sync_of(f"create_left: {said}")["options"]["create_left"] == kept


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_stands_in_a_file_is_taken_or_explained(data: st.DataObject):
    """Any value in any place: it is good, or there is a problem with a line; never a crash."""
    document = copy.deepcopy(yaml.safe_load(GOOD))
    keys = [*config_file._SYNC_KEYS, *config_options.keys(None), "schedule"]
    part, names = data.draw(st.sampled_from([("syncs", keys), ("connections", [*config_file._CONNECTION_KEYS, "z"])]))
    document[part][0][data.draw(st.sampled_from(names))] = data.draw(ANYTHING)
    said = problems(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    assert all(line.startswith("line ") for line in said)


@pytest.mark.django_db
def test_a_file_with_an_error_changes_nothing():
    config_store.apply(GOOD)
    before = config_store.export()
    bad = GOOD.replace("127.0.0.1:9401", "127.0.0.1:9999") + "    colour: red\n"
    with pytest.raises(ConfigFileError):
        config_store.apply(bad)
    assert config_store.export() == before


@pytest.mark.django_db
def test_secrets_come_from_the_environment_and_never_go_back_into_a_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SF_SECRET", "from the environment")
    config_store.apply(CONNECTIONS.replace("client_secret: y", "client_secret: 'env:SF_SECRET'", 1))
    stored = connections.connection_settings(Connection.objects.get(slug="sf")).settings
    assert stored["client_secret"] == "from the environment"
    exported = config_store.export()
    assert "from the environment" not in exported
    assert "client_secret: env:SF_CLIENT_SECRET" in exported


@pytest.mark.django_db
def test_an_applied_file_replaces_the_lists_of_a_sync_and_counts_its_revisions():
    config_store.apply(GOOD + "    mappings: [{left: A, right: a}, {left: B, right: b}]\n    record_types: [One]\n")
    first = Sync.objects.get().revision
    config_store.apply(GOOD + "    mappings: [{left: A, right: a}, {left: B, right: b}]\n    record_types: [One]\n")
    Sync.objects.update(automatic_updates=True, interval=5)
    config_store.apply(GOOD + "    mappings: [{left: A, right: a}, {left: B, right: b}]\n    record_types: [One]\n")
    assert not Sync.objects.get().automatic_updates
    assert Sync.objects.get().revision == first, "plans of an unchanged mapping stay good"
    config_store.apply(GOOD + "    mappings: [{left: C, right: a}]\n")
    sync = Sync.objects.get()
    assert sync.revision > first
    assert list(FieldMapping.objects.values_list("left", "right")) == [("C", "fields.a")]
    assert not sync.record_type_filters.exists()


@pytest.mark.django_db
def test_the_file_of_the_documents_is_a_good_one(monkeypatch: pytest.MonkeyPatch):
    for name in ("SF_SECRET", "DIDOMI_SECRET"):
        monkeypatch.setenv(name, "x")
    text = (ROOT / "docs" / "reference" / "config-file.md").read_text()
    sample = yaml.safe_load(text[text.index("```yaml") + 7 :].partition("```")[0])
    config_store.apply(yaml.safe_dump(sample))


@pytest.mark.django_db
def test_the_command_lists_all_problems_and_says_that_nothing_was_changed(tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text(GOOD + "    colour: red\n    size: big\n")
    with pytest.raises(CommandError) as refused:
        call_command("config", "apply", str(file), stderr=StringIO())
    assert "nothing was changed" in str(refused.value)
    assert "line 9: unknown key 'colour'" in str(refused.value)
    assert "line 10: unknown key 'size'" in str(refused.value)
    assert not Connection.objects.exists()


@pytest.mark.django_db
def test_the_command_says_when_a_file_cannot_be_read(tmp_path: Path):
    for path, words in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(CommandError, match=words):
            call_command("config", "apply", str(path))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("config", "export", "--output", str(tmp_path))


@pytest.mark.django_db
def test_a_file_in_another_encoding_is_refused_in_words(tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_bytes("notes: Ärger".encode("latin-1"))
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("config", "apply", str(file))


@pytest.mark.django_db
def test_fields_have_their_full_names_and_custom_ones_may_be_written_as_bare_keys():
    """A standard field keeps its name; two spellings of one field are one field."""
    pairs = "    mappings: [{left: A, right: tier}, {left: B, right: fields.plan}, {left: C, right: details}]\n"
    config_store.apply(GOOD + pairs + "    id_field: crm_id\n")
    exported = yaml.safe_load(config_store.export())["syncs"][0]
    assert [pair["right"] for pair in exported["mappings"]] == ["fields.tier", "fields.plan"]
    assert exported["details"] == "C"
    assert exported["id_field"] == "fields.crm_id"
    twice = "    mappings: [{left: A, right: tier}, {left: B, right: fields.tier}]\n"
    with pytest.raises(ConfigFileError, match=r"'fields\.tier' is filled by two mappings"):
        config_store.apply(GOOD + twice)
