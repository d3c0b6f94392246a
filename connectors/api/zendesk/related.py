"""Counts the related records of a user or organization, one call each ("Show Organization's Related Information")."""

from collections.abc import Iterator, Mapping

from connectors.api.ahead import map_ahead
from connectors.api.values import ATTACHED, Noun, Record
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import ORGANIZATION, USER, ZendeskObject

IN_FLIGHT = 5
# Zendesk's word for each count, with ours. A user without a ticket has no other trace that anybody would miss.
_TICKET = Noun("ticket", "tickets")
_COUNTS: Mapping[str, tuple[str, Mapping[str, Noun]]] = {
    ORGANIZATION.name: ("organization_related", {"users_count": Noun("user", "users"), "tickets_count": _TICKET}),
    USER.name: ("user_related", {"requested_tickets": _TICKET, "ccd_tickets": Noun("ticket as CC", "tickets as CC")}),
}


def with_attached(client: ZendeskClient, kind: ZendeskObject, records: Iterator[Record]) -> Iterator[Record]:
    """The same records, each that is there with how many of what hang on it."""

    def counted(record: Record) -> Record:
        return record if record.deleted else record.with_value(ATTACHED, _attached(client, kind, record.ref.id))

    yield from map_ahead(counted, records, IN_FLIGHT)


def _attached(client: ZendeskClient, kind: ZendeskObject, id: str) -> dict[Noun, int]:
    wrapper, words = _COUNTS.get(kind.name, ("", {}))
    if not words:
        return {}
    counts: Json = client.get(f"{kind.plural}/{id}/related").get(wrapper) or {}
    return {word: int(counts[name]) for name, word in words.items() if counts.get(name)}
