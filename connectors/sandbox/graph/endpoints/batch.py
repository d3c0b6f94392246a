"""POST /$batch: up to twenty requests in one, of which a mailbox runs four at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.sandbox.graph.answers import Answer, Refusal, bad_request

MOST = 20
AT_A_TIME = 4
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
Perform = Callable[[str, str, dict[str, str], Any], Awaitable[Answer]]


async def run(body: Any, perform: Perform) -> Answer:
    """The answers to a batch, in the order in which they were done. Raises Refusal 400 for a malformed one.

    perform: method, url, headers and body of one request -> its answer.
    """
    requests = _requests(body)
    done: dict[str, Answer] = {}
    waiting = list(requests)
    while waiting:
        ready = [row for row in waiting if set(_waits_for(row)) <= set(done)][:AT_A_TIME]
        if not ready:
            raise bad_request("The dependencies of the batch form a circle.", "BadRequest")
        answers = await asyncio.gather(*(_one(row, done, perform) for row in ready))
        for row, answer in zip(ready, answers, strict=True):
            done[row["id"]] = answer
            waiting.remove(row)
    return Answer({"responses": [_response(id, answer) for id, answer in done.items()]})


async def _one(row: dict[str, Any], done: dict[str, Answer], perform: Perform) -> Answer:
    if any(done[id].status >= 400 for id in _waits_for(row)):
        return _failed_dependency()
    headers = {str(name).lower(): str(value) for name, value in (row.get("headers") or {}).items()}
    if "body" in row and "application/json" not in headers.get("content-type", ""):
        error = {"code": "BadRequest", "message": "A Content-Type header is required for a request with a body."}
        return Answer({"error": error}, 400)
    return await perform(row["method"].upper(), row["url"], headers, row.get("body"))


def _failed_dependency() -> Answer:
    return Answer({"error": {"code": "FailedDependency", "message": "A request that it depends on has failed."}}, 424)


def _requests(body: Any) -> list[dict[str, Any]]:
    """Raises Refusal 400."""
    rows = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise _invalid("Invalid batch payload format.")
    if len(rows) > MOST:
        raise _invalid(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get("url"), str):
            raise _invalid("Each request of a batch needs an id and a url.")
        if str(row.get("method", "")).upper() not in METHODS:
            raise _invalid("Each request of a batch needs a method.")
        if not isinstance(row.get("headers") or {}, dict) or not isinstance(row.get("dependsOn") or [], list):
            raise _invalid("Headers are an object, dependsOn is an array.")
    known = [row["id"] for row in rows]
    if len(set(known)) < len(known):
        raise _invalid("The ids of a batch have to differ.")
    if any(id not in known for row in rows for id in _waits_for(row)):
        raise _invalid("A request depends on one that is not there.")
    return rows


def _waits_for(row: dict[str, Any]) -> list[Any]:
    return row.get("dependsOn") or []


def _invalid(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)


def _response(id: str, answer: Answer) -> dict[str, Any]:
    headers = {"Cache-Control": "private", **answer.headers}
    if answer.content is None:
        return {"id": id, "status": answer.status, "headers": headers, "body": None}
    return {"id": id, "status": answer.status, "headers": {**headers, "Content-Type": "application/json"},
            "body": answer.content}  # fmt: skip
