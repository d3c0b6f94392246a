"""Salesforce's ways of being read: query pages, bulk jobs, retrieve; and its fields."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.api.errors import AuthError, ConfigError, RateLimited, Transient
from connectors.api.salesforce.schema import field_type, object_schema
from connectors.api.salesforce.values import moment_text
from connectors.api.values import MERGED_INTO, CheckState, Condition, FieldType, Op, Query, RecordRef, Write
from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from tests.connectors.api.subjects import SUBJECTS, Remote, by_tag, last_watermark

FIELDS = (
    "Name",
    "Type",
    "AnnualRevenue",
    "NumberOfEmployees",
    "Description",
    "Active__c",
    "Contract_Start__c",
    "Last_Review__c",
    "Seats__c",
    "Discount__c",
    "Churn_Risk__c",
    "Products__c",
    "Headquarters__Latitude__s",
    "CreatedDate",
    "RecordType.DeveloperName",
    "Parent.Name",
)


def test_all_seventeen_types_of_the_mapping_table_are_told_apart(salesforce: Remote) -> None:
    """S3.27."""
    names = {field.type_name for field in salesforce.open().describe("Account").fields}
    texts = {"Text", "Text Area", "Text Area (Long)", "Text Area (Rich)", "Text Area (Encrypted)", "Auto Number", "URL"}
    numbers = {"Number", "Currency", "Percent", "Geolocation"}
    assert names >= texts | numbers | {"Checkbox", "Date", "Date/Time", "Email", "Phone", "Picklist"}


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"type": "string"}, FieldType.TEXT),
        ({"type": "string", "autoNumber": True}, FieldType.TEXT),
        ({"type": "double", "calculated": True, "scale": 2}, FieldType.DECIMAL),
        ({"type": "textarea", "length": 255}, FieldType.LONG_TEXT),
        ({"type": "textarea", "length": 32000}, FieldType.LONG_TEXT),
        ({"type": "textarea", "length": 32768, "htmlFormatted": True}, FieldType.RICH_TEXT),
        ({"type": "double", "compoundFieldName": "Place__c"}, FieldType.GEOLOCATION),
        ({"type": "double", "compoundFieldName": "BillingAddress"}, FieldType.INTEGER),
        ({"type": "multipicklist"}, FieldType.CHOICES),
        ({"type": "reference"}, FieldType.REFERENCE),
        ({"type": "anyType"}, FieldType.OTHER),
    ],
)
def test_the_type_follows_from_the_described_field(described: dict[str, Any], expected: FieldType) -> None:
    assert field_type(described, {"Place__c"})[0] is expected


def test_what_must_be_filled_in_and_what_cannot_be_written_is_known(salesforce: Remote) -> None:
    contact = {field.name: field for field in salesforce.open().describe("Contact").fields}
    assert contact["LastName"].required
    assert not contact["FirstName"].required
    assert not contact["SystemModstamp"].updatable
    account = {field.name: field for field in salesforce.open().describe("Account").fields}
    assert not account["Customer_Number__c"].creatable
    assert (account["Seats__c"].scale, account["Discount__c"].scale, account["Name"].scale) == (0, 2, None)
    assert account["Region__c"].restricted
    assert [choice.value for choice in account["Tier__c"].choices]


def test_an_object_with_nothing_but_the_master_type_has_no_record_types() -> None:
    """S3.15."""
    master = {"developerName": "Master", "name": "Master", "master": True, "recordTypeId": "012000000000000AAA"}
    assert object_schema({"name": "X", "label": "X", "fields": [], "recordTypeInfos": [master]}).record_types == ()


def test_record_types_carry_their_stable_names(salesforce: Remote) -> None:
    types = {found.name: found for found in salesforce.open().describe("Account").record_types}
    assert {"Customer", "Partner", "Prospect"} <= set(types)
    assert sum(found.default for found in types.values()) == 1


@pytest.fixture
def always_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is modest."""
    monkeypatch.setattr("connectors.api.salesforce.reading.MOST_BY_PAGES", -1)


def filled(remote: Remote) -> None:
    """An account with a value in every field that is read."""
    values = {
        "Name": 'Comma, "quote"\nand a second line',
        "AnnualRevenue": 1500,
        "NumberOfEmployees": 12,
        "Active__c": True,
        "Contract_Start__c": "2024-02-29",
        "Last_Review__c": "2024-10-23T04:13:57Z",
        "Seats__c": 7,
        "Discount__c": 2.5,
        "Churn_Risk__c": 10,
        "Products__c": "Support;Chat",
        "Headquarters__Latitude__s": 52.5,
        "Headquarters__Longitude__s": 13.4,
    }
    known = {field.name for field in remote.open().describe("Account").fields}
    choices = {field.name: field.choices for field in remote.open().describe("Account").fields}
    values["Products__c"] = ";".join(choice.value for choice in choices["Products__c"][:2])
    assert set(values) <= known
    remote.control("POST", "records", {"object": "Account", "values": values})


def test_a_record_reads_the_same_by_pages_and_by_bulk(salesforce: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(salesforce)
    connector = salesforce.open()
    query = Query("Account", FIELDS)
    by_pages = {record.ref: record for page in connector.read(query) for record in page.records}
    monkeypatch.setattr("connectors.api.salesforce.reading.MOST_BY_PAGES", -1)
    by_bulk = {record.ref: record for page in connector.read(query) for record in page.records}
    assert by_bulk == by_pages
    full = next(record.values for record in by_pages.values() if record.values["Name"].startswith("Comma"))
    assert full["Seats__c"] == 7
    assert isinstance(full["Seats__c"], int)
    assert isinstance(full["AnnualRevenue"], float)
    assert full["Active__c"] is True
    assert full["Last_Review__c"] == "2024-10-23T04:13:57Z"
    assert full["Headquarters__Latitude__s"] == 52.5


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2024-10-23T04:13:57.000+0000", "2024-10-23T04:13:57Z"),
        ("2024-10-23T04:13:57.000Z", "2024-10-23T04:13:57Z"),
        ("2024-10-23T04:13:57Z", "2024-10-23T04:13:57Z"),
        ("2024-10-23T04:13:57.120Z", "2024-10-23T04:13:57.120Z"),
    ],
)
def test_a_moment_has_one_spelling(given: str, kept: str) -> None:
    assert moment_text(given) == kept


def test_a_modest_read_costs_a_call_for_each_page(salesforce: Remote) -> None:
    salesforce.control("PUT", "settings", {"page_size": 100})
    connector = salesforce.open()
    pages = list(connector.read(Query("Account", ("Name",))))
    assert [len(page.records) for page in pages] == [100, 100, 14, 0]
    assert pages[0].total == 214
    assert connector.calls == 5  # a token, the describe, three pages


def test_nothing_changed_costs_one_call(salesforce: Remote) -> None:
    connector = salesforce.open()
    mark = last_watermark(list(connector.read(Query("Account", ("Name",)))))
    before = connector.calls
    salesforce.control("POST", "clock", {"advance": 3600})
    assert not [r for page in connector.read(Query("Account", ("Name",), since=mark)) for r in page.records]
    assert connector.calls == before + 1


@pytest.mark.usefixtures("always_bulk")
def test_a_large_read_is_one_job(salesforce: Remote) -> None:
    connector = salesforce.open()
    pages = list(connector.read(Query("Account", ("Name",))))
    assert sum(len(page.records) for page in pages) == 214
    assert connector.calls <= 7  # token, describe, first page, job, a look or two, one result


@pytest.mark.usefixtures("always_bulk")
def test_a_bulk_result_comes_in_parts(salesforce: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.salesforce.bulk_query.PART_SIZE", 50)
    ids = [record.ref.id for record in salesforce.records(salesforce.open())]
    assert len(ids) == len(set(ids)) == 214
    assert salesforce.seen("results") == 5


@pytest.mark.usefixtures("always_bulk")
def test_the_token_may_end_in_the_middle_of_a_bulk_job(salesforce: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.salesforce.bulk_query.PART_SIZE", 50)
    monkeypatch.setattr("connectors.api.salesforce.reading.PAGE_SIZE", 50)
    pages = salesforce.open().read(Query("Account", ("Name",)))
    seen = len(next(pages).records)
    salesforce.control("POST", "expire-tokens")
    assert seen + sum(len(page.records) for page in pages) == 214


@pytest.mark.usefixtures("always_bulk")
def test_a_bulk_job_that_failed_is_told(salesforce: Remote) -> None:
    failed = {"id": "750", "state": "Failed", "errorMessage": "out of luck"}
    salesforce.break_next("GET", "*/jobs/query/*", answer={"status": 200, "body": failed})
    with pytest.raises(Transient, match="out of luck"):
        salesforce.records(salesforce.open())


@pytest.mark.usefixtures("always_bulk")
def test_deleted_records_come_by_bulk_too(salesforce: Remote) -> None:
    connector = salesforce.open()
    mark = last_watermark(list(connector.read(Query("Account", ("Name",)))))
    salesforce.control("POST", "clock", {"advance": 3600})
    gone = salesforce.records(connector, limit=1)[0].ref
    by_tag(connector.write([Write(Op.DELETE, "Account", 1, gone.id)]))
    changed = [r for page in connector.read(Query("Account", ("Name",), since=mark)) for r in page.records]
    assert [(record.ref, record.deleted) for record in changed] == [(gone, True)]


def test_a_merged_record_is_a_tombstone_that_names_its_winner(salesforce: Remote) -> None:
    connector = salesforce.open()
    fields = ("Name", "MasterRecordId")
    pages = list(connector.read(Query("Account", fields)))
    winner, loser = (record.ref.id for record in pages[0].records[:2])
    salesforce.control("POST", "clock", {"advance": 3600})
    salesforce.control("POST", "merge", {"master": winner, "losers": [loser]})
    again = connector.read(Query("Account", fields, since=last_watermark(pages)))
    changed = {record.ref.id: record for page in again for record in page.records}
    assert changed[loser].deleted
    assert changed[loser].values["MasterRecordId"] == winner
    assert not changed[winner].deleted
    fetched = connector.fetch([RecordRef("Account", loser), RecordRef("Account", winner)], ("Name", MERGED_INTO))
    assert {record.ref.id: record.values[MERGED_INTO] for record in fetched} == {loser: winner, winner: ""}


def test_filters_become_conditions(salesforce: Remote) -> None:
    """S3.15 and S3.17."""
    where = (Condition("RecordType.DeveloperName", ("Customer", "Partner")), Condition("Type", ("Customer",)))
    query = Query("Account", ("Type", "RecordType.DeveloperName"), where=where)
    records = [record for page in salesforce.open().read(query) for record in page.records]
    assert records
    assert {record.values["Type"] for record in records} == {"Customer"}
    assert {record.values["RecordType.DeveloperName"] for record in records} <= {"Customer", "Partner"}
    total = Query("Account", ("Type",), where=where, limit=0)
    assert [page.total for page in salesforce.open().read(total)] == [len(records)]


def test_a_list_of_ids_too_long_for_an_address_is_asked_for_in_pieces(salesforce: Remote) -> None:
    connector = salesforce.open()
    names = [f"Long {number}" for number in range(1000)]
    made = by_tag(connector.write(salesforce.create(*names)))
    ids = tuple(str(result.id) for result in made.values())
    before = connector.calls
    found = salesforce.records(connector, where=(Condition("Id", ids),))
    assert {record.ref.id for record in found} == set(ids)
    assert 2 <= connector.calls - before <= 5


def test_fetching_costs_a_call_for_two_thousand_records(salesforce: Remote) -> None:
    connector = salesforce.open()
    refs = [record.ref for record in salesforce.records(connector)]
    before = connector.calls
    assert len(list(connector.fetch(refs, ("Name", "AnnualRevenue")))) == 214
    assert connector.calls == before + 1


def test_fields_of_a_parent_are_fetched_by_a_query(salesforce: Remote) -> None:
    connector = salesforce.open()
    refs = [*(r.ref for r in salesforce.records(connector, limit=3)), RecordRef("Account", "001000000000000AAA")]
    fetched = list(connector.fetch(refs, ("Name", "RecordType.DeveloperName")))
    assert [record.ref for record in fetched] == refs
    assert [record.deleted for record in fetched] == [False, False, False, True]
    assert fetched[0].values["RecordType.DeveloperName"]


def test_a_field_that_is_hidden_or_gone_is_a_setting_to_change(salesforce: Remote) -> None:
    connector = salesforce.open()
    connector.describe("Account")
    with pytest.raises(ConfigError, match="Nonsense__c"):
        list(connector.read(Query("Account", ("Nonsense__c",))))


def test_a_used_up_allocation_is_a_long_wait_for_the_caller(salesforce: Remote) -> None:
    body = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    salesforce.break_next("GET", "*/query*", answer={"status": 403, "body": body})
    with pytest.raises(RateLimited) as caught:
        salesforce.records(salesforce.open())
    assert caught.value.retry_after == 3600


def test_too_many_long_requests_at_once_are_waited_for(salesforce: Remote) -> None:
    message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    body = [{"message": message, "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    salesforce.break_next("GET", "*/query*", answer={"status": 403, "body": body})
    assert len(salesforce.records(salesforce.open())) == 214
    assert [round(seconds) for seconds in salesforce.slept] == [15]


def test_the_use_of_the_allocation_is_known_after_each_call(salesforce: Remote) -> None:
    connector = salesforce.open()
    assert not connector.facts
    salesforce.records(connector, limit=1)
    assert connector.facts["daily_limit"] == 1_000_000


def test_a_signed_assertion_signs_in() -> None:
    # A sandbox of its own: elsewhere time was skipped, and an assertion lives three minutes.
    with running(Options(vendors=("salesforce",))) as servers:
        endpoint = servers.salesforce
        remote = Remote(SUBJECTS["salesforce"], endpoint.base_url, endpoint.credentials)
        assert len(remote.records(remote.open(auth="jwt_bearer"))) == 214
        remote.close()


def test_a_private_key_that_cannot_be_read_says_what_to_paste(salesforce: Remote) -> None:
    connector = salesforce.open(auth="jwt_bearer", settings={"private_key": "-----BEGIN nonsense"})
    with pytest.raises(ConfigError) as caught:
        salesforce.records(connector)
    assert "BEGIN PRIVATE KEY" in caught.value.hint


@pytest.mark.parametrize(
    "instance", ["https://evil.example", "https://salesforce.com.evil.example", "http://a.salesforce.com"]
)
def test_a_token_for_a_foreign_host_is_not_used(salesforce: Remote, instance: str) -> None:
    body = {"access_token": "t", "instance_url": instance, "token_type": "Bearer"}
    salesforce.break_next("POST", "*/oauth2/token", answer={"status": 200, "body": body})
    with pytest.raises(ConfigError, match="not a Salesforce host"):
        salesforce.records(salesforce.open())


def test_a_sign_in_without_a_token_is_an_authentication_error(salesforce: Remote) -> None:
    salesforce.break_next("POST", "*/oauth2/token", answer={"status": 200, "body": "<html>"})
    with pytest.raises(AuthError):
        salesforce.records(salesforce.open())


def test_the_test_of_a_connection_brings_home_what_the_product_must_know(salesforce: Remote) -> None:
    """S3.6, S3.47 and A11."""
    facts = salesforce.open().check().facts
    assert facts["person_accounts"] is True
    assert isinstance(facts["is_sandbox"], bool)
    assert facts["time_zone"]
    assert facts["edition"]
    assert facts["daily_limit"] == 1_000_000


def test_an_org_whose_requests_are_nearly_used_up_warns(salesforce: Remote) -> None:
    salesforce.control("PUT", "settings", {"daily_requests": 1_000})
    body = {"DailyApiRequests": {"Max": 1000, "Remaining": 100}}
    salesforce.break_next("GET", "*/limits", answer={"status": 200, "body": body})
    steps = {step.name: step.state for step in salesforce.open().check().steps}
    assert steps["Limits"] is CheckState.WARNING


@pytest.mark.parametrize("path", ["*/describe", "*/limits", "*/query*"])
def test_an_odd_answer_fails_its_step_and_raises_nothing(salesforce: Remote, path: str) -> None:
    salesforce.break_next("GET", path, answer={"status": 200, "body": {"odd": 1}})
    report = salesforce.open().check()
    assert sum(step.state is CheckState.FAILED for step in report.steps) <= 1


def test_moments_are_aware(salesforce: Remote) -> None:
    record = salesforce.records(salesforce.open(), limit=1)[0]
    assert record.modified_at is not None
    assert datetime(2000, 1, 1, tzinfo=UTC) < record.modified_at < datetime(2100, 1, 1, tzinfo=UTC)
