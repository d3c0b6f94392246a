"""Up to 200 records a request, each with a result of its own."""

import pytest


def rows(*values, type="Account"):
    return [{"attributes": {"type": type}, **v} for v in values]


def results(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_created_row_has_a_result_in_request_order(sf):
    body = {"allOrNone": False, "records": rows({"Name": "A"}, {"Type": "Customer"}, {"Name": "B"})}
    good, bad, last = results(sf.post("composite/sobjects", body))
    assert set(good) == {"id", "success", "errors"}
    assert (good["success"], good["errors"]) == (True, [])
    assert bad == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Name]",
                "fields": ["Name"],
            }
        ],
    }
    assert last["id"] > good["id"]


def test_rows_of_people_fail_one_by_one_each_with_the_vendors_code(sf):
    """A duplicate rule's refusal has the same details in a row as in a request."""
    sf.control("PUT", "settings", {"duplicate_rules": ["Contact"]})
    there = sf.create("Contact", LastName="There", Email="there@example.com")
    body = {
        "records": rows(
            {"LastName": "Good", "Email": "good@example.com"},
            {"FirstName": "No last name"},
            {"LastName": "Twin", "Email": "THERE@example.com"},
            {"LastName": "Far", "Region__c": "MOON"},
            {"LastName": "x" * 81},
            type="Contact",
        )
    }
    good, *bad = results(sf.post("composite/sobjects", body))
    assert good["success"]
    assert [row["errors"][0]["statusCode"] for row in bad] == [
        "REQUIRED_FIELD_MISSING",
        "DUPLICATES_DETECTED",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "STRING_TOO_LONG",
    ]
    details = bad[1]["errors"][0]["duplicateResut"]
    assert details["duplicateRule"] == "Standard_Contact_Duplicate_Rule"
    assert details["matchResults"][0]["matchRecords"][0]["record"]["Id"] == there


def test_updates_take_the_id_in_either_spelling_and_report_each_row(sf):
    id = sf.create("Account", Name="Before")
    gone = sf.create("Account", Name="Gone")
    sf.call("DELETE", f"sobjects/Account/{gone}")
    body = {"records": rows({"id": id, "Name": "After"}, {"Id": gone, "Name": "x"}, {"Name": "no id"})}
    good, deleted, missing = results(sf.patch("composite/sobjects", body))
    assert good == {"id": id, "success": True, "errors": []}
    assert deleted["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"
    assert missing["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    assert sf.get(f"sobjects/Account/{id}").json()["Name"] == "After"


def test_all_or_none_takes_back_the_good_rows(sf):
    id = sf.create("Account", Name="Before")
    body = {"allOrNone": True, "records": rows({"id": id, "Name": "After"}, {"id": id, "Region__c": "MOON"})}
    rolled_back, bad = results(sf.patch("composite/sobjects", body))
    assert rolled_back["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert sf.get(f"sobjects/Account/{id}").json()["Name"] == "Before"
    body = {"allOrNone": True, "records": rows({"Name": "Never"}, {})}
    assert "id" not in results(sf.post("composite/sobjects", body))[0]
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Never'") == []
    new = rows({"Name": "a", "External_Key__c": "q1"}, {"Name": "b", "External_Key__c": "q2", "OwnerId": "BAD"})
    refused = results(sf.patch("composite/sobjects/Account/External_Key__c", {"allOrNone": True, "records": new}))
    assert [(row["created"], "id" in row) for row in refused] == [(True, False), (True, False)]


def test_upsert_tells_created_and_matches_emails_in_any_case(sf):
    """As recorded: PATCH composite/sobjects/Contact/Email finds Michael.Bluth@example.com."""
    first = sf.create("Contact", LastName="Bluth", Email="michael.bluth@example.com")
    body = {
        "records": rows(
            {"LastName": "Nichael", "Email": "Michael.Bluth@example.com"},
            {"LastName": "Annyong", "Email": "annyong.bluth@example.com"},
            type="Contact",
        )
    }
    found, made = results(sf.patch("composite/sobjects/Contact/Email", body))
    assert found == {"id": first, "success": True, "errors": [], "created": False}
    assert made["created"] is True


def test_upsert_by_id_with_null_creates(sf):
    """As recorded, though the documentation advises against it."""
    answer = sf.patch("composite/sobjects/Account/Id", {"records": rows({"Id": None, "Name": "Made"})})
    assert results(answer)[0]["created"] is True


def test_the_same_external_id_twice_is_a_duplicate_on_the_later_row(sf):
    body = {"records": rows({"Name": "A", "External_Key__c": "k"}, {"Name": "B", "External_Key__c": "K"})}
    first, second = results(sf.patch("composite/sobjects/Account/External_Key__c", body))
    assert first["success"]
    assert second["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


def test_an_ambiguous_key_is_refused_for_its_row(sf):
    for _ in range(2):
        sf.create("Contact", LastName="Twin", Email="twin@example.com")
    body = {"records": rows({"LastName": "x", "Email": "twin@example.com"}, type="Contact")}
    row = results(sf.patch("composite/sobjects/Contact/Email", body))[0]
    assert row["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"


def test_deletes_report_each_id(sf):
    id = sf.create("Account", Name="Gone")
    answer = sf.call("DELETE", "composite/sobjects", params={"ids": f"{id},001000000000000AAA"})
    good, bad = results(answer)
    assert good == {"id": id, "success": True, "errors": []}
    assert bad["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_retrieve_keeps_the_order_and_gives_null_for_what_is_not_there(sf):
    ids = [sf.create("Account", Name=name) for name in "AB"]
    body = {"ids": [ids[1], "001000000000000AAA", ids[0]], "fields": ["Name"]}
    found = results(sf.post("composite/sobjects/Account", body))
    assert [r and r["Name"] for r in found] == ["B", None, "A"]
    answer = sf.get("composite/sobjects/Account", ids=",".join(ids), fields="Name")
    assert [r["Name"] for r in results(answer)] == ["A", "B"]


def test_more_than_200_rows_are_refused(sf):
    answer = sf.post("composite/sobjects", {"records": rows(*({"Name": str(n)} for n in range(201)))})
    assert sf.refusal(answer) == (400, "EXCEEDED_ID_LIMIT")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"attributes": {"type": "Account"}, "Name": "x", "Nope__c": 1}, "INVALID_FIELD"),
        ({"attributes": {"type": "Account"}, "Name": {"a": 1}}, "JSON_PARSER_ERROR"),
        ({"Name": "no type"}, "INVALID_INPUT"),
        ({"attributes": {"type": "Nope"}, "Name": "x"}, "INVALID_TYPE"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_whole_request(sf, record, code):
    good = {"attributes": {"type": "Account"}, "Name": "Never written"}
    assert sf.refusal(sf.post("composite/sobjects", {"records": [good, record]})) == (400, code)
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Never written'") == []


def test_more_than_ten_runs_of_a_type_are_refused(sf):
    mixed = [row for n in range(6) for row in (*rows({"Name": str(n)}), *rows({"LastName": str(n)}, type="Contact"))]
    assert sf.refusal(sf.post("composite/sobjects", {"records": mixed})) == (400, "LIMIT_EXCEEDED")


def test_a_request_counts_as_one_call(sf):
    body = {"records": rows(*({"Name": str(n)} for n in range(200)))}
    before = used(sf.get("limits"))
    assert used(sf.post("composite/sobjects", body)) == before + 1


def used(answer):
    return int(answer.headers["Sforce-Limit-Info"].removeprefix("api-usage=").split("/")[0])
