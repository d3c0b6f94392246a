"""The tickets of a user or an organization, as pages show them (S1.26-S1.29)."""

from typing import Any

import pytest

from connectors.api.errors import AuthError, ConfigError
from connectors.api.tickets import HasTickets, Stage, TicketList
from connectors.api.values import RecordRef
from connectors.api.zendesk.spec import SPEC
from tests.connectors.api.subjects import Remote
from tests.connectors.api.zendesk.wire import wire


@pytest.fixture
def made(zendesk: Remote) -> dict[str, str]:
    """Acme and Beta, Ann who is in both, and an agent; all without a ticket."""
    client = wire(zendesk)

    def post(path: str, wrapper: str, **values: Any) -> str:
        return str(client.written(client.send("POST", path, {wrapper: values}))[wrapper]["id"])

    acme, beta = (post("organizations", "organization", name=name) for name in ("Acme Tickets", "Beta Tickets"))
    ann = post("users", "user", name="Ann Asker", email="ann.asker@test.com", organization_id=int(acme))
    membership = {"user_id": int(ann), "organization_id": int(beta)}
    client.send("POST", "organization_memberships", {"organization_membership": membership})
    agent = post("users", "user", name="Abe Answer", email="abe.answer@test.com", role="agent")
    return {"acme": acme, "beta": beta, "ann": ann, "agent": agent}


def ticket(remote: Remote, subject: str, **values: Any) -> str:
    client = wire(remote)
    given = {name: int(value) if name.endswith("_id") else value for name, value in values.items()}
    body = {"ticket": {"subject": subject, "comment": {"body": "Help"}, **given}}
    return str(client.written(client.send("POST", "tickets", body))["ticket"]["id"])


def asked(remote: Remote, object: str, id: str, **options: Any) -> TicketList:
    connector = remote.open()
    assert isinstance(connector, HasTickets)
    return connector.tickets_of(RecordRef(object, id), **options)


def subjects(found: TicketList) -> list[str]:
    return [ticket.subject for ticket in found.tickets]


def test_tickets_come_with_names_latest_first_in_few_calls(zendesk: Remote, made: dict[str, str]) -> None:
    ann = made["ann"]
    ticket(
        zendesk,
        "first",
        requester_id=ann,
        organization_id=made["acme"],
        assignee_id=made["agent"],
        priority="high",
        status="open",
    )
    zendesk.control("POST", "clock", {"advance": 60})
    ticket(zendesk, "second", requester_id=ann, organization_id=made["beta"], status="pending")
    before = zendesk.seen("")
    found = asked(zendesk, "user", ann)
    assert (subjects(found), found.complete, found.gone) == (["second", "first"], True, False)
    first = found.tickets[1]
    assert (first.requester, first.assignee, first.group, first.group_id) == (
        "Ann Asker", "Abe Answer", "Acme Tickets", made["acme"]
    )  # fmt: skip
    assert (first.status, first.priority) == ("open", "high")
    assert zendesk.seen("") - before <= 4, "the token, the list, and the names that did not come along"
    assert subjects(asked(zendesk, "user", ann, within=made["acme"])) == ["first"]
    assert subjects(asked(zendesk, "organization", made["beta"])) == ["second"]


def test_closed_tickets_of_an_organization_are_searched_for_and_listed_once(
    zendesk: Remote, made: dict[str, str]
) -> None:
    """S1.27: all tickets, those that its list leaves out once they are archived as well."""
    for subject, status in (("open one", "open"), ("closed one", "closed")):
        ticket(zendesk, subject, requester_id=made["ann"], organization_id=made["acme"], status=status)
    zendesk.control("POST", "clock", {"advance": 200 * 86_400})
    assert sorted(subjects(asked(zendesk, "organization", made["acme"]))) == ["closed one", "open one"]


def test_more_tickets_than_are_read_are_told(zendesk: Remote, made: dict[str, str]) -> None:
    for number in range(101):
        ticket(zendesk, f"ticket {number}", requester_id=made["ann"], organization_id=made["acme"])
    found = asked(zendesk, "user", made["ann"], most=100)
    assert (len(found.tickets), found.complete) == (100, False)
    assert asked(zendesk, "user", made["ann"], most=200).complete


def test_a_record_that_is_gone_has_no_tickets_and_says_so(zendesk: Remote) -> None:
    assert asked(zendesk, "user", "4711") == TicketList(gone=True)
    for object, id in (("organization_membership", "1"), ("user", "1/../2"), ("user", "")):
        with pytest.raises(ConfigError):
            asked(zendesk, object, id)


def test_what_may_not_be_read_is_an_error_of_permissions(zendesk: Remote, made: dict[str, str]) -> None:
    answer = {"status": 403, "body": {"error": "Forbidden", "description": "You do not have access to this page"}}
    zendesk.break_next("GET", f"/api/v2/users/{made['ann']}/tickets/requested", answer=answer)
    with pytest.raises(AuthError, match="does not permit"):
        asked(zendesk, "user", made["ann"])


def test_the_words_of_tickets_are_declared() -> None:
    assert SPEC.tickets is not None
    assert SPEC.tickets.statuses["hold"].stage is Stage.WAITING
    assert SPEC.record_url("https://x.zendesk.com", SPEC.tickets.object, "7") == "https://x.zendesk.com/agent/tickets/7"
