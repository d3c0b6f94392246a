"""Reads and writes the options of a sync in the configuration file, as its kind declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from mappings.config.nodes import Nodes, is_empty, is_yes, is_yes_no
from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option, OptionType
from mappings.kinds.registry import kinds

# Of a group these may be left out: their defaults are as good as any.
_HAVE_DEFAULTS = (OptionType.YES_NO, OptionType.CHOICE)
_LONGEST = {OptionType.FIELDS: 100, OptionType.VALUES: 255, OptionType.TEXTS: 255}


def known(kind: Kind | None) -> list[Option]:
    """The options of a kind, then those of all kinds, which it may refuse. Kinds may call one option differently."""
    return [*(kind.options if kind else ()), *(option for each in kinds() for option in each.options)]


def of_any_kind() -> list[Option]:
    """Every option once, as the first kind that has it declares it."""
    found: dict[str, Option] = {}
    for option in known(None):
        found.setdefault(option.name, option)
    return list(found.values())


def keys(kind: Kind | None) -> list[str]:
    """The outermost keys of all options."""
    return list(dict.fromkeys(option.group for option in known(kind)))


def old_keys(kind: Kind | None) -> dict[str, str]:
    """Earlier outermost keys, with what the kind calls them now. A key that the kind has today is no earlier one."""
    today = {option.group for option in kind.options} if kind else set()
    found: dict[str, str] = {}
    for option in known(kind):
        for old in option.old_keys:
            group = old.partition(".")[0]
            if group not in today and group != option.group:
                found.setdefault(group, option.group)
    return found


def read(nodes: Nodes, parts: Mapping[str, yaml.Node], kind: Kind | None) -> dict[str, Any]:
    """The values of the options that the file names. What does not fit the kind becomes a problem with its line."""
    mine = [option for option in (kind.options if kind else of_any_kind()) if not option.is_mapping]
    if kind:
        for node, problem in _misplaced(nodes, parts, kind):
            nodes.say(node, problem)
    values: dict[str, Any] = {}
    for group in dict.fromkeys(option.group for option in mine if option.group in parts):
        members = [option for option in mine if option.group == group]
        values |= _group(nodes, parts[group], group, members)
    for option in mine:
        if option.of and values.get(option.name) and not values.get(option.of):
            source = next(other for other in mine if other.name == option.of)
            _say_of_what(nodes, parts, option, source)
    return values


def written(options: Iterable[Option], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by key as they stand in a file. A group without its field is left out."""
    found: dict[str, Any] = {}
    for option in options:
        if option.is_mapping:
            continue
        group, _, part = option.file_key.partition(".")
        if part:
            found.setdefault(group, {})[part] = values[option.name]
        else:
            found[group] = values[option.name]
    return {key: value for key, value in found.items() if not _is_empty_group(value)}


def _is_empty_group(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(each in (None, "", []) for each in value.values())


def _group(nodes: Nodes, node: yaml.Node, group: str, members: list[Option]) -> dict[str, Any]:
    if len(members) == 1 and members[0].file_key == group:
        return {members[0].name: value(nodes, node, members[0])}
    by_part = {option.file_key.partition(".")[2]: option for option in members}
    needed = [part for part, option in by_part.items() if not option.of and option.type not in _HAVE_DEFAULTS]
    parts = nodes.mapping(node, nodes.key_of(node), list(by_part), required=needed)
    return {by_part[part].name: value(nodes, node, by_part[part], empty=False) for part, node in parts.items()}


def value(nodes: Nodes, node: yaml.Node, option: Option, *, empty: bool = True) -> Any:
    """What a node says of an option; what is wrong with it becomes a problem with its line."""
    key, before = nodes.key_of(node), len(nodes.problems)
    found = _typed(nodes, node, option, key, empty=empty)
    if len(nodes.problems) == before:
        for problem in option.problems(found):
            nodes.say(node, f"{key} {problem}")
    return found


def _typed(nodes: Nodes, node: yaml.Node, option: Option, key: str, *, empty: bool) -> Any:
    match option.type:
        case OptionType.YES_NO:
            return nodes.yes_no(node, key)
        case OptionType.CHOICE if option.yes and is_yes_no(node):
            return option.yes if is_yes(node) else option.initial
        case OptionType.CHOICE:
            return nodes.choice_of(node, key, option.words)
        case OptionType.NUMBER:
            return nodes.number(node, key)
        case OptionType.PAIRS:
            return _pairs(nodes, node, key)
        case OptionType.TEXTS if option.choices:
            return [nodes.choice_of(item, key, option.words) for item in nodes.items(node, key)]
        case OptionType.FIELDS | OptionType.VALUES | OptionType.TEXTS:
            return nodes.texts(node, key, longest=_LONGEST[option.type])
        case OptionType.FIELD | OptionType.RIGHT_FIELD | OptionType.KEY_FIELD if is_yes_no(node):
            nodes.say(node, f"{key} names a field; leave it out for none")
    return nodes.text(node, key, empty=empty)


def _pairs(nodes: Nodes, node: yaml.Node, key: str) -> dict[str, str]:
    if is_empty(node):
        return {}
    if not isinstance(node, yaml.MappingNode):
        nodes.say(node, f"{key} should be a list of name: value")
        return {}
    return {nodes.text(name, f"a name in {key}"): nodes.text(text, f"a value of {key}") for name, text in node.value}


def _misplaced(nodes: Nodes, parts: Mapping[str, yaml.Node], kind: Kind) -> Iterator[tuple[yaml.Node, str]]:
    """Options of other kinds, with what to say of each. One that is left empty asks for nothing."""
    own = {option.group for option in kind.options}
    others = {option.group: option for option in reversed(known(kind)) if option.group not in own}
    for key, option in others.items():
        if key in parts and not _blank(parts[key]):
            yield (
                parts[key],
                f"{kind.slug} takes no {nodes.key_of(parts[key])}: {option.elsewhere or 'it belongs to other kinds'}",
            )


def _say_of_what(nodes: Nodes, parts: Mapping[str, yaml.Node], option: Option, source: Option) -> None:
    group, _, part = source.file_key.partition(".")
    if group == option.group:
        return  # the missing part is a problem already
    missing = f"{group}: {{{part}: …}}" if part else f"{group}: …"
    nodes.say(
        parts[option.group],
        f"{nodes.key_of(parts[option.group])} are values of the field that {group} names; add {missing}",
    )


def _blank(node: yaml.Node) -> bool:
    return is_empty(node) or not node.value
