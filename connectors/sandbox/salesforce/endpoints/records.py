"""One record at a time: create, read, update, delete, by id or by external id; what changed in a window of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce import moments, writes
from connectors.sandbox.salesforce.api import Call, Paths, answer, empty
from connectors.sandbox.salesforce.endpoints.collections import manner_of
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.ids import normal
from connectors.sandbox.salesforce.rows import find, from_body, no_such_column
from connectors.sandbox.salesforce.schema.describe import global_entry
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.soql.columns import Names
from connectors.sandbox.salesforce.soql.nodes import Item, Path, Query
from connectors.sandbox.salesforce.soql.shape import Shape
from connectors.sandbox.salesforce.writes import Outcome

GONE = frozenset({"ENTITY_IS_DELETED", "NOT_FOUND"})
DELETED_WINDOW, UPDATED_WINDOW = timedelta(days=15), timedelta(days=30)


def basics(call: Call) -> Response:
    """The object's entry; the API user has looked at no record."""
    return answer({"objectDescribe": global_entry(call.org.object(call.path["object"]), call.root), "recentItems": []})


def create(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    outcome = writes.insert(call.org, from_body(call.org, object, call.json_object()), manner_of(call))
    return _written(call, outcome, 201)


def show(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    return _shown(call, object, _row(call, object, call.path["id"]))


def update(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    row = _row(call, object, call.path["id"])
    given = from_body(call.org, object, call.json_object())
    if given.id:
        raise ApiError(
            400,
            "INVALID_FIELD",
            "The Id field should not be specified in the sobject data.",
            [object.fields["Id"].name],
        )
    given.id = row["Id"]
    outcome = writes.update(call.org, given, manner_of(call))
    return empty() if outcome.ok else _written(call, outcome, 204)


def delete(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    outcome = writes.delete(call.org, _row(call, object, call.path["id"])["Id"])
    return empty() if outcome.ok else _written(call, outcome, 204)


def show_by_key(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    found = _found(call, object)
    if not found:
        raise not_found()
    return _shown(call, object, call.org.table(object.name).rows[found[0]])


def upsert(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    found = _found(call, object)
    given = from_body(call.org, object, call.json_object())
    known = object.field(call.path["key"])
    if known is None or known.name in given.values or given.id:
        raise ApiError(
            400,
            "INVALID_FIELD",
            f"The {call.path['key']} field should not be specified in the sobject data.",
        )
    if found:
        given.id = found[0]
        outcome = writes.update(call.org, given, manner_of(call))
    elif call.flag("updateOnly"):
        raise not_found("Provided external ID field does not exist or is not accessible")
    else:
        if known.type != "id":
            given.values[known.name] = call.path["value"]
        outcome = writes.insert(call.org, given, manner_of(call))
    return _written(call, outcome, 201 if outcome.created else 200, upsert=True)


def delete_by_key(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    found = _found(call, object)
    if not found:
        raise not_found()
    outcome = writes.delete(call.org, found[0])
    return empty() if outcome.ok else _written(call, outcome, 204)


class Several(ApiError):
    """More than one record has the key: 300 and where each of them is."""

    def __init__(self, urls: list[str]) -> None:
        super().__init__(300, "MULTIPLE_CHOICES", "more than one record found")
        self.urls = urls

    def body(self) -> list[str]:  # type: ignore[override]
        return self.urls


def _found(call: Call, object: ObjectType) -> tuple[str, ...]:
    """Ids of the records the address names. Raises ApiError 300 for several, 404 for a field that is no key."""
    known = object.field(call.path["key"])
    if known is None or not (known.external_id or known.id_lookup):
        raise not_found("Provided external ID field does not exist or is not accessible: " + call.path["key"])
    found = find(call.org, object, known.name, call.path["value"])
    if len(found) > 1:
        raise Several([f"{call.root}/sobjects/{object.name}/{id}" for id in found])
    return found


def _row(call: Call, object: ObjectType, text: str) -> Row:
    id = normal(text)
    table = call.org.table(object.name)
    if id in table.deleted:
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    if id is None or id[:3] != object.prefix or id not in table.rows:
        raise not_found()
    return table.rows[id]


def _shown(call: Call, object: ObjectType, row: Row) -> Response:
    asked = [name for name in call.query.get("fields", "").split(",") if name]
    for name in asked:
        if object.field(name.split(".")[0]) is None and object.relation(name.split(".")[0]) is None:
            raise no_such_column(object, name)
    wanted = dict.fromkeys([*asked, "Id"] if asked else object.fields)
    query = Query(tuple(Item(Path(tuple(name.split(".")))) for name in wanted), object.name)
    return answer(Shape(call.org, Names(call.org, object), query, call.version).render(row))


def _written(call: Call, outcome: Outcome, status: int, *, upsert: bool = False) -> Response:
    if not outcome.ok:
        code = outcome.failures[0].code
        raise ApiError.of(404 if code in GONE else 400, outcome.failures)
    body: dict[str, Any] = {"id": outcome.id, "success": True, "errors": []}
    headers = {"Location": f"{call.root}/sobjects/{call.path['object']}/{outcome.id}"} if outcome.created else {}
    return answer(body | {"created": outcome.created} if upsert else body, status, headers)


def updated(call: Call) -> Response:
    """Ids of live records changed in the window."""
    object = call.org.object(call.path["object"])
    start, end = _window(call, UPDATED_WINDOW)
    rows = call.org.table(object.name).rows.values()
    ids = [row["Id"] for row in rows if start <= row["SystemModstamp"] < end]
    return answer({"ids": ids, "latestDateCovered": end})


def deleted(call: Call) -> Response:
    """Ids and moments of records deleted in the window."""
    object = call.org.object(call.path["object"])
    start, end = _window(call, DELETED_WINDOW)
    rows = call.org.table(object.name).deleted.values()
    gone = [
        {"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows if start <= row["SystemModstamp"] < end
    ]
    earliest = moments.from_datetime(_now(call) - DELETED_WINDOW)
    return answer({"deletedRecords": gone, "earliestDateAvailable": earliest, "latestDateCovered": end})


def _now(call: Call) -> datetime:
    return datetime.fromtimestamp(int(call.org.clock.now()), UTC)


def _window(call: Call, reach: timedelta) -> tuple[str, str]:
    """Start and end as stored text; whole minutes, as the vendor rounds them down."""
    given = [moments.parse_moment(call.query.get(name, "").replace(" ", "+")) for name in ("start", "end")]
    if given[0] is None or given[1] is None:
        raise ApiError(400, "INVALID_ARGUMENT", "start and end must be ISO 8601 dates")
    start, end = (moments.to_datetime(text).replace(microsecond=0, second=0) for text in given if text)
    if end - start < timedelta(minutes=1):
        raise ApiError(400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < _now(call) - reach - timedelta(minutes=1):
        raise ApiError(400, "INVALID_REPLICATION_DATE", f"startDate cannot be more than {reach.days} days ago")
    return moments.from_datetime(start), moments.from_datetime(end)


_ONE = "/services/data/v{version}/sobjects/{object}"

PATHS: Paths = {
    _ONE: {"GET": basics, "POST": create},
    f"{_ONE}/updated": {"GET": updated},
    f"{_ONE}/deleted": {"GET": deleted},
    f"{_ONE}/{{id}}": {"GET": show, "PATCH": update, "DELETE": delete},
    f"{_ONE}/{{key}}/{{value:path}}": {"GET": show_by_key, "PATCH": upsert, "DELETE": delete_by_key},
}
