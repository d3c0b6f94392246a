"""Reads and writes the configuration as YAML. All errors are reported at once, each with its line."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from connectors.api.address import normalise_base_url
from connectors.api.errors import ConfigError
from connectors.api.protocol import AuthMethod, Setting
from connectors.api.registry import CONNECTORS, address_of, connector_spec
from connectors.models import Connection
from connectors.saving import kept_secrets
from mappings.config import conditions, list_view, part_lists
from mappings.config import guards as config_guards
from mappings.config import options as config_options
from mappings.config.nodes import Nodes, is_empty, is_yes_no
from mappings.kinds.declaration import Kind, SideSpec
from mappings.kinds.option import OptionType
from mappings.kinds.registry import KINDS, known_kind
from mappings.kinds.sentences import LONGEST_INTERVAL, SHORTEST_INTERVAL
from mappings.rules import hours, templates
from mappings.rules.configuration import Conflict, Direction, OnProblem
from mappings.rules.guards import Guard
from mappings.rules.transforms import TRANSFORMS
from mappings.services import default_mappings


class ConfigFileError(Exception):
    """The file cannot be used; ``problems`` lists everything that is wrong with it, each with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class Document:
    """A file that was found good: plain values, ready to be stored. ``lines`` are by sync and option, or by the place
    of a mapping, as in ``("accounts", "mappings.2")``.
    """

    connections: list[dict[str, Any]] = field(default_factory=list)
    syncs: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Syncs that could not be compared with the systems they connect, each with the reason."""


"""Minutes: how often the clock looks for updates that are due, and the longest time between two of them."""
_FLAGS = ("automatic_updates", "automatic_both_ways")
_SYNC_KEYS = (
    "slug", "name", "kind", "left", "right", "enabled", *_FLAGS, "interval", "hours", "ceiling", "guards",
    "record_types", "picklist_filter", "list_view", "filters", "mappings",
)  # fmt: skip
_MAPPING_WORDS: dict[str, list[str]] = {
    "direction": [choice_of.value for choice_of in Direction],
    "conflict": [choice_of.value for choice_of in Conflict],
    "on_problem": [choice_of.value for choice_of in OnProblem],
    "transform": ["", *TRANSFORMS],
}
_MADE_UP = ("constant", "template")
"""What may stand in a mapping in place of a left field."""
_CONNECTION_KEYS = ("slug", "name", "kind", "base_url", "auth", "enabled", "demo")


def read(
    text: str, *, known_connections: Mapping[str, Connection], known_syncs: Mapping[str, str] | None = None
) -> Document:
    """Check a whole file against what is stored already: connections by slug, the kinds of the syncs by slug.

    Raises ConfigFileError with every problem and its line.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigFileError([f"This is not YAML: {error}"]) from None
    reading = _Reading(known_connections, known_syncs or {})
    document = reading.document(root)
    if reading.problems:
        raise ConfigFileError(reading.problems)
    return document


class _Reading(Nodes):
    """One file; remembers which connections there are for the syncs that come after them."""

    def __init__(self, known_connections: Mapping[str, Connection], known_syncs: Mapping[str, str]) -> None:
        super().__init__()
        self._stored = known_connections
        self._stored_syncs = known_syncs
        self._kinds = {slug: connection.kind for slug, connection in known_connections.items()}
        self._seen: set[tuple[str, str]] = set()

    def document(self, root: yaml.Node | None) -> Document:
        document = Document()
        parts = self.mapping(root, "the file", ("connections", "syncs")) if root else {}
        for node in self.items(parts.get("connections"), "connections"):
            document.connections.append(self._connection(node))
        for node in self.items(parts.get("syncs"), "syncs"):
            for values in self._syncs(node):
                document.syncs.append(values)
                document.lines |= _lines(values.get("slug", ""), node)
        return document

    def _connection(self, node: yaml.Node) -> dict[str, Any]:
        kind, stored = _peek(node, "kind"), self._stored.get(_peek(node, "slug"))
        auth = _peek(node, "auth") or (stored.auth_method.key if stored and stored.kind == kind else "")
        # With a kind that nobody knows, any connector's settings are let through: one problem is enough.
        kinds = [kind] if kind in CONNECTORS else list(CONNECTORS)
        methods = [method for each in kinds for method in connector_spec(each).auth_methods]
        default = methods if auth or kind not in CONNECTORS else methods[:1]
        chosen = [method for method in methods if method.key == auth] or default
        keys = dict.fromkeys(setting.key for method in chosen for setting in method.settings)
        parts = self.mapping(node, "a connection", (*_CONNECTION_KEYS, *keys), required=("slug", "kind", "base_url"))
        values: dict[str, Any] = {key: self._setting(parts[key], key) for key in keys if key in parts}
        values |= {key: self._setting(parts[key], key, 100) for key in ("name", "base_url") if key in parts}
        if "slug" in parts:
            values["slug"] = self._new_slug(parts["slug"], "connection")
        if "kind" in parts:
            values["kind"] = self.choice_of(parts["kind"], "kind", list(CONNECTORS))
            self._check_kept_kind(parts["kind"], "connection", values, stored.kind if stored else kind)
        if "auth" in parts:
            values["auth"] = self.choice_of(parts["auth"], "auth", [method.key for method in methods])
        values |= {key: self.yes_no(parts[key], key) for key in ("enabled", "demo") if key in parts}
        if "base_url" in parts:
            values["base_url"] = self._address(parts["base_url"], values["base_url"] or "", kind)
        if len(chosen) == 1:
            self._check_complete(node, values, chosen[0], stored)
        self._kinds[str(values.get("slug"))] = kind
        return values

    def _check_complete(
        self, node: yaml.Node, values: Mapping[str, Any], method: AuthMethod, stored: Connection | None
    ) -> None:
        """A new connection needs all of its settings. A stored one keeps what is left out, secrets at their address."""
        connection = stored or Connection()
        kept = kept_secrets(connection, values.get("base_url", ""))
        kept |= {key for key, value in connection.settings.items() if value}
        moved = stored is not None and stored.base_url != values.get("base_url")
        for setting in method.settings:
            if setting.required and values.get(setting.key, "") == "" and setting.key not in kept:
                what = f"the connection {stored.slug!r}" if stored else "a new connection"
                detail = " again at its new address: secrets stay at theirs" if moved and setting.secret else ""
                self.say(node, f"{what} needs {setting.key}{detail}")
            elif given := values.get(setting.key):
                self._check_setting(node, setting, str(given))

    def _check_setting(self, node: yaml.Node, setting: Setting, given: str) -> None:
        try:
            setting.check(given)
        except ConfigError as error:
            self.say(node, f"{setting.key}: {error}")

    def _setting(self, node: yaml.Node, key: str, longest: int | None = None) -> str | None:
        """The text, or what the environment says. None for what was refused: one problem is enough."""
        before = len(self.problems)
        text = self.text(node, key, longest=longest, empty=True)
        name = text.removeprefix("env:")
        if name != text and name not in os.environ:
            self.say(node, f"the environment variable {name} is not set")
        if len(self.problems) > before:
            return None
        return text if name == text else os.environ[name]

    def _address(self, node: yaml.Node, text: str, kind: str) -> str:
        try:
            return address_of(kind, text) if kind in CONNECTORS else normalise_base_url(text)
        except ConfigError as error:
            self.say(node, str(error))
            return ""

    def _syncs(self, node: yaml.Node) -> list[dict[str, Any]]:
        """What is stored for a sync of the file: one, or one for each part that it lists."""
        kind = known_kind(_peek(node, "kind"))
        lists = (kind.part_list.key,) if kind and kind.part_list else ()
        keys, old = (*_SYNC_KEYS, *lists, *config_options.keys(kind)), config_options.old_keys(kind)
        parts = self.mapping(node, "a sync", keys, required=("slug", "kind", "left", "right"), old=old)
        flags = ("enabled", *_FLAGS)
        values: dict[str, Any] = {key: self.yes_no(parts[key], key) for key in flags if key in parts}
        if "record_types" in parts:
            values["record_types"] = self.texts(parts["record_types"], "record_types", longest=100)
        if "slug" in parts:
            values["slug"] = self._new_slug(parts["slug"], "sync")
        if "kind" in parts:
            values["kind"] = self.choice_of(parts["kind"], "kind", list(KINDS))
            stored = self._stored_syncs.get(str(values.get("slug")), values["kind"])
            self._check_kept_kind(parts["kind"], "sync", values, stored)
        if "name" in parts:
            values["name"] = self.text(parts["name"], "name", longest=100, empty=True)
        if "interval" in parts:
            values["interval"] = self._interval(parts["interval"])
        if "hours" in parts:
            values["hours"] = self._hours(parts["hours"])
        if "ceiling" in parts:
            values["ceiling"] = self.number(parts["ceiling"], "ceiling")
        if "picklist_filter" in parts:
            values["picklist_filter"] = self._picklist(parts["picklist_filter"])
        values |= conditions.read(self, parts.get(conditions.KEY))
        kind = known_kind(str(values.get("kind")))
        if "guards" in parts:
            values["guards"] = config_guards.read(self, parts["guards"], kind.guards if kind else list(Guard))
        values["list_view"], chosen = list_view.read(self, parts, kind)
        values["options"] = config_options.read(self, parts, kind) | chosen
        if kind:
            list_view.check(self, node, values["list_view"], values["options"], kind)
            values |= self._sides(parts, kind)
            values["options"] |= _full_names(values["options"], kind)
            kind = kind.as_chosen(values["options"])
        placed = self._placed(parts, kind) if kind else []
        listed = self._field_mappings(parts.get("mappings"), kind, placed)
        values["mappings"] = placed + (default_mappings(kind) if kind and "mappings" not in parts else listed)
        return part_lists.spread(self, node, parts, kind, values)

    def _interval(self, node: yaml.Node) -> int | None:
        """Minutes between automatic updates; None for those of the kind."""
        minutes = self.number(node, "interval")
        if minutes is not None and not SHORTEST_INTERVAL <= minutes <= LONGEST_INTERVAL:
            self.say(node, f"interval is {minutes}; possible: {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} minutes")
        return minutes

    def _hours(self, node: yaml.Node) -> str:
        """The hours of the day for automatic updates, "" for all day."""
        written = self.text(node, "hours", longest=5, empty=True)
        try:
            hours.parsed(written)
        except ValueError as error:
            self.say(node, f"hours: {error}")
        return written

    def _check_kept_kind(self, node: yaml.Node, what: str, values: Mapping[str, Any], stored: str) -> None:
        """What a sync has linked belongs to its kind, and so does what syncs expect of a connection."""
        if values["kind"] in (*CONNECTORS, *KINDS) and stored != values["kind"]:
            named = f"the {what} {values.get('slug')!r} is stored as {stored}"
            self.say(node, f"{named}; a {what} keeps its kind, so name another one")

    def _sides(self, parts: Mapping[str, yaml.Node], kind: Kind) -> dict[str, str]:
        """The two connections, each of the system that the kind joins."""
        systems = {"left": kind.left.system, "right": kind.right.system}
        return {side: self._side(parts[side], side, system) for side, system in systems.items() if side in parts}

    def _side(self, node: yaml.Node, side: str, kind: str) -> str:
        slug = self.text(node, side)
        found = self._kinds.get(slug)
        if slug and found is None:
            self.say(node, f"there is no connection {slug!r}")
        elif slug and found != kind:
            self.say(node, f"the connection {slug!r} is a {found} connection; this side needs {kind}")
        return slug

    def _picklist(self, node: yaml.Node) -> dict[str, Any]:
        parts = self.mapping(node, "picklist_filter", ("field", "values"), required=("field", "values"))
        return {
            "field": self.text(parts["field"], "field") if "field" in parts else "",
            "values": self.texts(parts["values"], "values", longest=255) if "values" in parts else [],
        }

    def _placed(self, parts: Mapping[str, yaml.Node], kind: Kind) -> list[dict[str, Any]]:
        """The mappings that have a key of their own: a field alone, or all that may be said of a mapping."""
        found = []
        for name in kind.placed:
            node = parts.get(name)
            if isinstance(node, yaml.MappingNode):
                values = self._mapping_of(node, name, {"field": kind.left})
            elif node is not None and is_yes_no(node):
                self.say(node, f"{name} names a field; leave it out for none")
                continue
            else:
                values = {"field": self.text(node, name, empty=True)} if node is not None else {}
            left = values.pop("field", "")
            found += [{"left": left, "right": name, **values}] if left else []
        return found

    def _field_mappings(
        self, node: yaml.Node | None, kind: Kind | None, placed: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        taken = {values["right"] for values in placed}
        sides = {"left": kind.left if kind else None, "right": kind.right if kind else None}
        for item in self.items(node, "mappings"):
            values = self._mapping_of(item, "a mapping", sides)
            right = values.get("right", "")
            if right in taken:
                self.say(item, f"{right!r} is filled by two mappings")
            taken.add(right)
            found.append(values)
        return found

    def _mapping_of(self, node: yaml.Node, what: str, fields: Mapping[str, SideSpec | None]) -> dict[str, Any]:
        """One mapping: the fields that it has to name, each with its side where that is known, and the rest."""
        known = (*fields, *(_MADE_UP if "left" in fields else ()), *_MAPPING_WORDS, "value_map", "only_if_empty")
        made_up = next((key for key in _MADE_UP if _peek(node, key)), "") if "left" in fields else ""
        parts = self.mapping(node, what, known, required=[key for key in fields if key != "left" or not made_up])
        if made_up:
            text = self.text(parts.pop(made_up), made_up, longest=190)
            self._check_made_up(node, made_up, text, parts)
            parts.pop("left", None)
        named = {key: self.text(parts[key], key) for key in fields if key in parts}
        values: dict[str, Any] = {key: _full_name(name, fields[key]) for key, name in named.items()}
        values |= {key: self.choice_of(parts[key], key, words) for key, words in _MAPPING_WORDS.items() if key in parts}
        if made_up:
            values["left"] = f"{templates.MARK}{text}"
        if "value_map" in parts:
            values["value_map"] = self._value_map(parts["value_map"])
        if "only_if_empty" in parts:
            values["only_if_empty"] = self.yes_no(parts["only_if_empty"], "only_if_empty")
        return values

    def _check_made_up(self, node: yaml.Node, key: str, text: str, parts: Mapping[str, yaml.Node]) -> None:
        """A mapping has one source, and a constant names no fields."""
        if others := [name for name in ("left", *_MADE_UP) if name in parts]:
            self.say(node, f"a mapping has one source: {key}, or {others[0]}")
        if key == "constant" and templates.fields_of(f"{templates.MARK}{text}"):
            self.say(node, "a constant names no fields; write template instead")

    def _value_map(self, node: yaml.Node) -> dict[str, str]:
        if not isinstance(node, yaml.MappingNode):
            self.say(node, "value_map should be a list of key: value")
            return {}
        return {self._key(left): self.text(right, "a value") for left, right in node.value}

    def _key(self, node: yaml.Node) -> str:
        """A value that a map leads from. Without quotes, null is the word."""
        return "null" if is_empty(node) else self.text(node, "a value")

    def _new_slug(self, node: yaml.Node, what: str) -> str:
        slug = self.slug(node)
        if (what, slug) in self._seen:
            self.say(node, f"there are two {what}s named {slug!r}")
        self._seen.add((what, slug))
        return slug


def _full_name(name: str, side: SideSpec | None) -> str:
    """The field's full name; files may call custom fields by their bare keys."""
    return name if side is None else connector_spec(side.system).field_name(side.object, name)


def _full_names(values: Mapping[str, Any], kind: Kind) -> dict[str, str]:
    """The options that name a field of the right side, by its full name."""
    named = [option.name for option in kind.options if option.type is OptionType.RIGHT_FIELD]
    return {name: _full_name(values[name], kind.right) for name in named if values.get(name)}


def _peek(node: yaml.Node, key: str) -> str:
    """A value that decides how the others are read, before they are."""
    pairs: Collection[tuple[yaml.Node, yaml.Node]] = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((str(value.value) for name, value in pairs if name.value == key), "")


def _lines(slug: str, node: yaml.Node) -> dict[tuple[str, str], int]:
    """Where each option and each mapping of a sync stands."""
    found, old = {}, config_options.old_keys(known_kind(_peek(node, "kind")))
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        found[slug, old.get(str(key.value), str(key.value))] = key.start_mark.line + 1
        if key.value == conditions.KEY:
            found |= {(slug, place): line for place, line in conditions.lines(value).items()}
        for place, item in enumerate(value.value if key.value == "mappings" else ()):
            if isinstance(item, yaml.Node):
                found[slug, f"mappings.{place}"] = item.start_mark.line + 1
    return found
