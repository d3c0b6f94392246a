"""What happens outside the API: merges, conversions, edits by people; limits; keeping and resetting the data."""

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.salesforce import build
from connectors.sandbox.world import World, WorldSize
from tests.timeouts import HANG_SECONDS


def test_a_merge_deletes_the_loser_and_names_the_winner(sf):
    winner, loser = sf.create("Account", Name="Winner"), sf.create("Account", Name="Loser")
    contact = sf.create("Contact", LastName="Moves", AccountId=loser)
    sf.control("POST", "merge", {"master": winner, "losers": [loser], "values": {"Phone": "1"}})
    rows = sf.get("queryAll", q=f"SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '{loser}'").json()["records"]
    assert (rows[0]["IsDeleted"], rows[0]["MasterRecordId"]) == (True, winner)
    assert sf.get(f"sobjects/Contact/{contact}").json()["AccountId"] == winner
    assert sf.get(f"sobjects/Account/{winner}").json()["Phone"] == "1"


def test_merged_contacts_are_in_the_bin_under_their_winner_and_their_cases_follow(sf):
    account, other = (sf.create("Account", Name=name) for name in ("One", "Two"))
    winner = sf.create("Contact", LastName="Winner", Email="w@example.com", AccountId=account)
    losers = [sf.create("Contact", LastName="Loser", Email=f"l{n}@example.com", AccountId=other) for n in range(2)]
    case = sf.create("Case", ContactId=losers[0])
    report = sf.create("Contact", LastName="Report", ReportsToId=losers[1])
    sf.clock.advance(5)
    sf.control("POST", "merge", {"master": winner, "losers": losers, "values": {"Email": "l1@example.com"}})
    assert {row["Id"] for row in sf.query("SELECT Id FROM Contact WHERE Email = 'l1@example.com'")} == {winner}
    query = "SELECT Id, IsDeleted, MasterRecordId, SystemModstamp, CreatedDate FROM Contact WHERE IsDeleted = true"
    gone = sf.get("queryAll", q=query).json()["records"]
    assert {row["Id"]: row["MasterRecordId"] for row in gone} == dict.fromkeys(losers, winner)
    assert all(row["SystemModstamp"] > row["CreatedDate"] for row in gone)
    assert sf.get(f"sobjects/Case/{case}").json()["ContactId"] == winner
    assert sf.get(f"sobjects/Contact/{report}").json()["ReportsToId"] == winner
    assert sf.get(f"sobjects/Contact/{winner}").json()["AccountId"] == account


def test_a_lead_can_become_a_contact_that_is_there_already(sf):
    account = sf.create("Account", Name="Falcon Freight")
    contact = sf.create("Contact", LastName="Solo", Email="solo@example.com", Title="Captain", AccountId=account)
    lead = sf.create("Lead", LastName="Solo", Company="Falcon", Email="solo@example.com", Phone="1", Title="Pilot")
    made = sf.control("POST", "convert", {"lead": lead, "contact": contact})
    assert made == {"account": account, "contact": contact}
    record = sf.get(f"sobjects/Contact/{contact}").json()
    assert (record["Title"], record["Phone"]) == ("Captain", "1")
    again = sf.session.post(f"{sf.endpoint.base_url}/_sandbox/convert", json={"lead": lead}, timeout=HANG_SECONDS)
    assert sf.refusal(again) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_a_converted_lead_points_at_its_contact_and_cannot_be_changed(sf):
    lead = sf.create("Lead", LastName="Solo", Company="Falcon Freight", Email="solo@example.com")
    made = sf.control("POST", "convert", {"lead": lead})
    record = sf.get(f"sobjects/Lead/{lead}").json()
    assert (record["IsConverted"], record["ConvertedContactId"]) == (True, made["contact"])
    assert sf.get(f"sobjects/Contact/{made['contact']}").json()["Email"] == "solo@example.com"
    assert sf.get(f"sobjects/Account/{made['account']}").json()["Name"] == "Falcon Freight"
    answer = sf.patch(f"sobjects/Lead/{lead}", {"Title": "x"})
    assert sf.refusal(answer) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_people_write_too_and_are_named(sf):
    id = sf.store.insert("Account", {"Name": "By hand"})
    record = sf.one(f"SELECT LastModifiedBy.Name FROM Account WHERE Id = '{id}'")
    assert record["LastModifiedBy"]["Name"] == "Olivia Owner"
    sf.patch(f"sobjects/Account/{id}", {"Phone": "1"})
    record = sf.one(f"SELECT LastModifiedBy.Name FROM Account WHERE Id = '{id}'")
    assert record["LastModifiedBy"]["Name"] == "Integration"
    sf.control("PATCH", "records", {"id": id, "values": {"Phone": "2"}})
    assert sf.store.get("Account", id)["Phone"] == "2"
    sf.store.delete(id)
    assert sf.get(f"sobjects/Account/{id}").status_code == 404
    sf.control("POST", "undelete", {"id": id})
    assert sf.get(f"sobjects/Account/{id}").json()["IsDeleted"] is False


def test_the_daily_allocation_runs_out_with_403_and_comes_back_after_a_day(sf):
    sf.control("PUT", "settings", {"daily_requests": 2})
    assert sf.get("limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
    assert sf.get("limits").json()["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    answer = sf.get("limits")
    assert answer.status_code == 403
    assert answer.json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    sf.clock.advance(86_400)
    assert sf.get("limits").status_code == 200


def test_record_counts_are_told(sf):
    body = sf.get("limits/recordCount", sObjects="Account,Lead").json()
    assert body == {"sObjects": [{"count": 60, "name": "Account"}, {"count": 10, "name": "Lead"}]}


def test_the_organisation_describes_itself(sf):
    record = sf.one("SELECT Name, OrganizationType, IsSandbox, TimeZoneSidKey, InstanceName FROM Organization")
    assert record["IsSandbox"] is True
    assert all(record.values())


def test_reset_brings_back_rows_schema_settings_and_tokens(sf):
    sf.create("Account", Name="Extra")
    sf.control("PUT", "schema", {"object": "Account", "field": "Tier__c", "delete": True})
    sf.control("PUT", "settings", {"page_size": 5})
    sf.control("POST", "reset")
    assert len(sf.query("SELECT Id, Tier__c FROM Account")) == 60


def test_a_restart_keeps_rows_deletions_schema_views_and_numbers():
    options = Options(clock=Clock(), vendors=("salesforce",))
    world = World(WorldSize(accounts=3))
    first = build(options, world)
    gone = first.store.insert("Account", {"Name": "Gone"})
    kept = first.store.insert("Account", {"Name": "Kept", "External_Key__c": "k"})
    first.store.delete(gone)
    first.store.change_schema(object="Account", field="Colour__c", type="string")
    second = build(options, world)
    second.load(first.dump())
    assert second.store.get("Account", kept)["Name"] == "Kept"
    assert gone in second.store.org.table("Account").deleted
    assert second.store.org.object("Account").field("Colour__c") is not None
    assert len(second.store.org.listviews) == len(first.store.org.listviews)
    assert second.store.insert("Account", {"Name": "Next"}) > kept


def test_the_revision_moves_with_every_change():
    made = build(Options(clock=Clock(), vendors=("salesforce",)), World(WorldSize()))
    before = made.revision()
    made.store.insert("Account", {"Name": "x"})
    assert made.revision() > before


def test_statistics_name_templates_with_and_without_a_slash_at_the_end(sf):
    sf.session.delete(f"{sf.endpoint.base_url}/_sandbox/stats", timeout=HANG_SECONDS)
    sf.get("query", q="SELECT Id FROM Account LIMIT 1")
    sf.get("query/", q="SELECT Id FROM Account LIMIT 1")
    assert sf.control("GET", "stats")["calls"] == {"GET /services/data/v{version}/query": 2}
