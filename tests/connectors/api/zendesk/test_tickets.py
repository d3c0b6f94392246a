"""Tickets are read by the export with what came along, and by id; those that are there are written."""

from typing import Any

import pytest
import requests

from connectors.api.errors import ConfigError
from connectors.api.values import Condition, FieldType, Op, Outcome, Query, RecordRef, Write
from tests.connectors.api.subjects import Remote, last_watermark
from tests.timeouts import HANG_SECONDS

FIELDS = (
    *("subject", "description", "status", "priority", "requester_email", "organization_id", "organization_name"),
    *("group_name", "assignee_email", "tags", "channel", "system", "solved_at", "url"),
)


def api(zendesk: Remote, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {zendesk.credentials['access_token']}"}
    address = f"{zendesk.base_url}/api/v2/{path}"
    answer = requests.request(method, address, json=body, headers=headers, timeout=HANG_SECONDS)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def test_all_tickets_come_by_the_export_archived_ones_too_with_names_and_addresses(zendesk: Remote) -> None:
    connector = zendesk.open()
    pages = list(connector.read(Query("ticket", FIELDS)))
    records = {record.ref.id: record.values for page in pages for record in page.records}
    assert len(records) == 300
    assert {values["status"] for values in records.values()} == {"new", "open", "pending", "hold", "solved", "closed"}
    first = records["1"]
    assert first["requester_email"]
    assert first["organization_name"]
    assert (first["system"], first["url"]) == ("Zendesk", f"{zendesk.base_url}/agent/tickets/1")
    solved = next(values for values in records.values() if values["status"] == "solved")
    assert solved["solved_at"]
    assert solved["assignee_email"]
    assert zendesk.seen("incremental/tickets/cursor") == 1
    assert last_watermark(pages).startswith("cursor:")
    assert [page.total for page in connector.read(Query("ticket", (), limit=0))] == [300]


def test_a_later_read_has_what_changed_and_tells_what_is_gone_without_its_words(zendesk: Remote) -> None:
    connector = zendesk.open()
    since = last_watermark(list(connector.read(Query("ticket", FIELDS))))
    zendesk.control("POST", "clock", {"advance": 120})
    api(zendesk, "PUT", "tickets/1", {"ticket": {"status": "pending"}})
    api(zendesk, "DELETE", "tickets/2")
    zendesk.control("POST", "clock", {"advance": 120})
    found = {r.ref.id: r for page in connector.read(Query("ticket", FIELDS, since=since)) for r in page.records}
    assert set(found) == {"1", "2"}
    assert (found["1"].values["status"], found["1"].deleted) == ("pending", False)
    assert (dict(found["2"].values), found["2"].deleted) == ({}, True)
    again = [r.ref.id for page in connector.read(Query("ticket", FIELDS)) for r in page.records]
    assert "2" not in again
    [first, gone] = connector.fetch([RecordRef("ticket", "1"), RecordRef("ticket", "2")], FIELDS)
    assert first.values["requester_email"] == found["1"].values["requester_email"]
    assert gone.deleted


def test_conditions_hold_in_the_export_and_ids_are_asked_for_by_themselves(zendesk: Remote) -> None:
    connector = zendesk.open()
    closed = Query("ticket", ("status",), (Condition("status", ("closed",)),))
    assert {r.values["status"] for page in connector.read(closed) for r in page.records} == {"closed"}
    some = Query("ticket", ("status",), (Condition("id", ("3", "5")),))
    assert {r.ref.id for page in connector.read(some) for r in page.records} == {"3", "5"}


def test_custom_fields_of_tickets_are_described_and_read_by_their_id(zendesk: Remote) -> None:
    connector = zendesk.open()
    fields = {field.label: field for field in connector.describe("ticket").fields}
    area = fields["Area"]
    assert (area.type, area.custom, area.creatable, area.updatable) == (FieldType.CHOICE, True, False, True)
    assert {choice.value for choice in area.choices} == {"area_billing", "area_app", "area_api"}
    assert [choice.value for choice in fields["Status"].choices][:2] == ["new", "open"]
    assert sum(field.label == "Subject" for field in connector.describe("ticket").fields) == 1
    values = {r.values[area.name] for page in connector.read(Query("ticket", (area.name,))) for r in page.records}
    assert values == {"area_billing", "area_app", "area_api", None}


def test_comments_come_along_only_where_they_are_asked_for(zendesk: Remote) -> None:
    api(zendesk, "PUT", "tickets/1", {"ticket": {"comment": {"body": "among us", "public": False}}})
    connector = zendesk.open()
    [one, gone] = connector.fetch([RecordRef("ticket", "1"), RecordRef("ticket", "999999")], ("subject", "comments"))
    assert [(said["body"], said["public"]) for said in one.values["comments"]][-1] == ("among us", False)
    assert gone.deleted
    assert zendesk.seen("/comments") == 1
    list(connector.read(Query("ticket", ("subject",))))
    assert zendesk.seen("/comments") == 1
    some = Query("ticket", ("subject", "comments"), (Condition("id", ("1", "3")),))
    assert [len(r.values["comments"]) > 0 for page in connector.read(some) for r in page.records] == [True, True]


def test_tickets_that_are_there_are_written_and_none_is_made_or_deleted(zendesk: Remote) -> None:
    connector = zendesk.open()
    area = next(field.name for field in connector.describe("ticket").fields if field.label == "Area")
    rows = [r for page in connector.read(Query("ticket", ("status",))) for r in page.records]
    closed = next(row.ref.id for row in rows if row.values["status"] == "closed")
    open_ = next(row.ref.id for row in rows if row.values["status"] == "open")
    given = {"priority": "urgent", area: "area_api"}
    results = list(connector.write([Write(Op.UPDATE, "ticket", n, id, given) for n, id in ((1, open_), (2, closed))]))
    assert {result.tag: result.outcome for result in results} == {1: Outcome.DONE, 2: Outcome.REJECTED}
    [now] = connector.fetch([RecordRef("ticket", open_)], ("priority", area))
    assert now.values == given
    for op in (Op.CREATE, Op.DELETE):
        with pytest.raises(ConfigError, match="cannot be created or deleted"):
            list(zendesk.open().write([Write(op, "ticket", 1, None if op is Op.CREATE else "1", {})]))
