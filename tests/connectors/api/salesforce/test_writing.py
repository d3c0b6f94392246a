"""Salesforce's collections and bulk loads."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from connectors.api.errors import ConfigError, Transient
from connectors.api.salesforce import writing
from connectors.api.salesforce.bulk_csv import cells, columns_of, csv_text, row_key
from connectors.api.salesforce.errors import refusal_of
from connectors.api.values import Op, Outcome, RecordRef, Write
from tests.connectors.api.subjects import Remote, by_tag, until_it_stops

COLLECTION = "*/composite/sobjects"


def accounts(number: int) -> list[Write]:
    return [Write(Op.CREATE, "Account", tag, None, {"Name": f"Made {tag}"}) for tag in range(number)]


def test_a_thousand_creations_cost_five_calls(salesforce: Remote) -> None:
    connector = salesforce.open()
    results = by_tag(connector.write(accounts(1000)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert connector.calls == 6  # and a token


def test_locked_rows_are_sent_again_alone(salesforce: Remote) -> None:
    locked = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}]}
    done = {"success": True, "id": "0015e00000AAAAAAAA", "errors": []}
    body = [done, locked, done]
    salesforce.break_next("POST", COLLECTION, answer={"status": 200, "body": body})
    results = by_tag(salesforce.open().write(accounts(3)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert results[1].id not in (None, done["id"])
    assert salesforce.seen("composite/sobjects") == 2


def test_rows_that_stay_locked_are_refused_in_the_end(salesforce: Remote) -> None:
    locked = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked"}]}
    salesforce.break_next("POST", COLLECTION, times=9, answer={"status": 200, "body": [locked]})
    results = by_tag(salesforce.open().write(accounts(1)))
    assert results[0].code == "UNABLE_TO_LOCK_ROW"
    assert salesforce.seen("composite/sobjects") == 4


@pytest.mark.parametrize("key", ["duplicateResut", "duplicateResult"])
def test_a_duplicate_rule_is_named_in_either_spelling(key: str) -> None:
    error = {
        "errorCode": "DUPLICATES_DETECTED",
        "message": "Use one of these records?",
        key: {"duplicateRule": "Standard_Account_Rule", "errorMessage": "This account exists."},
    }
    refusal = refusal_of(error)
    assert refusal.code == "DUPLICATES_DETECTED"
    assert refusal.detail == "This account exists. (duplicate rule Standard_Account_Rule)"


def test_a_duplicate_rule_refuses_its_row(salesforce: Remote) -> None:
    salesforce.control("PUT", "settings", {"duplicate_rules": ["Account"]})
    connector = salesforce.open()
    rows = [Write(Op.CREATE, "Account", tag, None, {"Name": "Twin GmbH", "Phone": "+49 30 1"}) for tag in (1, 2)]
    by_tag(connector.write(rows[:1]))
    assert by_tag(connector.write(rows[1:]))[2].code == "DUPLICATES_DETECTED"


def test_a_refusal_names_the_field(salesforce: Remote) -> None:
    rows = [
        Write(Op.CREATE, "Account", 1, None, {"Name": "x" * 300}),
        Write(Op.CREATE, "Account", 2, None, {"Name": "Odd", "Region__c": "Atlantis"}),
    ]
    results = by_tag(salesforce.open().write(rows))
    assert [(results[tag].code, results[tag].field) for tag in (1, 2)] == [
        ("STRING_TOO_LONG", "Name"),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Region__c"),
    ]


def test_an_answer_that_does_not_fit_the_rows_leaves_them_unknown(salesforce: Remote) -> None:
    salesforce.break_next("POST", COLLECTION, answer={"status": 200, "body": [{"success": True, "id": "1"}]})
    results = by_tag(salesforce.open().write(accounts(3)))
    assert {result.outcome for result in results.values()} == {Outcome.UNKNOWN}


def test_a_collection_that_is_refused_as_a_whole_is_halved(salesforce: Remote) -> None:
    """S3.C7."""
    body = [{"errorCode": "JSON_PARSER_ERROR", "message": "bad row"}]
    salesforce.break_next("POST", COLLECTION, times=2, answer={"status": 400, "body": body})
    results = by_tag(salesforce.open().write(accounts(4)))
    assert [result.outcome for result in results.values()].count(Outcome.DONE) >= 2
    assert {r.code for r in results.values() if r.outcome is Outcome.REJECTED} <= {"JSON_PARSER_ERROR"}


def test_an_object_name_cannot_smuggle_anything_in(salesforce: Remote) -> None:
    with pytest.raises(ConfigError):
        list(salesforce.open().write([Write(Op.CREATE, "Account/../User", 1)]))


@pytest.fixture
def bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything above ten rows by bulk."""
    monkeypatch.setattr("connectors.api.salesforce.writing.BULK_FROM", 10)
    monkeypatch.setattr("connectors.api.salesforce.writing.LOAD_PAYS", 5)
    monkeypatch.setattr("connectors.api.salesforce.writing.LOAD_SIZE", 100)


@pytest.mark.usefixtures("bulk")
def test_a_load_binds_each_row_although_results_come_in_any_order(salesforce: Remote) -> None:
    connector = salesforce.open()
    rows = accounts(150)
    rows[7] = Write(Op.CREATE, "Account", 7, None, {"Name": None, "Description": 'line one\nline two, "quoted"'})
    results = by_tag(connector.write(rows))
    assert results.pop(7).code == "REQUIRED_FIELD_MISSING"
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    refs = {RecordRef("Account", str(result.id)): tag for tag, result in results.items()}
    for record in connector.fetch(list(refs), ("Name",)):
        assert record.values["Name"] == f"Made {refs[record.ref]}"
    assert salesforce.seen("composite/sobjects/") == 1  # the fetch; no row went by a collection


@pytest.mark.usefixtures("bulk")
def test_a_load_clears_with_none_and_leaves_what_a_row_does_not_name(salesforce: Remote) -> None:
    connector = salesforce.open()
    new = [
        Write(Op.CREATE, "Account", tag, None, {"Name": f"Kept {tag}", "Description": "text", "Rating": "Hot"})
        for tag in range(20)
    ]
    ids = {tag: result.id for tag, result in by_tag(connector.write(new)).items()}
    changes = [
        Write(Op.UPDATE, "Account", tag, id, {"Description": None} if tag % 2 else {"Rating": "Cold"})
        for tag, id in ids.items()
    ]
    assert {result.outcome for result in by_tag(connector.write(changes)).values()} == {Outcome.DONE}
    refs = [RecordRef("Account", str(ids[tag])) for tag in (1, 2)]
    odd, even = connector.fetch(refs, ("Description", "Rating"))
    assert odd.values == {"Description": None, "Rating": "Hot"}
    assert even.values == {"Description": "text", "Rating": "Cold"}
    gone = [Write(Op.DELETE, "Account", tag, id) for tag, id in ids.items()]
    assert {result.outcome for result in by_tag(connector.write(gone)).values()} == {Outcome.DONE}


@pytest.mark.usefixtures("bulk")
def test_an_upload_that_breaks_off_wrote_nothing(salesforce: Remote) -> None:
    connector = salesforce.open()
    salesforce.break_next("PUT", "*/batches", reset="after")
    found, error = until_it_stops(connector.write(accounts(20)))
    assert isinstance(error, Transient)
    assert {result.outcome for result in found} == {Outcome.NOT_SENT}
    assert len(found) == 20
    assert len(salesforce.records(connector)) == 214


@pytest.mark.usefixtures("bulk")
def test_a_start_whose_answer_is_lost_is_asked_of_the_job(salesforce: Remote) -> None:
    salesforce.break_next("PATCH", "*/jobs/ingest/*", reset="after")
    results = by_tag(salesforce.open().write(accounts(20)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}


@pytest.mark.usefixtures("bulk")
def test_rows_are_unknown_where_the_results_of_a_load_cannot_be_read(salesforce: Remote) -> None:
    salesforce.break_next("GET", "*/successfulResults", times=9, answer={"status": 500})
    results = by_tag(salesforce.open().write(accounts(20)))
    assert {result.outcome for result in results.values()} == {Outcome.UNKNOWN}


@pytest.mark.usefixtures("bulk")
def test_no_load_starts_after_a_cancel(salesforce: Remote) -> None:
    going = iter([True, False, False])
    connector = salesforce.open()
    results = list(connector.write(accounts(250), keep_going=lambda: next(going)))
    assert sum(result.outcome is Outcome.DONE for result in results) == 100
    assert {result.outcome for result in results} <= {Outcome.DONE, Outcome.NOT_SENT}


def test_a_row_as_csv_clears_only_what_it_names() -> None:
    rows = [
        Write(Op.UPDATE, "Account", 1, "001a", {"A": None, "B": True}),
        Write(Op.UPDATE, "Account", 2, "001b", {"C": "x,y"}),
    ]
    columns = columns_of(Op.UPDATE, rows)
    assert columns == ["Id", "A", "B", "C"]
    assert "".join(csv_text(columns, rows)) == 'Id,A,B,C\n001a,#N/A,true,\n001b,,,"x,y"\n'
    assert row_key(Op.UPDATE, cells(columns, rows[0])) != row_key(Op.UPDATE, cells(columns, rows[1]))


KEY = "Zendesk_Ticket_Id__c"


def upserts(keys: Iterable[object], **values: str) -> list[Write]:
    return [
        Write(Op.UPSERT, "Case", tag, None, {KEY: str(key), "Subject": f"About {key}", **values}, KEY)
        for tag, key in enumerate(keys)
    ]


def test_an_upsert_makes_each_record_once_however_often_it_is_sent(salesforce: Remote) -> None:
    connector = salesforce.open()
    first = by_tag(connector.write(upserts(range(500))))
    assert {result.outcome for result in first.values()} == {Outcome.DONE}
    assert connector.calls == 4  # and a token
    again = by_tag(connector.write(upserts(range(500), Priority="Low")))
    assert {tag: result.id for tag, result in again.items()} == {tag: result.id for tag, result in first.items()}
    [case] = connector.fetch([RecordRef("Case", str(first[7].id))], ("Subject", "Priority", KEY))
    assert dict(case.values) == {"Subject": "About 7", "Priority": "Low", KEY: "7"}
    long = Write(Op.UPSERT, "Case", 0, None, {KEY: "x", "Subject": "x" * 256}, KEY)
    poisoned = by_tag(connector.write([long, *(replace(write, tag=write.tag + 1) for write in upserts(range(9)))]))
    assert (poisoned[0].outcome, poisoned[0].code) == (Outcome.REJECTED, "STRING_TOO_LONG")
    assert {result.outcome for tag, result in poisoned.items() if tag} == {Outcome.DONE}


def test_many_upserts_go_by_a_bulk_load_and_find_what_is_there(
    salesforce: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BULK_FROM", 50)
    monkeypatch.setattr(writing, "LOAD_PAYS", 10)
    connector = salesforce.open()
    one = by_tag(connector.write(upserts([3])))[0]
    results = by_tag(connector.write(upserts(range(80))))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert results[3].id == one.id
    assert len({result.id for result in results.values()}) == 80
    assert salesforce.seen("jobs/ingest") > 0


def test_the_fields_that_name_records_are_told(salesforce: Remote) -> None:
    assert [field.name for field in salesforce.open().describe("Case").fields if field.is_key] == [KEY]
