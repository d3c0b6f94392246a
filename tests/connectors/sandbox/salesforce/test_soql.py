"""The query language: what it chooses, how it is told, and how it refuses."""

import pytest


def ids(records):
    return [r["Id"] for r in records]


def names(records):
    return [r["Name"] for r in records]


@pytest.fixture
def five(sf):
    """Five accounts of our own, told apart by AccountNumber."""
    made = {}
    rows = {
        "a": {"Name": "Alpha", "Type": "Customer", "Rating": "Hot", "AnnualRevenue": 10, "Products__c": "Suite;Chat"},
        "b": {"Name": "beta", "Type": "Prospect", "Rating": "Cold", "AnnualRevenue": 20, "Products__c": "Guide"},
        "c": {"Name": "Gamma 100%", "Type": "Customer", "Active__c": True, "Contract_Start__c": "2026-09-20"},
        "d": {"Name": "O'Neil_x", "Type": "Other", "AnnualRevenue": 31},
        "e": {"Name": "Émile"},
    }
    for key, values in rows.items():
        made[key] = sf.create("Account", AccountNumber="t", **values)

    def matching(condition):
        found = sf.query(f"SELECT Id FROM Account WHERE AccountNumber = 't' AND ({condition})")
        return "".join(sorted(key for key, id in made.items() if id in ids(found)))

    return matching


@pytest.mark.parametrize(
    ("condition", "chosen"),
    [
        ("Name = 'ALPHA'", "a"),
        ("Name != 'Alpha'", "bcde"),
        ("Name LIKE 'a%'", "a"),
        ("Name LIKE '%ET_'", "b"),
        (r"Name LIKE '%100\%'", "c"),
        (r"Name LIKE 'O\'Neil\_x'", "d"),
        (r"Name = '\u00c9mile'", "e"),
        ("Type IN ('customer', 'Other')", "acd"),
        ("Type NOT IN ('Customer')", "bde"),
        ("Rating = null", "cde"),
        ("Rating = ''", "cde"),
        ("Rating != null", "ab"),
        ("AnnualRevenue > 10 AND AnnualRevenue <= 31.0", "bd"),
        ("AnnualRevenue < 20 OR Rating = 'Cold'", "ab"),
        ("NOT Type = 'Customer'", "bde"),
        ("NOT (Type = 'Customer' OR Rating = 'Cold')", "de"),
        ("Active__c = true", "c"),
        ("Active__c = FALSE", "abde"),
        ("Products__c INCLUDES ('Suite')", "a"),
        ("Products__c INCLUDES ('Suite;Chat', 'Guide')", "ab"),
        ("Products__c EXCLUDES ('Guide')", "acde"),
        ("Contract_Start__c = 2026-09-20", "c"),
        ("Contract_Start__c = YESTERDAY", "c"),
        ("Contract_Start__c = LAST_N_DAYS:3", "c"),
        ("Contract_Start__c >= TODAY", ""),
        ("Contract_Start__c = THIS_MONTH", "c"),
        ("CreatedDate = TODAY", "abcde"),
        ("CreatedDate < 2026-09-21T00:00:00Z", ""),
        ("CreatedDate >= 2026-09-21T02:00:00+02:00", "abcde"),
        ("CALENDAR_YEAR(Contract_Start__c) = 2026", "c"),
        ("Owner.Name = 'Integration'", "abcde"),
        ("Owner.Name = 'Olivia Owner'", ""),
        ("RecordType.DeveloperName = 'Customer'", "abcde"),
        ("Health__c = 'Unknown'", "abcde"),
    ],
)
def test_a_condition_chooses(five, condition, chosen):
    assert five(condition) == chosen


def test_15_and_18_character_ids_are_the_same(sf):
    id = sf.create("Account", Name="One")
    for text in (id, id[:15]):
        assert ids(sf.query(f"SELECT Id FROM Account WHERE Id IN ('{text}')")) == [id]


def test_parents_are_nested_and_null_without_one(sf):
    parent = sf.create("Account", Name="Parent")
    child = sf.create("Account", Name="Child", ParentId=parent)
    record = sf.one(f"SELECT Name, Parent.Name, Parent.Owner.Name FROM Account WHERE Id = '{child}'")
    assert record["Parent"]["Name"] == "Parent"
    assert record["Parent"]["attributes"]["url"].endswith(parent)
    assert record["Parent"]["Owner"]["Name"] == "Integration"
    assert sf.one(f"SELECT Parent.Name FROM Account WHERE Id = '{parent}'")["Parent"] is None


def test_children_are_a_result_of_their_own_or_null(sf):
    account = sf.create("Account", Name="Full")
    for last in ("B", "A"):
        sf.create("Contact", LastName=last, AccountId=account)
    soql = "SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name = '{}'"
    found = sf.one(soql.format("Full"))["Contacts"]
    assert (found["totalSize"], found["done"], [c["LastName"] for c in found["records"]]) == (2, True, ["A", "B"])
    sf.create("Account", Name="Empty")
    assert sf.one(soql.format("Empty"))["Contacts"] is None


def test_a_semi_join_chooses_by_children(sf):
    account = sf.create("Account", Name="Joined")
    sf.create("Contact", LastName="L", Email="joined@example.com", AccountId=account)
    soql = "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Email = 'joined@example.com')"
    assert ids(sf.query(soql)) == [account]
    others = sf.query(soql.replace("IN (", "NOT IN ("))
    assert account not in ids(others)
    assert len(others) == 60


def test_counts_and_groups(sf):
    body = sf.get("query", q="SELECT COUNT() FROM Account").json()
    assert body == {"totalSize": 60, "done": True, "records": []}
    assert sf.one("SELECT COUNT(Id) FROM Account")["expr0"] == 60
    soql = "SELECT Type, COUNT(Id) n, MAX(AnnualRevenue) FROM Account GROUP BY Type HAVING COUNT(Id) > 3 ORDER BY Type"
    groups = sf.query(soql)
    assert [g["Type"] for g in groups] == sorted(g["Type"] for g in groups)
    assert all(g["n"] > 3 and g["expr0"] for g in groups)
    assert groups[0]["attributes"] == {"type": "AggregateResult"}
    assert sf.one("SELECT COUNT_DISTINCT(Rating) d FROM Account")["d"] == 3


def test_order_limit_and_offset(sf):
    every = names(sf.query("SELECT Name FROM Account ORDER BY Name, Id"))
    assert every == sorted(every, key=str.lower)
    assert names(sf.query("SELECT Name FROM Account ORDER BY Name, Id LIMIT 3 OFFSET 2")) == every[2:5]
    backwards = names(sf.query("SELECT Name FROM Account ORDER BY Name DESC, Id DESC"))
    assert backwards == every[::-1]
    parents = sf.query("SELECT ParentId FROM Account ORDER BY ParentId NULLS LAST")
    assert parents[0]["ParentId"] is not None
    assert parents[-1]["ParentId"] is None


def test_the_field_macro_needs_a_limit(sf):
    assert sf.refusal(sf.get("query", q="SELECT FIELDS(ALL) FROM Account")) == (400, "MALFORMED_QUERY")
    described = sf.get("sobjects/Account/describe").json()["fields"]
    record = sf.query("SELECT FIELDS(ALL) FROM Account LIMIT 1")[0]
    assert set(record) - {"attributes"} == {f["name"] for f in described}
    custom = sf.query("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1")[0]
    assert all(name.endswith(("__c", "__s")) for name in custom if name != "attributes")


def test_compound_fields_come_as_objects(sf):
    id = sf.create(
        "Account", Name="Where", BillingCity="Oslo", Headquarters__Latitude__s=59.9, Headquarters__Longitude__s=10.7
    )
    record = sf.one(f"SELECT BillingAddress, Headquarters__c FROM Account WHERE Id = '{id}'")
    assert record["BillingAddress"]["city"] == "Oslo"
    assert record["Headquarters__c"] == {"latitude": 59.9, "longitude": 10.7}


def test_encrypted_text_is_masked_until_revealed(sf):
    id = sf.create("Account", Name="Secretive", Secret_Code__c="abcd")
    soql = f"SELECT Secret_Code__c FROM Account WHERE Id = '{id}'"
    assert sf.one(soql)["Secret_Code__c"] == "****"
    sf.control("PUT", "settings", {"reveal_encrypted": True})
    assert sf.one(soql)["Secret_Code__c"] == "abcd"


def test_distances_choose_order_and_are_shown(sf):
    for name, latitude, longitude in (("Berlin", 52.52, 13.405), ("Paris", 48.8566, 2.3522), ("Rome", 41.9, 12.5)):
        spot = {"Headquarters__Latitude__s": latitude, "Headquarters__Longitude__s": longitude}
        sf.create("Account", Name=name, **spot)
    here = "DISTANCE(Headquarters__c, GEOLOCATION(52.5, -13.4), 'km')".replace("-13.4", "13.4")
    near = f"SELECT Name, {here} far FROM Account WHERE {here} < 1000 ORDER BY {here} DESC"
    assert [(row["Name"], round(row["far"], -1)) for row in sf.query(near)] == [("Paris", 880), ("Berlin", 0)]
    wrong = ("DISTANCE(Name, GEOLOCATION(1,1), 'km') < 1", f"{here} = 1", here.replace("52.5,", "95,") + " < 1")
    for condition in wrong:
        assert sf.get("query", q=f"SELECT Id FROM Account WHERE {condition}").status_code == 400


def test_a_query_is_explained(sf):
    plan = sf.get("query", explain="SELECT Id FROM Account WHERE Name = 'x'").json()["plans"][0]
    assert (plan["sobjectType"], plan["leadingOperationType"], plan["cardinality"]) == ("Account", "TableScan", 0)
    assert sf.refusal(sf.get("query", explain="SELECT")) == (400, "MALFORMED_QUERY")


def test_the_scope_mine_is_the_integration_users(sf):
    mine = sf.create("Account", Name="Mine")
    assert ids(sf.query("SELECT Id FROM Account USING SCOPE mine")) == [mine]


def test_pages_follow_the_batch_size_and_the_last_has_no_next(sf):
    for n in range(4):
        rows = [{"attributes": {"type": "Account"}, "Name": f"P{n}-{i}"} for i in range(200)]
        sf.post("composite/sobjects", {"records": rows})
    headers = {"Sforce-Query-Options": "batchSize=300"}
    seen = []
    answer = sf.call("GET", "query", params={"q": "SELECT Id FROM Account"}, headers=headers).json()
    assert (answer["totalSize"], answer["done"], len(answer["records"])) == (860, False, 300)
    while True:
        seen += ids(answer["records"])
        if answer["done"]:
            break
        answer = sf.get(answer["nextRecordsUrl"]).json()
    assert "nextRecordsUrl" not in answer
    assert len(set(seen)) == 860


def test_a_batch_size_below_200_is_taken_as_200(sf):
    rows = [{"attributes": {"type": "Account"}, "Name": f"P{i}"} for i in range(200)]
    sf.post("composite/sobjects", {"records": rows})
    headers = {"Sforce-Query-Options": "batchSize=10"}
    answer = sf.call("GET", "query", params={"q": "SELECT Id FROM Account"}, headers=headers).json()
    assert len(answer["records"]) == 200


def test_an_unknown_locator_is_told(sf):
    assert sf.refusal(sf.get("query/01g5e0000000099AAA-2000")) == (400, "INVALID_QUERY_LOCATOR")


def test_query_all_has_the_deleted_rows_too(sf):
    id = sf.create("Account", Name="Gone soon")
    assert sf.call("DELETE", f"sobjects/Account/{id}").status_code == 204
    assert sf.query(f"SELECT Id FROM Account WHERE Id = '{id}'") == []
    soql = "SELECT Id, IsDeleted FROM Account WHERE IsDeleted = true"
    assert ids(sf.get("queryAll", q=soql).json()["records"]) == [id]


@pytest.mark.parametrize(
    ("soql", "code", "text"),
    [
        ("SELECT Nme FROM Account", "INVALID_FIELD", "No such column 'Nme' on entity 'Account'."),
        ("SELECT Foo.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path."),
        ("SELECT Id FROM Foo", "INVALID_TYPE", "sObject type 'Foo' is not supported."),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Account WHERE Id = 'a' AND Id = 'b' OR Id = 'c'", "MALFORMED_QUERY", "unexpected token: 'OR'"),
        (r"SELECT Id FROM Account WHERE Name = 'a\q'", "MALFORMED_QUERY", "Illegal character sequence"),
        ("SELECT Id FROM Account WHERE Notes__c = 'x'", "INVALID_FIELD", "can not be filtered in a query call"),
        ("SELECT Id FROM Account WHERE Secret_Code__c = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Account ORDER BY Products__c", "INVALID_FIELD", "can not be sorted"),
        ("SELECT Id FROM Account WHERE Active__c = 'true'", "INVALID_FIELD", "must be of type boolean"),
        ("SELECT Id FROM Account WHERE AnnualRevenue = '5'", "INVALID_FIELD", "must be of type double"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("SELECT Id, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "must be grouped or aggregated: Name"),
    ],
)
def test_a_wrong_query_is_refused_in_the_vendors_words(sf, soql, code, text):
    answer = sf.get("query", q=soql)
    assert sf.refusal(answer) == (400, code)
    assert text in answer.json()[0]["message"]


def test_the_place_of_an_error_is_shown(sf):
    message = sf.get("query", q="SELECT Nme FROM Account").json()[0]["message"]
    assert message.startswith("\nSELECT Nme FROM Account\n       ^\nERROR at Row:1:Column:8\n")


def test_names_are_known_in_any_case_and_by_alias(sf):
    id = sf.create("Account", Name="Cased")
    assert sf.one(f"select a.id, A.NAME from account a where a.id = '{id}'")["Name"] == "Cased"


def test_a_uri_over_16_kilobytes_is_414(sf):
    answer = sf.get("query", q="SELECT Id FROM Account WHERE Name = '" + "x" * 17_000 + "'")
    assert answer.status_code == 414
