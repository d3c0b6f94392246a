"""simple-salesforce works against the sandbox once https is sent to its plain address."""

import pytest
from requests import Session
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession, SalesforceMalformedRequest


class Plain(HTTPAdapter):
    """Sends what is meant for https to http."""

    def send(self, request, *args, **kwargs):
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


@pytest.fixture
def client(sf):
    with Session() as session:
        host = sf.endpoint.base_url.removeprefix("http://")
        session.mount(f"https://{host}", Plain())
        yield Salesforce(instance=host, session_id=sf.credentials["access_token"], session=session, version="59.0")


def test_queries_page_by_page(client, sf):
    sf.control("PUT", "settings", {"page_size": 20})
    assert client.query_all("SELECT Id FROM Account")["totalSize"] == 60
    assert len(list(client.query_all_iter("SELECT Id FROM Account"))) == 60
    assert client.api_usage["api-usage"].total == 1_000_000


def test_one_record(client):
    made = client.Account.create({"Name": "Made by a library"})
    assert client.Account.get(made["id"])["Name"] == "Made by a library"
    assert client.Account.update(made["id"], {"Phone": "1"}) == 204
    assert client.Account.upsert("External_Key__c/ext-1", {"Name": "Upserted"}) == 201
    assert client.Account.get_by_custom_id("External_Key__c", "ext-1")["Name"] == "Upserted"
    assert client.Account.delete(made["id"]) == 204
    assert client.Account.describe()["name"] == "Account"
    assert client.describe()["maxBatchSize"] == 200
    assert client.limits()["DailyApiRequests"]["Max"] == 1_000_000


def test_collections_through_restful(client):
    rows = [{"attributes": {"type": "Account"}, "Name": f"R{n}"} for n in range(3)]
    answer = client.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": rows})
    assert [row["success"] for row in answer] == [True] * 3


def test_errors_become_the_librarys_exceptions(client, sf):
    with pytest.raises(SalesforceMalformedRequest):
        client.query("SELECT Nope FROM Account")
    sf.control("POST", "expire-tokens")
    with pytest.raises(SalesforceExpiredSession):
        client.query("SELECT Id FROM Account")


def test_bulk_query(client):
    pages = list(client.bulk2.Account.query("SELECT Id, Name FROM Account", max_records=50, wait=0.1))
    assert [page.count("\n") for page in pages] == [51, 11]


def test_bulk_insert(client):
    result = client.bulk2.Account.insert(records=[{"Name": "B1"}, {"Name": "B2"}], wait=0.1)
    assert result[0]["numberRecordsProcessed"] == 2
    assert result[0]["numberRecordsFailed"] == 0
