"""The values that a group of steps sets, counted in bounded memory."""

from __future__ import annotations

from typing import Any

from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP
from syncadmin.engine.steps import SKIP, Change, PlannedStep, Side, Verb
from syncadmin.engine.value_counts import MOST_DIFFERENT, ValueCounts, name_of, short


def update(after: Any, field: str = "fields.tier", **values: Any) -> PlannedStep:
    return PlannedStep(Verb.UPDATE.on(Side.RIGHT), "Acme", changes=(Change(field, None, after),), **values)


def most_frequent(*drafts: PlannedStep) -> dict[str, list[tuple[str | None, int]]]:
    counts = ValueCounts("AccountId")
    for draft in drafts:
        counts.add(draft)
    return counts.most_frequent().get(name_of(str(GroupKey.of(drafts[0])), drafts[0].needs_approval), {})


def test_the_most_frequent_values_come_first_and_the_rest_is_a_number() -> None:
    drafts = [update("silver")] * 20 + [update("gold")] * 19 + [update(None)] * 3 + [update("tin"), update("lead")]
    assert most_frequent(*drafts) == {"fields.tier": [("silver", 20), ("gold", 19), ("", 3), (None, 2)]}


def test_values_that_are_all_different_are_told_of_a_few_records_only() -> None:
    assert most_frequent(update("a"), update("b")) == {"fields.tier": [("a", 1), ("b", 1)]}
    assert most_frequent(*[update(str(number)) for number in range(9)]) == {}
    assert most_frequent(*[update(str(number % (MOST_DIFFERENT + 1))) for number in range(999)]) == {}


def test_entries_of_lists_are_counted_one_by_one() -> None:
    tags = Change("tags", ["vip"], None, add=("energy",), remove=("farming",))
    draft = PlannedStep(Verb.UPDATE.on(Side.RIGHT), "Acme", changes=(tags,))
    assert most_frequent(draft, draft) == {"tags": [("+energy", 2), ("−farming", 2)]}


def test_held_steps_ids_and_rows_that_only_tell_are_kept_apart() -> None:
    counts = ValueCounts("AccountId")
    held = update("gold", needs_approval=True)
    for draft in (update("silver"), held, update("001", "AccountId"), update("9", "organization_id")):
        counts.add(draft)
    counts.add(PlannedStep(SKIP, "Acme", reason_code="unmatched"))
    counts.add(PlannedStep(ADD_MEMBERSHIP, "Ann", changes=(Change("organization_id", None, "9"),)))
    assert list(counts.most_frequent()) == [
        str(GroupKey.of(held)),
        name_of(str(GroupKey.of(held)), needs_approval=True),
    ]


def test_a_value_is_short_and_in_one_line() -> None:
    assert short("a\n b") == "a b"
    assert len(short("x" * 99)) == 40
    assert [short(value) for value in (True, 1250000, 2.0, ["a", "b"], None)] == ["yes", "1,250,000", "2", "a, b", ""]
