"""Reading users: whole lists page by page, what changed since a watermark, single ones by the organization's user id.

A record is everything that is known under one organization user id: of several Didomi ids and of all regulations that
were asked for. Users without one are nobody that another system could know; they are left out, and so are
those with a longer one than a record can have.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.api.ahead import map_ahead
from connectors.api.didomi import consents
from connectors.api.didomi.client import DidomiClient, Json
from connectors.api.didomi.consents import COUNTRY, GDPR, KEY
from connectors.api.didomi.schema import USER
from connectors.api.errors import ConfigError
from connectors.api.proof import incomplete
from connectors.api.values import ID_LENGTH, Compare, Page, Query, Record, RecordRef

USERS, EVENTS = "consents/users", "consents/events"
KEYS_A_CALL = 25
IN_FLIGHT = 8
# Changes that were under way when a read began carry an earlier moment, and clocks differ a little.
OVERLAP = timedelta(seconds=60)


def read(client: DidomiClient, query: Query) -> Iterator[Page]:
    """The pages of ``query``. See ``Connector.read``."""
    if query.object != USER:
        raise ConfigError(f"Didomi has no object {query.object}.", "The only object is user.")
    if query.limit == 0:
        yield Page((), total=_total(client, query))
        return
    found = _found(client, query)
    yield from found if query.limit is None else _at_most(found, query.limit)


def fetch(client: DidomiClient, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
    """These users as they are now; one that is not there comes back deleted."""
    keys = [ref.id for ref in refs]
    for start in range(0, len(keys), KEYS_A_CALL):
        chunk = keys[start : start + KEYS_A_CALL]
        found = {record.ref.id: record for record in _records(client, _by_key(client, chunk, fields), fields)}
        yield from (found.get(key) or Record(RecordRef(USER, key), {}, deleted=True) for key in chunk)


def _found(client: DidomiClient, query: Query) -> Iterator[Page]:
    if keys := next((one.values for one in query.where if one.field == KEY and one.is_plain), None):
        refs = [RecordRef(USER, key) for key in dict.fromkeys(keys)]
        yield Page(tuple(record for record in fetch(client, refs, query.fields) if not record.deleted))
        return
    matching = _matching(query)
    pages = _whole(client, query.fields) if query.since is None else _changed(client, query.fields, query.since)
    for page in pages:
        yield Page(tuple(filter(matching, page.records)), page.watermark, page.total)


def _matching(query: Query) -> Callable[[Record], bool]:
    sought = [(one.field, [value.lower() for value in one.values]) for one in query.where if one.by is Compare.CONTAINS]

    def matches(record: Record) -> bool:
        return all(
            any(value in str(record.values.get(field) or record.ref.id).lower() for value in values)
            for field, values in sought
        )

    return matches


def _total(client: DidomiClient, query: Query) -> int:
    total = client.total(USERS, _regulations(query.fields)) if not query.where else None
    return total if total is not None else sum(len(page.records) for page in _found(client, query))


def _whole(client: DidomiClient, fields: Sequence[str]) -> Iterator[Page]:
    """Everybody. Rows of one user stand together where the list can be sorted; where not, it is looked up again."""
    selected = {**_regulations(fields), f"$sort[{KEY}]": 1}
    held: dict[str, list[Json]] = {}
    seen: set[str] = set()
    watermark: str | None = None
    for rows, total in client.pages(USERS, selected):
        watermark = watermark or _watermark(client)
        groups = _grouped(rows)
        last = next(reversed(groups), None)
        ready = {**held}
        for key, group in groups.items():
            ready[key] = [*ready.get(key, ()), *group]
        held = {last: ready.pop(last)} if last is not None else {}
        yield Page(_of_groups(client, ready, fields, seen), total=total)
    yield Page(_of_groups(client, held, fields, seen), watermark)


def _changed(client: DidomiClient, fields: Sequence[str], since: str) -> Iterator[Page]:
    """Those whose status changed at that moment or later, latest first; the rest of the list is not read."""
    selected = {**_regulations(fields), "$sort[updated_at]": -1}
    seen: set[str] = set()
    watermark: str | None = None
    for rows, _ in client.pages(USERS, selected):
        watermark = watermark or _watermark(client)
        keys = [key for key in _grouped([row for row in rows if _moment(row) >= since]) if key not in seen]
        seen.update(keys)
        yield Page(tuple(_looked_up(client, keys, fields)))
        if _in_order(rows) and rows and _moment(rows[-1]) < since:
            break
    yield Page((), watermark)


def _looked_up(client: DidomiClient, keys: Sequence[str], fields: Sequence[str]) -> Iterator[Record]:
    for record in fetch(client, [RecordRef(USER, key) for key in keys], fields):
        if not record.deleted:
            yield record


def _of_groups(
    client: DidomiClient, groups: Mapping[str, list[Json]], fields: Sequence[str], seen: set[str]
) -> tuple[Record, ...]:
    """The records of these rows. One that came before was read in part only, so all of it is asked for again."""
    new = {key: rows for key, rows in groups.items() if key not in seen}
    again = [key for key in groups if key in seen]
    seen.update(new)
    return (*_records(client, new, fields), *_looked_up(client, again, fields))


def _records(client: DidomiClient, groups: Mapping[str, list[Json]], fields: Sequence[str]) -> Iterator[Record]:
    if not consents.needs_events(fields):
        yield from (_record(key, rows, {}, fields) for key, rows in groups.items())
        return
    answers = map_ahead(lambda key: _events(client, key, fields), groups, IN_FLIGHT)
    for (key, rows), events in zip(groups.items(), answers, strict=True):
        yield _record(key, rows, events, fields)


def _record(key: str, rows: Sequence[Json], events: Mapping[str, list[Json]], fields: Sequence[str]) -> Record:
    statuses = []
    for row in rows:
        regulation = str(row.get("regulation") or GDPR)
        own = [one for one in events.get(regulation, ()) if _user_of(one) in (None, row.get("id"))]
        statuses.append(consents.under(regulation, consents.of_status(row, own)))
    values = {
        **consents.merged(*statuses),
        KEY: key,
        COUNTRY: next((r["country"] for r in rows if r.get("country")), None),
    }
    changed = max(filter(None, map(_moment, rows)), default="")
    return Record(RecordRef(USER, key), consents.selected(values, fields), _aware(changed))


def _user_of(event: Json) -> object:
    user = event.get("user")
    return user.get("id") if isinstance(user, dict) else None


def _events(client: DidomiClient, key: str, fields: Sequence[str]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = defaultdict(list)
    for event in client.all(EVENTS, {**_regulations(fields), KEY: key}):
        found[str(event.get("regulation") or GDPR)].append(event)
    return found


def _by_key(client: DidomiClient, keys: Sequence[str], fields: Sequence[str]) -> dict[str, list[Json]]:
    """The rows of these users, several in a call; one by one where the server takes no list of them."""
    if len(keys) > 1:
        found = client.all(USERS, {**_regulations(fields), f"{KEY}[$in]": list(keys)})
        if {row.get(KEY) for row in found} <= set(keys):
            return _grouped(found)
    return {
        key: rows
        for key in keys
        if (rows := [r for r in client.all(USERS, {**_regulations(fields), KEY: key}) if r.get(KEY) == key])
    }


def _regulations(fields: Iterable[str]) -> dict[str, str | list[str]]:
    named = consents.regulations(fields)
    return {"regulation": named[0]} if len(named) == 1 else {"regulation[$in]": list(named)}


def _grouped(rows: Iterable[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = defaultdict(list)
    for row in rows:
        if (key := row.get(KEY)) and len(str(key)) <= ID_LENGTH:
            found[str(key)].append(row)
    return dict(found)


def _moment(row: Json) -> str:
    return str(row.get("updated_at") or row.get("created_at") or "")


def _in_order(rows: Sequence[Json]) -> bool:
    moments = [_moment(row) for row in rows]
    return moments == sorted(moments, reverse=True)


def _aware(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise incomplete(f"Didomi gives the date {text!r}, which is none.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def watermark_at(moment: datetime) -> str:
    """Where a read of changes starts, in Didomi's spelling."""
    moment = (moment - OVERLAP).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _watermark(client: DidomiClient) -> str:
    return watermark_at(client.session.server_time or datetime.now(UTC))


def _at_most(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    """No more records than that, and no watermark: what follows was not read."""
    left = limit
    for page in pages:
        records = tuple(islice(page.records, left))
        left -= len(records)
        yield Page(records, total=page.total)
        if left <= 0:
            return
