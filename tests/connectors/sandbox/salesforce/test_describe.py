"""Describes, compared with what real organisations told."""

import json

import pytest

# The seventeen field types of S3.27, each with the describe facts that tell it.
SEVENTEEN = {
    "Customer_Number__c": {"type": "string", "autoNumber": True, "createable": False},
    "Active__c": {"type": "boolean", "nillable": False, "defaultedOnCreate": True},
    "AnnualRevenue": {"type": "currency"},
    "Contract_Start__c": {"type": "date"},
    "Last_Review__c": {"type": "datetime"},
    "Billing_Email__c": {"type": "email", "length": 80},
    "Headquarters__c": {"type": "location", "createable": False},
    "Seats__c": {"type": "double", "scale": 0},
    "Discount__c": {"type": "double", "scale": 2},
    "Churn_Risk__c": {"type": "percent"},
    "Support_Phone__c": {"type": "phone"},
    "Tier__c": {"type": "picklist", "restrictedPicklist": False},
    "Region__c": {"type": "picklist", "restrictedPicklist": True},
    "Domains__c": {"type": "string", "length": 255},
    "Summary__c": {"type": "textarea", "length": 255, "filterable": True},
    "Notes__c": {"type": "textarea", "length": 32768, "filterable": False, "htmlFormatted": False},
    "Rich_Notes__c": {"type": "textarea", "htmlFormatted": True},
    "Secret_Code__c": {"type": "encryptedstring", "filterable": False, "maskType": "all"},
    "Portal_URL__c": {"type": "url", "length": 255},
    "Products__c": {"type": "multipicklist", "sortable": False},
    "Reseller__c": {"type": "reference", "referenceTo": ["Account"], "relationshipName": "Reseller__r"},
    "Health__c": {"type": "string", "calculated": True, "updateable": False},
}


def fields_of(sf, object):
    return {f["name"]: f for f in sf.get(f"sobjects/{object}/describe").json()["fields"]}


def test_every_field_type_of_the_mapping_table_can_be_described(sf):
    """S3.27 and the types it leaves out (S3.28)."""
    fields = fields_of(sf, "Account")
    for name, facts in SEVENTEEN.items():
        assert {key: fields[name][key] for key in facts} == facts, name


@pytest.mark.parametrize("object", ["Account", "Contact", "Lead", "Case"])
def test_a_describe_has_the_keys_of_a_recorded_one(sf, specs, object):
    name = "Account_PersonAccount" if object == "Account" else object
    recorded = json.loads((specs / f"GET_sobjects_{name}_describe.json").read_text())
    described = sf.get(f"sobjects/{object}/describe").json()
    # the oldest recording lacks a few keys that came later
    assert set(recorded) <= set(described)
    assert {key for f in recorded["fields"] for key in f} <= set(described["fields"][0])
    assert set(recorded["recordTypeInfos"][0]) == set(described["recordTypeInfos"][0])
    assert set(recorded["childRelationships"][0]) <= set(described["childRelationships"][0])


# Its byteLength is recorded as its length, unlike that of any other text.
ODD = {("Case", "Comments")}


@pytest.mark.parametrize("object", ["Account", "Contact", "Lead", "Case"])
def test_standard_fields_are_as_recorded(sf, specs, object):
    name = "Account_PersonAccount" if object == "Account" else object
    recorded = {f["name"]: f for f in json.loads((specs / f"GET_sobjects_{name}_describe.json").read_text())["fields"]}
    keys = ("type", "length", "byteLength", "precision", "scale", "digits", "soapType", "nillable", "createable")
    keys += ("updateable", "filterable", "sortable", "groupable", "calculated", "idLookup", "compoundFieldName")
    keys += ("referenceTo", "relationshipName", "defaultedOnCreate", "nameField", "permissionable", "extraTypeInfo")
    different = {}
    for name, field in fields_of(sf, object).items():
        if name in recorded and not field["custom"]:
            found = {k: (field[k], recorded[name].get(k)) for k in keys if field[k] != recorded[name].get(k)}
            found = found if (object, name) not in ODD else {}
            if found:
                different[name] = found
    assert different == {}, different
    assert {name for name in recorded if not name.endswith(("__c", "__pc"))} - set(fields_of(sf, object)) == set()


def test_the_global_describe_lists_objects_with_recorded_keys(sf, specs):
    recorded = json.loads((specs / "GET_sobjects_Global_describe.json").read_text())
    body = sf.get("sobjects").json()
    assert (body["encoding"], body["maxBatchSize"]) == ("UTF-8", 200)
    assert {"Account", "Contact", "Lead", "User", "RecordType"} <= {o["name"] for o in body["sobjects"]}
    assert set(recorded["sobjects"][0]) - {"urls"} == set(body["sobjects"][0]) - {"urls"}


def test_record_types_are_told_with_developer_names_and_the_constant_master(sf):
    infos = sf.get("sobjects/Account/describe").json()["recordTypeInfos"]
    assert [i["developerName"] for i in infos] == ["Customer", "Partner", "Prospect", "PersonAccount", "Master"]
    assert [i["recordTypeId"] for i in infos if i["master"]] == ["012000000000000AAA"]


def test_an_object_without_record_types_has_only_master_and_no_record_type_field(sf):
    described = sf.get("sobjects/Lead/describe").json()
    assert [i["developerName"] for i in described["recordTypeInfos"]] == ["Master"]
    assert "RecordTypeId" not in {f["name"] for f in described["fields"]}


def test_a_record_type_offers_its_own_picklist_values(sf):
    infos = sf.get("sobjects/Account/describe").json()["recordTypeInfos"]
    partner = next(i["recordTypeId"] for i in infos if i["developerName"] == "Partner")
    body = sf.get(f"ui-api/object-info/Account/picklist-values/{partner}").json()
    offered = [v["value"] for v in body["picklistFieldValues"]["Tier__c"]["values"]]
    assert offered == ["Gold", "Platinum"]


def test_an_invisible_field_is_gone_for_the_api_user_and_keeps_its_values(sf):
    """A10: a field taken away by field-level security."""
    before = sf.one("SELECT Tier__c FROM Account ORDER BY Id LIMIT 1")["Tier__c"]
    sf.control("PUT", "schema", {"object": "Account", "field": "Tier__c", "visible": False})
    assert "Tier__c" not in fields_of(sf, "Account")
    assert sf.refusal(sf.get("query", q="SELECT Tier__c FROM Account")) == (400, "INVALID_FIELD")
    sf.control("PUT", "schema", {"object": "Account", "field": "Tier__c", "visible": True})
    assert sf.one("SELECT Tier__c FROM Account ORDER BY Id LIMIT 1")["Tier__c"] == before


def test_a_deleted_field_is_gone_with_its_values(sf):
    sf.control("PUT", "schema", {"object": "Account", "field": "Tier__c", "delete": True})
    assert "Tier__c" not in fields_of(sf, "Account")
    assert sf.refusal(sf.post("sobjects/Account", {"Name": "x", "Tier__c": "Gold"})) == (400, "INVALID_FIELD")


def test_a_field_can_change_its_type(sf):
    sf.control("PUT", "schema", {"object": "Account", "field": "Domains__c", "type": "double", "scale": 1})
    assert fields_of(sf, "Account")["Domains__c"]["type"] == "double"
    assert sf.query("SELECT Id FROM Account WHERE Domains__c != null") == []


def test_a_new_field_can_be_written_at_once(sf):
    change = {"object": "Account", "field": "Colour__c", "type": "picklist", "values": ["Red", "Blue"]}
    sf.control("PUT", "schema", change)
    id = sf.create("Account", Name="Painted", Colour__c="Red")
    assert sf.one(f"SELECT Colour__c FROM Account WHERE Id = '{id}'")["Colour__c"] == "Red"


def test_versions_are_listed_and_others_do_not_exist(sf):
    versions = sf.get("/services/data").json()
    assert versions[-1]["url"] == "/services/data/v66.0"
    assert {"label": "Winter '24", "url": "/services/data/v59.0", "version": "59.0"} in versions
    assert sf.get("/services/data/v41.0/limits").status_code == 200
    assert sf.get("/services/data/v67.0/limits").status_code == 404
    assert sf.get("/services/data/v59.0/").json()["query"] == "/services/data/v59.0/query"
