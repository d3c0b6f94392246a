"""Organization memberships: read for a few users or whole, added, made primary, removed."""

import pytest

from connectors.api.errors import Transient
from connectors.api.protocol import Connector
from connectors.api.values import Condition, Op, Outcome, Query, Record, RecordRef, Write
from connectors.api.zendesk import memberships
from tests.connectors.api.subjects import Remote, by_tag, until_it_stops

MEMBERSHIP = "organization_membership"
SHOW = "/api/v2/organization_memberships/{id}"
FIELDS = ("user_id", "organization_id", "default")


def ids(connector: Connector, object: str, number: int) -> list[str]:
    pages = connector.read(Query(object, ("id",), limit=number))
    return [record.ref.id for page in pages for record in page.records]


def people(connector: Connector, number: int) -> list[str]:
    """Users without any membership."""
    rows = [Write(Op.CREATE, "user", tag, None, {"name": f"Person {tag}"}) for tag in range(number)]
    made = by_tag(connector.write(rows))
    return [str(made[tag].id) for tag in range(number)]


def joining(user: str, *organizations: str, **values: object) -> list[Write]:
    return [
        Write(Op.CREATE, MEMBERSHIP, tag, None, {"user_id": user, "organization_id": organization, **values})
        for tag, organization in enumerate(organizations)
    ]


def of(connector: Connector, *users: str) -> list[Record]:
    query = Query(MEMBERSHIP, FIELDS, (Condition("user_id", users),))
    return [record for page in connector.read(query) for record in page.records]


def forget_places(remote: Remote, rows: list[dict[str, object]], *faults: dict[str, object]) -> None:
    """The next job says of its rows what ``rows`` says, without their places."""
    job = {"id": "V3-1", "status": "completed", "results": rows}
    started = {"status": 200, "body": {"job_status": {"id": "V3-1", "status": "queued"}}}
    ended = {"status": 200, "body": {"job_statuses": [job]}}
    rules = [
        {"method": "POST", "path": f"/api/v2/{MEMBERSHIP}s/create_many", "answer": started},
        {"method": "GET", "path": "/api/v2/job_statuses/show_many", "answer": ended},
    ]
    remote.control("PUT", "faults", [*rules, *faults])


def primary(connector: Connector, user: str) -> list[str]:
    return [record.values["organization_id"] for record in of(connector, user) if record.values["default"]]


def test_memberships_of_a_few_users_cost_a_call_each(zendesk: Remote) -> None:
    connector = zendesk.open()
    first, second, nobody = people(connector, 3)
    homes = ids(connector, "organization", 2)
    by_tag(connector.write([*joining(first, *homes)]))
    by_tag(connector.write([*joining(second, homes[1])]))
    before = connector.calls
    found = of(connector, first, second, nobody, "12345")
    assert connector.calls == before + 4
    assert [(r.values["user_id"], r.values["organization_id"], r.values["default"]) for r in found] == [
        (first, homes[0], True),
        (first, homes[1], False),
        (second, homes[1], True),
    ]


def test_memberships_of_many_users_are_picked_from_the_whole_list(zendesk: Remote) -> None:
    connector = zendesk.open()
    everybody = [record for page in connector.read(Query(MEMBERSHIP, FIELDS)) for record in page.records]
    users = list(dict.fromkeys(record.values["user_id"] for record in everybody))
    some = users[: memberships.MOST_USERS + 1]
    assert len(some) > memberships.MOST_USERS
    found = of(connector, *some)
    assert zendesk.seen("users/{id}/organization_memberships") == 0
    assert {record.ref for record in found} == {r.ref for r in everybody if r.values["user_id"] in some}
    assert {record.values["default"] for record in everybody} <= {True, False}


def test_many_users_of_a_huge_account_are_asked_one_by_one(zendesk: Remote) -> None:
    """The whole list would cost a call for a hundred memberships."""
    connector = zendesk.open()
    homes = ids(connector, "organization", 1)
    users = people(connector, memberships.MOST_USERS + 1)
    by_tag(connector.write(joining(users[-1], *homes)))
    count = {"status": 200, "body": {"count": {"value": 100_000}}}
    zendesk.break_next("GET", "/api/v2/users/count", answer=count)
    assert [record.values["user_id"] for record in of(connector, *users)] == users[-1:]
    assert zendesk.seen("users/{id}/organization_memberships") == len(users)


def test_new_memberships_whose_order_is_in_doubt_are_read_back(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    first, second = ids(connector, "organization", 2)
    by_tag(connector.write(joining(user, first)))
    made = str(by_tag(connector.write(joining(user, second)))[0].id)
    rows = [{"id": int(made), "status": "Created"}, {"error": "Refused", "details": "User: is already a member"}]
    forget_places(zendesk, rows)
    results = by_tag(connector.write(joining(user, first, second)))
    assert (results[0].outcome, results[0].code) == (Outcome.REJECTED, "DuplicateValue")
    assert (results[1].outcome, results[1].id) == (Outcome.DONE, made)


def test_rows_that_cannot_be_read_back_are_unknown(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    rows = [{"id": 1, "status": "Created"}, {"error": "Refused", "details": "no"}]
    forget_places(zendesk, rows, {"method": "GET", "path": SHOW, "times": 9, "answer": {"status": 500}})
    found, error = until_it_stops(connector.write(joining(user, *ids(connector, "organization", 2))))
    assert {result.outcome for result in found} == {Outcome.UNKNOWN}
    assert isinstance(error, Transient)


def test_a_user_of_very_many_organizations_is_read_page_by_page(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    homes = ids(connector, "organization", 130)
    by_tag(connector.write(joining(user, *homes)))
    found = of(connector, user)
    assert sorted(record.values["organization_id"] for record in found) == sorted(homes)  # two jobs made them
    assert zendesk.seen("users/{id}/organization_memberships") == 2


def test_nobody_has_no_memberships_and_costs_no_call(zendesk: Remote) -> None:
    connector = zendesk.open()
    assert of(connector) == []
    assert of(connector, "", "no number") == []
    assert connector.calls == 0


def test_other_conditions_hold_too(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    homes = ids(connector, "organization", 3)
    by_tag(connector.write(joining(user, *homes)))
    for condition, expected in (
        (Condition("organization_id", (homes[1],)), [homes[1]]),
        (Condition("default", ("false",)), homes[1:]),
        (Condition("default", ("true",)), homes[:1]),
    ):
        query = Query(MEMBERSHIP, FIELDS, (Condition("user_id", (user,)), condition))
        found = [record for page in connector.read(query) for record in page.records]
        assert [record.values["organization_id"] for record in found] == expected


def test_a_hundred_memberships_are_one_job(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    homes = ids(connector, "organization", 120)
    results = by_tag(connector.write(joining(user, *homes)))
    assert {result.outcome for result in results.values()} == {Outcome.DONE}
    assert zendesk.seen("organization_memberships/create_many") == 2


def test_a_membership_may_be_created_as_the_primary_one(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    first, second = ids(connector, "organization", 2)
    by_tag(connector.write(joining(user, first)))
    by_tag(connector.write(joining(user, second, default=True)))
    assert primary(connector, user) == [second]


def test_who_is_a_member_already_is_refused_with_one_word(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    first, second = ids(connector, "organization", 2)
    by_tag(connector.write(joining(user, first)))
    results = by_tag(connector.write(joining(user, second, first)))
    assert results[0].outcome is Outcome.DONE
    refused = results[1]
    assert (refused.outcome, refused.code, refused.field) == (Outcome.REJECTED, "DuplicateValue", "user_id")


def test_an_organization_that_is_not_there_is_named(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    refused = by_tag(connector.write(joining(user, "12345")))[0]
    assert (refused.outcome, refused.field) == (Outcome.REJECTED, "organization_id")


def test_a_second_membership_is_refused_where_users_have_one_organization(zendesk: Remote) -> None:
    """S1.16."""
    zendesk.control("PUT", "settings", {"multiple_organizations": False})
    connector = zendesk.open()
    [user] = people(connector, 1)
    results = by_tag(connector.write(joining(user, *ids(connector, "organization", 2))))
    assert results[0].outcome is Outcome.DONE
    assert results[1].outcome is Outcome.REJECTED
    assert "more than one organization" in results[1].message


def test_a_membership_of_a_known_user_is_made_primary_by_one_call(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    homes = ids(connector, "organization", 2)
    made = by_tag(connector.write(joining(user, *homes)))
    before = connector.calls
    change = Write(Op.UPDATE, MEMBERSHIP, 7, made[1].id, {"default": True, "user_id": user})
    result = by_tag(connector.write([change]))[7]
    assert (result.outcome, result.id) == (Outcome.DONE, made[1].id)
    assert connector.calls == before + 1
    assert primary(connector, user) == [homes[1]]


@pytest.mark.parametrize("known", [True, False])
def test_a_membership_that_is_gone_is_not_made_primary(zendesk: Remote, known: bool) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    values = {"default": True, **({"user_id": user} if known else {})}
    result = by_tag(connector.write([Write(Op.UPDATE, MEMBERSHIP, 1, "12345", values)]))[1]
    assert (result.outcome, result.code) == (Outcome.REJECTED, "RecordNotFound")


def test_a_membership_that_is_gone_cannot_be_removed_again(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    made = by_tag(connector.write(joining(user, *ids(connector, "organization", 2))))
    gone = Write(Op.DELETE, MEMBERSHIP, 0, made[0].id)
    assert by_tag(connector.write([gone]))[0].outcome is Outcome.DONE
    results = by_tag(connector.write([gone, Write(Op.DELETE, MEMBERSHIP, 1, made[1].id)]))
    assert (results[0].outcome, results[0].code) == (Outcome.REJECTED, "RecordNotFound")
    assert results[1].outcome is Outcome.DONE
    assert of(connector, user) == []


def test_a_removal_that_is_refused_for_a_missing_row_removes_the_others(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    made = by_tag(connector.write(joining(user, *ids(connector, "organization", 2))))
    body = {"error": "RecordNotFound", "description": "Not found"}
    path = f"/api/v2/{MEMBERSHIP}s/destroy_many"
    zendesk.break_next("DELETE", path, times=2, answer={"status": 404, "body": body})
    results = by_tag(connector.write([Write(Op.DELETE, MEMBERSHIP, tag, made[tag].id) for tag in (0, 1)]))
    assert sorted(result.outcome for result in results.values()) == [Outcome.DONE, Outcome.REJECTED]
    assert [r.code for r in results.values() if r.outcome is Outcome.REJECTED] == ["RecordNotFound"]


def test_memberships_are_fetched_one_by_one(zendesk: Remote) -> None:
    connector = zendesk.open()
    [user] = people(connector, 1)
    made = by_tag(connector.write(joining(user, *ids(connector, "organization", 2))))
    refs = [RecordRef(MEMBERSHIP, id) for id in (str(made[1].id), "12345")]
    found, missing = connector.fetch(refs, FIELDS)
    assert found.values["user_id"] == user
    assert found.values["default"] is False
    assert missing.deleted
