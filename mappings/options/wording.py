"""Texts of a sync's page in the words of its kind."""

from __future__ import annotations

from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of, relatives
from mappings.rules.configuration import Direction
from mappings.rules.guards import Guard


def switched_off(kind: Kind) -> str:
    """What it means that a sync is switched off (S3.C10)."""
    text = f"It makes no plans and writes nothing; its links stay. {kind.left.many.capitalize()}"
    if others := " and ".join(kind_of(slug).left.many for slug in relatives(kind.slug) if slug != kind.slug):
        return (
            f"{text} count no more where {others} with the same {kind.matched_by} choose who fills a {kind.right.one}."
        )
    return f"{text} that were linked keep their {kind.right.many}, also for syncs that build on this one."


def switched(kind: Kind, *, on: bool) -> str:
    """What to say once somebody has switched a sync."""
    if on:
        return f"{kind.title} are switched on. The next plan looks at all {kind.left.many} again."
    return f"{kind.title} are switched off. {switched_off(kind)}"


def automatic_lines(kind: Kind) -> dict[str, str]:
    records, system = kind.left.many.capitalize(), kind.names.right_system
    if kind.automatic is Direction.BOTH:
        records, system = f"{records} and {kind.right.many}", "the other side"
    return {
        "yes": f"{records} that are created or changed are written to {system} without asking.",
        "no": "Runs start manually.",
    }


def guard_lines(kind: Kind) -> dict[Guard, str]:
    """What each guard counts."""
    left, right = kind.left.many, kind.right.many
    keys = "names" if kind.matched_by == "name" else f"names or {kind.names.keys}"
    return {
        Guard.BLANKED: f"{right.capitalize()} or {left} that lose their value in one field, of those that have one.",
        Guard.RENAMED: f"Linked records that get other {keys}.",
        Guard.MEMBERSHIPS: "Memberships that SyncAdmin added and a plan would end.",
        Guard.CREATED: f"New records, compared with those that are linked. The first plan may create all {right}.",
        Guard.DELETED: "Records that the undo of a run would delete.",
        Guard.REPLACED: "Values that people wrote and a plan would write over. In a field that was never synced before "
        "the number alone counts.",
    }
