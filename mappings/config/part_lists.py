"""A sync with a list of parts, such as mailboxes: one entry in the file, one stored sync for each part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import yaml
from django.utils.text import slugify

from mappings.config import options as config_options
from mappings.config.nodes import Nodes
from mappings.kinds.declaration import Kind
from mappings.kinds.part_list import PartList

SLUG_LENGTH = 50
# What tells the syncs of one configuration apart.
_OWN = ("slug", "name")


def spread(
    nodes: Nodes, node: yaml.Node, parts: Mapping[str, yaml.Node], kind: Kind | None, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """The syncs that stand for one of the file: itself, or one for each part that it lists."""
    declared = kind.part_list if kind else None
    if kind is None or declared is None:
        return [values]
    if declared.key not in parts:
        if not values["options"].get(declared.options[declared.part]):
            nodes.say(node, f"a sync of {kind.slug} needs {declared.key}, a list of {declared.part}: …")
        return [values]
    name = declared.options[declared.part]
    found: dict[str, dict[str, Any]] = {}
    for item in nodes.items(parts[declared.key], declared.key):
        one = _entry(nodes, item, kind, declared)
        part = str(one.get(name, ""))
        if any(str(other["options"][name]).casefold() == part.casefold() for other in found.values()):
            nodes.say(item, f"{declared.key} names {part} twice")
        slug = _free_slug(slug_of(str(values.get("slug")), part), found)
        found[slug] = _sync_of_part(values, slug, one, part)
    if not found:
        nodes.say(parts[declared.key], f"{declared.key} names none; take the last one off the list on its page")
    return list(found.values())


def slug_of(group: str, part: str) -> str:
    """What the sync of a part is called where no other one is called so."""
    return f"{group}-{slugify(re.sub('[@.]', '-', part))}"[:SLUG_LENGTH]


def _free_slug(stem: str, taken: Mapping[str, Any]) -> str:
    candidates = (f"{stem[: SLUG_LENGTH - len(end)]}{end}" for end in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(slug for slug in candidates if slug not in taken)


def folded(syncs: Iterable[tuple[str, PartList | None, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Syncs as a file has them: those of one configuration as one, while nothing else differs. By their groups."""
    for (group, _), items in groupby(syncs, key=lambda item: (item[0], item[1] and item[1].key)):
        rows = [(declared, values) for _, declared, values in items]
        declared = rows[0][0]
        rests = [_rest(declared, values) for _, values in rows] if declared else []
        if declared is None or not group or any(rest != rests[0] for rest in rests):
            yield from (values for _, values in rows)
            continue
        entries = [{key: values[name] for key, name in declared.options.items()} for _, values in rows]
        yield {"slug": group, **rests[0], declared.key: entries}


def _entry(nodes: Nodes, node: yaml.Node, kind: Kind, declared: PartList) -> dict[str, Any]:
    by_name = {option.name: option for option in kind.options}
    parts = nodes.mapping(node, f"an entry of {declared.key}", tuple(declared.options), required=(declared.part,))
    found = ((declared.options[key], value) for key, value in parts.items())
    return {name: config_options.value(nodes, value, by_name[name]) for name, value in found}


def _sync_of_part(values: Mapping[str, Any], slug: str, options: Mapping[str, Any], part: str) -> dict[str, Any]:
    name = f"{values['name']}: {part}" if values.get("name") else part
    return {
        **values,
        "slug": slug,
        "name": name,
        "group": values.get("slug", ""),
        "options": {**values["options"], **options},
    }


def _rest(declared: PartList, values: Mapping[str, Any]) -> dict[str, Any]:
    own = {*_OWN, *declared.options.values()}
    return {key: value for key, value in values.items() if key not in own}
