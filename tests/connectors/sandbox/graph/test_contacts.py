"""Contacts, folders and categories of the Graph sandbox, over HTTP."""

ANN = {
    "givenName": "Ann",
    "surname": "Lee",
    "companyName": "Acme",
    "emailAddresses": [{"address": "ann@acme.example", "name": "Ann"}, {"address": "a@home.example"}],
    "businessPhones": ["+1 1", "+1 2"],
    "birthday": "1974-07-22",
    "businessAddress": {"city": "Leeds", "countryOrRegion": "UK"},
    "categories": ["Salesforce"],
}
PROPERTY = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name SalesforceContactId"


def test_a_contact_is_made_read_changed_and_deleted(graph, box):
    made = graph.made(f"{box}/contacts", **ANN)
    assert (made["displayName"], made["fileAs"]) == ("Ann Lee", "Lee, Ann")
    assert made["birthday"] == "1974-07-22T11:59:00Z"
    assert made["secondaryEmailAddress"] == {"address": "a@home.example", "name": "a@home.example"}
    assert (made["homePhones"], made["homeAddress"], made["mobilePhone"]) == ([], {}, None)

    change = {"surname": "Li", "businessPhones": ["+1 3"], "businessAddress": {"street": "1 Main"}, "companyName": None}
    after = graph.call("PATCH", f"{box}/contacts/{made['id']}", change).json()
    assert (after["surname"], after["displayName"]) == ("Li", "Ann Lee"), "what it is called is not made again"
    assert (after["businessPhones"], after["businessAddress"]) == (["+1 3"], {"street": "1 Main"}), (
        "replaced as a whole"
    )
    assert after["companyName"] is None
    assert after["@odata.etag"] != made["@odata.etag"]

    stale = graph.refused("PATCH", f"{box}/contacts/{made['id']}", {"title": "Dr"}, If_Match=made["@odata.etag"])
    assert stale == (412, "ErrorIrresolvableConflict")
    assert graph.call("DELETE", f"{box}/contacts/{made['id']}").status_code == 204
    assert graph.refused("GET", f"{box}/contacts/{made['id']}") == (404, "ErrorItemNotFound")
    assert graph.refused("DELETE", f"{box}/contacts/{made['id'].swapcase()}") == (404, "ErrorItemNotFound")


def test_values_that_exchange_does_not_store_are_refused(graph, box):
    refused = [
        {"emailAddresses": [{"address": f"{n}@x.example"} for n in range(4)]},
        {"businessPhones": ["1", "2", "3"]},
        {"homePhones": "1"},
        {"surname": "x" * 256},
        {"birthday": "tomorrow"},
        {"businessAddress": {"planet": "Mars"}},
        {"gender": "x"},
    ]
    for body in refused:
        assert graph.refused("POST", f"{box}/contacts", body)[0] == 400, body


def test_a_list_has_pages_a_selection_and_filters(graph, box):
    made = [graph.made(f"{box}/contacts", givenName="N", surname=f"{n:02}") for n in range(12)]
    first = graph.get(f"{box}/contacts?$select=surname&$filter=emailAddresses/any(a:a/address eq 'ANN@acme.example')")
    assert first["value"] == []
    graph.made(f"{box}/contacts", **ANN)
    found = graph.get(f"{box}/contacts?$select=surname&$filter=emailAddresses/any(a:a/address eq 'ANN@acme.example')")
    assert [set(row) for row in found["value"]] == [{"@odata.etag", "id", "surname"}]
    page = graph.get(f"{box}/contacts?$count=true")
    assert (len(page["value"]), page["@odata.count"]) == (10, 8 + len(made) + 1)
    assert len(graph.get(page["@odata.nextLink"])["value"]) == 10
    assert graph.refused("GET", f"{box}/contacts?$filter=surname eq 'x'") == (400, "ErrorInvalidUrlQueryFilter")


def test_extended_properties_come_when_they_are_asked_for_and_find_their_contact(graph, box):
    entry = {"id": PROPERTY, "value": "003A"}
    made = graph.made(f"{box}/contacts", givenName="Ann", singleValueExtendedProperties=[entry])
    assert "singleValueExtendedProperties" not in made
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{PROPERTY}')"
    assert graph.get(f"{box}/contacts/{made['id']}?{expand}")["singleValueExtendedProperties"] == [entry]
    any_of = f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '003a')"
    assert [row["id"] for row in graph.get(f"{box}/contacts?$filter={any_of}")["value"]] == [made["id"]]


def test_an_immutable_id_outlives_a_move_and_the_other_one_does_not(graph, box):
    made = graph.made(f"{box}/contacts", **ANN)
    regular = graph.get(f"{box}/contacts/{made['id']}", prefer="")["id"]
    folder = graph.made(f"{box}/contactFolders", displayName="Salesforce Contacts")
    moved = graph.call("PATCH", f"{box}/contacts/{made['id']}", {"parentFolderId": folder["id"]}).json()
    assert (moved["id"], moved["parentFolderId"]) == (made["id"], folder["id"])
    assert graph.refused("GET", f"{box}/contacts/{regular}") == (404, "ErrorItemNotFound")
    assert graph.get(f"{box}/contactFolders/{folder['id']}/contacts")["value"][0]["id"] == made["id"]


def test_folders_are_made_renamed_and_deleted_with_what_they_hold(graph, box):
    assert [row["displayName"] for row in graph.get(f"{box}/contactFolders")["value"]] == ["Family"]
    folder = graph.made(f"{box}/contactFolders", displayName="Salesforce Contacts")
    again = graph.refused("POST", f"{box}/contactFolders", {"displayName": "salesforce contacts"})
    assert again == (409, "ErrorFolderExists")
    path = f"{box}/contactFolders/{folder['id']}"
    made = graph.made(f"{path}/contacts", givenName="Ann")
    entry = {"id": PROPERTY, "value": "ours"}
    marked = graph.made(f"{box}/contactFolders", displayName="Marked", singleValueExtendedProperties=[entry])
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{PROPERTY}')"
    found = graph.get(f"{box}/contactFolders?{expand}")["value"]
    assert [row["id"] for row in found if row.get("singleValueExtendedProperties") == [entry]] == [marked["id"]]
    assert graph.call("PATCH", path, {"displayName": "CRM"}).json()["displayName"] == "CRM"
    assert graph.get(f"{box}/contactFolders/contacts")["displayName"] == "Contacts"
    assert graph.call("DELETE", path).status_code == 204
    assert graph.refused("GET", f"{box}/contacts/{made['id']}") == (404, "ErrorItemNotFound")


def test_a_category_is_added_once(graph, box):
    given = {"displayName": "Salesforce", "color": "preset7"}
    assert graph.made(f"{box}/outlook/masterCategories", **given)["displayName"] == "Salesforce"
    assert graph.refused("POST", f"{box}/outlook/masterCategories", given)[0] == 409
    names = [row["displayName"] for row in graph.get(f"{box}/outlook/masterCategories")["value"]]
    assert names.count("Salesforce") == 1


def test_the_tenants_administrator_decides_who_may_be_read(graph, box):
    first, second, third = graph.endpoint.credentials["mailboxes"][:3]
    graph.control("PUT", "settings", {"without_licence": [second], "outside_policy": [third]})
    assert graph.get(f"{box}/contacts")["value"]
    assert graph.refused("GET", f"users/{second}/contacts") == (404, "MailboxNotEnabledForRESTAPI")
    assert graph.refused("GET", f"users/{third}/contacts") == (403, "ErrorAccessDenied")
    assert graph.refused("GET", "users/nobody@outlook.example/contacts") == (404, "ErrorInvalidUser")
    assert {row["userPrincipalName"] for row in graph.get("users")["value"]} >= {first, second, third}
    graph.control("PUT", "settings", {"roles": ["Contacts.ReadWrite"]})
    assert graph.refused("GET", "users") == (403, "Authorization_RequestDenied")
    graph.control("PUT", "settings", {"roles": []})
    assert graph.refused("GET", f"{box}/contacts") == (403, "ErrorAccessDenied")
    assert graph.refused("GET", f"{box}/contacts", Authorization="Bearer x") == (401, "InvalidAuthenticationToken")
