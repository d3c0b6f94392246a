"""Fields that share a property, contacts that change meanwhile, and the limits of a mailbox."""

import pytest

from connectors.api.errors import ConfigError, RateLimited
from connectors.api.values import Op, Outcome, RecordRef, Write
from tests.connectors.api.subjects import by_tag, until_it_stops

FULL = {
    "displayName": "Ann Lee",
    "primaryEmail": "ann@acme.example",
    "businessPhone": "1",
    "businessPhone2": "2",
    "businessAddress.street": "1 Main",
    "businessAddress.city": "Leeds",
    "birthday": "1974-07-22",
    "categories": ["Salesforce", "Friends"],
}


def written(connector, subject, op, id, **values):
    return by_tag(connector.write([Write(op, subject.object, 1, id, values)]))[1]


def held(connector, subject, id, *fields):
    (record,) = connector.fetch([RecordRef(subject.object, id)], fields)
    return tuple(record.values[name] for name in fields)


@pytest.fixture
def connector(outlook):
    return outlook.open()


def test_a_part_is_written_and_what_stands_beside_it_stays(outlook, connector):
    subject = outlook.subject
    id = written(connector, subject, Op.CREATE, None, **FULL).id
    assert held(connector, subject, id, *FULL) == tuple(FULL.values())
    written(connector, subject, Op.UPDATE, id, businessPhone="3", tertiaryEmail="c@acme.example")
    assert held(connector, subject, id, "businessPhone", "businessPhone2") == ("3", "2")
    emails = ("primaryEmail", "secondaryEmail", "tertiaryEmail")
    assert held(connector, subject, id, *emails) == ("ann@acme.example", None, "c@acme.example")
    written(connector, subject, Op.UPDATE, id, **{"businessPhone": None, "businessAddress.city": None})
    places = ("businessPhone", "businessPhone2", "businessAddress.street", "businessAddress.city")
    assert held(connector, subject, id, *places) == (None, "2", "1 Main", None)
    assert held(connector, subject, id, "birthday", "homePhone") == ("1974-07-22", None)


def test_a_contact_that_is_changed_between_look_and_write_is_looked_at_again(outlook, connector):
    subject = outlook.subject
    id = written(connector, subject, Op.CREATE, None, **FULL).id
    stale = {"error": {"code": "ErrorIrresolvableConflict", "message": "changed"}}
    inner = {"responses": [{"id": "0", "status": 412, "headers": {}, "body": stale}]}
    outlook.break_next("POST", "*/$batch", skip=1, answer={"status": 200, "body": inner})
    assert written(connector, subject, Op.UPDATE, id, businessPhone="3").outcome is Outcome.DONE
    assert held(connector, subject, id, "businessPhone", "businessPhone2") == ("3", "2")


def test_rows_that_a_limit_refuses_are_sent_again_after_the_time_that_was_told(outlook, connector):
    limited = {"error": {"code": "ApplicationThrottled", "message": "wait"}}
    made = {"id": "0", "status": 201, "headers": {}, "body": {"id": "A"}}
    held_up = {"id": "1", "status": 429, "headers": {"Retry-After": "7"}, "body": limited}
    outlook.break_next("POST", "*/$batch", answer={"status": 200, "body": {"responses": [held_up, made]}})
    results = by_tag(connector.write(outlook.create("One", "Two")))
    assert (results[0].id, results[1].outcome) == ("A", Outcome.DONE)
    assert outlook.slept == [7.0]
    assert "Two" in outlook.names(connector)

    outlook.control("PUT", "settings", {"in_ten_minutes": 1})
    found, error = until_it_stops(connector.write(outlook.create("Three", "Four")))
    assert isinstance(error, RateLimited)
    assert {result.outcome for result in found} == {Outcome.NOT_SENT}


@pytest.mark.parametrize("setting", ["without_licence", "outside_policy"])
def test_a_mailbox_that_cannot_be_opened_stops_the_writing(outlook, connector, setting):
    outlook.control("PUT", "settings", {setting: ["olivia@outlook.example"]})
    found, error = until_it_stops(connector.write([Write(Op.DELETE, outlook.subject.object, 1, "x")]))
    assert isinstance(error, ConfigError)
    assert error.hint
    assert [result.outcome for result in found] == [Outcome.NOT_SENT]
