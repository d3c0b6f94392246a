"""The tickets of a user or an organization as they are now (developer.zendesk.com, "List Tickets", "Search").

A user's list has archived tickets, too. An organization's has not: its closed ones are searched for besides.
"""

from collections.abc import Iterable, Mapping

from connectors.api.errors import ConfigError, Transient
from connectors.api.tickets import MOST_TICKETS, Stage, Ticket, TicketList, TicketStatus, TicketWords
from connectors.api.values import RecordRef
from connectors.api.zendesk.answers import NOT_FOUND
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.listing import PAGE_SIZE, rows
from connectors.api.zendesk.objects import ORGANIZATION, USER, ZendeskObject
from connectors.api.zendesk.records import moment

WORDS = TicketWords(
    object="ticket",
    owners=frozenset({ORGANIZATION.name, USER.name}),
    group=ORGANIZATION.name,
    statuses={
        "new": TicketStatus("New", Stage.NEW),
        "open": TicketStatus("Open", Stage.OPEN),
        "pending": TicketStatus("Pending", Stage.WAITING),
        "hold": TicketStatus("On hold", Stage.WAITING),
        "solved": TicketStatus("Solved", Stage.DONE),
        "closed": TicketStatus("Closed", Stage.DONE),
    },
    priorities={"urgent": "Urgent", "high": "High", "normal": "Normal", "low": "Low"},
)
LATEST_FIRST = {"sort_by": "updated_at", "sort_order": "desc"}
_LISTS = {ORGANIZATION.name: "organizations/{id}/tickets", USER.name: "users/{id}/tickets/requested"}
# The people and organizations of tickets, in the same call where the account gives them along.
_SIDES = (USER, ORGANIZATION)


def tickets_of(client: ZendeskClient, owner: RecordRef, within: str = "", most: int = MOST_TICKETS) -> TicketList:
    """See ``connectors.api.tickets.HasTickets``. A call for each hundred tickets, one or two for the names in them."""
    path = _LISTS.get(owner.object)
    if path is None or not owner.id.isdecimal() or not (within or "0").isdecimal():
        raise ConfigError(f"Zendesk has no tickets of {owner}.")
    listed = _Listed()
    if not listed.read(client, path.format(id=owner.id), "tickets", {"include": "users,organizations"}, most):
        return TicketList(gone=True)
    if owner.object == ORGANIZATION.name and listed.complete:
        query = f"type:ticket organization:{owner.id} status:closed"
        sides = "tickets(users,organizations)"
        listed.read(client, "search", "results", {"query": query, "include": sides}, most - len(listed.found))
    found = [row for row in listed.found.values() if not within or _id(row, "organization_id") == within]
    names = {kind.name: _names(client, kind, listed.names[kind.name], found) for kind in _SIDES}
    found.sort(key=lambda row: str(row.get("updated_at")), reverse=True)
    return TicketList(tuple(_ticket(row, names) for row in found), listed.complete)


class _Listed:
    """Tickets by id as lists give them, the names that came along, and whether the lists were read to their end."""

    def __init__(self) -> None:
        self.found: dict[str, Json] = {}
        self.names: dict[str, dict[str, str]] = {kind.name: {} for kind in _SIDES}
        self.complete = True

    def read(self, client: ZendeskClient, path: str, name: str, params: Mapping[str, str], most: int) -> bool:
        """Read ``most`` tickets, a hundred a call, latest change first. False where there is no such list."""
        for page in range(1, max(1, -(-most // PAGE_SIZE)) + 1):
            asked = {**params, **LATEST_FIRST, "per_page": PAGE_SIZE, "page": page}
            response = client.session.request("GET", client.url(path), params=asked, accept=(NOT_FOUND,))
            if not response.ok:
                return False
            answer = client.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))
            self.found |= {str(row["id"]): row for row in rows(answer, name)}
            for kind in _SIDES:
                self.names[kind.name] |= _by_id(answer.get(kind.plural) or ())
            if not answer.get("next_page"):
                return True
        self.complete = False
        return True


def _names(
    client: ZendeskClient, kind: ZendeskObject, known: dict[str, str], tickets: Iterable[Json]
) -> Mapping[str, str]:
    """The names of the people or organizations in the tickets; those that did not come along are asked for."""
    fields = ("organization_id",) if kind is ORGANIZATION else ("requester_id", "assignee_id")
    wanted = {id for row in tickets for field in fields if (id := _id(row, field))} - known.keys()
    missing = sorted(wanted, key=int)
    for start in range(0, len(missing), PAGE_SIZE):
        answer = client.get(f"{kind.plural}/show_many", {"ids": ",".join(missing[start : start + PAGE_SIZE])})
        known |= _by_id(rows(answer, kind.plural))
    return known


def _by_id(found: Iterable[Json]) -> dict[str, str]:
    return {str(row["id"]): str(row.get("name") or "") for row in found}


def _ticket(row: Json, names: Mapping[str, Mapping[str, str]]) -> Ticket:
    people, group = names[USER.name], _id(row, "organization_id")
    return Ticket(
        id=str(row["id"]),
        subject=str(row.get("subject") or row.get("raw_subject") or ""),
        status=str(row.get("status") or ""),
        priority=str(row.get("priority") or ""),
        requester=people.get(_id(row, "requester_id"), ""),
        assignee=people.get(_id(row, "assignee_id"), ""),
        group_id=group,
        group=names[ORGANIZATION.name].get(group, ""),
        updated_at=moment(row),
    )


def _id(row: Json, name: str) -> str:
    return str(row.get(name) or "")
