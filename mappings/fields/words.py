"""The labels of the mapping editor: both sides of a kind, and the choices of a mapping."""

from __future__ import annotations

from mappings.kinds.declaration import Kind
from mappings.models import ON_PROBLEM
from mappings.rules.configuration import Conflict, Direction, OnProblem

Words = list[tuple[str, str]]


def sides(kind: Kind) -> tuple[str, str]:
    """What people call the sides: their systems, or the objects where both are in one system."""
    return kind.names.left_system, kind.names.right_system


def directions(kind: Kind) -> Words:
    """Which way a field is written."""
    left, right = sides(kind)
    way = Direction
    return [(way.TO_RIGHT, f"{left} to {right}"), (way.TO_LEFT, f"{right} to {left}"), (way.BOTH, "Both ways")]


def conflicts(kind: Kind) -> Words:
    """Who wins when both sides changed a field that is written both ways."""
    left, right = sides(kind)
    wins = Conflict
    return [
        (wins.LEFT, f"{left} wins"),
        (wins.RIGHT, f"{right} wins"),
        (wins.NEWEST, "The newest edit wins"),
        (wins.ASK, "Ask: leave both, list a conflict"),
    ]


WHEN: Words = [("", "Always"), ("yes", "Only if empty")]
"""When a value is written."""


def on_problem(kind: Kind) -> Words:
    """What becomes of a record with a value that does not fit."""
    if not kind.fields_apart:
        return ON_PROBLEM
    return [(OnProblem.ROW, "List the value as a problem"), (OnProblem.FIELD, "Leave this field alone")]
