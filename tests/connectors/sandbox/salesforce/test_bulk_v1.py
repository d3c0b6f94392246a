"""Bulk API 1.0: jobs and batches in JSON and in XML, as its clients use them."""

import requests
from simple_salesforce.bulk import SFBulkHandler

from tests.timeouts import HANG_SECONDS

XML = "http://www.force.com/2009/06/asyncapi/dataload"


def call(sf, method, path, body=None, kind="text/csv; charset=UTF-8"):
    headers = {"X-SFDC-Session": sf.credentials["access_token"], "Content-Type": kind}
    address = f"{sf.endpoint.base_url}/services/async/59.0/job{path}"
    return requests.request(method, address, data=body, headers=headers, timeout=HANG_SECONDS)


def handler(sf, session):
    address = f"{sf.endpoint.base_url}/services/async/59.0/"
    return SFBulkHandler(sf.credentials["access_token"], address, session=session)


def test_a_client_library_writes_and_reads(sf):
    with requests.Session() as session:
        account = handler(sf, session).__getattr__("Account")
        made = account.insert([{"Name": "One"}, {"Phone": "1"}], batch_size="auto")
        assert [row["success"] for row in made] == [True, False]
        assert made[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
        id = made[0]["id"]
        again = account.upsert([{"Id": id, "Phone": "2"}], "Id")
        assert [(row["success"], row["created"]) for row in again] == [(True, False)]
        found = account.query(f"SELECT Name, Phone FROM Account WHERE Id = '{id}'")
        assert [(row["Name"], row["Phone"]) for row in found] == [("One", "2")]
        assert account.delete([{"Id": id}])[0]["success"]


def test_a_job_of_csv_is_told_in_xml(sf):
    job = f'<jobInfo xmlns="{XML}"><operation>upsert</operation><object>Contact</object>'
    job += "<externalIdFieldName>Id</externalIdFieldName><contentType>CSV</contentType></jobInfo>"
    created = call(sf, "POST", "", job, "application/xml")
    assert (created.status_code, created.headers["content-type"]) == (201, "application/xml")
    id = created.text.partition("<id>")[2].partition("<")[0]
    sf.control("PUT", "settings", {"bulk_ingest_ms": 1000})
    batch = call(sf, "POST", f"/{id}/batch", '"LastName","Id"\n"New",""\n"","003"\n')
    assert "<state>Queued</state>" in batch.text
    number = batch.text.partition("<id>")[2].partition("<")[0]
    assert call(sf, "GET", f"/{id}/batch/{number}/result").status_code == 400
    call(sf, "POST", f"/{id}", f'<jobInfo xmlns="{XML}"><state>Closed</state></jobInfo>', "application/xml")
    sf.clock.advance(2)
    shown = call(sf, "GET", f"/{id}/batch").text
    assert "<state>Completed</state>" in shown
    assert "<numberRecordsFailed>1</numberRecordsFailed>" in shown
    lines = call(sf, "GET", f"/{id}/batch/{number}/result").text.splitlines()
    assert lines[0] == '"Id","Success","Created","Error"'
    assert '"true","true",""' in lines[1]
    assert "MALFORMED_ID" in lines[2]


def test_refusals_have_the_shape_of_this_api(sf):
    answer = call(sf, "POST", "", '{"operation": "insert", "object": "Nothing"}', "application/json")
    assert (answer.status_code, answer.json()["exceptionCode"]) == (400, "InvalidJob")
    assert call(sf, "GET", "/750", kind="application/json").json()["exceptionCode"] == "InvalidJob"
