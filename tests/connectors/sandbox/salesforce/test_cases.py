"""Cases: when they are closed, and what they show of their contact; their keys, comments and owners."""

from tests.timeouts import HANG_SECONDS


def test_a_case_is_closed_by_its_status_and_opened_again(sf):
    id = sf.create("Case", Subject="Help")
    shown = "SELECT IsClosed, ClosedDate, Status FROM Case WHERE Id = '{}'".format
    assert (sf.one(shown(id))["IsClosed"], sf.one(shown(id))["ClosedDate"]) == (False, None)
    sf.patch(f"sobjects/Case/{id}", {"Status": "Closed"})
    closed = sf.one(shown(id))
    sf.clock.advance(60)
    sf.patch(f"sobjects/Case/{id}", {"Subject": "Later"})
    assert sf.one(shown(id)) == closed
    assert closed["IsClosed"]
    assert closed["ClosedDate"] is not None
    assert sf.query("SELECT Id FROM Case WHERE IsClosed = true") != []
    sf.patch(f"sobjects/Case/{id}", {"Status": "New"})
    assert (sf.one(shown(id))["IsClosed"], sf.one(shown(id))["ClosedDate"]) == (False, None)


def test_a_case_shows_the_contacts_present_values(sf):
    contact = sf.create("Contact", LastName="Doe", Email="doe@x.example", Phone="1")
    id = sf.create("Case", ContactId=contact)
    sf.patch(f"sobjects/Contact/{contact}", {"Phone": "2"})
    found = sf.one("SELECT Id, ContactEmail, ContactPhone FROM Case WHERE ContactEmail = 'doe@x.example'")
    assert (found["Id"], found["ContactEmail"], found["ContactPhone"]) == (id, "doe@x.example", "2")
    assert sf.refusal(sf.post("sobjects/Case", {"ContactEmail": "a@x.example"}))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_new_case_of_a_contact_takes_the_contacts_account_unless_it_names_one(sf):
    account, other = sf.create("Account", Name="One"), sf.create("Account", Name="Two")
    contact = sf.create("Contact", LastName="Doe", AccountId=account)
    shown = "SELECT AccountId FROM Case WHERE Id = '{}'".format
    assert sf.one(shown(sf.create("Case", ContactId=contact)))["AccountId"] == account
    assert sf.one(shown(sf.create("Case", ContactId=contact, AccountId=other)))["AccountId"] == other


def test_a_case_is_found_by_its_ticket_through_every_api(sf):
    """One record, a collection, and a bulk job: each updates the case that is there and makes the one that is not."""
    id = sf.create("Case", Subject="One", Zendesk_Ticket_Id__c="1")
    assert sf.refusal(sf.post("sobjects/Case", {"Zendesk_Ticket_Id__c": "1"}))[1] == "DUPLICATE_VALUE"
    single = sf.patch("sobjects/Case/Zendesk_Ticket_Id__c/1", {"Subject": "Two"})
    assert (single.status_code, single.json()["id"], single.json()["created"]) == (200, id, False)
    records = [
        {"attributes": {"type": "Case"}, "Zendesk_Ticket_Id__c": key, "Subject": "Three"} for key in ("1", "2", "2")
    ]
    body = {"allOrNone": False, "records": records}
    rows = sf.patch("composite/sobjects/Case/Zendesk_Ticket_Id__c", body).json()
    assert [(row["success"], row.get("created")) for row in rows[:2]] == [(True, False), (True, True)]
    assert rows[2]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    job = {"object": "Case", "operation": "upsert", "externalIdFieldName": "Zendesk_Ticket_Id__c"}
    job = sf.post("jobs/ingest", {**job, "contentType": "CSV", "lineEnding": "LF"}).json()["id"]
    csv = {"Content-Type": "text/csv", "Authorization": f"Bearer {sf.credentials['access_token']}"}
    address = f"{sf.endpoint.base_url}/services/data/v59.0/jobs/ingest/{job}/batches"
    sf.session.put(address, data="Zendesk_Ticket_Id__c,Subject\n1,Four\n3,Five\n", headers=csv, timeout=HANG_SECONDS)
    sf.patch(f"jobs/ingest/{job}", {"state": "UploadComplete"})
    sf.clock.advance(60)
    assert sf.get(f"jobs/ingest/{job}").json()["numberRecordsProcessed"] == 2
    found = sf.query("SELECT Subject FROM Case WHERE Zendesk_Ticket_Id__c IN ('1', '2', '3') ORDER BY CaseNumber")
    assert [row["Subject"] for row in found] == ["Four", "Three", "Five"]


def test_the_comments_of_a_case_are_published_or_not_and_go_with_it(sf):
    case = sf.create("Case", Subject="Help")
    for body, published in (("to all", True), ("among us", False)):
        sf.create("CaseComment", ParentId=case, CommentBody=body, IsPublished=published)
    found = sf.query(f"SELECT CommentBody, IsPublished FROM CaseComment WHERE ParentId = '{case}' ORDER BY Id")
    assert [(row["CommentBody"], row["IsPublished"]) for row in found] == [("to all", True), ("among us", False)]
    assert sf.refusal(sf.post("sobjects/CaseComment", {"CommentBody": "x"}))[1] == "REQUIRED_FIELD_MISSING"
    long = {"ParentId": case, "CommentBody": "x" * 4001}
    assert sf.refusal(sf.post("sobjects/CaseComment", long))[1] == "STRING_TOO_LONG"
    sf.call("DELETE", f"sobjects/Case/{case}")
    assert sf.query("SELECT Id FROM CaseComment") == []


def test_a_case_is_owned_by_a_queue_of_cases_or_a_user_who_is_there(sf):
    queue = sf.one("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Id LIMIT 1")["Id"]
    assert sf.one("SELECT SobjectType FROM QueueSobject WHERE QueueId = '" + queue + "'")["SobjectType"] == "Case"
    case = sf.create("Case", OwnerId=queue)
    assert sf.one(f"SELECT OwnerId FROM Case WHERE Id = '{case}'")["OwnerId"] == queue
    other = sf.create("Group", Name="No cases here", Type="Queue")
    assert sf.refusal(sf.post("sobjects/Case", {"OwnerId": other}))[1] == "FIELD_INTEGRITY_EXCEPTION"
    olivia = sf.one("SELECT Id FROM User WHERE Alias = 'olivia'")["Id"]
    sf.patch(f"sobjects/User/{olivia}", {"IsActive": False})
    assert sf.refusal(sf.post("sobjects/Case", {"OwnerId": olivia}))[1] == "INACTIVE_OWNER_OR_USER"


def test_the_assignment_rule_gives_new_cases_their_owner_unless_the_header_says_no(sf):
    queue = sf.one("SELECT Id FROM Group WHERE Type = 'Queue' ORDER BY Id LIMIT 1")["Id"]
    sf.control("PUT", "settings", {"assignment_rules": {"Case": queue}})
    shown = "SELECT OwnerId FROM Case WHERE Id = '{}'".format
    assert sf.one(shown(sf.create("Case", Subject="a")))["OwnerId"] == queue
    body = {"Subject": "b"}
    made = sf.call("POST", "sobjects/Case", body, headers={"Sforce-Auto-Assign": "FALSE"}).json()["id"]
    assert sf.one(shown(made))["OwnerId"] != queue
