"""Composite and batch: several requests in one call, with references between them or without."""

from __future__ import annotations

import re
from typing import Any

import orjson
from starlette.responses import Response

from connectors.sandbox.salesforce.api import Call, Paths, Router, answer
from connectors.sandbox.salesforce.errors import ApiError

MOST_SUBREQUESTS = 25
MOST_HEAVY = 5
MOST_NODES = 500  # of all graphs of a call
_HEAVY = re.compile(r"/(query|queryAll|composite/sobjects)(/|\?|$)")
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
HALTED = "The transaction was rolled back since another operation in the same transaction failed."


class MissingReference(Exception):
    """A reference names a result that is not there."""


class Composite:
    def __init__(self, paths: Paths) -> None:
        self._router = Router(paths)

    def paths(self) -> Paths:
        return {
            "/services/data/v{version}/composite": {"POST": self.composite, "GET": resources},
            "/services/data/v{version}/composite/batch": {"POST": self.batch},
            "/services/data/v{version}/composite/graph": {"POST": self.graph},
        }

    def composite(self, call: Call) -> Response:
        """Subrequests in order, each able to use the answers before it; with allOrNone one failure undoes all."""
        body = call.json_object()
        results, _ = self._in_order(call, _requests(body, "compositeRequest"), bool(body.get("allOrNone")))
        return answer({"compositeResponse": results})

    def graph(self, call: Call) -> Response:
        """Several composites in one call; each of them is all or none, and none knows of the others."""
        graphs = call.json_object().get("graphs")
        if not isinstance(graphs, list) or not graphs or not all(isinstance(graph, dict) for graph in graphs):
            raise ApiError(400, "JSON_PARSER_ERROR", "The graphs array is missing or empty")
        names = [graph.get("graphId") for graph in graphs]
        if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
            raise ApiError(400, "INVALID_INPUT", "Provide a unique graphId for each graph")
        asked = [_requests(graph, "compositeRequest", MOST_NODES, MOST_NODES) for graph in graphs]
        if sum(map(len, asked)) > MOST_NODES:
            raise ApiError(400, "LIMIT_EXCEEDED", f"The limit of {MOST_NODES} nodes in all graphs is exceeded")
        told = []
        for name, requests in zip(names, asked, strict=True):
            results, good = self._in_order(call, requests, all_or_none=True)
            told.append({"graphId": name, "graphResponse": {"compositeResponse": results}, "isSuccessful": good})
        return answer({"graphs": told})

    def _in_order(
        self, call: Call, requests: list[dict[str, Any]], all_or_none: bool
    ) -> tuple[list[dict[str, Any]], bool]:
        """The results of the subrequests, and whether they stand."""
        answers: dict[str, Any] = {}
        results = []
        with call.org.journal.transaction() as rollback:
            for request in requests:
                results.append(self._one(call, request, answers))
                if all_or_none and results[-1]["httpStatusCode"] >= 300:
                    rollback()
                    return _undone(requests, results[-1]), False
        return results, True

    def _one(self, call: Call, request: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
        try:
            url = _filled(request["url"], answers)
            body = _filled(request.get("body"), answers)
        except MissingReference as missing:
            return _result(request, 400, [{"errorCode": "PROCESSING_HALTED", "message": str(missing)}])
        response = self._router.dispatch(call, request["method"].upper(), url, request["httpHeaders"], body)
        content = _content(response)
        if response.status_code < 300:
            answers[request["referenceId"]] = content
        shown = {"Location": response.headers["location"]} if "location" in response.headers else {}
        return _result(request, response.status_code, content, shown)

    def batch(self, call: Call) -> Response:
        """Independent subrequests; their addresses begin with the version."""
        body = call.json_object()
        results: list[dict[str, Any]] = []
        for request in _requests(body, "batchRequests"):
            if body.get("haltOnError") and any(r["statusCode"] >= 300 for r in results):
                message = "Batch processing was halted because of an error in a previous request"
                halted = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": message}]
                results.append({"statusCode": 412, "result": halted})
                continue
            url = "/services/data/" + request["url"].removeprefix("/services/data").lstrip("/")
            response = self._router.dispatch(call, request["method"].upper(), url, {}, request.get("richInput"))
            results.append({"statusCode": response.status_code, "result": _content(response)})
        return answer({"hasErrors": any(r["statusCode"] >= 300 for r in results), "results": results})


def resources(call: Call) -> Response:
    return answer({name: f"{call.root}/composite/{name}" for name in ("batch", "graph", "sobjects", "tree")})


def _requests(
    body: dict[str, Any], key: str, most: int = MOST_SUBREQUESTS, most_heavy: int = MOST_HEAVY
) -> list[dict[str, Any]]:
    """Raises ApiError 400 for a missing list, too many subrequests, or two of the same reference id."""
    requests = body.get(key)
    if not isinstance(requests, list) or not requests:
        raise ApiError(400, "JSON_PARSER_ERROR", f"The {key} array is missing or empty")
    requests = [_checked(request, key) for request in requests]
    heavy = sum(1 for r in requests if _HEAVY.search(r["url"]))
    if len(requests) > most or (heavy > most_heavy and key == "compositeRequest"):
        message = f"The limit of {most} subrequests, {most_heavy} of them queries or collections, is exceeded"
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    if key == "compositeRequest" and len({r["referenceId"] for r in requests}) != len(requests):
        raise ApiError(400, "INVALID_INPUT", "Provide a unique referenceId for each subrequest")
    return requests


def _checked(request: Any, key: str) -> dict[str, Any]:
    """The subrequest with method, url and headers. Raises ApiError 400 for a part of another type."""
    if not isinstance(request, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", f"Each of {key} must be an object")
    checked: dict[str, Any] = {"method": "GET", **request, "httpHeaders": request.get("httpHeaders") or {}}
    texts = ("method", "url", "referenceId") if key == "compositeRequest" else ("method", "url")
    wrong = [name for name in texts if not isinstance(checked.get(name), str)]
    headers = checked["httpHeaders"]
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        wrong.append("httpHeaders")
    if wrong:
        raise ApiError(400, "JSON_PARSER_ERROR", f"Each of {key} needs a {wrong[0]}")
    return checked


def _content(response: Response) -> Any:
    """The answer of a subrequest inside the answer of the whole."""
    if not response.body:
        return None
    if response.headers.get("content-type", "").startswith("application/json"):
        return orjson.loads(response.body)
    return bytes(response.body).decode()


def _result(
    request: dict[str, Any], status: int, content: Any, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "body": content,
        "httpHeaders": headers or {},
        "httpStatusCode": status,
        "referenceId": request["referenceId"],
    }


def _undone(requests: list[dict[str, Any]], failed: dict[str, Any]) -> list[dict[str, Any]]:
    halted = [{"errorCode": "PROCESSING_HALTED", "message": HALTED}]
    return [failed if r["referenceId"] == failed["referenceId"] else _result(r, 400, halted) for r in requests]


def _filled(value: Any, answers: dict[str, Any]) -> Any:
    """The value with every @{reference.path} in its texts replaced. Raises MissingReference."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str(_looked_up(found, answers)), value)
    if isinstance(value, dict):
        return {key: _filled(inner, answers) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, answers) for inner in value]
    return value


def _looked_up(found: re.Match[str], answers: dict[str, Any]) -> Any:
    name, path = found.groups()
    message = f"Invalid reference specified. No value for {found.group()[2:-1]} found in {name}"
    if name not in answers:
        raise MissingReference(message)
    value = answers[name]
    for key, index in _STEP.findall(path):
        try:
            value = value[int(index)] if index else value[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise MissingReference(message) from None
    return value
