"""Counts the values that a plan sets, by group of steps and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.people.memberships import PRIMARY
from syncadmin.engine.steps import INFORMATIONAL, Change, PlannedStep

# Of more different values than this none is counted: they are as good as one for each record.
MOST_DIFFERENT = 50
# So many are kept of a field; the rest is one number.
KEPT = 3
LONGEST = 40
EMPTIED = ""

FrequentValues = dict[str, dict[str, list[tuple[str, int]]]]


class ValueCounts:
    """Counts values while the steps of a plan are stored. Its size is bounded for any number of steps."""

    def __init__(self, parent: str = "") -> None:
        """``parent`` is a field of ids. It is not counted, as ids say nothing to people."""
        self._left_out = {PRIMARY, parent}
        self._counted: dict[str, dict[str, Counter[str] | None]] = {}

    def add(self, draft: PlannedStep) -> None:
        """Count the values that this step sets."""
        if draft.verb in INFORMATIONAL or draft.relation:
            return
        fields = self._counted.setdefault(name_of(str(GroupKey.of(draft)), draft.needs_approval), {})
        for change in draft.changes:
            if change.field not in self._left_out:
                counter = fields.setdefault(change.field, Counter())
                if counter is not None:
                    counter.update(_values(change))
                    if len(counter) > MOST_DIFFERENT:
                        fields[change.field] = None

    def most_frequent(self) -> FrequentValues:
        """By ``name_of`` the group and by field, the most frequent values with their counts; last None with the count
        of others.

        Fields whose values are all different are left out.
        """
        found = {name: dict(self._fields(fields)) for name, fields in self._counted.items()}
        return {name: fields for name, fields in found.items() if fields}

    @staticmethod
    def _fields(fields: dict[str, Counter[str] | None]) -> Iterator[tuple[str, list[Any]]]:
        for field, counter in fields.items():
            if not counter or (len(counter) > KEPT and max(counter.values()) == 1):
                continue
            ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
            others = sum(number for _, number in ranked[KEPT:])
            yield field, [*ranked[:KEPT], *([(None, others)] if others else [])]


def name_of(group_key: str, needs_approval: bool) -> str:
    """The key of a group in the counts. Steps that need approval are a group of their own."""
    return f"held {group_key}" if needs_approval else group_key


def short(value: Any) -> str:
    """A value in at most LONGEST characters; "" for an empty one."""
    if value is None:
        return EMPTIED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(entry) for entry in value)
    elif isinstance(value, (int, float)):
        value = f"{value:,}".removesuffix(".0")
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _values(change: Change) -> list[str]:
    if change.is_list:
        return [*(f"+{short(entry)}" for entry in change.add), *(f"−{short(entry)}" for entry in change.remove)]
    return [short(change.after)]
