"""The search language, as far as clients use it, over an index that lags behind.

A query is words and `property:value` terms, joined by and: type, name, email, external_id, phone, tags,
role, organization, details, notes, created and updated with `:`, `<`, `>`, `<=`, `>=`, custom field keys; of tickets
subject, description, status and priority (also with `<` and `>`), ticket_type, requester, submitter and assignee (id,
email, name or `me`), group, brand, form, via, solved and `custom_field_ID`. Values may be quoted, end in `*`, or be
`none`; a leading `-` excludes. The same property twice among tickets means either value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.zendesk.answers import Answer, Refusal, bad_request
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.endpoints import ticket_routes, ticket_terms
from connectors.sandbox.zendesk.paging import decode, encode, link, offset_page, positive
from connectors.sandbox.zendesk.schema import organizations, tickets, users
from connectors.sandbox.zendesk.schema.records import Organization, User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

Found = Organization | User | Ticket
TERM = re.compile(r'(-?)(?:([\w.]+)(:|<=|>=|<|>))?("[^"]*"|\S+)')
NO_CONDITIONS = ("order_by", "sort")
MOST_RESULTS = 1_000
EXPORT_PAGE = 1_000
TYPES = ("organization", "user", "ticket")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. name "" is a word anywhere in the record's texts."""

    excluded: bool
    name: str
    sign: str
    value: str


def search(call: Call) -> Answer:
    """GET search: every kind, or the one that `type:` names; 1,000 results at most."""
    page = positive(call.query.get("page"), "page", 1)
    size = min(positive(call.query.get("per_page"), "per_page", 100), 100)
    if page * size > MOST_RESULTS and page > 1:
        text = "Invalid search: Requested response size was greater than Search Response Limits"
        raise Refusal(422, {"error": "invalid", "description": text})
    rows = _sorted(call, _all_matching(call.store, _query(call, mine=True)))
    answer = {**offset_page("results", rows, _render(call), call.query, call.address), "facets": None}
    return Answer(answer | _sides(call, answer["results"]))


def _sorted(call: Call, rows: list[Found]) -> list[Found]:
    """By `sort_by` and `sort_order`, or by `order_by:` and `sort:` of the query; else as they were found."""
    asked = {term.name: term.value for term in _terms(call.query.get("query", ""))}
    key = ticket_terms.SORTED_BY.get(call.query.get("sort_by") or asked.get("order_by", ""))
    down = (call.query.get("sort_order") or asked.get("sort", "desc")) == "desc"
    return sorted(rows, key=key, reverse=down) if key else rows


def _sides(call: Call, results: list[dict[str, Any]]) -> dict[str, Any]:
    """`include=tickets(users,organizations)`: what the tickets among the results refer to."""
    wanted = re.search(r"tickets\(([^)]*)\)", call.query.get("include", ""))
    if wanted is None:
        return {}
    rows = [call.store.tickets.rows[row["id"]] for row in results if row["result_type"] == "ticket"]
    return ticket_routes.sides(replace(call, query={"include": wanted.group(1)}), rows)


def count(call: Call) -> Answer:
    return Answer({"count": len(_all_matching(call.store, _query(call)))})


def export(call: Call) -> Answer:
    """GET search/export: one kind (`filter[type]`), by cursor, 1,000 a page."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed search export requests exceeded"}
    call.limit("search-export", None, 100, 60, body)
    kind, terms = call.query.get("filter[type]", ""), _terms(_query(call))
    # the documentation forbids a type in the query; client libraries repeat it there, and get away with it
    if kind not in TYPES or any(term.value != kind for term in terms if term.name == "type"):
        raise bad_request("Give one of organization, user, ticket as filter[type], and no other in the query")
    terms = [term for term in terms if term.name != "type"]
    size = min(positive(call.query.get("page[size]"), "page[size]", 100), EXPORT_PAGE)
    after = decode(call.query["page[after]"], "page[after]") if call.query.get("page[after]") else -1
    rows = [row for row in _matching(call.store, kind, terms) if row.id > after]
    chosen, more, render = rows[:size], len(rows) > size, _render(call)
    cursor = encode(chosen[-1].id) if chosen else None
    following = link(call.address, {**call.query, "page[after]": cursor}) if more else None
    answer = {
        "results": [render(row) for row in chosen],
        "facets": None,
        "meta": {"has_more": more, "after_cursor": cursor if more else None, "before_cursor": None},
        "links": {"prev": None, "next": following},
    }
    return Answer(answer)


def users_matching(store: Store, query: str) -> list[User]:
    """The active users of a query, for users/search."""
    return [row for row in _matching(store, "user", _terms(query)) if isinstance(row, User)]


def _query(call: Call, mine: bool = False) -> str:
    """`mine`: with the caller in place of `me`."""
    query = call.query.get("query", "")
    if mine:
        query = re.sub(r"\b(requester|assignee|submitter):me\b", rf"\1:{call.principal.id}", query)
    if not query.strip():
        raise Refusal(422, {"error": "invalid", "description": "Invalid search: query cannot be blank"})
    return query


def _all_matching(store: Store, query: str) -> list[Found]:
    terms = _terms(query)
    wanted = [term.value for term in terms if term.name == "type"] or TYPES
    rest = [term for term in terms if term.name != "type"]
    return [row for kind in TYPES if kind in wanted for row in _matching(store, kind, rest)]


def _matching(store: Store, kind: str, terms: list[Term]) -> Iterator[Found]:
    """What the index holds of this kind; a record is indexed some seconds after it was written."""
    known = store.now() - store.options.index_lag_seconds
    rows: dict[str, Callable[[], Iterable[Found]]] = {
        "organization": lambda: store.organizations,
        "user": lambda: (row for row in store.users if row.active),
        "ticket": lambda: store.tickets,
    }
    either = _either(terms)
    for row in rows[kind]():
        if row.updated <= known and all(any(_holds(store, row, t) != t.excluded for t in group) for group in either):
            yield row


def _either(terms: list[Term]) -> list[list[Term]]:
    """The terms in groups of which one has to hold: a property that is given twice may have either value."""
    groups: dict[object, list[Term]] = {}
    for number, term in enumerate(terms):
        if term.name in NO_CONDITIONS:
            continue
        shared = term.name and term.sign == ":" and not term.excluded
        groups.setdefault(term.name if shared else number, []).append(term)
    return list(groups.values())


def _terms(query: str) -> list[Term]:
    return [
        Term(minus == "-", name.lower(), sign, value.strip('"').lower())
        for minus, name, sign, value in TERM.findall(query)
    ]


def _holds(store: Store, row: Found, term: Term) -> bool:
    if term.name in ("created", "created_at", "updated", "updated_at"):
        return _time_holds(row.created if term.name.startswith("created") else row.updated, term)
    if isinstance(row, Ticket) and term.name in ("solved", "solved_at"):
        return row.solved is not None and _time_holds(row.solved, term)
    if isinstance(row, Ticket) and term.sign not in (":", "") and term.name in ticket_terms.ORDERED:
        return ticket_terms.compares(term.name, term.sign, term.value, row)
    values = [str(value).lower() for value in _values(store, row, term.name) if value is not None]
    if term.value == "none":
        return not values
    if term.value.endswith("*"):
        return any(value.startswith(term.value[:-1]) for value in values)
    if term.name in ("", "name", "details", "notes", "subject", "description"):
        return any(term.value in value for value in values)
    return term.value in values


def _time_holds(seconds: int, term: Term) -> bool:
    try:
        moment = datetime.fromisoformat(term.value.replace("z", "+00:00"))
    except ValueError:
        raise Refusal(422, {"error": "invalid", "description": f"Invalid search: {term.value} is no time"}) from None
    bound = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    day = 86_400 if len(term.value) == 10 else 1
    return {
        "<": seconds < bound,
        "<=": seconds < bound + day,
        ">": seconds >= bound + day,
        ">=": seconds >= bound,
        ":": bound <= seconds < bound + day,
    }[term.sign]


def _values(store: Store, row: Found, name: str) -> Iterable[Any]:
    """What the record holds under a search property; name "" is every text."""
    if isinstance(row, Ticket) and (found := ticket_terms.values(store, row, name)) is not None:
        return found
    match name:
        case "":
            return _texts(store, row)
        case "tags":
            return row.tags
        case "id":
            return (row.id,)
        case "organization" | "organization_id":
            return (getattr(row, "organization_id", None),)
        case "requester" | "requester_id":
            return (getattr(row, "requester_id", None),)
        case "email":
            return (value for value in _emails(store, row))
    if name in type(row).__slots__:
        return (getattr(row, name),)
    return (row.fields.get(name),)


def _texts(store: Store, row: Found) -> list[Any]:
    names = ("name", "external_id", "phone", "details", "notes", "subject", "description")
    texts = [getattr(row, name, None) for name in names]
    return [*texts, *row.tags, *_emails(store, row)]


def _emails(store: Store, row: Found) -> list[str]:
    if not isinstance(row, User):
        return []
    held = (store.identities.rows[record] for record in store.identities_of.get(row.id, ()))
    return [identity.value for identity in held if identity.kind == "email"]


def _render(call: Call) -> Callable[[Found], dict[str, Any]]:
    def render(row: Found) -> dict[str, Any]:
        match row:
            case Organization():
                body, kind = organizations.wire(call.store, row, call.base), "organization"
            case User():
                body, kind = users.wire(call.store, row, call.base), "user"
            case Ticket():
                body, kind = tickets.wire(call.store, row, call.base), "ticket"
        return {**body, "created_at": iso(row.created), "result_type": kind}

    return render
