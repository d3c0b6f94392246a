"""Small questions of pages to a connection: totals, samples, parts of names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.api.errors import ConfigError
from connectors.api.values import Compare, Condition, Query, RecordRef
from connectors.models import Connection
from connectors.services import ask, fetched


def test_several_questions_are_answered_in_order(salesforce: Connection) -> None:
    total, some = ask(salesforce, Query("Account", (), limit=0), Query("Account", ("Name",), limit=3))
    assert (total.total, total.records) == (214, ())
    assert len(some.records) == 3


@pytest.mark.parametrize("kind, object, name", [("salesforce", "Account", "Name"), ("zendesk", "organization", "name")])
def test_names_are_found_by_a_part_in_any_case(
    request: pytest.FixtureRequest, kind: str, object: str, name: str
) -> None:
    connection = request.getfixturevalue(kind)
    (everything,) = ask(connection, Query(object, (name,)))
    words = [record.values[name] for record in everything.records]
    (found,) = ask(connection, Query(object, (name,), (Condition(name, ("MEDIA",), by=Compare.CONTAINS),)))
    assert sorted(r.values[name] for r in found.records) == sorted(word for word in words if "media" in word.lower())
    assert found.records


def test_the_wildcards_of_a_search_are_plain_letters(salesforce: Connection) -> None:
    for text in ("%", "_", "'", "\\"):
        (found,) = ask(salesforce, Query("Account", ("Name",), (Condition("Name", (text,), by=Compare.CONTAINS),)))
        assert all(text in record.values["Name"] for record in found.records)


def test_a_search_for_nothing_is_refused(salesforce: Connection) -> None:
    with pytest.raises(ConfigError, match="names no text"):
        ask(salesforce, Query("Account", ("Name",), (Condition("Name", ("",), by=Compare.CONTAINS),)))


def test_each_use_of_a_connection_tells_how_many_of_the_days_requests_are_used(salesforce: Connection) -> None:
    ask(salesforce, Query("Account", (), limit=0))
    first = Connection.objects.get()
    ask(salesforce, Query("Account", (), limit=0))
    then = Connection.objects.get()
    assert then.facts["daily_limit"] == 1_000_000
    assert first.facts["daily_used"] < then.facts["daily_used"] == salesforce.facts["daily_used"]
    assert then.daily_used_at
    assert then.daily_used_at > timezone.now() - timedelta(minutes=1)


def test_what_a_use_learned_leaves_what_others_learned_meanwhile(salesforce: Connection) -> None:
    Connection.objects.update(facts={"time_zone": "Europe/Paris", "daily_used": 7})
    ask(salesforce, Query("Account", (), limit=0))
    facts = Connection.objects.get().facts
    assert facts["time_zone"] == "Europe/Paris"
    assert facts["daily_used"] != 7


def test_a_record_that_is_gone_comes_back_deleted(salesforce: Connection) -> None:
    (found,) = fetched(salesforce, [RecordRef("Account", "0015e000009999999")], ("Name",))
    assert found.deleted
