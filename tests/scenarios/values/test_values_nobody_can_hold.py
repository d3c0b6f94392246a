"""A value that no database and no other system can hold ends its own record, which says why; the others go on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord, Step
from syncadmin.runs.services.report import report
from tests.worlds.company import Company
from tests.worlds.people import completed, ready, steps_of
from tests.worlds.runs import counts, run

pytestmark = pytest.mark.postgres

STAMP = "2026-12-01T00:00:00.000+0000"
BAD = [
    ("cut \\ud83d", "half a character"),
    ("\\udc00 cut", "half a character"),
    ("nul \\u0000 byte", "a zero byte"),
]


def answered(company: Company, object: str, rows: list[dict[str, Any]], bad: str) -> None:
    """Salesforce's next query answers with these rows; BAD in them stands for an escape that Python does not write."""
    shown = [{"attributes": {"type": object}, "SystemModstamp": STAMP, "IsDeleted": False, **row} for row in rows]
    body = json.dumps({"totalSize": len(rows), "done": True, "records": shown}).replace("BAD", bad)
    said = {"status": 200, "headers": {"content-type": "application/json"}, "body": body}
    company.fault(company.salesforce, {"method": "GET", "path": "*/queryAll*", "times": 1, "answer": said})


def accounts(company: Company) -> tuple[Sync, list[str]]:
    ids = [company.account(f"A{number}", Description=f"d{number}") for number in range(3)]
    sync = company.configure(tags=[], domain_names="", mappings=[])
    completed(sync)
    return sync, ids


def row(id: str, name: str, description: Any) -> dict[str, Any]:
    return {"Id": id, "Name": name, "Description": description, "ParentId": None, "IsPersonAccount": False}


@pytest.mark.parametrize(("bad", "says"), BAD)
def test_a_text_of_salesforce_stops_no_other_record(company: Company, bad: str, says: str) -> None:
    sync, ids = accounts(company)
    company.edit_account(ids[1], Description="changed")
    answered(company, "Account", [row(ids[0], "A0", "BAD"), row(ids[1], "A1", "changed")], bad)
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS, ended.message
    assert counts(ended) | {"written": 1, "rejected": 1} == counts(ended)
    assert [company.organizations()[name]["notes"] for name in ("A0", "A1")] == ["d0", "changed"]
    refused = Step.objects.get(run=ended, state="rejected")
    assert (refused.reason_code, refused.label) == ("unusable", "A0")
    assert says in refused.reason
    assert MirrorRecord.objects.get(sync=sync, remote_id=ids[0]).status == "problem"
    company.edit_account(ids[0], Description="whole")
    completed(sync)
    assert company.organizations()["A0"]["notes"] == "whole"
    assert report(run(sync))["counts"]["planned"] == 0


@pytest.mark.parametrize(("bad", "says"), BAD)
def test_a_key_or_a_name_of_a_new_record_neither(company: Company, bad: str, says: str) -> None:
    sync = ready(company)
    company.contact("Whole", "whole@test.com")
    whole = next(iter(company.contacts()))
    people = [
        {"Id": whole, "LastName": "Whole", "Email": "whole@test.com"},
        {"Id": "003000000000099AAA", "LastName": "BAD", "Email": "bad@test.com"},
        {"Id": "003000000000098AAA", "LastName": "Key", "Email": "BAD@test.com"},
    ]
    shown = [{"FirstName": None, "Name": one["LastName"], "AccountId": None, **one} for one in people]
    body = json.dumps({"totalSize": 3, "done": True, "records": [{"SystemModstamp": STAMP, **one} for one in shown]})
    said = {"status": 200, "headers": {"content-type": "application/json"}, "body": body.replace("BAD", bad)}
    company.fault(company.salesforce, {"method": "GET", "path": "*/query*", "times": 1, "answer": said})
    ended = run(sync)
    assert counts(ended) | {"written": 1, "rejected": 2} == counts(ended), steps_of(ended)
    assert list(company.users()) == ["whole@test.com"]
    reasons = Step.objects.filter(run=ended, state="rejected").values_list("reason", flat=True)
    assert all(says in reason for reason in reasons)


@pytest.mark.parametrize("number", ["1e999", "NaN"])
def test_a_number_without_bounds_neither(company: Company, number: str) -> None:
    first, second = company.account("A0", AnnualRevenue=1), company.account("A1", AnnualRevenue=1)
    sync = company.configure(tags=[], domain_names="", notes="")
    completed(sync)
    rows = [{**row(id, name, None), "AnnualRevenue": value} for id, name, value in
            ((first, "A0", "BAD"), (second, "A1", 2))]  # fmt: skip
    company.edit_account(second, AnnualRevenue=2)
    answered(company, "Account", rows, "BAD")
    rule = company.control(company.salesforce, "GET", "faults")["rules"][0]
    rule["answer"]["body"] = rule["answer"]["body"].replace('"BAD"', number)
    company.fault(company.salesforce, {key: rule[key] for key in ("method", "path", "times", "answer")})
    ended = run(sync)
    assert counts(ended) | {"rejected": 1, "written": 1} == counts(ended), ended.message


@pytest.mark.parametrize(("bad", "says"), BAD)
def test_a_text_of_zendesk_stops_no_other_record(company: Company, bad: str, says: str) -> None:
    sync, ids = accounts(company)
    found = company.organizations()["A0"]
    shown = json.dumps({**found, "notes": "BAD", "updated_at": "2026-12-01T00:00:00Z"}).replace("BAD", bad)
    body = f'{{"organizations": [{shown}], "end_of_stream": true, "end_time": 1900000000, "count": 1}}'
    said = {"status": 200, "headers": {"content-type": "application/json"}, "body": body}
    company.fault(company.zendesk, {"method": "GET", "path": "*/incremental/*", "times": 1, "answer": said})
    for id in ids:
        company.edit_account(id, Description="changed")
    ended = run(sync)
    assert counts(ended) | {"rejected": 1, "written": 2} == counts(ended), ended.message
    assert {name: row["notes"] for name, row in company.organizations().items()} == {
        "A0": "d0", "A1": "changed", "A2": "changed",
    }  # fmt: skip
    assert says in Step.objects.get(run=ended, state="rejected").reason
