"""The guards of a sync in the configuration file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from mappings.config.nodes import Nodes, is_yes, is_yes_no
from mappings.rules.guards import LARGEST_NUMBER, LARGEST_SHARE, OFF, Guard, differing

_PARTS = {"share": (0, LARGEST_SHARE), "at_least": (1, LARGEST_NUMBER)}


def read(nodes: Nodes, node: yaml.Node, allowed: Sequence[Guard]) -> dict[str, Any]:
    """What is to be stored: the guards that are not as by default. ``off`` switches one off."""
    parts = nodes.mapping(node, "guards", [guard.value for guard in allowed])
    return differing({guard: _guard(nodes, part, guard) for guard, part in parts.items()})


def _guard(nodes: Nodes, node: yaml.Node, guard: str) -> Any:
    if is_yes_no(node):
        return {} if is_yes(node) else OFF
    parts = nodes.mapping(node, guard, list(_PARTS))
    found = {name: _number(nodes, part, name) for name, part in parts.items()}
    return {name: number for name, number in found.items() if number is not None}


def _number(nodes: Nodes, node: yaml.Node, name: str) -> int | None:
    least, most = _PARTS[name]
    number = nodes.number(node, name)
    if number is not None and not least <= number <= most:
        nodes.say(node, f"{name} should be a whole number from {least} to {most:,}")
        return None
    return number
