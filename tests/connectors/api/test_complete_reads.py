"""A read is complete only when it proves it, and one that gets nowhere ends with an error that says so."""

from typing import Any

import pytest

from connectors.api.errors import ConnectorError, Incomplete
from connectors.api.proof import Proof
from connectors.api.values import Query
from tests.connectors.api.subjects import Remote

NAME = ("name",)
FOR_EVER = 100_000


def refused(remote: Remote, query: Query, path: str, body: Any, times: int = FOR_EVER, **answer: Any) -> str:
    """The message that a read ends with while calls to ``path`` are answered like this."""
    connector = remote.open()
    connector.describe(query.object)
    remote.break_next("GET", path, times=times, answer={"status": 200, "body": body, **answer})
    with pytest.raises(ConnectorError) as caught:
        for _ in connector.read(query):
            pass
    assert connector.calls < 20
    return str(caught.value)


def row(number: int) -> dict[str, Any]:
    return {"Id": f"001{number:012d}AAA", "Name": f"A{number}", "SystemModstamp": "2026-01-01T00:00:00.000+0000"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"totalSize": 0, "done": True, "records": []}, "finds no Account, but Salesforce counts about 214"),
        ({"totalSize": 999, "done": True, "records": []}, "ended after 0 of 999 rows"),
        ({"totalSize": 1, "done": True, "records": [row(1), row(2)]}, "gave more rows than the 1"),
        ({"totalSize": 999, "records": []}, "does not say whether it is complete (done is missing)"),
        ({"totalSize": 2, "done": False, "records": [row(1)]}, "says that there is more, and not where"),
        ({"totalSize": 2, "done": False, "nextRecordsUrl": "", "records": [row(1)]}, "and not where"),
        ({"done": True, "records": []}, "cannot be read"),
        ({"totalSize": True, "done": True, "records": []}, "cannot be read"),
        ({"totalSize": 1, "done": True, "records": {"0": row(1)}}, "cannot be read"),
        ({"totalSize": 1, "done": True, "records": ["row"]}, "cannot be read"),
        ({"totalSize": 1, "done": True, "records": [{"Name": "no id"}]}, "another shape"),
        ([], "cannot be read"),
    ],
)
def test_a_query_that_does_not_add_up_is_not_taken_for_the_whole(salesforce: Remote, body: Any, says: str) -> None:
    assert says in refused(salesforce, Query("Account", ("Name",)), "*/query*", body)


def test_a_query_that_leads_to_the_same_page_for_ever_ends(salesforce: Remote) -> None:
    again = "/services/data/v65.0/query/01g-2000"
    body = {"totalSize": 50, "done": False, "nextRecordsUrl": again, "records": [row(1)]}
    assert "a second time" in refused(salesforce, Query("Account", ("Name",)), "*/query*", body)


@pytest.mark.parametrize(
    ("headers", "csv", "says"),
    [
        ({"Sforce-Locator": "null", "Sforce-NumberOfRecords": "1"}, ["1"], "ended after 1 of 214 rows"),
        ({"Sforce-Locator": "null", "Sforce-NumberOfRecords": "9"}, ["1"], "gave 1 rows in a part that has 9"),
        ({"Sforce-NumberOfRecords": "1"}, ["1"], "says that there is more, and not where"),
        ({"Sforce-Locator": "same", "Sforce-NumberOfRecords": "1"}, ["1"], "a second time"),
        ({"Sforce-Locator": "null"}, [str(number) for number in range(300)], "gave more rows than the 214"),
    ],
)
def test_a_bulk_result_that_does_not_add_up_is_not_taken_for_the_whole(
    salesforce: Remote, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], csv: list[str], says: str
) -> None:
    monkeypatch.setattr("connectors.api.salesforce.reading.MOST_BY_PAGES", -1)
    text = "Name,Id,SystemModstamp\n" + "".join(f"A,001{n:>012}AAA,2026-01-01T00:00:00.000Z\n" for n in csv)
    query, answer = Query("Account", ("Name",)), {"headers": {"content-type": "text/csv", **headers}}
    assert says in refused(salesforce, query, "*/results*", text, **answer)


def test_a_retrieved_row_is_the_one_that_was_asked_for(salesforce: Remote) -> None:
    connector = salesforce.open()
    first, second = (record.ref for record in salesforce.records(connector, limit=2))
    other = {**row(1), "Id": second.id}
    salesforce.break_next("POST", "*/composite/sobjects/Account", answer={"status": 200, "body": [other]})
    with pytest.raises(ConnectorError, match="cannot be read"):
        list(connector.fetch([first], ("Name",)))


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ({"meta": {"has_more": True, "after_cursor": None}}, "says that there is more, and not where"),
        ({"meta": {"has_more": True, "after_cursor": "same"}}, "a second time"),
        ({"meta": {"after_cursor": "x"}}, "does not say whether it is complete (meta.has_more is missing)"),
        ({"meta": {"has_more": "yes", "after_cursor": "x"}}, "meta.has_more is missing"),
        ({"meta": []}, "meta.has_more is missing"),
        ({}, "meta.has_more is missing"),
    ],
)
@pytest.mark.parametrize("object", ["user", "organization", "organization_membership"])
def test_a_list_that_does_not_say_where_it_ends_is_not_taken_for_the_whole(
    zendesk: Remote, object: str, meta: dict[str, Any], says: str
) -> None:
    body = {f"{object}s": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}], **meta}
    assert says in refused(zendesk, Query(object, ("id",)), f"/api/v2/{object}s", body)


@pytest.mark.parametrize("rows", [[{"name": "no id"}], ["row"], [None], {"1": {}}, None])
def test_rows_of_another_shape_are_not_taken_for_records(zendesk: Remote, rows: Any) -> None:
    body = {"organizations": rows, "meta": {"has_more": False}}
    assert "Zendesk's answer holds" in refused(zendesk, Query("organization", NAME), "/api/v2/organizations", body)


@pytest.mark.parametrize("object", ["user", "organization"])
def test_an_empty_list_of_what_zendesk_counts_some_of_is_an_error(zendesk: Remote, object: str) -> None:
    body = {f"{object}s": [], "meta": {"has_more": False}, "links": {}}
    assert "is empty, but Zendesk counts" in refused(zendesk, Query(object, NAME), f"/api/v2/{object}s", body)


@pytest.mark.parametrize(
    ("object", "path", "page", "says"),
    [
        ("organization", "organizations", {"end_time": 1_700_000_000}, "(end_of_stream is missing)"),
        ("organization", "organizations", {"end_time": 1_700_000_000, "end_of_stream": False}, "a second time"),
        ("organization", "organizations", {"end_of_stream": False}, "a second time"),
        ("user", "users/cursor", {"after_cursor": "same"}, "(end_of_stream is missing)"),
        ("user", "users/cursor", {"after_cursor": "same", "end_of_stream": False}, "a second time"),
        ("user", "users/cursor", {"end_of_stream": None}, "(end_of_stream is missing)"),
    ],
)
def test_an_export_that_does_not_get_on_ends(
    zendesk: Remote, object: str, path: str, page: dict[str, Any], says: str
) -> None:
    body = {f"{object}s": [{"id": 1, "name": "One", "updated_at": "2026-01-01T00:00:00Z"}], **page}
    assert says in refused(zendesk, Query(object, NAME, since="at:1"), f"/api/v2/incremental/{path}", body)


def test_pages_that_hold_nothing_new_are_no_progress_though_their_cursors_differ() -> None:
    proof = Proof("A list")
    proof.goes_on("a", [1, 2])
    with pytest.raises(Incomplete, match="without anything new"):
        proof.goes_on("b", [2])
    proof = Proof("A list")
    proof.goes_on("a", [])
    proof.goes_on("b", [])
    with pytest.raises(Incomplete, match="without anything new"):
        proof.goes_on("c", [])
