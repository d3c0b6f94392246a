"""Users and portal users, as the REST API treats them; and a small object of the organisation's own."""

from typing import Any

from connectors.sandbox.salesforce.rules.users import PARTNER_PROFILE, PORTAL_PROFILE, STAFF_PROFILE

LOCALE = {"TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US"}


def user(name: str, **values: Any) -> dict[str, Any]:
    own = {"Username": f"{name}@portal.example", "LastName": name, "Email": f"{name}@example.com", "Alias": name[:8]}
    return {**own, "ProfileId": PORTAL_PROFILE, "IsActive": True, **LOCALE, **values}


def refused(sf: Any, **values: Any) -> tuple[int, str]:
    return sf.refusal(sf.post("sobjects/User", user("ann", **values)))


def test_the_world_has_portal_users_of_some_contacts_that_differ_in_title_or_phone(sf):
    query = (
        "SELECT Id, ContactId, AccountId, UserType, IsActive, Title, Phone, Contact.Title, Contact.Phone, "
        "Contact.AccountId, Profile.UserLicense.Name FROM User WHERE ContactId != null"
    )
    users = sf.query(query)
    assert users
    assert {row["UserType"] for row in users} == {"CspLitePortal"}
    assert {row["Profile"]["UserLicense"]["Name"] for row in users} == {"Customer Community"}
    assert all(row["AccountId"] == row["Contact"]["AccountId"] for row in users)
    assert any(row["Title"] != row["Contact"]["Title"] for row in users)
    assert any(row["Phone"] != row["Contact"]["Phone"] for row in users)
    assert any(row["Title"] == row["Contact"]["Title"] for row in users)


def test_a_portal_user_is_tied_to_its_contact_once_and_stands_at_its_account(sf):
    account, other = (sf.create("Account", Name=name) for name in ("One", "Two"))
    values = {"FirstName": "Ann", "LastName": "Ann", "Title": "Buyer", "Phone": "111"}
    contact = sf.create("Contact", AccountId=account, **values)
    id = sf.create("User", **user("ann", ContactId=contact))
    made = sf.get(f"sobjects/User/{id}").json()
    assert (made["AccountId"], made["UserType"], made["CommunityNickname"]) == (account, "CspLitePortal", "ann")
    assert "IsDeleted" not in made
    sf.clock.advance(5)
    sf.patch(f"sobjects/Contact/{contact}", {"AccountId": other})
    assert sf.get(f"sobjects/User/{id}").json()["AccountId"] == other
    assert sf.refusal(sf.patch(f"sobjects/User/{id}", {"ContactId": contact}))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert (made["Title"], made["Phone"], made["FirstName"]) == ("Buyer", "111", "Ann"), "what its contact has"
    again = user("ben", ContactId=contact)
    assert sf.refusal(sf.post("sobjects/User", again))[1] == "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT"
    sf.patch(f"sobjects/User/{id}", {"IsActive": False})
    second = sf.get(f"sobjects/User/{sf.create('User', **again | {'ProfileId': PARTNER_PROFILE})}").json()
    assert (second["UserType"], second["ContactId"]) == ("PowerPartner", contact), "nobody else is active"


def test_a_user_is_refused_for_what_the_vendor_checks(sf):
    loner = sf.create("Contact", LastName="Loner")
    gone = sf.create("Contact", LastName="Gone", AccountId=sf.create("Account", Name="One"))
    sf.call("DELETE", f"sobjects/Contact/{gone}")
    assert refused(sf)[1] == "FIELD_INTEGRITY_EXCEPTION"
    assert refused(sf, ContactId=loner)[1] == "FIELD_INTEGRITY_EXCEPTION"
    assert refused(sf, ContactId=gone)[1] in ("INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED")
    assert refused(sf, ProfileId="00e000000000099AAA")[1] == "INVALID_CROSS_REFERENCE_KEY"
    staff = {"ProfileId": STAFF_PROFILE}
    assert refused(sf, **staff, Username="nobody")[1] == "INVALID_EMAIL_ADDRESS"
    assert refused(sf, **staff, Username="olivia@syncadmin.sandbox")[1] == "DUPLICATE_USERNAME"
    assert refused(sf, **staff, TimeZoneSidKey="Mars/Olympus")[1] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert refused(sf, **staff, Alias=None)[1] == "REQUIRED_FIELD_MISSING"
    assert refused(sf, **staff, AccountId=loner)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_users_are_changed_one_by_one_and_many_at_once_and_never_deleted(sf):
    first, second = (row["Id"] for row in sf.query("SELECT Id FROM User WHERE ContactId != null LIMIT 2"))
    assert sf.patch(f"sobjects/User/{first}", {"Title": "Buyer", "IsActive": False}).status_code == 204
    records = [
        {"attributes": {"type": "User"}, "id": first, "Phone": "+1 555 0100"},
        {"attributes": {"type": "User"}, "id": second, "Username": "olivia@syncadmin.sandbox"},
    ]
    rows = sf.patch("composite/sobjects", {"allOrNone": False, "records": records}).json()
    assert [row["success"] for row in rows] == [True, False]
    assert rows[1]["errors"][0]["statusCode"] == "DUPLICATE_USERNAME"
    changed = sf.one(f"SELECT Title, Phone, IsActive FROM User WHERE Id = '{first}'")
    assert (changed["Title"], changed["Phone"], changed["IsActive"]) == ("Buyer", "+1 555 0100", False)
    assert sf.refusal(sf.call("DELETE", f"sobjects/User/{first}"))[1] == "INSUFFICIENT_ACCESS_OR_READONLY"
    mixed = [{"attributes": {"type": "Contact"}, "LastName": "X"}, {"attributes": {"type": "User"}, "id": first}]
    assert sf.post("composite/sobjects", {"records": mixed}).status_code == 400


MIXED = (
    "DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): "
    "Contact, original object: User"
)


def test_an_automation_that_writes_contacts_fails_the_save_of_the_user_that_started_it(sf):
    id, contact = (sf.query(f"SELECT Id FROM {name} LIMIT 1")[0]["Id"] for name in ("User", "Contact"))
    flow = {"object": "User", "writes": "Contact", "kind": "flow", "name": "Copy title", "when": "Title = 'Bad'"}
    sf.control("PUT", "settings", {"automations": [flow]})
    assert sf.patch(f"sobjects/User/{id}", {"Title": "Good"}).status_code == 204
    refused = sf.patch(f"sobjects/User/{id}", {"Title": "Bad"}).json()[0]
    assert refused["errorCode"] == "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert "“Copy title” process failed" in refused["message"]
    assert f"MIXED_DML_OPERATION: {MIXED}" in refused["message"]
    assert sf.patch(f"sobjects/Contact/{contact}", {"Title": "Bad"}).status_code == 204
    sf.control("PUT", "settings", {"automations": [{**flow, "kind": "trigger"}]})
    refused = sf.patch(f"sobjects/User/{id}", {"Title": "Bad"}).json()[0]
    assert refused["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert f"first error: MIXED_DML_OPERATION, {MIXED}" in refused["message"]
    sf.control("PUT", "settings", {"automations": [{**flow, "writes": "Profile"}]})
    assert sf.patch(f"sobjects/User/{id}", {"Title": "Bad"}).status_code == 204, "both are setup objects"


def test_no_more_users_of_a_licence_are_active_than_it_has_seats(sf):
    query = "SELECT Id FROM User WHERE UserType = 'CspLitePortal' AND IsActive = true"
    first, second = (row["Id"] for row in sf.query(f"{query} LIMIT 2"))
    seats = {"Customer Community": len(sf.query(query))}
    sf.control("PUT", "settings", {"seats": seats})
    assert sf.patch(f"sobjects/User/{first}", {"IsActive": False}).status_code == 204
    assert sf.patch(f"sobjects/User/{first}", {"IsActive": True}).status_code == 204
    sf.control("PUT", "settings", {"seats": {name: number - 1 for name, number in seats.items()}})
    answer = sf.patch(f"sobjects/User/{second}", {"Title": "Buyer"})
    assert sf.refusal(answer) == (400, "LICENSE_LIMIT_EXCEEDED")
    assert sf.patch(f"sobjects/User/{first}", {"IsActive": False, "Title": "Buyer"}).status_code == 204
    assert sf.patch(f"sobjects/User/{second}", {"Title": "Buyer"}).status_code == 204


def test_what_may_be_written_of_a_user_is_described(sf):
    fields = {field["name"]: field for field in sf.get("sobjects/User/describe").json()["fields"]}
    flags = {name: (field["createable"], field["updateable"]) for name, field in fields.items()}
    assert flags["ContactId"] == (True, False)
    assert flags["AccountId"] == flags["UserType"] == flags["Name"] == (False, False)
    assert all(flags[name] == (True, True) for name in ("Title", "Phone", "MobilePhone", "Email", "Username"))
    assert all(flags[name] == (True, True) for name in ("IsActive", "ProfileId", "ManagerId", "FederationIdentifier"))
    assert fields["TimeZoneSidKey"]["restrictedPicklist"]
    assert "IsDeleted" not in fields


def test_an_object_of_the_organisations_own_is_like_any_other(sf):
    account = sf.create("Account", Name="One")
    id = sf.create("Site__c", Name="Plant", Code__c="P-1", Kind__c="Plant", Account__c=account, Opened__c="2024-02-29")
    assert sf.one("SELECT Account__r.Name FROM Site__c")["Account__r"]["Name"] == "One"
    assert sf.patch("sobjects/Site__c/Code__c/P-1", {"City__c": "Kiel"}).status_code == 200
    assert sf.get(f"sobjects/Site__c/{id}").json()["City__c"] == "Kiel"
    assert sf.call("DELETE", f"sobjects/Site__c/{id}").status_code == 204
    assert sf.query("SELECT Id FROM Site__c") == []
