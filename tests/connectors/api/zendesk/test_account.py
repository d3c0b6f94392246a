"""The settings of a Zendesk account, read like a record."""

import pytest

from connectors.api.errors import ConfigError, Transient
from connectors.api.values import Op, Query, Record, RecordRef, Write
from connectors.api.zendesk.objects import ACCOUNT_ID
from tests.connectors.api.subjects import Remote

FIELDS = ("multiple_organizations", "welcome_emails")
PATH = "/api/v2/account/settings"


def settings(remote: Remote) -> list[Record]:
    pages = remote.open().read(Query("account_settings", FIELDS))
    return [record for page in pages for record in page.records]


@pytest.mark.parametrize("on", [True, False])
def test_the_settings_are_one_record_of_one_call(zendesk: Remote, on: bool) -> None:
    """S1.16."""
    zendesk.control("PUT", "settings", {"multiple_organizations": on, "agent_created_welcome_emails": not on})
    [record] = settings(zendesk)
    assert record.ref == RecordRef("account_settings", ACCOUNT_ID)
    assert record.values == {"multiple_organizations": on, "welcome_emails": not on}
    assert zendesk.seen("/api/v2/") == 1


def test_settings_that_are_not_shown_to_us_are_no_record(zendesk: Remote) -> None:
    answer = {"status": 403, "body": {"error": "Forbidden"}}
    zendesk.break_next("GET", PATH, answer=answer)
    assert settings(zendesk) == []


def test_a_setting_that_the_account_does_not_have_is_none(zendesk: Remote) -> None:
    zendesk.break_next("GET", PATH, answer={"status": 200, "body": {"settings": {"user": {}}}})
    [record] = settings(zendesk)
    assert record.values == {"multiple_organizations": None, "welcome_emails": None}


def test_an_answer_without_settings_is_not_taken_for_settings_without_values(zendesk: Remote) -> None:
    zendesk.break_next("GET", PATH, answer={"status": 200, "body": {}})
    with pytest.raises(Transient):
        settings(zendesk)


def test_the_settings_are_described_counted_and_fetched_like_a_record(zendesk: Remote) -> None:
    connector = zendesk.open()
    described = connector.describe("account_settings")
    assert {field.name for field in described.fields} >= {*FIELDS, "id", "account_name"}
    assert not any(field.creatable or field.updatable for field in described.fields)
    [page] = connector.read(Query("account_settings", FIELDS, limit=0))
    assert page.total == 1
    refs = [RecordRef("account_settings", id) for id in (ACCOUNT_ID, "other")]
    assert [record.deleted for record in connector.fetch(refs, FIELDS)] == [False, True]


def test_the_names_are_those_of_the_connections_facts(zendesk: Remote) -> None:
    connector = zendesk.open()
    fields = tuple(field.name for field in connector.describe("account_settings").fields if field.name != "id")
    [page] = connector.read(Query("account_settings", fields))
    facts = connector.check().facts
    assert {name: facts[name] for name in fields} == page.records[0].values


def test_the_settings_cannot_be_written(zendesk: Remote) -> None:
    change = Write(Op.UPDATE, "account_settings", 1, ACCOUNT_ID, {"welcome_emails": False})
    with pytest.raises(ConfigError, match="only be read"):
        list(zendesk.open().write([change]))
