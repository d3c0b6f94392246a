"""The conditions of a sync in the configuration file: ``filters: {match: all, conditions: [{field, op, value}]}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from mappings.config.nodes import Nodes
from mappings.rules.conditions import ALL, LONGEST_VALUE, MATCHES, Operator, named

KEY = "filters"
_NO_VALUE = (Operator.EMPTY, Operator.FILLED)


def read(nodes: Nodes, node: yaml.Node | None) -> dict[str, Any]:
    """What a sync stores of them. Whether they fit the fields of the left system is asked later."""
    parts = nodes.mapping(node, KEY, ("match", "conditions")) if node is not None else {}
    match = nodes.choice_of(parts["match"], "match", MATCHES) if "match" in parts else ALL
    rows = [_row(nodes, item) for item in nodes.items(parts.get("conditions"), "conditions")]
    return {"conditions": rows, "match": match}


def written(conditions: list[dict[str, Any]], match: str) -> dict[str, Any]:
    """The part of a sync's values that a file has for them; empty where there are none."""
    if not conditions:
        return {}
    rows = [
        {"field": row["field"], "op": row["op"], **({"value": _value(row["values"])} if row["values"] else {})}
        for row in conditions
    ]
    return {KEY: {"match": match, "conditions": rows}}


def lines(node: yaml.Node) -> Mapping[str, int]:
    """The line of each condition under the key that problems name it by."""
    found: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        for place, item in enumerate(value.value if key.value == "conditions" else ()):
            if isinstance(item, yaml.Node):
                found[f"conditions.{place}"] = item.start_mark.line + 1
    return found


def _row(nodes: Nodes, node: yaml.Node) -> dict[str, Any]:
    parts = nodes.mapping(node, "a condition", ("field", "op", "value"), required=("field", "op"))
    field = nodes.text(parts["field"], "field") if "field" in parts else ""
    op = named(nodes.text(parts["op"], "op")) if "op" in parts else ""
    if op and op not in list(Operator):
        possible = ", ".join(operator.value for operator in Operator)
        nodes.say(parts["op"], f"op is {parts['op'].value!r}; possible: {possible}")
    if "value" not in parts:
        if op and op in list(Operator) and op not in _NO_VALUE:
            nodes.say(node, f"a condition with {op} needs value")
        return {"field": field, "op": op, "values": []}
    value = parts["value"]
    if isinstance(value, yaml.SequenceNode):
        values = nodes.texts(value, "value", longest=LONGEST_VALUE)
    else:
        values = [nodes.text(value, "value", longest=LONGEST_VALUE)]
    return {"field": field, "op": op, "values": values}


def _value(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
