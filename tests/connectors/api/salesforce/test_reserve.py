"""The last requests of a day are left to the org's other apps."""

import pytest

from connectors.api.errors import RateLimited
from connectors.api.values import Outcome, Query
from tests.connectors.api.subjects import Remote, by_tag, until_it_stops


def test_the_last_requests_of_a_day_are_left_to_the_other_apps_of_the_org(salesforce: Remote) -> None:
    connector = salesforce.open()
    usage = {"Sforce-Limit-Info": "api-usage=14900/15000", "Content-Type": "application/json"}
    salesforce.break_next("GET", "*/describe", answer={"status": 200, "headers": usage, "body": {"odd": 1}})
    with pytest.raises(LookupError):
        connector.describe("Account")
    writes = salesforce.create("New")
    connector.describe("Account")  # the sandbox's own word: there is plenty
    assert by_tag(connector.write(writes))[0].outcome is Outcome.DONE
    salesforce.break_next("GET", "*/describe", answer={"status": 200, "headers": usage, "body": {"odd": 1}})
    with pytest.raises(LookupError):
        connector.describe("Account")
    asked = salesforce.seen("composite") + salesforce.seen("/query")
    results, error = until_it_stops(connector.write(writes))
    assert isinstance(error, RateLimited)
    assert (error.retry_after, results[0].outcome) == (3600, Outcome.NOT_SENT)
    assert "14,900 of the org's 15,000" in error.message
    with pytest.raises(RateLimited):
        list(connector.read(Query("Account", ("Name",))))
    assert salesforce.seen("composite") + salesforce.seen("/query") == asked


def test_the_test_of_a_connection_may_use_the_last_requests_of_a_day(salesforce: Remote) -> None:
    usage = {"Sforce-Limit-Info": "api-usage=14900/15000", "Content-Type": "application/json"}
    body = {"fields": [], "queryable": True, "createable": True}
    salesforce.break_next("GET", "*/describe", answer={"status": 200, "headers": usage, "body": body})
    assert salesforce.open().check().ok
