"""The log: levels apart, every filter of S1.35, the story of a record, the logging level (S3.11, A9)."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

import syncadmin
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.logs import selectors, services
from syncadmin.logs.models import LogEntry, LoggingLevel

# also where the other database answers: searches and counts go by its own indexes
pytestmark = pytest.mark.postgres


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def entry(message: str, **values: Any) -> LogEntry:
    defaults = {"at": timezone.now(), "level": "warning", "version": syncadmin.__version__}
    made: LogEntry = LogEntry.objects.create(message=message, **{**defaults, **values})
    return made


@pytest.fixture
def quiet_sync(db: None) -> Sync:
    ends = [
        Connection.objects.create(slug=kind, name=kind, kind=kind, base_url="https://example.com")
        for kind in ("salesforce", "zendesk")
    ]
    return Sync.objects.create(slug="accounts", kind="accounts_organizations", left=ends[0], right=ends[1])


@pytest.fixture
def log(quiet_sync: Sync) -> list[LogEntry]:
    """Five entries, oldest first, no two alike."""
    now = timezone.now()
    return [
        entry("Long ago", at=now - timedelta(days=30), level="error", run_id=1),
        entry("Duplicate contact", at=now - timedelta(days=2), functionality="Ongoing Sync", email_group="a@test.com"),
        entry("Name is taken", level="error", sync=quiet_sync, run_id=7, left_id="0015e0000000001AAA", label="Acme"),
        entry("Updated in Zendesk", level="debug", run_id=7, left_id="0015e0000000001AAA", right_id="71", label="Acme"),
        entry("Completed", level="info", run_id=7),
    ]


def shown(text: str) -> set[str]:
    names = ("Long ago", "Duplicate contact", "Name is taken", "Updated in Zendesk", "Completed")
    return {name for name in names if name in text}


@pytest.mark.parametrize(
    "query, found",
    [
        ("level=error", {"Long ago", "Name is taken"}),
        ("level=warning", {"Duplicate contact"}),
        ("functionality=Ongoing+Sync", {"Duplicate contact"}),
        ("sync=accounts", {"Name is taken"}),
        ("run=7", {"Name is taken", "Updated in Zendesk", "Completed"}),
        ("run=7&level=error", {"Name is taken"}),
        ("record=0015e0000000001AAA", {"Name is taken", "Updated in Zendesk"}),
        ("record=acm", {"Name is taken", "Updated in Zendesk"}),
        ("record=A%40Test.com", {"Duplicate contact"}),
        ("text=taken", {"Name is taken"}),
        ("text=nobody+said+that", set()),
        ("run=99999999999999999999", set()),
    ],
)
def test_each_filter_finds_its_entries(as_vera: Client, log: list[LogEntry], query: str, found: set[str]) -> None:
    assert shown(page(as_vera, f"/logs/?{query}")) == found


def test_a_time_range_cuts_on_both_ends(as_vera: Client, log: list[LogEntry]) -> None:
    since, until = (f"{timezone.now() - timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (10, 1))
    assert shown(page(as_vera, f"/logs/?since={since}&until={until}")) == {"Duplicate contact"}


@pytest.mark.parametrize("when", ["since=2100-01-01T00:00", "until=2000-01-01T00:00"])
def test_a_time_without_entries_finds_none(as_vera: Client, log: list[LogEntry], when: str) -> None:
    assert shown(page(as_vera, f"/logs/?{when}")) == set()


def test_warnings_and_errors_are_counted_apart(as_vera: Client, log: list[LogEntry]) -> None:
    text = page(as_vera, "/logs/")
    assert "2 Errors 1 Warnings 1 Summaries 1 Details" in text


def test_the_tiles_come_along_with_a_filter_and_go_where_they_mislead(as_vera: Client, log: list[LogEntry]) -> None:
    part = as_vera.get("/logs/?level=error", headers={"HX-Request": "true"}).content.decode()
    assert '<div id="log-tiles" hx-swap-oob="true">' in part
    assert "Errors" in part
    assert "Errors" not in as_vera.get("/logs/?run=7", headers={"HX-Request": "true"}).content.decode()


def test_a_text_is_looked_for_among_the_newest_entries_of_the_selection(
    as_vera: Client, log: list[LogEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "LOOKED_THROUGH", 2)
    assert shown(page(as_vera, "/logs/?text=taken")) == set()
    assert shown(page(as_vera, "/logs/?text=taken&level=error")) == {"Name is taken"}


def test_an_entry_opens_to_everything_of_its_record_in_its_run(as_vera: Client, log: list[LogEntry]) -> None:
    elsewhere = entry("In another run", run_id=8, left_id="0015e0000000001AAA")
    text = page(as_vera, f"/logs/{log[3].pk}/")
    assert shown(text) == {"Name is taken", "Updated in Zendesk"}
    assert text.index("Name is taken") < text.index("Updated in Zendesk")
    assert elsewhere.message not in text


def test_an_entry_without_a_record_stands_alone(as_vera: Client, log: list[LogEntry]) -> None:
    assert shown(page(as_vera, f"/logs/{log[4].pk}/")) == {"Completed"}


def test_the_csv_file_names_the_product_version_in_every_row(as_vera: Client, log: list[LogEntry]) -> None:
    """S3.C8: an export says which version made it."""
    response = as_vera.get("/logs/?level=error&format=csv")
    assert syncadmin.__version__ in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert [row["Message"] for row in rows] == ["Name is taken", "Long ago"]
    assert {row["Version"] for row in rows} == {syncadmin.__version__}
    assert (rows[0]["Left system"], rows[0]["Left id"]) == ("Salesforce", "0015e0000000001AAA")


def test_an_administrator_saves_the_logging_level_with_its_own_button(as_ada: Client) -> None:
    assert "Save Logging Level" in page(as_ada, "/logs/")
    response = as_ada.post("/logs/level/", {"level": "debug"}, follow=True)
    assert "The logging level is Debug from now on." in response.content.decode()
    assert services.logging_level() is LoggingLevel.DEBUG


@pytest.mark.parametrize("wrong", ["", "loud"])
def test_a_level_that_does_not_exist_changes_nothing(as_ada: Client, wrong: str) -> None:
    services.save_logging_level(LoggingLevel.NONE)
    assert "Nothing was changed" in as_ada.post("/logs/level/", {"level": wrong}, follow=True).content.decode()
    assert services.logging_level() is LoggingLevel.NONE


def test_nobody_else_changes_the_level_but_everybody_reads_it(as_olaf: Client) -> None:
    text = page(as_olaf, "/logs/")
    assert "Save Logging Level" not in text
    assert "The logging level is Error" in text
    assert "Warnings, such as those about duplicates, and the summary of each run are always kept." in text
    assert as_olaf.post("/logs/level/", {"level": "debug"}).status_code == 403


@pytest.mark.parametrize("number", [3, 200])
@pytest.mark.parametrize("query", ["", "?level=error", "?record=0015e0000000001AAA", "?text=e", "?run=7"])
def test_the_log_costs_the_same_queries_whatever_its_size(
    as_vera: Client, quiet_sync: Sync, django_assert_max_num_queries, number: int, query: str
) -> None:
    LogEntry.objects.bulk_create(
        LogEntry(at=timezone.now(), level="error", message="e", sync=quiet_sync, run_id=7) for _ in range(number)
    )
    with django_assert_max_num_queries(12):
        assert as_vera.get(f"/logs/{query}").status_code == 200


def test_a_story_is_read_in_few_queries(as_vera: Client, log: list[LogEntry], django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(9):
        as_vera.get(f"/logs/{log[3].pk}/")


def test_the_json_of_the_log_names_the_system_of_each_id(log: list[LogEntry], quiet_sync: Sync) -> None:
    """Ids by side with their system, and as earlier versions had them."""
    LogEntry.objects.filter(pk=log[3].pk).update(sync=quiet_sync)
    out = io.StringIO()
    call_command("logs", "--json", "--run", "7", stdout=out)
    ended, updated, _ = json.loads(out.getvalue())["entries"]
    assert (updated["left_system"], updated["left_id"]) == ("Salesforce", "0015e0000000001AAA")
    assert (updated["right_system"], updated["right_id"]) == ("Zendesk", "71")
    assert (updated["salesforce_id"], updated["zendesk_id"]) == ("0015e0000000001AAA", "71")
    assert {ended[key] for key in ("left_system", "left_id", "salesforce_id", "zendesk_id")} == {""}
