"""What a plan is made of."""

import pytest

from mappings.kinds.relation import steps_of_relation
from syncadmin.engine.steps import LINK, Change, Operation, Side, Verb

NAME, TAGS = Change("name", "a", "b"), Change("tags", [], None, add=("x",))


def test_every_operation_either_writes_one_side_or_only_tells():
    for operation in Operation.known():
        assert operation.writes(Side.LEFT) + operation.writes(Side.RIGHT) + operation.informational == 1, operation


def test_the_words_of_operations_are_those_of_the_contract_and_are_read_back():
    """They stand in the JSON of commands, in CSV files and in the keys of groups."""
    words = {operation.word for operation in Operation.known()}
    assert {
        "create_right", "update_right", "delete_right", "create_left", "update_left", "delete_left", "link", "unlink",
        "skip", "conflict", "problem", "add_membership", "remove_membership", "make_primary", "free_address",
    } <= words  # fmt: skip
    for operation in Operation.known():
        assert Operation.parse(operation.word) == operation
    with pytest.raises(ValueError, match="settle"):
        Operation.parse("settle")


def test_what_belongs_to_a_record_is_not_the_record_itself():
    membership = Verb.CREATE.on(Side.RIGHT, "membership")
    assert not membership.creates
    assert not membership._replace(verb=Verb.DELETE).deletes
    assert Verb.CREATE.on(Side.LEFT).creates
    assert LINK.writes(Side.RIGHT)


def test_a_relation_without_words_of_its_own_has_some():
    steps = steps_of_relation("comment", "comment", "comments", "create", "update")
    assert {verb: step.word for verb, step in steps.items()} == {"create": "create_comment", "update": "update_comment"}
    assert (steps["create"].label, steps["update"].done, steps["create"].group) == (
        "Create a comment", "Updated a comment", "New comments",
    )  # fmt: skip


@pytest.mark.parametrize(
    "change, is_list", [(NAME, False), (TAGS, True), (Change("tags", ["x"], None, remove=("x",)), True)]
)
def test_a_list_is_told_by_its_edit(change: Change, is_list: bool):
    assert change.is_list is is_list
