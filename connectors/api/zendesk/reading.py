"""Reads Zendesk: whole lists by cursor, changes by incremental export, single records by show_many.

A whole list costs a call for 100 rows at the plan's rate, which is faster than the export with its 1,000 rows at
ten calls a minute; the export is for what changed (developer.zendesk.com, "Incremental Exports").
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from connectors.api.ahead import map_ahead
from connectors.api.errors import ConfigError, Transient
from connectors.api.proof import Proof, incomplete
from connectors.api.values import ANY_ADDRESS, Condition, Page, Query, Record, RecordRef
from connectors.api.zendesk import memberships, merges, tickets
from connectors.api.zendesk.account import account_settings
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.errors import read_refusal
from connectors.api.zendesk.listing import PAGE_SIZE, pages, rows, total
from connectors.api.zendesk.objects import (
    ACCOUNT_ID,
    ACCOUNT_SETTINGS,
    MEMBERSHIP,
    ORGANIZATION,
    TICKET,
    USER,
    ZendeskObject,
)
from connectors.api.zendesk.records import Reader, gone, matcher, reader

EXPORT_SIZE = 1000
FETCHES_IN_FLIGHT = 5
# The export refuses a start younger than a minute; clocks differ a little.
LAG_SECONDS = 60
YOUNGEST_START = 75
# Changes that were under way when a list began may carry an earlier second.
OVERLAP = 60
AT, CURSOR = "at:", "cursor:"
# A handful of names is searched for; for more than that the whole list is not much dearer.
SEARCHED = {"organization": ("name",), "user": ("email",)}
MOST_SEARCHES = 10


def read(client: ZendeskClient, kind: ZendeskObject, query: Query, dates: frozenset[str]) -> Iterator[Page]:
    """The pages of ``query``. See ``Connector.read``."""
    make = _careful(kind, reader(kind, query.fields, dates))
    if query.limit == 0:
        yield Page((), total=_total(client, kind, query))
        return
    found = _found(client, kind, query, make)
    if kind is TICKET:
        found = tickets.with_more(client, found, query.fields)
    yield from found if query.limit is None else _at_most(found, query.limit)


def fetch(client: ZendeskClient, kind: ZendeskObject, refs: Sequence[RecordRef], make: Reader) -> Iterator[Record]:
    """These records as they are now; one that is not there comes back deleted and without values."""
    make = _careful(kind, make)
    if kind is MEMBERSHIP:
        yield from memberships.fetch(client, refs, make)
        return
    if kind is ACCOUNT_SETTINGS:
        item = account_settings(client) if any(ref.id == ACCOUNT_ID for ref in refs) else None
        yield from (make(item) if item and ref.id == ACCOUNT_ID else missing(kind, ref.id) for ref in refs)
        return
    ids = [ref.id for ref in refs]
    chunks = [ids[start : start + PAGE_SIZE] for start in range(0, len(ids), PAGE_SIZE)]
    answers = map_ahead(lambda chunk: show_many(client, kind, "ids", chunk), chunks, FETCHES_IN_FLIGHT)
    for asked, items in zip(chunks, answers, strict=True):
        found = {str(item["id"]): item for item in items}
        for id in asked:
            item = found.get(id)
            yield make(item) if item is not None else missing(kind, id)


def missing(kind: ZendeskObject, id: str) -> Record:
    """What is said of a record that is not there."""
    return Record(RecordRef(kind.name, id), {}, deleted=True)


def _found(client: ZendeskClient, kind: ZendeskObject, query: Query, make: Reader) -> Iterator[Page]:
    """The pages by the cheapest way that answers the query."""
    if kind is ACCOUNT_SETTINGS:
        return _account(client, query, make)
    if kind is MEMBERSHIP and (users := memberships.users_asked(client, query)) is not None:
        return memberships.of_users(client, users, query, make)
    if kind is USER and (held := _condition_on(query, (ANY_ADDRESS,))):
        return _holding(client, query, held, make)
    if query.since is not None and kind.export:
        return _changes(client, kind, query, make)
    if keyed := _condition_on(query, ("id",) if kind.exported else ("id", "external_id")):
        return _keyed(client, kind, query, keyed, make)
    if kind.exported:
        return _by_export(client, kind, query, make)
    if (named := _condition_on(query, SEARCHED.get(kind.name, ()))) and len(named.values) <= MOST_SEARCHES:
        return _searched(client, kind, query, named, make)
    return _whole(client, kind, query, make)


def _account(client: ZendeskClient, query: Query, make: Reader) -> Iterator[Page]:
    """The account's settings: one record, or none where Zendesk does not show them."""
    matches = matcher(ACCOUNT_SETTINGS, query.where)
    item = account_settings(client)
    yield Page((make(item),) if item is not None and matches(item) else ())


def _whole(client: ZendeskClient, kind: ZendeskObject, query: Query, make: Reader) -> Iterator[Page]:
    matches = matcher(kind, query.where)
    started: float | None = None
    for items, last in pages(client, kind.path, kind.plural):
        if started is None:
            started = _server_seconds(client)
            if last and not items:
                _prove_empty(client, kind)
        records = tuple(make(item) for item in items if matches(item) and not gone(item))
        yield Page(records, f"{AT}{int(started) - OVERLAP}" if last and kind.export else None)


def _by_export(client: ZendeskClient, kind: ZendeskObject, query: Query, make: Reader) -> Iterator[Page]:
    """All there is, a thousand a call; what is deleted by now is left out."""
    for page in _changes(client, kind, replace(query, since=_at(0)), make):
        yield replace(page, records=tuple(record for record in page.records if not record.deleted))


def _prove_empty(client: ZendeskClient, kind: ZendeskObject) -> None:
    """Raises Incomplete for an empty list of what Zendesk counts some of."""
    if kind.export and (announced := total(client, kind)):
        raise incomplete(f"Zendesk's list of {kind.plural} is empty, but Zendesk counts {announced:,}.")


def _careful(kind: ZendeskObject, make: Reader) -> Reader:
    """The same reader; a record that has not the promised shape is an error that names it."""

    def read(item: Json) -> Record:
        try:
            return make(item)
        except (AttributeError, KeyError, TypeError, ValueError):
            id = item.get("id")
            raise incomplete(f"Zendesk's {kind.name} {id} does not have the shape that Zendesk documents.") from None

    return read


def _keyed(client: ZendeskClient, kind: ZendeskObject, query: Query, keyed: Condition, make: Reader) -> Iterator[Page]:
    """Records by id or external id, a hundred a call."""
    matches = matcher(kind, query.where)
    parameter = "ids" if keyed.field == "id" else "external_ids"
    values = [value for value in dict.fromkeys(keyed.values) if value]
    for start in range(0, len(values), PAGE_SIZE):
        items = show_many(client, kind, parameter, values[start : start + PAGE_SIZE])
        yield Page(tuple(make(item) for item in items if matches(item) and not gone(item)))
    if not values:
        yield Page(())


def _searched(
    client: ZendeskClient, kind: ZendeskObject, query: Query, named: Condition, make: Reader
) -> Iterator[Page]:
    """A few records by name or email, a call each. A search finds what was just written some minutes later."""
    matches = matcher(kind, query.where)
    for value in filter(None, dict.fromkeys(named.values)):
        asked = {"name": value} if kind is ORGANIZATION else {"query": f'email:"{value}"'}
        items = rows(client.get(f"{kind.plural}/search", asked), kind.plural)
        yield Page(tuple(make(item) for item in items if matches(item) and not gone(item)))


def _holding(client: ZendeskClient, query: Query, held: Condition, make: Reader) -> Iterator[Page]:
    """Users by any of their addresses; each comes once."""
    matches = matcher(USER, [condition for condition in query.where if condition is not held])
    addresses = filter(None, dict.fromkeys(held.values))
    items = {item["id"]: item for address in addresses for item in merges.users_of(client, address)}
    yield Page(tuple(make(item) for item in items.values() if matches(item) and not gone(item)))


def _changes(client: ZendeskClient, kind: ZendeskObject, query: Query, make: Reader) -> Iterator[Page]:
    """What was written since the watermark, tombstones included; a page may repeat the end of the one before."""
    matches = matcher(kind, query.where)
    since = query.since or ""
    before: set[tuple[str, str]] = set()
    proof = Proof(f"Zendesk's export of {kind.plural}")
    proof.goes_on(since, (since,))
    answer = _first_export(client, kind, since)
    while True:
        items = {(str(item["id"]), str(item.get("updated_at"))): item for item in _rows(client, kind, answer)}
        fresh = [make(item) for state, item in items.items() if state not in before and (gone(item) or matches(item))]
        ended = _is_end(proof, answer)
        since = _next_start(kind, answer, since)
        if not ended:
            proof.goes_on(since, items.keys())
        before = set(items)
        yield Page(tuple(fresh), since)
        if ended:
            return
        if since.startswith(AT) and _seconds(since) > _server_seconds(client) - LAG_SECONDS:
            return  # Zendesk refuses a start within the last minute; the rest comes with the next read
        answer = client.get(kind.export, _export_params(kind, since))


def _rows(client: ZendeskClient, kind: ZendeskObject, answer: Json) -> list[Json]:
    """The rows of an answer, with what came along for them."""
    found = rows(answer, kind.plural)
    return tickets.completed(client.base_url, answer, found) if kind is TICKET else found


def _is_end(proof: Proof, answer: Json) -> bool:
    """Whether this was the last page, as each of the exports says it."""
    meta = answer.get("meta")
    if "end_of_stream" not in answer and isinstance(meta, dict):
        return not proof.flag(meta.get("has_more"), "meta.has_more")
    return proof.flag(answer.get("end_of_stream"), "end_of_stream")


def _first_export(client: ZendeskClient, kind: ZendeskObject, since: str) -> Json:
    """The first page; a start that is too young by Zendesk's clock is moved back by that clock."""
    young = _at(int(time.time()) - YOUNGEST_START)
    start = min(since, young, key=_seconds) if since.startswith(AT) else since
    url = client.url(kind.export)
    response = client.session.request("GET", url, params=_export_params(kind, start), accept=(400, 422))
    if not response.ok:
        refusal = read_refusal(response)
        if not start.startswith(AT):
            raise ConfigError(
                f"Zendesk no longer knows where the last read ended: {refusal.detail}.",
                "Read everything once more (Full sync).",
                code="STALE_WATERMARK",
            )
        young = _at(int(_server_seconds(client)) - YOUNGEST_START)
        return client.get(kind.export, _export_params(kind, min(since, young, key=_seconds)))
    return client.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))


def _next_start(kind: ZendeskObject, answer: Json, since: str) -> str:
    """Where the next page or read starts; where the answer names no place, the same as before."""
    if kind.by_cursor:
        cursor = answer.get("after_cursor")
        return f"{CURSOR}{cursor}" if cursor else since
    end = answer.get("end_time")
    return _at(end) if isinstance(end, int) and end > 0 else since


def _export_params(kind: ZendeskObject, since: str) -> dict[str, str | int]:
    sides = {"include": kind.sides} if kind.sides else {}
    if since.startswith(CURSOR):
        return {"cursor": since.removeprefix(CURSOR), "per_page": EXPORT_SIZE, **sides}
    return {"start_time": _seconds(since), "per_page": EXPORT_SIZE, **sides}


def show_many(client: ZendeskClient, kind: ZendeskObject, parameter: str, values: Sequence[str]) -> list[Json]:
    """Up to a hundred records by ``ids`` or ``external_ids``, as far as they are there."""
    if parameter == "ids" and not kind.key:
        values = [value for value in values if value.isdecimal()]
    if not values:
        return []
    if kind.key:
        asked = {f"filter[{parameter}]": ",".join(values), "page[size]": PAGE_SIZE}
        return rows(client.get(kind.path, asked), kind.plural)
    sides = {"include": kind.sides} if kind.sides else {}
    return _rows(client, kind, client.get(f"{kind.path}/show_many", {parameter: ",".join(values), **sides}))


def _total(client: ZendeskClient, kind: ZendeskObject, query: Query) -> int:
    """How many records match. Zendesk counts whole objects; with conditions the rows are read and counted."""
    if query.where or not kind.export:
        unlimited = Query(query.object, (), query.where)
        return sum(len(page.records) for page in read(client, kind, unlimited, frozenset()))
    return total(client, kind)


def _condition_on(query: Query, fields: Sequence[str]) -> Condition | None:
    """The condition that asks for certain values of one of these fields, if there is one."""
    if query.object == MEMBERSHIP.name:
        return None
    return next((c for c in query.where if c.is_plain and c.field in fields), None)


def _at_most(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    """Pages of ``limit`` records together. A read that was cut short gives no watermark."""
    left = limit
    for page in pages:
        records = tuple(islice(page.records, left))
        left -= len(records)
        yield Page(records, None, page.total)
        if left <= 0:
            return


def _server_seconds(client: ZendeskClient) -> float:
    moment = client.session.server_time
    return moment.timestamp() if moment is not None else time.time()


def watermark_at(moment: datetime) -> str:
    """The watermark of a moment, for the next read to start from."""
    return _at(int(moment.timestamp()))


def _at(seconds: int) -> str:
    return f"{AT}{max(0, seconds)}"


def _seconds(since: str) -> int:
    return int(since.removeprefix(AT))
