"""Users: created into an organization, their mail, their address, and how they are read."""

from math import ceil
from typing import Any

import pytest

from connectors.api.errors import ConfigError, RateLimited
from connectors.api.protocol import Connector
from connectors.api.values import Condition, Op, Outcome, Query, Record, RecordRef, Write, WriteResult
from tests.connectors.api.subjects import CountingBudget, Remote, by_tag, until_it_stops
from tests.connectors.api.zendesk.wire import wire

IDENTITIES = "/api/v2/users/{user}/identities"


def create(connector: Connector, **values: Any) -> str:
    result = by_tag(connector.write([Write(Op.CREATE, "user", 1, None, {"name": "Somebody", **values})]))[1]
    assert result.outcome is Outcome.DONE, result
    return str(result.id)


def update(connector: Connector, id: str, **values: Any) -> WriteResult:
    return by_tag(connector.write([Write(Op.UPDATE, "user", 1, id, values)]))[1]


def now(connector: Connector, id: str, *fields: str) -> Record:
    [record] = connector.fetch([RecordRef("user", id)], fields)
    return record


def organization(connector: Connector) -> str:
    [page] = connector.read(Query("organization", ("id",), limit=1))
    return page.records[0].ref.id


def second_address(remote: Remote, id: str, email: str) -> None:
    """Give the user a secondary, unverified address, as an update by anybody else would."""
    wire(remote).send("PUT", f"users/{id}", {"user": {"email": email}})


def test_a_new_user_is_a_member_of_the_given_organization(zendesk: Remote) -> None:
    connector = zendesk.open()
    home = organization(connector)
    id = create(connector, email="new@example.com", organization_id=home)
    assert now(connector, id, "organization_id").values == {"organization_id": home}
    query = Query("organization_membership", ("organization_id", "default"), (Condition("user_id", (id,)),))
    records = [record for page in connector.read(query) for record in page.records]
    assert [record.values for record in records] == [{"organization_id": home, "default": True}]


def test_a_new_user_of_an_organization_that_is_not_there_is_refused(zendesk: Remote) -> None:
    new = Write(Op.CREATE, "user", 1, None, {"name": "Lost", "organization_id": "12345"})
    result = by_tag(zendesk.open().write([new]))[1]
    assert (result.outcome, result.field) == (Outcome.REJECTED, "organization_id")


@pytest.mark.parametrize("in_bulk", [True, False])
@pytest.mark.parametrize(("values", "mails"), [({}, 0), ({"skip_verify_email": False}, 1)])
def test_zendesk_decides_on_a_welcome_mail_only_where_the_write_says_so(
    zendesk: Remote, values: dict[str, Any], mails: int, in_bulk: bool
) -> None:
    """S3.C4."""
    zendesk.control("PUT", "settings", {"agent_created_welcome_emails": True, "bulk_user_import": in_bulk})
    create(zendesk.open(), email="fresh@example.com", **values)
    assert len(zendesk.control("GET", "mails")["mails"]) == mails


@pytest.mark.parametrize("in_bulk", [True, False])
def test_an_address_that_is_taken_refuses_a_new_user_with_one_word(zendesk: Remote, in_bulk: bool) -> None:
    zendesk.control("PUT", "settings", {"bulk_user_import": in_bulk})
    connector = zendesk.open()
    create(connector, email="taken@example.com")
    twin = Write(Op.CREATE, "user", 1, None, {"name": "Twin", "email": "Taken@example.com"})
    result = by_tag(connector.write([twin]))[1]
    assert (result.outcome, result.code, result.field) == (Outcome.REJECTED, "DuplicateValue", "email")
    assert "taken@example.com" in result.message


@pytest.mark.parametrize("values", [{"organization_id": "1"}, {"skip_verify_email": False}])
def test_what_only_a_creation_may_hold_is_never_sent_with_an_update(zendesk: Remote, values: dict[str, Any]) -> None:
    """An update of organization_id would end every other membership."""
    connector = zendesk.open()
    id = create(connector)
    writes = [Write(Op.UPDATE, "user", 1, id, {"details": "told", **values})]
    found, error = until_it_stops(connector.write(writes))
    assert isinstance(error, ConfigError)
    assert [result.outcome for result in found] == [Outcome.NOT_SENT]
    assert now(connector, id, "details").values == {"details": None}


def test_a_new_address_is_primary_and_verified_and_sends_no_mail(zendesk: Remote) -> None:
    zendesk.control("PUT", "settings", {"agent_created_welcome_emails": True})
    connector = zendesk.open()
    id = create(connector, email="old@example.com")
    assert update(connector, id, email=" New@example.com ").outcome is Outcome.DONE
    assert now(connector, id, "email", "verified").values == {"email": "new@example.com", "verified": True}
    assert zendesk.control("GET", "mails")["mails"] == []
    assert zendesk.seen("PUT /api/v2/users/{id}") == 0


def test_a_user_without_an_address_gets_one(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector)
    assert now(connector, id, "email").values == {"email": None}
    assert update(connector, id, email="first@example.com").outcome is Outcome.DONE
    assert now(connector, id, "email").values == {"email": "first@example.com"}


def test_an_address_that_the_user_has_already_becomes_the_primary_one(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="old@example.com")
    second_address(zendesk, id, "second@example.com")
    assert now(connector, id, "email").values == {"email": "old@example.com"}
    assert update(connector, id, email="second@example.com").outcome is Outcome.DONE
    assert now(connector, id, "email", "verified").values == {"email": "second@example.com", "verified": True}
    assert zendesk.seen(f"POST {IDENTITIES}") == 0


def test_the_present_address_costs_a_look_and_no_write(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="same@example.com", verified=True)
    before = connector.calls
    assert update(connector, id, email="SAME@example.com").outcome is Outcome.DONE
    assert connector.calls == before + 1


def test_an_address_of_another_user_is_refused_by_name_and_nothing_else_is_written(zendesk: Remote) -> None:
    connector = zendesk.open()
    create(connector, email="theirs@example.com")
    id = create(connector, email="mine@example.com")
    result = update(connector, id, email="theirs@example.com", details="changed")
    assert (result.outcome, result.code, result.field) == (Outcome.REJECTED, "DuplicateValue", "email")
    assert "theirs@example.com" in result.message
    assert now(connector, id, "email", "details").values == {"email": "mine@example.com", "details": None}


def test_an_address_that_is_none_is_refused_as_zendesk_puts_it(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector)
    result = update(connector, id, email="no address")
    assert (result.outcome, result.field) == (Outcome.REJECTED, "email")
    assert "not properly formatted" in result.message


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_address_is_never_cleared(zendesk: Remote, empty: str | None) -> None:
    connector = zendesk.open()
    id = create(connector, email="kept@example.com")
    result = update(connector, id, email=empty, details="changed")
    assert (result.outcome, result.code, result.field) == (Outcome.REJECTED, "BlankValue", "email")
    assert now(connector, id, "email", "details").values == {"email": "kept@example.com", "details": None}


def test_a_refusal_of_the_rest_says_that_the_address_is_changed(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="old@example.com")
    result = update(connector, id, email="new@example.com", role="king")
    assert (result.outcome, result.field) == (Outcome.REJECTED, "role")
    assert "was changed to new@example.com" in result.message
    assert now(connector, id, "email").values == {"email": "new@example.com"}


def test_the_address_of_a_user_that_is_gone_is_not_changed(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="leaver@example.com")
    by_tag(connector.write([Write(Op.DELETE, "user", 1, id)]))
    for nobody in (id, "12345"):
        result = update(connector, nobody, email="new@example.com")
        assert (result.outcome, result.code) == (Outcome.REJECTED, "RecordNotFound")


def limited(zendesk: Remote, seconds: int, times: int) -> None:
    text = "You have exceeded the rate limit for updating a single unique user. user email: a id: 1 external_id: "
    body = {"error": "TooManyRequests", "description": text}
    answer = {"status": 429, "headers": {"Retry-After": str(seconds)}, "body": body}
    zendesk.break_next("PUT", "/api/v2/users/{id}", times=times, answer=answer)


def test_the_limit_of_one_user_pauses_its_row_and_nothing_else(zendesk: Remote) -> None:
    """Five updates a minute for each user; see developer.zendesk.com, "Rate limits"."""
    budget = CountingBudget()
    connector = zendesk.open(budget=budget)
    id = create(connector, email="old@example.com")
    limited(zendesk, 40, times=2)
    assert update(connector, id, email="new@example.com", details="told").outcome is Outcome.DONE
    assert [round(seconds) for seconds in zendesk.slept if seconds > 2] == [40, 40]
    assert now(connector, id, "details").values == {"details": "told"}
    assert budget.held == []


def test_a_limit_beyond_the_longest_wait_sends_the_row_back(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="old@example.com")
    limited(zendesk, 90, times=2)
    writes = [Write(Op.UPDATE, "user", 1, id, {"email": "new@example.com", "details": "told"})]
    found, error = until_it_stops(connector.write(writes))
    assert isinstance(error, RateLimited)
    assert [result.outcome for result in found] == [Outcome.NOT_SENT]


def test_the_accounts_own_limit_stops_every_call(zendesk: Remote) -> None:
    budget = CountingBudget()
    connector = zendesk.open(budget=budget)
    id = create(connector, email="old@example.com")
    answer = {"status": 429, "headers": {"Retry-After": "30"}, "body": {"error": "APIRateLimitExceeded"}}
    zendesk.break_next("PUT", "/api/v2/users/{id}", answer=answer)
    assert update(connector, id, email="new@example.com", details="told").outcome is Outcome.DONE
    assert budget.held == [30.0]


class Passing(list[float]):
    """Waits that let the sandbox's clock go on instead, by whole seconds as its limits count them."""

    def __init__(self, remote: Remote) -> None:
        super().__init__()
        self._remote = remote

    def append(self, seconds: float) -> None:
        super().append(seconds)
        self._remote.control("POST", "clock", {"advance": ceil(seconds)})


def test_updates_of_single_users_keep_the_pace_that_zendesk_allows(zendesk: Remote) -> None:
    """One a second for the account, whatever the plan."""
    zendesk.slept = Passing(zendesk)
    connector = zendesk.open()
    for number in range(3):
        id = create(connector, email=f"old{number}@example.com")
        assert update(connector, id, email=f"new{number}@example.com", details="told").outcome is Outcome.DONE
    assert zendesk.control("GET", "stats")["rate_limited"] == 0


def test_the_sixth_update_of_a_user_waits_for_the_next_minute(zendesk: Remote) -> None:
    zendesk.slept = Passing(zendesk)
    connector = zendesk.open()
    id = create(connector)
    zendesk.control("POST", "clock", {"stopped": True})
    for number in range(6):
        result = update(connector, id, email=f"number{number}@example.com", details=f"told {number}")
        assert result.outcome is Outcome.DONE
    assert now(connector, id, "details").values == {"details": "told 5"}
    assert zendesk.control("GET", "stats")["rate_limited"] == 1
    assert 30 < max(zendesk.slept) <= 60


def test_users_are_read_as_they_are(zendesk: Remote) -> None:
    connector = zendesk.open()
    fields = ("email", "suspended", "active")
    bare = create(connector)
    barred = create(connector, email="barred@example.com", suspended=True)
    leaver = create(connector, email="leaver@example.com")
    by_tag(connector.write([Write(Op.DELETE, "user", 1, leaver)]))
    listed = {r.ref.id: r for page in connector.read(Query("user", fields)) for r in page.records}
    assert listed[bare].values == {"email": None, "suspended": False, "active": True}
    assert listed[barred].values == {"email": "barred@example.com", "suspended": True, "active": True}
    assert leaver not in listed
    refs = [RecordRef("user", id) for id in (bare, barred, leaver, "12345")]
    fetched = {record.ref.id: record for record in connector.fetch(refs, fields)}
    assert {id: record.deleted for id, record in fetched.items()} == {
        bare: False,
        barred: False,
        leaver: True,
        "12345": True,
    }


def test_a_deleted_user_comes_with_the_changes_as_a_tombstone(zendesk: Remote) -> None:
    connector = zendesk.open()
    id = create(connector, email="leaver@example.com")
    by_tag(connector.write([Write(Op.DELETE, "user", 1, id)]))
    zendesk.control("POST", "clock", {"advance": 3600})
    changed = {r.ref.id: r for page in connector.read(Query("user", ("name",), since="at:0")) for r in page.records}
    assert changed[id].deleted


def test_a_few_addresses_are_searched_for_and_many_are_picked_from_the_list(zendesk: Remote) -> None:
    connector = zendesk.open()
    known = [f"person{number}@example.com" for number in range(12)]
    rows = [Write(Op.CREATE, "user", tag, None, {"name": "P", "email": email}) for tag, email in enumerate(known)]
    by_tag(connector.write(rows))

    def found(*emails: str) -> set[str]:
        query = Query("user", ("email",), (Condition("email", emails),))
        return {record.values["email"] for page in connector.read(query) for record in page.records}

    assert found(known[0].upper(), known[1], "nobody@example.com") == set(known[:2])
    assert zendesk.seen("users/search") == 3
    assert found(*known) == set(known)
    assert zendesk.seen("users/search") == 3


def test_users_are_found_by_external_id_a_hundred_a_call(zendesk: Remote) -> None:
    connector = zendesk.open()
    rows = [Write(Op.CREATE, "user", tag, None, {"name": "P", "external_id": f"Key-{tag}"}) for tag in range(120)]
    by_tag(connector.write(rows))
    before = connector.calls
    where = (Condition("external_id", tuple(f"key-{tag}" for tag in range(120))),)
    pages = list(connector.read(Query("user", ("name",), where)))
    assert [len(page.records) for page in pages] == [100, 20]
    assert connector.calls == before + 2


def test_freeing_an_address_takes_a_secondary_one_and_never_the_primary(zendesk: Remote) -> None:
    """Whoever asks twice, or of somebody who is gone, is told that it is done."""
    connector = zendesk.open()
    user = create(connector, email="one@free.example")
    assert update(connector, user, email="two@free.example").outcome is Outcome.DONE

    def free(id: str, email: str) -> WriteResult:
        return by_tag(connector.write([Write(Op.DELETE, "identity", 1, id, {"email": email})]))[1]

    primary = free(user, "two@free.example")
    assert (primary.outcome, primary.code) == (Outcome.REJECTED, "PrimaryAddress")
    assert free(user, "ONE@free.example").outcome is Outcome.DONE
    kept = wire(zendesk).get(IDENTITIES.removeprefix("/api/v2/").format(user=user))["identities"]
    assert [one["value"] for one in kept] == ["two@free.example"]
    assert free(user, "one@free.example").outcome is Outcome.DONE
    assert free("999999", "one@free.example").outcome is Outcome.DONE


def test_every_standard_field_that_is_described_as_writable_can_be_written(zendesk: Remote) -> None:
    """They may be targets of a mapping, so what the schema says of them must be true."""
    connector = zendesk.open()
    values = {
        "name": "Ann Example",
        "external_id": "A-1",
        "phone": "+4930123456",
        "alias": "Ann",
        "details": "Line one\nLine two",
        "notes": "Calls on Mondays",
        "time_zone": "Berlin",
        "locale": "de",
        "verified": True,
        "suspended": True,
        "tags": ["vip"],
    }
    known = {field.name: field for field in connector.describe("user").fields if not field.custom}
    apart = {"email", "organization_id"}  # an identity and a membership each
    assert {name for name, field in known.items() if field.updatable} - apart == values.keys()
    assert all(field.read_only_reason for field in known.values() if not field.writable)
    id = create(connector)
    assert update(connector, id, **values).outcome is Outcome.DONE
    assert dict(now(connector, id, *values).values) == values


def test_few_updates_are_made_at_once_and_more_by_a_job(zendesk: Remote) -> None:
    """S3.13: a live edit waits for no job. What meets a limit of single updates goes by a job all the same."""
    connector = zendesk.open(budget=CountingBudget(), at_once=True)
    ids = [create(connector, email=f"{number}@example.com") for number in range(3)]

    def update_all(number: int, word: str) -> None:
        writes = [Write(Op.UPDATE, "user", tag, ids[tag], {"details": word}) for tag in range(number)]
        results = by_tag(connector.write(writes))
        assert {result.outcome for result in results.values()} == {Outcome.DONE}
        assert [now(connector, id, "details").values["details"] for id in ids[:number]] == [word] * number

    update_all(1, "alone")
    assert (zendesk.seen("PUT /api/v2/users/{id}"), zendesk.seen("update_many")) == (1, 0)
    update_all(3, "together")
    assert (zendesk.seen("PUT /api/v2/users/{id}"), zendesk.seen("update_many")) == (1, 1)
    zendesk.control("POST", "clock", {"advance": 60})
    update_all(2, "one too many")  # one a second is allowed, and the other one is refused
    assert (zendesk.seen("PUT /api/v2/users/{id}"), zendesk.seen("update_many")) == (3, 2)
    wire(zendesk).send("DELETE", f"users/{ids[0]}")
    connector = zendesk.open(budget=CountingBudget(), at_once=True)
    zendesk.control("POST", "clock", {"advance": 60})
    assert (update(connector, ids[0], details="late").outcome, zendesk.seen("update_many")) == (Outcome.REJECTED, 2)
