"""One record at a time: what is stored, and every reason a row is refused."""

import pytest

from tests.timeouts import HANG_SECONDS


def refusal_of(sf, answer):
    assert answer.status_code == 400, answer.text
    return answer.json()[0]["errorCode"]


def test_a_created_record_answers_201_with_id_success_and_errors(sf):
    answer = sf.post("sobjects/Account", {"Name": "New"})
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "success", "errors"}
    assert answer.headers["Location"].endswith(answer.json()["id"])
    assert len(answer.json()["id"]) == 18


def test_a_record_is_read_changed_and_deleted_by_id(sf):
    id = sf.create("Account", Name="Short lived", Description="text")
    assert sf.get(f"sobjects/Account/{id}").json()["Description"] == "text"
    assert set(sf.get(f"sobjects/Account/{id}", fields="Name").json()) == {"attributes", "Name", "Id"}
    answer = sf.patch(f"sobjects/Account/{id}", {"Description": None})
    assert (answer.status_code, answer.content) == (204, b"")
    assert sf.get(f"sobjects/Account/{id}").json()["Description"] is None
    assert sf.call("DELETE", f"sobjects/Account/{id}").status_code == 204
    assert sf.refusal(sf.get(f"sobjects/Account/{id}")) == (404, "ENTITY_IS_DELETED")
    assert sf.refusal(sf.patch(f"sobjects/Account/{id}", {"Name": "x"})) == (404, "ENTITY_IS_DELETED")
    assert sf.refusal(sf.get("sobjects/Account/001000000000000AAA")) == (404, "NOT_FOUND")


def test_a_field_left_out_stays_and_a_null_clears(sf):
    id = sf.create("Account", Name="Kept", Phone="1", Website="https://a.example")
    sf.patch(f"sobjects/Account/{id}", {"Phone": None})
    record = sf.get(f"sobjects/Account/{id}").json()
    assert (record["Phone"], record["Website"]) == (None, "https://a.example")


@pytest.mark.parametrize(
    ("object", "values", "code"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING"),
        ("Contact", {"FirstName": "No last name"}, "REQUIRED_FIELD_MISSING"),
        ("Lead", {"LastName": "No company"}, "REQUIRED_FIELD_MISSING"),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG"),
        ("Contact", {"LastName": "x", "Email": "not an address"}, "INVALID_EMAIL_ADDRESS"),
        ("Account", {"Name": "x", "Region__c": "MOON"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Account", {"Name": "x", "SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", {"Name": "x", "Customer_Number__c": "C-1"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", {"Name": "x", "Health__c": "Good"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Contact", {"LastName": "x", "Name": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", {"Name": "x", "Nope__c": 1}, "INVALID_FIELD"),
        ("Account", {"Name": 5}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "Contract_Start__c": "31.12.2026"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "Active__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ("Account", {"Name": "x", "Churn_Risk__c": 1234}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Account", {"Name": "x", "ParentId": "nonsense"}, "MALFORMED_ID"),
        ("Account", {"Name": "x", "ParentId": "0015e0000009999"}, "INVALID_CROSS_REFERENCE_KEY"),
        ("Account", {"Name": "x", "RecordTypeId": "012000000000001"}, "INVALID_CROSS_REFERENCE_KEY"),
        ("Account", {"Name": "x", "OwnerId": "0055e0000000077"}, "INVALID_CROSS_REFERENCE_KEY"),
        ("RecordType", {"Name": "x"}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"),
    ],
)
def test_a_bad_value_is_refused_with_the_vendors_code(sf, object, values, code):
    assert refusal_of(sf, sf.post(f"sobjects/{object}", values)) == code


def test_a_reference_to_another_kind_of_record_is_refused(sf):
    contact = sf.create("Contact", LastName="Not a parent")
    answer = sf.post("sobjects/Account", {"Name": "x", "ParentId": contact})
    assert refusal_of(sf, answer) == "FIELD_INTEGRITY_EXCEPTION"


def test_a_unique_field_refuses_a_second_record_in_any_case(sf):
    first = sf.create("Account", Name="First", External_Key__c="Key")
    answer = sf.post("sobjects/Account", {"Name": "Second", "External_Key__c": "KEY"})
    assert refusal_of(sf, answer) == "DUPLICATE_VALUE"
    message = answer.json()[0]["message"]
    assert message == f"duplicate value found: External_Key__c duplicates value on record with id: {first[:15]}"
    assert sf.patch(f"sobjects/Account/{first}", {"External_Key__c": "key"}).status_code == 204


def test_broken_json_is_refused(sf):
    url = f"{sf.endpoint.base_url}/services/data/v59.0/sobjects/Account"
    headers = {"Authorization": f"Bearer {sf.credentials['access_token']}", "Content-Type": "application/json"}
    answer = sf.session.post(url, data="{not json", headers=headers, timeout=HANG_SECONDS)
    assert sf.refusal(answer) == (400, "JSON_PARSER_ERROR")


def test_values_are_kept_in_the_vendors_form(sf):
    id = sf.create(
        "Account",
        Name="  Trimmed  ",
        Website="",
        AnnualRevenue=1000,
        Discount__c=1.005,
        Last_Review__c="2026-02-03T04:05:06+02:00",
        Type="customer",
    )
    record = sf.get(f"sobjects/Account/{id}").json()
    assert record["Name"] == "Trimmed"
    assert record["Website"] is None
    assert record["AnnualRevenue"] == 1000.0
    assert record["Discount__c"] == 1.01
    assert record["Last_Review__c"] == "2026-02-03T02:05:06.000+0000"
    assert record["Type"] == "Customer"
    assert record["CreatedDate"] == "2026-09-21T14:13:20.000+0000"
    assert record["Customer_Number__c"].startswith("C-")


def test_every_write_moves_the_system_stamp_even_one_without_effect(sf):
    id = sf.create("Account", Name="Same")
    sf.clock.advance(5)
    sf.patch(f"sobjects/Account/{id}", {"Name": "Same"})
    record = sf.get(f"sobjects/Account/{id}").json()
    assert record["SystemModstamp"] > record["CreatedDate"]


def test_a_new_record_takes_the_default_record_type_owner_and_status(sf):
    record = sf.one(
        f"SELECT RecordType.DeveloperName, Owner.Name FROM Account WHERE Id = '{sf.create('Account', Name='D')}'"
    )
    assert (record["RecordType"]["DeveloperName"], record["Owner"]["Name"]) == ("Customer", "Integration")
    lead = sf.create("Lead", LastName="L", Company="C")
    assert sf.get(f"sobjects/Lead/{lead}").json()["Status"] == "Open - Not Contacted"


def test_upsert_by_external_id_creates_then_updates(sf):
    first = sf.patch("sobjects/Account/External_Key__c/k-1", {"Name": "One"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    second = sf.patch("sobjects/Account/External_Key__c/K-1", {"Name": "Two"})
    assert (second.status_code, second.json()["created"]) == (200, False)
    assert first.json()["id"] == second.json()["id"]
    assert sf.get("sobjects/Account/External_Key__c/k-1").json()["Name"] == "Two"


def test_an_update_only_upsert_never_creates(sf):
    answer = sf.patch("sobjects/Account/External_Key__c/none?updateOnly=true", {"Name": "One"})
    assert sf.refusal(answer) == (404, "NOT_FOUND")


def test_an_upsert_refuses_the_key_in_its_body_and_a_field_that_is_no_key(sf):
    answer = sf.patch("sobjects/Account/External_Key__c/k", {"Name": "One", "External_Key__c": "k"})
    assert sf.refusal(answer) == (400, "INVALID_FIELD")
    assert sf.patch("sobjects/Account/Industry/k", {"Name": "One"}).status_code == 404


def test_two_records_with_the_key_are_300_with_their_addresses(sf):
    """Email is a look-up key of contacts, and not unique."""
    for _ in range(2):
        sf.create("Contact", LastName="Twin", Email="twin@example.com")
    answer = sf.patch("sobjects/Contact/Email/Twin@example.com", {"LastName": "x"})
    assert answer.status_code == 300
    assert all("/sobjects/Contact/003" in url for url in answer.json())


def test_a_parent_can_be_given_by_its_external_id(sf):
    account = sf.create("Account", Name="Parent", External_Key__c="p/1")
    contact = sf.create("Contact", LastName="Child", Account={"External_Key__c": "p/1"})
    assert sf.get(f"sobjects/Contact/{contact}").json()["AccountId"] == account
    answer = sf.post("sobjects/Contact", {"LastName": "Orphan", "Account": {"External_Key__c": "none"}})
    assert refusal_of(sf, answer) == "INVALID_FIELD"
    assert "Foreign key external ID: none not found" in answer.json()[0]["message"]


def test_a_duplicate_rule_blocks_with_the_misspelled_key_and_can_be_passed(sf):
    sf.control("PUT", "settings", {"duplicate_rules": ["Contact"]})
    first = sf.create("Contact", LastName="One", Email="same@example.com")
    answer = sf.post("sobjects/Contact", {"LastName": "Two", "Email": "same@example.com"})
    assert refusal_of(sf, answer) == "DUPLICATES_DETECTED"
    error = answer.json()[0]
    assert error["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"]["Id"] == first
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false"}
    passed = sf.post("sobjects/Contact", {"LastName": "Two", "Email": "same@example.com"}, headers=headers)
    assert passed.status_code == 201


def test_the_duplicate_rules_for_people_look_among_contacts_and_open_leads(sf):
    sf.control("PUT", "settings", {"duplicate_rules": ["Contact", "Lead"]})
    email = {"Email": "same@example.com"}
    lead = sf.create("Lead", LastName="One", Company="C", **email)
    answer = sf.post("sobjects/Contact", {"LastName": "One", **email})
    (found,) = answer.json()[0]["duplicateResut"]["matchResults"]
    assert (found["entityType"], found["matchRecords"][0]["record"]["Id"]) == ("Lead", lead)
    sf.control("POST", "convert", {"lead": lead})
    answer = sf.post("sobjects/Lead", {"LastName": "One", "Company": "C", **email})
    kinds = [one["entityType"] for one in answer.json()[0]["duplicateResut"]["matchResults"]]
    assert kinds == ["Contact"]


@pytest.mark.parametrize(
    ("field", "length"), [("FirstName", 40), ("LastName", 80), ("Email", 80), ("Title", 128), ("Department", 80)]
)
def test_a_contact_takes_the_recorded_lengths_and_no_more(sf, field, length):
    ending = "@example.com" if field == "Email" else ""
    values = {"LastName": "x", field: "x" * (length - len(ending)) + ending}
    assert sf.post("sobjects/Contact", values).status_code == 201
    assert refusal_of(sf, sf.post("sobjects/Contact", values | {field: f"x{values[field]}"})) == "STRING_TOO_LONG"


def test_a_validation_rule_refuses_with_its_own_message(sf):
    rule = {"object": "Account", "when": "Name LIKE 'Forbidden%'", "message": "Not this name.", "field": "Name"}
    sf.control("PUT", "settings", {"validation_rules": [rule]})
    answer = sf.post("sobjects/Account", {"Name": "Forbidden name"})
    assert answer.json() == [
        {"message": "Not this name.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Name"]}
    ]


def test_a_person_account_is_an_account_with_a_contact_behind_it(sf):
    person = sf.one("SELECT Id FROM RecordType WHERE IsPersonType = true")["Id"]
    id = sf.create("Account", LastName="Solo", FirstName="Han", PersonEmail="han@example.com", RecordTypeId=person)
    record = sf.get(f"sobjects/Account/{id}").json()
    assert (record["Name"], record["IsPersonAccount"]) == ("Han Solo", True)
    contact = sf.get(f"sobjects/Contact/{record['PersonContactId']}").json()
    assert (contact["Email"], contact["AccountId"], contact["IsPersonAccount"]) == ("han@example.com", id, True)
    sf.patch(f"sobjects/Account/{id}", {"LastName": "Organa"})
    assert sf.get(f"sobjects/Account/{id}").json()["Name"] == "Han Organa"
    assert sf.get(f"sobjects/Contact/{record['PersonContactId']}").json()["Name"] == "Han Organa"
    assert refusal_of(sf, sf.patch(f"sobjects/Account/{id}", {"Name": "x"})) == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert refusal_of(sf, sf.post("sobjects/Account", {"RecordTypeId": person})) == "REQUIRED_FIELD_MISSING"
    business = {"Name": "x", "LastName": "y"}
    assert refusal_of(sf, sf.post("sobjects/Account", business)) == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_deleting_an_account_deletes_its_contacts(sf):
    account = sf.create("Account", Name="Going")
    contact = sf.create("Contact", LastName="With it", AccountId=account)
    sf.call("DELETE", f"sobjects/Account/{account}")
    assert sf.refusal(sf.get(f"sobjects/Contact/{contact}")) == (404, "ENTITY_IS_DELETED")


def test_updated_and_deleted_tell_what_changed_in_a_window(sf):
    sf.clock.advance(300)
    kept, gone = sf.create("Account", Name="Kept"), sf.create("Account", Name="Gone")
    sf.call("DELETE", f"sobjects/Account/{gone}")
    sf.clock.advance(120)
    window = {"start": stamp(sf, -3600), "end": stamp(sf, 60)}
    updated = sf.get("sobjects/Account/updated/", **window).json()
    assert updated["ids"] == [kept]
    assert updated["latestDateCovered"]
    deleted = sf.get("sobjects/Account/deleted/", **window).json()
    assert [d["id"] for d in deleted["deletedRecords"]] == [gone]
    assert {"deletedRecords", "earliestDateAvailable", "latestDateCovered"} == set(deleted)


@pytest.mark.parametrize(("what", "days"), [("deleted", 16), ("updated", 31)])
def test_a_window_too_long_ago_or_too_short_is_refused(sf, what, days):
    old = sf.get(f"sobjects/Account/{what}", start=stamp(sf, -days * 86_400), end=stamp(sf, 0))
    assert sf.refusal(old) == (400, "INVALID_REPLICATION_DATE")
    short = sf.get(f"sobjects/Account/{what}", start=stamp(sf, -10), end=stamp(sf, 0))
    assert sf.refusal(short) == (400, "INVALID_REPLICATION_DATE")


def stamp(sf, seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(sf.clock.now() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
