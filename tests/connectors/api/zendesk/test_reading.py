"""Zendesk's ways of being read: lists, exports, show_many; and its fields."""

from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from connectors.api.errors import ConfigError
from connectors.api.values import (
    ANY_ADDRESS,
    MERGED_INTO,
    CheckState,
    Compare,
    Condition,
    FieldType,
    Op,
    Query,
    RecordRef,
    Write,
)
from connectors.api.zendesk.objects import ORGANIZATION, USER
from connectors.api.zendesk.records import body, day, matcher, reader
from tests.connectors.api.subjects import Remote, by_tag, last_watermark
from tests.timeouts import HANG_SECONDS

NAME = ("name",)


def test_custom_fields_have_the_types_of_the_mapping_table(zendesk: Remote) -> None:
    """S3.27: seven helpdesk types; the others are described too, so that a page can say why they are greyed."""
    schema = zendesk.open().describe("organization")
    custom = {field.name: field for field in schema.fields if field.custom}
    assert custom["fields.tier"].type is FieldType.CHOICE
    columns = {"Drop-down", "Text", "Multi-line text", "Numeric", "Decimal", "Checkbox", "Date"}
    assert {field.type_name for field in custom.values()} >= columns | {"Regexp", "Look-up", "Multi-select"}
    assert schema.record_types == ()


def test_the_value_of_a_drop_down_is_its_tag(zendesk: Remote) -> None:
    """S3.25."""
    fields = {field.name: field for field in zendesk.open().describe("organization").fields}
    assert all(" " not in choice.value for choice in fields["fields.tier"].choices)
    assert fields["fields.tier"].choices[0].label != fields["fields.tier"].choices[0].value


def test_custom_values_are_read_by_key_and_days_have_no_time(zendesk: Remote) -> None:
    connector = zendesk.open()
    new = {"name": "Dated", "fields.contract_start": "2024-02-29", "fields.tier": "tier_gold"}
    id = by_tag(connector.write([Write(Op.CREATE, "organization", 1, None, new)]))[1].id
    ref = RecordRef("organization", str(id))
    [record] = connector.fetch([ref], ("fields.contract_start", "fields.tier", "fields.industry"))
    assert record.values == {
        "fields.contract_start": "2024-02-29",
        "fields.tier": "tier_gold",
        "fields.industry": None,
    }


def test_a_key_that_an_answer_leaves_out_was_not_read() -> None:
    fields = ("name", "notes", "group_id", "fields.tier", "fields.start")
    make = reader(ORGANIZATION, fields, frozenset({"fields.start"}))
    item = {"id": 1, "name": "Acme", "notes": None, "organization_fields": {"tier": None}}
    assert make(item).values == {"name": "Acme", "notes": None, "fields.tier": None}
    assert make({"id": 1, "organization_fields": None}).values == {}


def test_a_text_that_looks_like_a_moment_stays_as_it_is() -> None:
    item = {"id": 1, "organization_fields": {"note": "2012-07-23T00:00:00Z", "day": "2012-07-23T00:00:00+00:00"}}
    make = reader(ORGANIZATION, ("fields.note", "fields.day"), frozenset({"fields.day"}))
    assert make(item).values == {"fields.note": "2012-07-23T00:00:00Z", "fields.day": "2012-07-23"}
    assert day(None) is None


def test_ids_are_text_to_us_and_numbers_to_zendesk() -> None:
    make = reader(USER, ("organization_id",), frozenset())
    assert make({"id": 7, "organization_id": 5}).values == {"organization_id": "5"}
    assert make({"id": 7, "organization_id": None}).values == {"organization_id": None}
    assert body(USER, {"organization_id": "5"}) == {"organization_id": 5}


def test_a_field_that_does_not_exist_is_a_mapping_to_correct(zendesk: Remote) -> None:
    with pytest.raises(ConfigError, match="no field Name"):
        list(zendesk.open().read(Query("organization", ("Name",))))


def test_a_whole_list_costs_a_call_for_a_hundred_rows(zendesk: Remote) -> None:
    connector = zendesk.open()
    pages = list(connector.read(Query("organization", NAME)))
    assert [len(page.records) for page in pages] == [100, 80]
    assert [page.watermark is None for page in pages] == [True, False]
    assert connector.calls == 3  # a token and two pages


def test_custom_fields_cost_one_call_more_the_first_time(zendesk: Remote) -> None:
    connector = zendesk.open()
    list(connector.read(Query("organization", ("fields.tier",))))
    assert connector.calls == 4
    list(connector.read(Query("organization", ("fields.tier",))))
    assert connector.calls == 6


def test_nothing_changed_costs_one_call(zendesk: Remote) -> None:
    connector = zendesk.open()
    mark = last_watermark(list(connector.read(Query("organization", NAME))))
    before = connector.calls
    pages = list(connector.read(Query("organization", NAME, since=mark)))
    assert connector.calls == before + 1
    assert not [record for page in pages for record in page.records]


def test_a_start_within_the_last_minute_is_moved_back(zendesk: Remote) -> None:
    now = int(datetime.now(UTC).timestamp())
    pages = list(zendesk.open().read(Query("organization", NAME, since=f"at:{now}")))
    assert pages[-1].watermark
    assert zendesk.seen("incremental/organizations") == 1


def test_a_clock_that_runs_ahead_is_corrected_by_zendesks_own(zendesk: Remote) -> None:
    refusal = {"error": "StartTimeTooRecent", "description": "Too recent start_time"}
    answer = {"status": 422, "body": refusal}
    zendesk.break_next("GET", "/api/v2/incremental/organizations", answer=answer)
    now = int(datetime.now(UTC).timestamp())
    assert list(zendesk.open().read(Query("organization", NAME, since=f"at:{now}")))
    assert zendesk.seen("incremental/organizations") == 2


def test_an_export_over_several_pages_gives_each_record_once(zendesk: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.zendesk.reading.EXPORT_SIZE", 50)
    connector = zendesk.open()
    pages = list(connector.read(Query("organization", NAME, since="at:0")))
    ids = [record.ref.id for page in pages for record in page.records]
    assert len(pages) > 2
    assert len(ids) == len(set(ids)) == 180
    assert all(page.watermark for page in pages)


def test_users_go_on_from_the_cursor_of_their_last_export(zendesk: Remote) -> None:
    connector = zendesk.open()
    first = list(connector.read(Query("user", NAME, since="at:0")))
    mark = last_watermark(first)
    assert mark.startswith("cursor:")
    again = list(connector.read(Query("user", NAME, since=mark)))
    known = {record.ref for page in first for record in page.records}
    assert {record.ref for page in again for record in page.records} <= known


def test_a_cursor_that_zendesk_forgot_asks_for_a_full_read(zendesk: Remote) -> None:
    with pytest.raises(ConfigError) as caught:
        list(zendesk.open().read(Query("user", NAME, since="cursor:nonsense")))
    assert caught.value.code == "STALE_WATERMARK"


def test_a_deleted_user_is_a_tombstone(zendesk: Remote) -> None:
    connector = zendesk.open()
    new = Write(Op.CREATE, "user", 1, None, {"name": "Leaver", "email": "leaver@example.com"})
    id = str(by_tag(connector.write([new]))[1].id)
    by_tag(connector.write([Write(Op.DELETE, "user", 1, id)]))
    [record] = connector.fetch([RecordRef("user", id)], NAME)
    assert record.deleted
    assert id not in {r.ref.id for page in connector.read(Query("user", NAME)) for r in page.records}


def by_people(zendesk: Remote, method: str, path: str, body: dict[str, Any]) -> None:
    """What somebody does in Zendesk itself."""
    signed = {"Authorization": f"Bearer {zendesk.credentials['access_token']}"}
    address = f"{zendesk.base_url}/api/v2/{path}"
    assert requests.request(method, address, json=body, headers=signed, timeout=HANG_SECONDS).ok


def test_whoever_is_left_of_a_merge_is_found(zendesk: Remote) -> None:
    """Of organizations by the list of merges, through those that came later; of users by an address that went along."""
    connector = zendesk.open()
    new = [Write(Op.CREATE, "organization", tag, None, {"name": f"Merge {tag}"}) for tag in range(3)]
    first, second, last = (str(done.id) for _, done in sorted(by_tag(connector.write(new)).items()))
    for loser, winner in ((first, second), (second, last)):
        by_people(zendesk, "POST", f"organizations/{loser}/merge", {"organization_merge": {"winner_id": int(winner)}})
        zendesk.control("POST", "clock", {"advance": 60})
    found = connector.fetch([RecordRef("organization", id) for id in (first, second, last, "1")], ("name", MERGED_INTO))
    assert [record.values[MERGED_INTO] for record in found] == [last, last, "", ""]
    people = [Write(Op.CREATE, "user", tag, None, {"name": "Jo", "email": f"jo{tag}@merge.test"}) for tag in range(2)]
    loser, winner = (str(done.id) for _, done in sorted(by_tag(connector.write(people)).items()))
    by_people(zendesk, "PUT", f"users/{loser}/merge", {"user": {"id": int(winner)}})
    for address in ("Jo0@merge.test", "jo1@merge.test", "o0@merge.test"):
        query = Query("user", ("email",), (Condition(ANY_ADDRESS, (address,)),))
        ids = [record.ref.id for page in connector.read(query) for record in page.records]
        assert ids == ([winner] if address[0] in "Jj" else [])


def test_records_are_found_by_external_id_a_hundred_a_call(zendesk: Remote) -> None:
    connector = zendesk.open()
    rows = [
        Write(Op.CREATE, "organization", tag, None, {"name": f"Keyed {tag}", "external_id": f"Key-{tag}"})
        for tag in range(150)
    ]
    by_tag(connector.write(rows))
    before = connector.calls
    wanted = (*(f"key-{tag}" for tag in range(150)), "nobody")
    where = (Condition("external_id", wanted),)
    pages = list(connector.read(Query("organization", ("name", "external_id"), where=where)))
    assert connector.calls == before + 2
    assert sum(len(page.records) for page in pages) == 150


def test_a_few_names_are_searched_for(zendesk: Remote) -> None:
    connector = zendesk.open()
    known = [record.values["name"] for record in zendesk.records(connector, limit=2)]
    before = connector.calls
    where = (Condition("name", (known[0], known[1].upper(), "Nobody of that name")),)
    assert len(zendesk.records(connector, where=where)) == 2
    assert connector.calls == before + 3


def test_a_user_is_searched_for_by_address(zendesk: Remote) -> None:
    connector = zendesk.open()
    where = (Condition("role", ("end-user",)),)
    [someone] = [r for page in connector.read(Query("user", ("email",), where, limit=1)) for r in page.records]
    by_email = (Condition("email", (someone.values["email"],)),)
    found = [r.ref for page in connector.read(Query("user", ("email",), by_email)) for r in page.records]
    assert found == [someone.ref]


def test_conditions_without_an_endpoint_are_checked_here(zendesk: Remote) -> None:
    where = (Condition("role", ("admin",)),)
    pages = list(zendesk.open().read(Query("user", ("name", "role"), where=where)))
    records = [record for page in pages for record in page.records]
    assert records
    assert {record.values["role"] for record in records} == {"admin"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("name", ("ACME",)), True),
        (Condition("name", ("Other",)), False),
        (Condition("name", ("Other",), negated=True), True),
        (Condition("name", ("cm",), by=Compare.CONTAINS), True),
        (Condition("details", ("",)), True),
        (Condition("fields.tier", ("gold",)), True),
        (Condition("fields.none", ("gold",)), False),
    ],
)
def test_conditions_compare_text_in_any_case(condition: Condition, holds: bool) -> None:
    item = {"id": 1, "name": "Acme", "details": None, "organization_fields": {"tier": "gold"}}
    assert matcher(ORGANIZATION, [condition])(item) is holds


def test_memberships_are_always_read_whole(zendesk: Remote) -> None:
    """They have no export; see developer.zendesk.com, "Incremental Exports"."""
    fields = ("user_id", "organization_id", "default")
    pages = list(zendesk.open().read(Query("organization_membership", fields, since="at:0")))
    assert sum(len(page.records) for page in pages) > 100
    assert not any(page.watermark for page in pages)


def test_an_account_that_hides_its_settings_still_passes_with_a_warning(zendesk: Remote) -> None:
    answer = {"status": 403, "body": {"error": "Forbidden"}}
    zendesk.break_next("GET", "/api/v2/account/settings", answer=answer)
    report = zendesk.open().check()
    assert {step.name: step.state for step in report.steps}["Scope"] is CheckState.WARNING
    assert report.ok


def test_the_test_of_a_connection_brings_home_what_the_product_must_know(zendesk: Remote) -> None:
    """S1.16 and S3.C4."""
    zendesk.control("PUT", "settings", {"multiple_organizations": False, "agent_created_welcome_emails": True})
    facts = zendesk.open().check().facts
    assert facts["multiple_organizations"] is False
    assert facts["welcome_emails"] is True
    assert facts["rate_limit"] == 100_000


def test_an_api_token_still_signs_in(zendesk: Remote) -> None:
    connector = zendesk.open(auth="api_token")
    assert connector.check().ok
    assert zendesk.seen("token") == 0


def test_a_wrong_api_token_is_not_asked_for_again(zendesk: Remote) -> None:
    report = zendesk.open(auth="api_token", settings={"api_token": "wrong"}).check()
    assert {step.name: step.state for step in report.steps}["Credentials"] is CheckState.FAILED


def test_an_unreadable_answer_fails_its_step_and_raises_nothing(zendesk: Remote) -> None:
    zendesk.break_next("GET", "/api/v2/users/me", skip=1, malformed=True)
    states = {step.name: step.state for step in zendesk.open().check().steps}
    assert states["Credentials"] is CheckState.FAILED


def test_somebody_who_is_no_administrator_cannot_export(zendesk: Remote) -> None:
    answer = {"status": 200, "body": {"user": {"id": 1, "name": "Alice", "email": "a@example.com", "role": "agent"}}}
    zendesk.break_next("GET", "/api/v2/users/me", skip=1, answer=answer)
    steps = {step.name: step for step in zendesk.open().check().steps}
    assert steps["Permission"].state is CheckState.FAILED
    assert "administrator" in steps["Permission"].hint
