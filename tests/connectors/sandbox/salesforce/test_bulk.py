"""Bulk API 2.0 jobs, their states over time and their CSV."""

import csv
import io

import pytest
import yaml

from tests.timeouts import HANG_SECONDS


def table(answer, delimiter=","):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), delimiter=delimiter))


def query_job(sf, soql, **more):
    answer = sf.post("jobs/query", {"operation": "query", "query": soql, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def load(sf, text, object="Account", operation="insert", **more):
    """Create a job, upload, close; the job as created."""
    answer = sf.post("jobs/ingest", {"object": object, "operation": operation, "contentType": "CSV", **more})
    assert answer.status_code == 200, answer.text
    job = answer.json()
    assert put(sf, job, text).status_code == 201
    closed = sf.patch(f"jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    assert closed.json()["state"] == "UploadComplete"
    return job


def put(sf, job, text):
    headers = {"Authorization": f"Bearer {sf.credentials['access_token']}", "Content-Type": "text/csv"}
    url = f"{sf.endpoint.base_url}/{job['contentUrl']}"
    return sf.session.put(url, data=text.encode(), headers=headers, timeout=HANG_SECONDS)


def status(sf, job):
    return sf.get(f"jobs/{'query' if 'query' in job['operation'] else 'ingest'}/{job['id']}").json()


def files(sf, job, delimiter=","):
    base = f"jobs/ingest/{job['id']}"
    return {
        name: table(sf.get(f"{base}/{name}"), delimiter)
        for name in ("successfulResults", "failedResults", "unprocessedrecords")
    }


@pytest.fixture(scope="module")
def swagger(specs):
    return yaml.safe_load((specs / "sf-bulk-2_0-swagger.yaml").read_text())


def test_a_query_job_moves_through_its_states_with_the_clock(sf):
    sf.control("PUT", "settings", {"bulk_query_ms": 3000})
    job = query_job(sf, "SELECT Id FROM Account")
    assert status(sf, job)["state"] == "UploadComplete"
    early = sf.get(f"jobs/query/{job['id']}/results")
    assert sf.refusal(early) == (400, "INVALIDJOBSTATE")
    sf.clock.advance(1.5)
    assert status(sf, job)["state"] == "InProgress"
    sf.clock.advance(1.5)
    done = status(sf, job)
    assert (done["state"], done["numberRecordsProcessed"], done["jobType"]) == ("JobComplete", 60, "V2Query")


def test_query_results_are_quoted_csv_in_pages_with_locators(sf):
    job = query_job(sf, "SELECT Id, Name, Owner.Name, AnnualRevenue, Active__c, SystemModstamp, Fax FROM Account")
    status(sf, job)
    seen, locator = [], None
    while locator != "null":
        params = {"maxRecords": 25} | ({"locator": locator} if locator else {})
        page = sf.get(f"jobs/query/{job['id']}/results", **params)
        assert page.headers["Content-Type"].startswith("text/csv")
        assert page.text.startswith('"Id","Name","Owner.Name","AnnualRevenue"')
        rows = table(page)
        assert int(page.headers["Sforce-NumberOfRecords"]) == len(rows)
        locator = page.headers["Sforce-Locator"]
        seen += rows
    assert len({row["Id"] for row in seen}) == 60
    assert seen[0]["SystemModstamp"].endswith(".000Z")
    assert {row["Active__c"] for row in seen} == {"true", "false"}
    assert {row["Fax"] for row in seen} == {""}
    assert float(seen[0]["AnnualRevenue"]) > 0


def test_large_doubles_come_in_scientific_notation(sf):
    id = sf.create("Account", Name="Rich", AnnualRevenue=350_000_000)
    job = query_job(sf, f"SELECT AnnualRevenue FROM Account WHERE Id = '{id}'")
    assert table(sf.get(f"jobs/query/{job['id']}/results")) == [{"AnnualRevenue": "3.5E8"}]


def test_result_pages_name_their_addresses(sf):
    job = query_job(sf, "SELECT Id FROM Account")
    pages = sf.get(f"jobs/query/{job['id']}/resultPages").json()
    assert pages["done"] is True
    assert len(table(sf.get(pages["resultPages"][0]["resultUrl"]))) == 60


@pytest.mark.parametrize("soql", ["SELECT COUNT(Id) FROM Account", "SELECT Id FROM Account LIMIT 5 OFFSET 1"])
def test_bulk_does_not_take_aggregates_or_offsets(sf, soql):
    answer = sf.post("jobs/query", {"operation": "query", "query": soql})
    assert sf.refusal(answer) == (400, "API_ERROR")


def test_query_all_in_bulk_has_deleted_rows(sf):
    id = sf.create("Account", Name="Gone")
    sf.call("DELETE", f"sobjects/Account/{id}")
    answer = sf.post("jobs/query", {"operation": "queryAll", "query": "SELECT Id, IsDeleted FROM Account"})
    rows = table(sf.get(f"jobs/query/{answer.json()['id']}/results"))
    assert {"Id": id, "IsDeleted": "true"} in rows


def test_a_load_reports_successes_and_failures_apart(sf):
    job = load(sf, "Name,Region__c,My\n".replace(",My", "") + "Good,EMEA\n,EMEA\nBad,MOON\n")
    done = status(sf, job)
    # JobComplete says nothing about the rows
    assert (done["state"], done["numberRecordsProcessed"], done["numberRecordsFailed"]) == ("JobComplete", 3, 2)
    found = files(sf, job)
    assert [(r["Name"], r["sf__Created"]) for r in found["successfulResults"]] == [("Good", "true")]
    errors = {r["Name"]: r["sf__Error"] for r in found["failedResults"]}
    assert errors[""] == "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
    assert errors["Bad"].startswith("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:")
    assert found["unprocessedrecords"] == []


def test_rows_of_people_fail_one_by_one_with_code_message_and_fields(sf):
    sf.control("PUT", "settings", {"duplicate_rules": ["Lead"]})
    sf.create("Lead", LastName="There", Company="C", Email="there@example.com")
    text = "LastName,Company,Email,Region__c\nGood,C,good@example.com,EMEA\nTwin,C,there@example.com,EMEA\nNo,,,EMEA\n"
    job = load(sf, text, object="Lead")
    done = status(sf, job)
    assert (done["state"], done["numberRecordsFailed"]) == ("JobComplete", 2)
    assert {row["LastName"]: row["sf__Error"] for row in files(sf, job)["failedResults"]} == {
        "Twin": "DUPLICATES_DETECTED:Use one of these records?:--",
        "No": "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --",
    }


def test_results_come_in_another_order_than_the_rows(sf):
    job = load(sf, "Name\n" + "".join(f"N{i}\n" for i in range(5)))
    status(sf, job)
    names = [r["Name"] for r in files(sf, job)["successfulResults"]]
    assert sorted(names) == ["N0", "N1", "N2", "N3", "N4"]
    assert names != sorted(names)


def test_an_empty_cell_changes_nothing_and_na_clears(sf):
    id = sf.create("Account", Name="Cells", Phone="1", Fax="2")
    job = load(sf, f"Id,Name,Phone,Fax\n{id},,,#N/A\n", operation="update")
    assert status(sf, job)["numberRecordsFailed"] == 0
    record = sf.get(f"sobjects/Account/{id}").json()
    assert (record["Name"], record["Phone"], record["Fax"]) == ("Cells", "1", None)


def test_upsert_by_external_id_with_parent_columns(sf):
    sf.create("Account", Name="Parent", External_Key__c="P")
    text = "External_Key__c,LastName,Account.External_Key__c,Newsletter__c,Last_Seen__c\n"
    text += "u1,New,P,true,2026-01-02T03:04:05Z\nu1,Again,P,false,\nu2,Orphan,none,false,\nu3,Bad date,P,true,soon\n"
    job = load(sf, text, "Contact", "upsert", externalIdFieldName="External_Key__c")
    done = status(sf, job)
    assert (done["externalIdFieldName"], done["numberRecordsFailed"]) == ("External_Key__c", 3)
    found = files(sf, job)
    codes = {r["sf__Error"].split(":")[0] for r in found["failedResults"]}
    assert codes == {"DUPLICATE_VALUE", "INVALID_FIELD"}
    assert any("is not a valid value for the type xsd:dateTime" in r["sf__Error"] for r in found["failedResults"])
    record = sf.one("SELECT Account.Name, Newsletter__c FROM Contact WHERE External_Key__c = 'u1'")
    assert record["Account"]["Name"] == "Parent"


def test_a_delete_job_takes_ids_only(sf):
    id = sf.create("Account", Name="Gone")
    job = load(sf, f"Id\n{id}\n", operation="delete")
    assert status(sf, job)["numberRecordsFailed"] == 0
    assert sf.get(f"sobjects/Account/{id}").status_code == 404
    wrong = load(sf, f"Id,Name\n{id},x\n", operation="delete")
    assert status(sf, wrong)["state"] == "Failed"
    assert status(sf, load(sf, "", operation="delete"))["state"] == "JobComplete"


def test_an_upsert_by_id_inserts_rows_that_have_none(sf):
    job = load(sf, "Name\nNew\n", operation="upsert", externalIdFieldName="Id")
    assert (status(sf, job)["state"], status(sf, job)["numberRecordsFailed"]) == ("JobComplete", 0)
    assert sf.query("SELECT Id FROM Account WHERE Name = 'New'") != []


@pytest.mark.parametrize(
    ("name", "character"), [("TAB", "\t"), ("PIPE", "|"), ("SEMICOLON", ";"), ("CARET", "^"), ("BACKQUOTE", "`")]
)
def test_every_delimiter_is_understood(sf, name, character):
    job = load(
        sf, character.join(("Name", "Phone")) + "\n" + character.join(("X, Y", "1")) + "\n", columnDelimiter=name
    )
    assert status(sf, job)["numberRecordsFailed"] == 0
    assert files(sf, job, character)["successfulResults"][0]["Name"] == "X, Y"


def test_quoted_cells_may_hold_commas_quotes_and_line_breaks(sf):
    job = load(sf, 'Name,Description\r\n"A ""B"", C","one\ntwo"\r\n', lineEnding="CRLF")
    assert status(sf, job)["numberRecordsFailed"] == 0
    assert sf.one("SELECT Description FROM Account WHERE Name = 'A \"B\", C'")["Description"] == "one\ntwo"


def test_the_wrong_line_ending_fails_the_job(sf):
    done = status(sf, load(sf, "Name\r\nX\r\n"))
    assert done["state"] == "Failed"
    assert done["errorMessage"].startswith("ClientInputError : LineEnding is invalid on user data")


def test_an_unknown_column_fails_the_job_and_leaves_its_rows_unprocessed(sf):
    job = load(sf, "Name,Nope__c\nX,1\n")
    done = status(sf, job)
    assert (done["state"], done["numberRecordsProcessed"]) == ("Failed", 0)
    assert done["errorMessage"] == "InvalidBatch : Field name not found : Nope__c"
    assert files(sf, job)["unprocessedrecords"] == [{"Name": "X", "Nope__c": "1"}]


def test_an_upload_happens_once_and_only_while_open(sf):
    job = sf.post("jobs/ingest", {"object": "Account", "operation": "insert"}).json()
    assert job["state"] == "Open"
    assert put(sf, job, "Name\nX\n").status_code == 201
    assert put(sf, job, "Name\nY\n").status_code == 400


def test_an_open_job_can_be_aborted_and_deleted(sf):
    job = sf.post("jobs/ingest", {"object": "Account", "operation": "insert"}).json()
    put(sf, job, "Name\nNever\n")
    assert sf.patch(f"jobs/ingest/{job['id']}/", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert files(sf, job)["unprocessedrecords"] == [{"Name": "Never"}]
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Never'") == []
    assert sf.call("DELETE", f"jobs/ingest/{job['id']}").status_code == 204
    assert sf.get(f"jobs/ingest/{job['id']}").status_code == 404


def test_an_aborted_query_gives_no_results(sf):
    sf.control("PUT", "settings", {"bulk_query_ms": 3000})
    job = query_job(sf, "SELECT Id FROM Account")
    assert sf.patch(f"jobs/query/{job['id']}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert sf.get(f"jobs/query/{job['id']}/results").status_code == 400


def test_a_large_load_is_worked_off_between_other_requests(sf):
    job = load(sf, "Name\n" + "".join(f"Bulk {i}\n" for i in range(5000)))
    for _ in range(50):
        if status(sf, job)["state"] == "JobComplete":
            break
    assert status(sf, job)["numberRecordsProcessed"] == 5000
    assert sf.get("query", q="SELECT COUNT() FROM Account WHERE Name LIKE 'Bulk %'").json()["totalSize"] == 5000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Nope", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "Account", "operation": "explode"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "hardDelete"}, "FEATURENOTENABLED"),
        ({"object": "Account", "operation": "upsert"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "insert", "columnDelimiter": "DOT"}, "INVALIDJOB"),
    ],
)
def test_a_job_that_cannot_be_is_refused(sf, body, code):
    assert sf.refusal(sf.post("jobs/ingest", body)) == (400, code)


def test_jobs_have_the_keys_and_values_of_the_published_schema(sf, swagger):
    schemas = swagger["components"]["schemas"]
    examples = swagger["components"]["examples"]
    ingest = sf.post("jobs/ingest", {"object": "Account", "operation": "insert"}).json()
    assert set(examples["createJobResponse"]["value"]) == set(ingest)
    done = status(sf, load(sf, "Name\nX\n"))
    assert set(examples["createJobResponseJobComplete"]["value"]) == set(done)
    query = query_job(sf, "SELECT Id FROM Account")
    assert set(examples["queryResponse"]["value"]) == set(query)
    assert set(examples["queryInfoResponse"]["value"]) <= set(status(sf, query))
    for job in (ingest, done):
        for name, value in job.items():
            allowed = schemas["Job"]["properties"].get(name, {}).get("enum")
            assert allowed is None or str(value).lower() in {str(one).lower() for one in allowed}, name
