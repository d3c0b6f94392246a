"""Reads Salesforce: query pages for small results, a bulk job for large ones, retrieve for known ids.

The first query page tells how large the answer is. A page of 2,000 rows is one call; a bulk job takes about as many
calls as ten pages and some seconds to start, so it pays above that.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from connectors.api.ahead import map_ahead
from connectors.api.errors import ConfigError, Incomplete
from connectors.api.proof import incomplete
from connectors.api.salesforce import list_views, querying, soql
from connectors.api.salesforce.bulk_query import bulk_rows
from connectors.api.salesforce.client import Json, SalesforceClient
from connectors.api.salesforce.list_views import ViewRows
from connectors.api.salesforce.values import DELETED, ID, STAMP, Shape, csv_records, json_records
from connectors.api.values import Condition, Page, Query, Record, RecordRef

Row = TypeVar("Row")
MOST_BY_PAGES = 20_000
PAGE_SIZE = 2000
RETRIEVE_SIZE = 2000
FETCHES_IN_FLIGHT = 4
SURELY_SOME = 20
OVERLAP = timedelta(minutes=3)


def read(client: SalesforceClient, query: Query, shape: Shape) -> Iterator[Page]:
    """The pages of ``query``. See ``Connector.read``. The watermark comes last, on a page of its own."""
    everything = query.since is None and not query.where
    query, shown = list_views.resolved(client, query)
    if shown.nothing or query.limit == 0:
        yield Page((), total=0 if shown.nothing else _total(client, query, shape, shown))
        return
    left = query.limit
    watermark: str | None = None
    rows = 0
    for where in _pieces(query):
        for page in _read_piece(client, query, where, shape, left, shown):
            # The clock of the very first answer: whatever is written from now on is read next time.
            watermark = watermark or _server_time(client)
            rows += len(page.records)
            yield page
            if left is not None:
                left -= len(page.records)
        if left is not None and left <= 0:
            return
    if query.limit is None:
        if not rows and everything:
            _prove_empty(client, query.object)
        yield Page((), watermark)


def fetch(client: SalesforceClient, refs: Sequence[RecordRef], fields: Sequence[str], shape: Shape) -> Iterator[Record]:
    """These records as they are now; one that is not there comes back deleted and without values."""
    object = refs[0].object
    make = _careful(object, json_records(object, fields, shape))
    if any("." in field for field in fields):
        yield from _fetch_by_query(client, refs, fields, shape)
        return
    columns = [soql.name(field) for field in dict.fromkeys((*fields, ID, STAMP))]
    chunks = [refs[start : start + RETRIEVE_SIZE] for start in range(0, len(refs), RETRIEVE_SIZE)]

    def retrieve(chunk: Sequence[RecordRef]) -> list[Json | None]:
        body = {"ids": [ref.id for ref in chunk], "fields": columns}
        rows = client.ask(f"composite/sobjects/{object}", body)
        if not isinstance(rows, list) or len(rows) != len(chunk) or not all(map(_is_asked, chunk, rows)):
            raise client.unreadable()
        return rows

    client.sf  # noqa: B018 - sign in here, not in a thread of the pool
    for chunk, rows in zip(chunks, map_ahead(retrieve, chunks, FETCHES_IN_FLIGHT), strict=True):
        for ref, row in zip(chunk, rows, strict=True):
            yield make(row) if row is not None else Record(ref, {}, deleted=True)


def _prove_empty(client: SalesforceClient, object: str) -> None:
    """Raises Incomplete for a query that finds none of what Salesforce counts many of. Its counts are rough."""
    try:
        answer = client.get("limits/recordCount", {"sObjects": object}) or {}
        counts = {row["name"]: int(row["count"]) for row in answer.get("sObjects") or ()}
    except (ConfigError, AttributeError, KeyError, TypeError, ValueError):
        return
    if (counted := counts.get(object, 0)) >= SURELY_SOME:
        raise Incomplete(
            f"Salesforce's query finds no {object}, but Salesforce counts about {counted:,}.",
            "Give the connection's user the right to see them (sharing settings, View All), then start again.",
        )


def _is_asked(ref: RecordRef, row: Any) -> bool:
    """Whether a retrieved row is the record that was asked for at its place, or says that this one is not there."""
    return row is None or (isinstance(row, dict) and str(row.get(ID))[:15] == ref.id[:15])


def _read_piece(
    client: SalesforceClient,
    query: Query,
    where: Sequence[Condition],
    shape: Shape,
    limit: int | None,
    shown: ViewRows,
) -> Iterator[Page]:
    """One query's pages, by the way that fits its size."""
    # Some objects keep no deleted records: users are only ever switched off.
    tombstones = (DELETED,) if query.since and DELETED in shape.types else ()
    columns = (*query.fields, ID, STAMP, *tombstones)
    conditions = [*shown.where, *_conditions(query, where, shape)]
    text = soql.select(columns, query.object, conditions, limit, shown.scope)
    if soql.fits_url(text):
        first = client.query(text, include_deleted=query.since is not None)
        total = _number(client, first)
        if total <= MOST_BY_PAGES or shape.compound.intersection(query.fields):
            yield from _query_pages(client, query, shape, first, total)
            return
    elif len(text) > soql.LONGEST_QUERY:
        raise ConfigError("The filter names too many values for one query.", "Choose fewer values.")
    else:
        total = None
    yield from _bulk_pages(client, query, shape, text, total)


def _query_pages(client: SalesforceClient, query: Query, shape: Shape, first: Json, total: int) -> Iterator[Page]:
    make = _careful(query.object, json_records(query.object, query.fields, shape))
    for rows in querying.pages(client, query.object, first):
        yield Page(tuple(make(row) for row in rows), total=total)


def _bulk_pages(client: SalesforceClient, query: Query, shape: Shape, text: str, total: int | None) -> Iterator[Page]:
    rows = bulk_rows(client, text, include_deleted=query.since is not None)
    header = next(rows, None)
    if header is None:
        return
    try:
        make = _careful(query.object, csv_records(query.object, query.fields, shape, header))
    except ValueError:
        raise client.unreadable() from None
    while records := tuple(make(row) for row in islice(rows, PAGE_SIZE)):
        yield Page(records, total=total)


def _careful(object: str, make: Callable[[Row], Record]) -> Callable[[Row], Record]:
    """The same maker of records; a row that has not the promised shape is an error."""

    def read(row: Row) -> Record:
        try:
            return make(row)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise incomplete(f"A row of Salesforce's {object} has another shape than Salesforce documents.") from None

    return read


def _fetch_by_query(
    client: SalesforceClient, refs: Sequence[RecordRef], fields: Sequence[str], shape: Shape
) -> Iterator[Record]:
    """Retrieve knows no parent fields, so these are asked for by a query; what that leaves out must not be there."""
    asked = Query(refs[0].object, tuple(fields), (Condition(ID, tuple(ref.id for ref in refs)),))
    found = {record.ref.id: record for page in read(client, asked, shape) for record in page.records}
    left_out = [ref for ref in refs if ref.id not in found]
    if left_out and any(not record.deleted for record in fetch(client, left_out, (ID,), shape)):
        raise incomplete(f"Salesforce's answer to a query of {refs[0].object} left out records that are there.")
    for ref in refs:
        yield found.get(ref.id) or Record(ref, {}, deleted=True)


def _pieces(query: Query) -> list[tuple[Condition, ...]]:
    """The conditions, cut where one of them lists more values than a URL holds."""
    room = soql.LONGEST_IN_URL - 1500 - sum(len(field) + 3 for field in query.fields)
    return list(soql.in_pieces(query.where, room))


def _conditions(query: Query, where: Sequence[Condition], shape: Shape) -> list[str]:
    conditions = [soql.condition(asked, shape.types) for asked in where]
    if query.since is not None:
        conditions.append(soql.changed_since(query.since, OVERLAP))
    return conditions


def _total(client: SalesforceClient, query: Query, shape: Shape, shown: ViewRows) -> int:
    pieces = [[*shown.where, *_conditions(query, where, shape)] for where in _pieces(query)]
    texts = [soql.count(query.object, conditions, shown.scope) for conditions in pieces]
    return sum(_number(client, client.query(text)) for text in texts)


def _number(client: SalesforceClient, page: Any) -> int:
    """How many rows a query's first page announces."""
    announced = page.get("totalSize") if isinstance(page, dict) else None
    if isinstance(announced, bool) or not isinstance(announced, int):
        raise client.unreadable()
    return announced


def _server_time(client: SalesforceClient) -> str:
    moment = client.session.server_time or datetime.now(UTC)
    return watermark_at(moment)


def watermark_at(moment: datetime) -> str:
    """The watermark of a moment, for the next read to start from."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
