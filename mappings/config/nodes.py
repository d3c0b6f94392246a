"""Reads the nodes of a YAML file by type. A node of another type is reported with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import yaml

_NULL, _BOOL, _INT = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int"))
_SLUG = re.compile(r"[-\w]+", re.ASCII)


class Nodes:
    """Reads nodes, which know their lines, and collects ``problems`` instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._names: dict[int, str] = {}

    def say(self, node: yaml.Node, problem: str) -> None:
        """Note a problem with the line of its node."""
        self.problems.append(f"line {node.start_mark.line + 1}: {problem}")

    def mapping(
        self,
        node: yaml.Node,
        what: str,
        allowed: Sequence[str],
        required: Sequence[str] = (),
        old: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, yaml.Node]:
        """The values of a mapping by key. Keys that are unknown, stand twice or are missing are problems.

        A key in ``old`` is an earlier name of the one that it maps to.
        """
        if not isinstance(node, yaml.MappingNode):
            self.say(node, f"{what} should be a list of key: value")
            return {}
        found: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            name = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            key = old.get(name, name)
            self._names[id(value_node)] = name
            if key not in allowed:
                self.say(key_node, f"unknown key {key!r} in {what}; known: {', '.join(allowed)}")
            elif key in found:
                self.say(key_node, f"{name} stands twice in {what}")
            else:
                found[key] = value_node
        for key in required:
            if key not in found:
                self.say(node, f"{what} needs {key}")
        return found

    def key_of(self, node: yaml.Node) -> str:
        """The key of a value of a mapping, as the file has it."""
        return self._names[id(node)]

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The items of a list; none where it is left out or empty."""
        if node is None or is_empty(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.say(node, f"{what} should be a list")
            return []
        return list(node.value)

    def text(self, node: yaml.Node, what: str, *, longest: int | None = 200, empty: bool = False) -> str:
        """A text exactly as it stands in the file: a picklist value No is "No", a secret 0123 is "0123"."""
        if not isinstance(node, yaml.ScalarNode):
            self.say(node, f"{what} should be text")
            return ""
        found = "" if is_empty(node) else str(node.value)
        if not found and not empty:
            self.say(node, f"{what} is empty")
        if longest is not None and len(found) > longest:
            self.say(node, f"{what} is longer than {longest} characters")
        return found

    def texts(self, node: yaml.Node, what: str, *, longest: int = 200) -> list[str]:
        """A list of texts, each once."""
        found: list[str] = []
        for item in self.items(node, what):
            text = self.text(item, f"each of {what}", longest=longest)
            if text and text in found:
                self.say(item, f"{text!r} stands twice in {what}")
            found.append(text)
        return found

    def slug(self, node: yaml.Node) -> str:
        """A name for the command line."""
        found = self.text(node, "slug", longest=50)
        if found and not _SLUG.fullmatch(found):
            self.say(node, f"the slug {found!r} may hold letters, digits, - and _ only")
        return found

    def choice_of(self, node: yaml.Node, what: str, words: Sequence[str]) -> str:
        """One of these words."""
        found = self.text(node, what, empty=True)
        if isinstance(node, yaml.ScalarNode) and found not in words:
            self.say(node, f"{what} is {found!r}; possible: {', '.join(filter(None, words))}")
        return found

    def yes_no(self, node: yaml.Node, what: str) -> bool:
        """true or false, in any of YAML's spellings."""
        if not is_yes_no(node):
            self.say(node, f"{what} should be true or false")
            return False
        return is_yes(node)

    def number(self, node: yaml.Node, what: str) -> int | None:
        """A whole number from 0; None where it is left empty."""
        if is_empty(node):
            return None
        if node.tag != _INT or not str(node.value).isdecimal():
            self.say(node, f"{what} should be a whole number")
            return None
        return int(node.value)


def is_empty(node: yaml.Node) -> bool:
    return node.tag == _NULL


def is_yes_no(node: yaml.Node) -> bool:
    return node.tag == _BOOL


def is_yes(node: yaml.Node) -> bool:
    return yaml.SafeLoader.bool_values[str(node.value).lower()]
