"""Saved filters."""

import pytest


def view(sf, object, name):
    found = sf.get(f"sobjects/{object}/listviews").json()["listviews"]
    return next(v for v in found if v["developerName"] == name)


def test_the_list_names_each_view_with_its_addresses(sf):
    body = sf.get("sobjects/Account/listviews").json()
    assert {"done", "listviews", "nextRecordsUrl", "size", "sobjectType"} == set(body)
    assert {"id", "developerName", "label", "soqlCompatible", "describeUrl", "resultsUrl", "url"} == set(
        body["listviews"][0]
    )
    assert sf.get(body["listviews"][0]["url"]).json() == body["listviews"][0]


def test_the_query_of_a_view_runs_as_it_stands(sf):
    """S2.5: a view names its records."""
    described = sf.get(view(sf, "Account", "Customers")["describeUrl"]).json()
    rows = sf.query(described["query"])
    assert rows
    assert {r["Type"] for r in rows} == {"Customer"}
    assert len(rows) == sf.get("query", q="SELECT COUNT() FROM Account WHERE Type = 'Customer'").json()["totalSize"]


def test_the_condition_is_told_as_a_tree(sf):
    described = sf.get(view(sf, "Account", "HotCustomersAndProspects")["describeUrl"]).json()
    assert described["whereCondition"] == {
        "conjunction": "and",
        "conditions": [
            {"field": "Rating", "operator": "equals", "values": ["'Hot'"]},
            {
                "conjunction": "or",
                "conditions": [
                    {"field": "Type", "operator": "equals", "values": ["'Customer'"]},
                    {"field": "Type", "operator": "equals", "values": ["'Prospect'"]},
                ],
            },
        ],
    }
    assert {"fieldNameOrPath", "label", "type", "selectListItem", "sortable", "hidden"} <= set(described["columns"][0])


def test_a_scope_is_that_of_the_integration_user(sf):
    described = sf.get(view(sf, "Account", "MyAccounts")["describeUrl"]).json()
    assert "USING SCOPE mine" in described["query"]
    assert sf.query(described["query"]) == []


def test_results_are_arrays_of_columns_25_unless_told(sf):
    body = sf.get(view(sf, "Account", "AllAccounts")["resultsUrl"]).json()
    assert (body["size"], body["done"]) == (25, False)
    first = {c["fieldNameOrPath"]: c["value"] for c in body["records"][0]["columns"]}
    assert first["Name"]
    rest = sf.get(view(sf, "Account", "AllAccounts")["resultsUrl"], limit=2000, offset=25).json()
    assert (rest["size"], rest["done"]) == (35, True)


def test_a_view_the_query_language_cannot_express_cannot_be_run(sf):
    found = view(sf, "Account", "RecentlyViewedAccounts")
    assert found["soqlCompatible"] is False
    assert sf.get(found["describeUrl"]).status_code == 400


def test_a_person_can_add_a_view(sf):
    made = {"object": "Account", "developerName": "Big", "label": "Big ones", "where": "AnnualRevenue > 50000000"}
    id = sf.control("POST", "listviews", made)["id"]
    described = sf.get(f"sobjects/Account/listviews/{id}/describe").json()
    assert len(sf.query(described["query"])) < 60
    assert sf.one(f"SELECT DeveloperName FROM ListView WHERE Id = '{id}'")["DeveloperName"] == "Big"


@pytest.mark.parametrize("path", ["00B5e0000000999AAA", "Nope"])
def test_an_unknown_view_does_not_exist(sf, path):
    assert sf.get(f"sobjects/Account/listviews/{path}/describe").status_code == 404
