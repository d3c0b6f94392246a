"""What somebody has chosen where both sides had changed (A1): it settles that conflict, and no other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules.configuration import Conflict, Direction
from syncadmin.engine.compare import LinkState
from syncadmin.engine.merge import Merge, MergeAction, SideChoice, choose
from syncadmin.engine.steps import CONFLICT, Operation, Side, Verb
from tests.engine.pairs import KIND, Pair, account, book, only, organization, phone

ASKED = Merge(MergeAction.CONFLICT, "Changed on both sides; somebody has to choose")
VALUE = st.sampled_from([None, "", "a", "b", 0, 1, True])


def asking(**choice: Any) -> Pair:
    """Both sides have changed the phone; the mapping says to ask."""
    rules = (phone(direction=Direction.BOTH, conflict=Conflict.ASK),)
    chosen = {"fields.phone": SideChoice(left="1", right="2", **choice)} if choice else {}
    link_state = LinkState(last_synced={"name": "Acme", "fields.phone": "0"}, chosen=chosen)
    return Pair(book(rules=rules), account(Phone="1"), organization(external_id="001A", fields__phone="2"), link_state)


def test_without_a_word_it_is_a_conflict():
    assert only(asking().plan()).operation == CONFLICT


@pytest.mark.parametrize(
    ("wins", "operation", "after", "reason"),
    [
        (Side.LEFT, Verb.UPDATE.on(Side.RIGHT), "1", "Changed on both sides; ada chose Salesforce's value"),
        (Side.RIGHT, Verb.UPDATE.on(Side.LEFT), "2", "Changed on both sides; ada chose Zendesk's value"),
    ],
)
def test_the_chosen_value_is_written_to_the_other_side(wins: Side, operation: Operation, after: str, reason: str):
    pair = asking(wins=wins, by="ada")
    draft = only(pair.settle())
    assert (draft.operation, draft.changes[0].after, draft.changes[0].reason) == (operation, after, reason)
    assert pair.plan() == []


@pytest.mark.parametrize("edit", [{"Phone": "3"}, {"fields__phone": "3"}])
def test_a_value_that_changed_after_the_choice_is_asked_about_again(edit: dict[str, str]):
    pair = asking(wins=Side.LEFT)
    (pair.edit_left if "Phone" in edit else pair.edit_right)(**edit)
    assert only(pair.plan()).operation == CONFLICT


@given(
    st.sampled_from([v for v in MergeAction if v is not MergeAction.CONFLICT]),
    VALUE,
    VALUE,
    st.sampled_from(list(Side)),
)
def test_a_choice_changes_nothing_that_the_rules_have_decided(action: MergeAction, left: Any, right: Any, wins: Side):
    found = Merge(action, "decided")
    assert choose(found, SideChoice(wins, left, right), left, right, KIND.names) is found


@given(VALUE, VALUE, st.sampled_from(list(Side)))
def test_nobody_is_asked_twice_about_the_same_two_values(left: Any, right: Any, wins: Side):
    assert choose(ASKED, SideChoice(wins, left, right), left, right, KIND.names).action is not MergeAction.CONFLICT
