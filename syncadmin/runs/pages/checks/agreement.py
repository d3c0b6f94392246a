"""Counts how the pairs of a sync agree in each mapped field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from connectors.api.errors import ConfigError
from mappings.kinds.subject import Agreement, Difference
from mappings.models import Sync
from mappings.rules import convert
from mappings.rules.configuration import FieldRule
from mappings.selectors import known_schemas, sides
from mappings.services import configuration
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.storage.steps import chunks

MOST_PAIRS = 20_000
CHUNK = 2_000
EXAMPLES = 5
Values = Mapping[str, Any]


def agreement(sync: Sync) -> Agreement:
    """Compare the first pairs field by field, proposed links included. Three queries for each CHUNK of them."""
    rules, zone = _rules(sync)
    links = Link.objects.of_sync(sync)
    total, pairs, agree = links.count(), 0, 0
    found: dict[str, int] = defaultdict(int)
    examples: dict[str, list[str]] = defaultdict(list)
    for rows in chunks(links.values_list("id", "left_id", "right_id"), CHUNK):
        lefts = _mirrored(sync, Side.LEFT, [row[1] for row in rows])
        rights = _mirrored(sync, Side.RIGHT, [row[2] for row in rows])
        for _, left_id, right_id in rows:
            if left_id not in lefts or right_id not in rights:
                continue
            (label, left), (_, right) = lefts[left_id], rights[right_id]
            different = [rule for rule in rules if not _agrees(rule, left, right, zone)]
            pairs, agree = pairs + 1, agree + (not different)
            for rule in different:
                found[rule.name] += 1
                if len(examples[rule.name]) < EXAMPLES:
                    examples[rule.name].append(_example(sync, label, left.get(rule.left), right.get(rule.right)))
        if pairs >= MOST_PAIRS:
            break
    differences = tuple(Difference(name, number, tuple(examples[name])) for name, number in found.items())
    return Agreement(pairs, agree, differences, first=pairs if pairs < total and pairs >= MOST_PAIRS else 0)


def _rules(sync: Sync) -> tuple[tuple[FieldRule, ...], str]:
    """All mapped fields in either direction, and why there are none if the mapping does not fit the systems."""
    known = known_schemas(sync, sides(sync))
    try:
        config = configuration(sync, known) if known else None
    except ConfigError:
        config = None
    return (config.rules, config.time_zone) if config else ((), "UTC")


def _mirrored(sync: Sync, side: Side, ids: list[str]) -> dict[str, tuple[str, Values]]:
    rows = MirrorRecord.objects.of_side(sync, side, remote_id__in=ids).alive_in_scope()
    return {id: (label, values or {}) for id, label, values in rows.values_list("remote_id", "label", "values")}


def _agrees(rule: FieldRule, left: Values, right: Values, zone: str) -> bool:
    """Whether a field is equal on both sides. A value that was not read counts as equal."""
    if rule.left not in left or rule.right not in right:
        return True
    try:
        return convert.same(convert.to_right(rule, left[rule.left], zone), right[rule.right])
    except convert.ValueProblem:
        return False


def _example(sync: Sync, label: str, left: Any, right: Any) -> str:
    texts = ["empty" if convert.empty(value) else f"“{str(value)[:60]}”" for value in (left, right)]
    return f"{label}: {texts[0]} – {texts[1]}"
