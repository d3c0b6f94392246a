"""By what the steps of a plan are grouped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.group_key import LONGEST_FIELDS, GroupKey
from syncadmin.engine.steps import Change, Operation, PlannedStep, Replaced, Side, Verb

NAME, TAGS = Change("name", "a", "b"), Change("tags", [], None, add=("x",))
OPERATIONS = list(Operation.known())
CHANGING = [one for one in OPERATIONS if not (one.informational or one.creates)]
TELLING = [one for one in OPERATIONS if one.informational]
FIELDS = st.lists(st.from_regex(r"(fields\.)?[A-Za-z_]\w{0,60}", fullmatch=True), max_size=60, unique=True)


def key(operation: Operation, *changes: Change, **rest) -> GroupKey:
    return GroupKey.of(PlannedStep(operation, "Acme", changes=changes, **rest))


def test_the_same_change_has_the_same_key_whatever_the_order_and_the_values():
    one = key(Verb.UPDATE.on(Side.RIGHT), NAME, TAGS)
    other = key(Verb.UPDATE.on(Side.RIGHT), Change("tags", ["y"], None, remove=("y",)), Change("name", "c", "d"))
    assert str(one) == str(other) == "update_right:name,tags"


def test_creations_are_one_group_but_those_that_wait_for_approval_are_another():
    assert key(Verb.CREATE.on(Side.RIGHT), NAME) == key(Verb.CREATE.on(Side.RIGHT), TAGS)
    assert key(Verb.CREATE.on(Side.LEFT), needs_approval=True) != key(Verb.CREATE.on(Side.LEFT))


@pytest.mark.parametrize("operation", TELLING)
def test_rows_that_only_tell_are_grouped_by_what_they_tell(operation: Operation):
    assert str(key(operation, NAME, reason_code="ambiguous")) == f"{operation.word}:ambiguous"


def test_long_lists_of_fields_that_begin_alike_are_two_groups():
    """A key that is cut off would put both into one group, and one approval would cover both."""
    names = [f"fields.a_rather_long_name_{number:03}" for number in range(40)]
    one, other = (
        key(Verb.UPDATE.on(Side.RIGHT), *(Change(name, 1, 2) for name in (*names, last)))
        for last in ("fields.x", "fields.y")
    )
    assert one.fields == other.fields
    assert one.more == other.more == 41 - len(one.fields)
    assert str(one) != str(other)


@given(st.sampled_from(CHANGING), FIELDS, st.booleans())
def test_the_text_of_a_key_is_short_and_read_back_as_it_was(operation: Operation, names: list[str], replaces: bool):
    word = Replaced.EDITED if replaces else ""
    made = key(operation, *(Change(name, 1, 2, replaces=word) for name in names))
    assert GroupKey.parse(str(made)) == made
    assert len(str(made)) <= LONGEST_FIELDS + 60 <= 300
    assert len(made.fields) + made.more == len(names)
    assert made.replaces == (replaces and bool(names))


@given(
    st.sampled_from([one for one in OPERATIONS if one.informational or one.creates]),
    st.sampled_from(["", "ambiguous", "unanswered"]),
    st.booleans(),
)
def test_the_text_of_rows_without_fields_is_read_back_too(operation: Operation, code: str, held: bool):
    made = key(operation, reason_code=code, needs_approval=held)
    assert GroupKey.parse(str(made)) == made
