"""sObject Tree: records with their children below them, made in one call, all or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce import writes
from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.endpoints.collections import manner_of
from connectors.sandbox.salesforce.errors import ApiError, Failure
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import from_body
from connectors.sandbox.salesforce.schema.objects import ObjectType

MOST_RECORDS, MOST_DEPTH, MOST_TYPES = 200, 5, 5


@dataclass(slots=True)
class Node:
    """One record of a tree. `link`: the field that leads to its parent. `id`: once it is made."""

    object: ObjectType
    reference: str
    values: dict[str, Any]
    depth: int
    parent: Node | None = None
    link: str = ""
    id: str | None = None


def create(call: Call) -> Response:
    """201 with the id of each record, parents before children; 400 with the refusals, and then nothing is made."""
    object = call.org.object(call.path["object"])
    nodes = _nodes(call.org, object, call.json_object())
    _check(nodes)
    refused = []
    with call.org.journal.transaction() as rollback:
        for node in nodes:
            if node.parent is not None and node.parent.id is None:
                continue  # the refusal of the parent says why
            failures = _made(call, node)
            if failures:
                refused.append({"referenceId": node.reference, "errors": [failure.in_row() for failure in failures]})
        if refused:
            rollback()
            return answer({"hasErrors": True, "results": refused}, 400)
    return answer({"hasErrors": False, "results": [{"referenceId": n.reference, "id": n.id} for n in nodes]}, 201)


def _made(call: Call, node: Node) -> tuple[Failure, ...]:
    try:
        given = from_body(call.org, node.object, node.values)
    except ApiError as refused:
        return refused.failures
    if node.parent is not None:
        given.values[node.link] = node.parent.id
    outcome = writes.insert(call.org, given, manner_of(call))
    node.id = outcome.id
    return outcome.failures


def _nodes(org: Org, object: ObjectType, body: Mapping[str, Any]) -> list[Node]:
    """All records, level by level. Raises ApiError 400."""
    nodes = list(_level(object, body, None, ""))
    for node in nodes:  # grows while it is walked
        for path, relation in node.object.child_names.items():
            child, _, link = path.partition(".")
            below = node.values.pop(relation, None)
            if below is not None:
                nodes += _level(org.object(child), below, node, link)
    return nodes


def _level(object: ObjectType, given: Any, parent: Node | None, link: str) -> Iterator[Node]:
    records = given.get("records") if isinstance(given, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ApiError(400, "JSON_PARSER_ERROR", "The records array is missing")
    for record in records:
        attributes = record.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        reference = attributes.get("referenceId")
        if not isinstance(reference, str) or not reference:
            raise ApiError(400, "INVALID_INPUT", "Include a reference ID for each record in the request")
        if str(attributes.get("type", "")).lower() != object.name.lower():
            raise ApiError(400, "INVALID_INPUT", f"The type of {reference} must be {object.name}")
        yield Node(object, reference, dict(record), parent.depth + 1 if parent else 1, parent, link)


def _check(nodes: list[Node]) -> None:
    """Raises ApiError 400 for a tree that is too large, or has a reference twice."""
    too_many = len(nodes) > MOST_RECORDS or len({node.object.name for node in nodes}) > MOST_TYPES
    if too_many or any(node.depth > MOST_DEPTH for node in nodes):
        message = f"At most {MOST_RECORDS} records of {MOST_TYPES} types in {MOST_DEPTH} levels can be made in a call"
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    twice = [name for name, count in Counter(node.reference for node in nodes).items() if count > 1]
    if twice:
        raise ApiError(400, "INVALID_INPUT", f"Duplicate ReferenceId provided in the request: {twice[0]}")


PATHS: Paths = {"/services/data/v{version}/composite/tree/{object}": {"POST": create}}
