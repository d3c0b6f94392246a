"""Compares the sides of a linked pair for its page: each mapped field, its last synced value, and whether
they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.api.errors import ConfigError
from connectors.services import cached_schema
from mappings.kinds.declaration import Names
from mappings.models import Sync
from mappings.rules import convert
from mappings.rules.configuration import FieldRule
from mappings.services import configuration, schemas
from syncadmin.engine.merge import ABSENT, MergeAction, Moments, SideChoice, merge
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.plan import Rulebook, rulebook
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.status.step_groups import bare

NOBODY_CHOSE: Mapping[str, SideChoice] = {}


@dataclass(frozen=True, slots=True)
class Pair:
    """One mapped field. ``agreed`` is its last synced value in the form of the right side.

    ``open``: both sides have changed, and a person has to choose; ``choice`` is what was chosen.
    """

    label: str
    left_name: str
    right_name: str
    left: Any
    agreed: Any
    right: Any
    differs: bool
    problem: str = ""
    open: bool = False
    choice: SideChoice | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """A list field: its entries, and which of them a sync added."""

    label: str
    ours: tuple[str, ...]
    others: tuple[str, ...]


def known_rules(sync: Sync) -> Rulebook | None:
    """The rules of a sync from the fields as last read; None if they are not known well enough. No call."""
    kind = sync.declared
    if not cached_schema(sync.left, kind.left_object) or not cached_schema(sync.right, kind.right_object):
        return None
    try:
        return rulebook(kind, configuration(sync, schemas(sync)), sync.left.spec.whole_id)
    except ConfigError:
        return None


def pairs(
    book: Rulebook | None,
    left: MirrorRecord | None,
    right: MirrorRecord | None,
    link: Link | None,
    choices: Mapping[str, SideChoice] = NOBODY_CHOSE,
) -> list[Pair]:
    """The mapped fields of two records, or of one; without rules each field of each side.

    Fields of duplicates, which are never synced (S1.14), and of deleted records are shown without a comparison.
    ``choices`` are by right field.
    """
    mine, theirs = (left.values if left else {}), (right.values if right else {})
    if book is None:
        return [_alone(name, value, "left") for name, value in mine.items()] + [
            _alone(name, value, "right") for name, value in theirs.items()
        ]
    compared = exists(left) and exists(right) and not (link and link.role == LinkRole.DUPLICATE)
    moments = Moments(left.modified_at if left else None, right.modified_at if right else None)
    both = _Both(mine, theirs, link, compared, moments, choices, book.kind.names)
    return [_pair(rule, both, book.config.time_zone) for rule in book.rules]


def exists(record: MirrorRecord | None) -> bool:
    """Whether the record was read and not deleted since. A deleted one keeps its last values."""
    return record is not None and not record.deleted


def entries(book: Rulebook | None, right: MirrorRecord | None, link: Link | None) -> list[Entries]:
    """The list fields of the right record. Entries that a sync did not add are never changed."""
    if right is None:
        return []
    names = [rule.field for rule in book.lists] if book else [n for n, v in right.values.items() if isinstance(v, list)]
    owned: Mapping[str, Any] = link.owned_values if link else {}
    found = []
    for name in names:
        ours = tuple(owned.get(name, ()))
        present = right.values.get(name) or []
        found.append(Entries(bare(name), ours, tuple(entry for entry in present if entry not in ours)))
    return found


@dataclass(frozen=True, slots=True)
class _Both:
    """Both sides of a pair. Differences only count if they are ``compared``."""

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    link: Link | None
    compared: bool
    moments: Moments
    choices: Mapping[str, SideChoice]
    names: Names

    @property
    def last_synced(self) -> Mapping[str, Any]:
        return self.link.last_synced if self.link else {}


def _pair(rule: FieldRule, both: _Both, time_zone: str) -> Pair:
    left, right, base = both.left.get(rule.left), both.right.get(rule.right), both.last_synced.get(rule.right)
    pair = Pair(rule.label or bare(rule.right), rule.left, rule.right, left, base, right, differs=False)
    try:
        wanted = convert.to_right(rule, left, time_zone)
    except convert.ValueProblem as problem:
        return replace(pair, problem=str(problem))
    silent = isinstance(left, str) and left in rule.unsaid
    stays = rule.left not in both.left or silent or (rule.never_blank and convert.empty(left))
    if not both.compared or stays or convert.same(wanted, right):
        return pair
    found = merge(
        both.last_synced.get(rule.right, ABSENT),
        wanted,
        right,
        rule.direction,
        rule.conflict,
        both.moments,
        names=both.names,
        only_if_empty=rule.only_if_empty,
    )
    asks = found.action is MergeAction.CONFLICT and both.link is not None and both.link.active
    choice = both.choices.get(rule.right) if asks else None
    chosen = choice if choice and choice.is_about(left, right) else None
    return replace(pair, differs=True, open=asks, choice=chosen)


def _alone(name: str, value: Any, side: str) -> Pair:
    left, right = (value, None) if side == "left" else (None, value)
    return Pair(bare(name), name if side == "left" else "", name if side == "right" else "", left, None, right, False)
