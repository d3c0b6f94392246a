"""The list view of a sync in the configuration file: ``scope: {list_view: NAME}``, or ``list_view`` by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from connectors.api.registry import connector_spec
from mappings.config.nodes import Nodes
from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option

KEY, SCOPE = "list_view", "scope"
LONGEST = 255


def read(nodes: Nodes, parts: dict[str, yaml.Node], kind: Kind | None) -> tuple[str, dict[str, Any]]:
    """The name of the list view, "" for none, and the options that follow. Side effect: takes from ``parts`` what it
    has read.
    """
    node, chosen = parts.pop(KEY, None), dict[str, Any]()
    if isinstance(whole := parts.get(SCOPE), yaml.MappingNode):
        del parts[SCOPE]
        node = nodes.mapping(whole, SCOPE, (KEY,), required=(KEY,)).get(KEY)
        chosen = {option.name: option.view_choice for option in _takers(kind.options if kind else ())}
    if node is None:
        return "", chosen
    if kind and not connector_spec(kind.left.system).keeps_list_views:
        nodes.say(node, f"{kind.slug} takes no {KEY}: {kind.left.system_label} has none")
    return nodes.text(node, KEY, longest=LONGEST, empty=True), chosen


def check(nodes: Nodes, node: yaml.Node, name: str, options: Mapping[str, Any], kind: Kind) -> None:
    """An option that asks for a list view has to get one."""
    for option in _takers(kind.options):
        if options.get(option.name) == option.view_choice and not name:
            nodes.say(node, f"{option.file_key}: {option.view_choice} needs a list view; write {{{KEY}: NAME}} instead")


def written(values: dict[str, Any], name: str, options: Iterable[Option]) -> dict[str, Any]:
    """The values of a sync as a file has them, with its list view."""
    if not name:
        return values
    taker = next((o for o in _takers(options) if values.get(o.file_key) == o.view_choice), None)
    return {**values, taker.file_key: {KEY: name}} if taker else {**values, KEY: name}


def _takers(options: Iterable[Option]) -> list[Option]:
    return [option for option in options if option.view_choice]
