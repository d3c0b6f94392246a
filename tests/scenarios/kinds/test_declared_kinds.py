"""What a declaration of a kind says, beyond what the kinds that exist need."""

from __future__ import annotations

from dataclasses import replace

from mappings.fields import words
from mappings.kinds.wording import worded
from tests.worlds import depots

LEFT, RIGHT = depots.KIND.left, depots.KIND.right
ONE_SYSTEM = replace(
    depots.KIND, left=replace(LEFT, system="salesforce", system_label="Salesforce", called="Depot (new)")
)


def test_sides_in_one_system_are_told_apart_by_their_objects() -> None:
    names = ONE_SYSTEM.names
    assert (names.left_system, names.right_system) == ("Depot (new)", "Branch")
    assert words.sides(ONE_SYSTEM) == ("Depot (new)", "Branch")
    assert worded("{left_system} to {right_system}", ONE_SYSTEM) == "Depot (new) to Branch"
    assert depots.KIND.names.left_system == "Zendesk", "two systems are told apart by their own names"
