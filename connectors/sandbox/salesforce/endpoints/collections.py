"""sObject Collections: up to 200 records a request, each with its own result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce import writes
from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.errors import ApiError, Failure
from connectors.sandbox.salesforce.ids import normal
from connectors.sandbox.salesforce.rows import Given, from_body, no_such_column
from connectors.sandbox.salesforce.rules.automations import MIXED, SETUP_OBJECTS
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.soql.columns import Names
from connectors.sandbox.salesforce.soql.nodes import Item, Path, Query
from connectors.sandbox.salesforce.soql.shape import Shape
from connectors.sandbox.salesforce.writes import Manner, Outcome

MOST_RECORDS = 200
MOST_CHUNKS = 10
MOST_RETRIEVED = 2000
ROLLED_BACK = Failure(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)


def create(call: Call) -> Response:
    body, records = _records(call)
    given = [from_body(call.org, _type_of(call, record), record) for record in records]
    _check_chunks(given)
    manner = manner_of(call)
    return _answer(call, body, given, lambda one: writes.insert(call.org, one, manner), created=False)


def update(call: Call) -> Response:
    body, records = _records(call)
    given = [from_body(call.org, _type_of(call, record), record) for record in records]
    _check_chunks(given)
    manner = manner_of(call)
    return _answer(call, body, given, lambda one: writes.update(call.org, one, manner), created=False)


def upsert(call: Call) -> Response:
    object, key = call.org.object(call.path["object"]), call.path["key"]
    known = object.field(key)
    if known is None or not (known.external_id or known.id_lookup):
        raise ApiError(
            400, "INVALID_FIELD", f"Field name provided, {key} does not match an External ID for {object.name}"
        )
    body, records = _records(call)
    given = [from_body(call.org, object, record) for record in records]
    seen: set[str] = set()
    manner = manner_of(call)

    def one(row: Given) -> Outcome:
        return writes.given_twice(row, known.name, seen) or writes.upsert(call.org, row, known.name, manner)

    return _answer(call, body, given, one, created=True)


def delete(call: Call) -> Response:
    ids = [id for id in call.query.get("ids", "").split(",") if id]
    if not ids:
        raise ApiError(400, "MISSING_ARGUMENT", "The ids parameter is required")
    _check_count(len(ids))
    body = {"allOrNone": call.flag("allOrNone")}
    return _answer(call, body, ids, lambda id: writes.delete(call.org, id), created=False)


def retrieve(call: Call) -> Response:
    """Records by id in the order asked; null for one that does not exist."""
    object = call.org.object(call.path["object"])
    if call.method == "GET":
        ids, fields = ([v for v in call.query.get(name, "").split(",") if v] for name in ("ids", "fields"))
    else:
        body = call.json_object()
        ids, fields = _texts(body, "ids"), _texts(body, "fields")
    if len(ids) > MOST_RETRIEVED:
        raise _too_many(MOST_RETRIEVED)
    names = Names(call.org, object)
    for name in fields:
        if object.field(name.split(".")[0]) is None and object.relation(name.split(".")[0]) is None:
            raise no_such_column(object, name)
    wanted = dict.fromkeys((*fields, "Id"))
    query = Query(tuple(Item(Path(tuple(name.split(".")))) for name in wanted), object.name)
    shape = Shape(call.org, names, query, call.version)
    rows = call.org.table(object.name).rows
    found = (rows.get(normal(str(id)) or "") for id in ids)
    return answer([None if row is None else shape.render(row) for row in found])


def _texts(body: dict[str, Any], name: str) -> list[str]:
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ApiError(400, "JSON_PARSER_ERROR", f"{name} must be an array of strings")
    return found


def _records(call: Call) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    body = call.json_object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise ApiError(400, "JSON_PARSER_ERROR", "The records array is missing")
    _check_count(len(records))
    return body, records


def _check_count(count: int) -> None:
    if count > MOST_RECORDS:
        raise _too_many(MOST_RECORDS)


def _too_many(most: int) -> ApiError:
    return ApiError(
        400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {most} records into this call"
    )


def _type_of(call: Call, record: Mapping[str, Any]) -> ObjectType:
    name = record.get("attributes", {}).get("type") if isinstance(record.get("attributes"), dict) else None
    if not isinstance(name, str) or not name:
        raise ApiError(400, "INVALID_INPUT", "Include an entity type for each record: attributes.type is missing")
    object = call.org.find_object(name)
    if object is None:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return object


def _check_chunks(given: list[Given]) -> None:
    """Runs of one type are chunks: at most ten, and setup objects never beside others."""
    types = [one.object.name for one in given]
    chunks = sum(1 for before, after in zip([None, *types], types, strict=False) if before != after)
    if chunks > MOST_CHUNKS:
        message = f"Cannot have more than {MOST_CHUNKS} chunks in a single operation. Please rearrange the data"
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    setup = {name in SETUP_OBJECTS for name in types}
    if len(setup) > 1:
        raise ApiError(400, "MIXED_DML_OPERATION", MIXED)


def manner_of(call: Call) -> Manner:
    """How the request's headers want the write made."""
    allow = (call.option("Sforce-Duplicate-Rule-Header", "allowSave") or "").lower() == "true"
    assign = call.headers.get("sforce-auto-assign", "true").lower() != "false"
    return Manner(allow, call.user, assign)


def _answer(
    call: Call,
    body: Mapping[str, Any],
    rows: Iterable[Any],
    act: Callable[[Any], Outcome],
    *,
    created: bool,
) -> Response:
    all_or_none = bool(body.get("allOrNone"))
    with call.org.journal.transaction() as rollback:
        outcomes = [act(row) for row in rows]
        if all_or_none and not all(outcome.ok for outcome in outcomes):
            rollback()
            outcomes = [_rolled_back(outcome) if outcome.ok else outcome for outcome in outcomes]
    return answer([shown(outcome, created=created) for outcome in outcomes])


def _rolled_back(outcome: Outcome) -> Outcome:
    """A record that was made and taken back has no id."""
    return Outcome(None if outcome.created else outcome.id, outcome.created, (ROLLED_BACK,))


def shown(outcome: Outcome, *, created: bool) -> dict[str, Any]:
    """One row of the answer; `created` is told by upserts only, and `id` is left out where there is none."""
    row: dict[str, Any] = {"id": outcome.id} if outcome.id else {}
    row |= {"success": outcome.ok, "errors": [failure.in_row() for failure in outcome.failures]}
    return row | {"created": outcome.created} if created else row


PATHS: Paths = {
    "/services/data/v{version}/composite/sobjects": {"POST": create, "PATCH": update, "DELETE": delete},
    "/services/data/v{version}/composite/sobjects/{object}": {"GET": retrieve, "POST": retrieve},
    "/services/data/v{version}/composite/sobjects/{object}/{key}": {"PATCH": upsert},
}
