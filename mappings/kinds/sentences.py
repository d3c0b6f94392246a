"""Describes a configuration in sentences (S3.C3, A1)."""

from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.rules.configuration import Configuration, Direction
from mappings.rules.texts import plural

SHORTEST_INTERVAL, LONGEST_INTERVAL = 1, 60
"""Minutes between two looks of automatic updates."""


def direction_sentence(config: Configuration, automatic: bool, minutes: int = 2, *, both_ways: bool = False) -> str:
    """Which way data flows, and when, in a few sentences. Needs no types: rules may be plain pairs."""
    back = sum(rule.direction is not Direction.TO_RIGHT for rule in config.rules)
    kind = kind_of(config.kind)
    edits = _edits(kind, back, config.creates_left)
    both = both_ways or kind.automatic is Direction.BOTH
    when = _when(kind, automatic, minutes, back=bool(back or config.creates_left), both=both)
    return " ".join([_directions(kind, back, config.creates_left), edits, *_creations(kind, config), when])


def _directions(kind: Kind, back: int, creates: str) -> str:
    way = f"{kind.names.left_system} → {kind.names.right_system}"
    if back:
        return f"{way}; {back} {'field also goes' if back == 1 else 'fields also go'} back."
    return f"{way}." if creates else f"{way} only."


def _edits(kind: Kind, back: int, creates: str) -> str:
    left, right = kind.names.left_system, kind.names.right_system
    edits = f"Other edits made in {right}" if back else f"Edits made in {right}"
    if creates:
        unknown = "that have none" if creates == kind.left.many else f"that {left} does not know"
        return f"{edits} are never written to {left}, but a run creates {creates} for {kind.right.many} {unknown}."
    return f"{edits} are never written to {left}, and no {kind.left.many} are created there."


def _creations(kind: Kind, config: Configuration) -> list[str]:
    return [] if config.creates_right else [f"No {kind.right.many} are created either."]


def _when(kind: Kind, automatic: bool, minutes: int, *, back: bool, both: bool) -> str:
    """When runs start by themselves. Most kinds then write in one direction only (S3.1)."""
    if not automatic:
        return "Runs start manually."
    left, right = kind.names.left_system, kind.names.right_system
    when = f"as soon as they are known, at the latest {every(minutes)}"
    if back and both:
        return f"Changes on either side are written to the other one {when}."
    picked_up = f"Changes in {left} are written to {right} {when}."
    return f"{picked_up} What goes to {left} waits for a run that somebody starts." if back else picked_up


def every(minutes: int) -> str:
    """ "every 10 minutes", "every hour", "every day"."""
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            number = minutes // size
            return f"every {unit}" if number == 1 else f"every {plural(number, unit)}"
    return ""
