"""List views: which there are, what they select, and their rows."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce import listviews
from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.cells import cell
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.listviews import ListView
from connectors.sandbox.salesforce.soql.columns import Names
from connectors.sandbox.salesforce.soql.nodes import Path
from connectors.sandbox.salesforce.soql.run import run

MOST_ROWS = 2000


def every(call: Call) -> Response:
    object = call.org.object(call.path["object"])
    sought = call.query.get("q", "").lower()
    found = [
        _entry(call, view)
        for view in call.org.listviews.values()
        if view.visible and view.object == object.name and sought in view.label.lower()
    ]
    return answer(
        {
            "done": True,
            "listviews": found,
            "nextRecordsUrl": None,
            "size": len(found),
            "sobjectType": object.name,
        }
    )


def _entry(call: Call, view: ListView) -> dict[str, Any]:
    base = f"{call.root}/sobjects/{view.object}/listviews/{view.id}"
    return {
        "describeUrl": f"{base}/describe",
        "developerName": view.developer_name,
        "id": view.id,
        "label": view.label,
        "resultsUrl": f"{base}/results",
        "soqlCompatible": view.soql_compatible,
        "url": base,
    }


def show(call: Call) -> Response:
    return answer(_entry(call, _view(call)))


def describe(call: Call) -> Response:
    view = _runnable(call)
    order = {"fieldNameOrPath": view.order, "nullsPosition": "first", "sortDirection": "ascending"}
    return answer(
        {
            "columns": _columns(call, view),
            "id": view.id,
            "orderBy": [order, {**order, "fieldNameOrPath": "Id"}],
            "query": listviews.query(call.org, view),
            "relatedEntityId": None,
            "scope": view.scope,
            "scopeEntityId": None,
            "sobjectType": view.object,
            "whereCondition": listviews.condition_tree(view),
        }
    )


def results(call: Call) -> Response:
    """Rows as arrays of columns, 25 of them unless told."""
    view = _runnable(call)
    limit, offset = min(call.number("limit", 25), MOST_ROWS), call.number("offset", 0)
    found = run(call.org, listviews.query(call.org, view), call.version, user=call.user)
    rows = found.rows[offset : offset + limit]
    assert found.cells is not None  # a list view never groups
    records = [
        {
            "columns": [
                {"fieldNameOrPath": name, "value": None if value is None else cell(value)}
                for name, value in zip(found.headers, found.cells(row), strict=True)
            ]
        }
        for row in rows
    ]
    body = {"columns": _columns(call, view), "developerName": view.developer_name, "id": view.id}
    done = offset + limit >= len(found.rows)
    return answer({**body, "done": done, "label": view.label, "records": records, "size": len(records)})


def _view(call: Call) -> ListView:
    view = listviews.find(call.org, call.org.object(call.path["object"]).name, call.path["view"])
    if view is None:
        raise not_found()
    return view


def _runnable(call: Call) -> ListView:
    view = _view(call)
    if not view.soql_compatible:
        raise ApiError(400, "NOT_ACCEPTABLE", f"The list view {view.label} is not SOQL compatible")
    return view


def _columns(call: Call, view: ListView) -> list[dict[str, Any]]:
    names = Names(call.org, call.org.object(view.object))
    columns = []
    for path in dict.fromkeys((*view.columns, *listviews.AUDIT)):
        known = names.path(Path(tuple(path.split(".")))).field
        picked = known.type == "picklist"
        columns.append(
            {
                "ascendingLabel": "A-Z",
                "descendingLabel": "Z-A",
                "fieldNameOrPath": path,
                "hidden": path not in view.columns,
                "label": known.label,
                "selectListItem": f"toLabel({path})" if picked else path,
                "sortDirection": "ascending" if path == view.order else None,
                "sortIndex": 0 if path == view.order else None,
                "sortable": known.sortable,
                "type": known.type,
            }
        )
    return columns


_VIEWS = "/services/data/v{version}/sobjects/{object}/listviews"

PATHS: Paths = {
    _VIEWS: {"GET": every},
    f"{_VIEWS}/{{view}}": {"GET": show},
    f"{_VIEWS}/{{view}}/describe": {"GET": describe},
    f"{_VIEWS}/{{view}}/results": {"GET": results},
}
