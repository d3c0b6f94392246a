"""query and queryAll with their pages."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from connectors.sandbox.incoming import whole
from connectors.sandbox.salesforce import listviews
from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.ids import normal
from connectors.sandbox.salesforce.soql.run import Result, run

MIN_PAGE, MAX_PAGE = 200, 2000
# A user keeps this many open cursors; the oldest is dropped for a new one.
MAX_CURSORS = 10


@dataclass(frozen=True, slots=True)
class Cursor:
    result: Result
    page: int


def query(call: Call) -> Response:
    return _first(call, deleted=False)


def query_all(call: Call) -> Response:
    return _first(call, deleted=True)


def _first(call: Call, *, deleted: bool) -> Response:
    if "explain" in call.query:
        return explain(call)
    text = call.query.get("q")
    if not text:
        raise ApiError(400, "MALFORMED_QUERY", "A query string has to be specified")
    result = run(call.org, text, call.version, deleted=deleted, user=call.user)
    page = _page_size(call)
    id = ""
    if len(result.rows) > page:
        cursors = call.org.cursors
        while len(cursors) >= MAX_CURSORS:
            del cursors[next(iter(cursors))]
        id = call.org.new_cursor_id()
        cursors[id] = Cursor(result, page)
    return _page(call, result, id, 0, page)


def explain(call: Call) -> Response:
    """How the query, or the one behind a list view, would be run: here it is always a scan of the table."""
    text = call.query["explain"]
    view = call.org.listviews.get(normal(text) or "")
    text = listviews.query(call.org, view) if view else text
    result = run(call.org, text, call.version, user=call.user)
    size = len(call.org.table(result.object.name).rows)
    note = {
        "description": "Not considering filter for optimization because unindexed",
        "fields": [],
        "tableEnumOrId": result.object.name,
    }
    plan = {
        "cardinality": result.size,
        "fields": [],
        "leadingOperationType": "TableScan",
        "notes": [note] if " where " in text.lower() else [],
        "relativeCost": round(1 + result.size / max(size, 1), 3),
        "sobjectCardinality": size,
        "sobjectType": result.object.name,
    }
    return answer({"plans": [plan], "sourceQuery": text})


def _page_size(call: Call) -> int:
    asked = call.option("Sforce-Query-Options", "batchSize") or ""
    most = min(MAX_PAGE, call.org.settings.page_size)
    size = whole(asked)
    return most if size is None else min(max(size, MIN_PAGE), most)


def more(call: Call) -> Response:
    """The page a nextRecordsUrl names: cursor id, dash, number of the first row."""
    id, _, number = call.path["locator"].partition("-")
    cursor, start = call.org.cursors.get(id), whole(number)
    if cursor is None or start is None:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(call, cursor.result, id, start, cursor.page)


def _page(call: Call, result: Result, id: str, start: int, page: int) -> Response:
    end = start + page
    body: dict[str, object] = {"totalSize": result.size, "done": end >= len(result.rows)}
    if end < len(result.rows):
        body["nextRecordsUrl"] = f"{call.root}/query/{id}-{end}"
    body["records"] = [result.render(row) for row in result.rows[start:end]]
    return answer(body)


PATHS: Paths = {
    "/services/data/v{version}/query": {"GET": query},
    "/services/data/v{version}/queryAll": {"GET": query_all},
    "/services/data/v{version}/query/{locator}": {"GET": more},
    "/services/data/v{version}/queryAll/{locator}": {"GET": more},
}
