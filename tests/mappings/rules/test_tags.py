"""Tags made from values, and who owns them (S3.19): ours are added and removed, everybody else's stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.zendesk.schema.tags import normalised
from mappings.rules import tags

TAG = st.sampled_from(["vip", "VIP", "gold", "silver", "emea", "apac", "Emea", "new_lead"])
TAGS = st.lists(TAG, max_size=6)


def folded(entries) -> set[str]:
    return {entry.lower() for entry in entries}


@pytest.mark.parametrize(
    "value, expected",
    [
        ("Customer - Direct", "customer_-_direct"),
        ("  Hot   lead ", "hot_lead"),
        ("Smith, John", "smith_john"),
        ("a,b", "a_b"),
        (", ,", ""),
        ("   ", ""),
        ("Tab\there\nthere", "tab_here_there"),
        ("ÄRZTE", "ärzte"),
        ("non\u00a0breaking", "non_breaking"),
        ("חדש", "חדש"),
        ("🔥 Hot", "🔥_hot"),
        ("x" * 300, "x" * 255),
    ],
)
def test_the_tag_of_a_value_is_lower_case_and_has_no_blanks_or_commas(value: str, expected: str):
    """S3.25."""
    assert tags.tag(value) == expected


@given(st.text(max_size=300))
def test_the_helpdesk_stores_our_tag_as_we_made_it(value: str):
    """Else it would be added again by every run."""
    made = tags.tag(value)
    assert normalised([made]) == ([made] if made else [])
    assert len(made) <= tags.MAX_LENGTH


def test_fields_give_their_tags_in_order_and_each_once():
    values = {"Industry": "Energy", "Rating": "Hot", "Other": "energy", "Empty": None}
    assert tags.tags_of(values, ["Rating", "Industry", "Other", "Empty", "NotRead"]) == ("hot", "energy")


def test_a_multi_select_gives_several_tags():
    """A10."""
    assert tags.tags_of({"Regions": "EMEA;North America; ;"}, ["Regions"]) == ("emea", "north_america")


@pytest.mark.parametrize(
    "value, expected",
    [(None, ()), ("", ()), (False, ()), (True, ("true",)), (0, ("0",)), (42, ("42",)), ({"latitude": 1.5}, ())],
)
def test_other_values_than_text_make_a_tag_or_none(value, expected: tuple[str, ...]):
    assert tags.tags_of({"A": value}, ["A"]) == expected


def test_a_changed_value_replaces_only_our_own_earlier_tag():
    """Acceptance test 5: {agent-added, ours-old} becomes {agent-added, ours-new}."""
    actual = ["agent-added", "ours-old"]
    edit = tags.list_edit(["ours-new"], ["ours-old"], actual)
    assert edit == tags.ListEdit(add=("ours-new",), remove=("ours-old",), owned_values=("ours-new",))
    assert tags.apply(actual, edit.add, edit.remove) == ["agent-added", "ours-new"]


def test_a_tag_that_a_person_had_set_already_does_not_become_ours():
    edit = tags.list_edit(["vip"], [], ["vip"])
    assert edit == tags.ListEdit((), (), ())
    assert tags.list_edit([], edit.owned_values, ["vip"]) == tags.ListEdit((), (), ())


def test_a_tag_of_ours_that_a_person_took_away_comes_back_while_it_is_wanted():
    assert tags.list_edit(["gold"], ["gold"], []) == tags.ListEdit(add=("gold",), remove=(), owned_values=("gold",))


def test_a_tag_that_a_person_took_away_and_nobody_wants_is_ours_no_more():
    """Should somebody set it by hand later, it is theirs."""
    assert tags.list_edit([], ["gold"], ["vip"]) == tags.ListEdit((), (), ())


def test_the_tag_of_a_drop_down_value_survives_though_it_was_ours():
    """The helpdesk mirrors drop-down values into the tags by itself; taking that one away would start a tug-of-war."""
    assert tags.list_edit([], ["gold"], ["gold", "vip"], kept=["Gold"]) == tags.ListEdit((), (), ())


def test_case_and_repetition_do_not_count():
    assert tags.list_edit(["Gold", "gold"], [], ["vip"]) == tags.ListEdit(("Gold",), (), ("Gold",))
    assert tags.list_edit([], ["Gold", "gold"], ["GOLD"]) == tags.ListEdit((), ("Gold",), ())
    assert tags.apply(["GOLD", "vip"], ["Vip"], ["gold"]) == ["vip"]
    assert tags.apply([], ["New", "new"], []) == ["New"]


@given(wanted=TAGS, owned_values=TAGS, actual=TAGS, kept=TAGS)
def test_a_tag_of_a_person_is_never_removed(wanted, owned_values, actual, kept):
    edit = tags.list_edit(wanted, owned_values, actual, kept)
    after = tags.apply(actual, edit.add, edit.remove)
    assert folded(actual) - folded(owned_values) <= folded(after)


@given(wanted=TAGS, owned_values=TAGS, actual=TAGS, kept=TAGS)
def test_what_is_wanted_is_there_and_ours_no_longer_wanted_is_gone(wanted, owned_values, actual, kept):
    edit = tags.list_edit(wanted, owned_values, actual, kept)
    after = folded(tags.apply(actual, edit.add, edit.remove))
    assert folded(wanted) <= after
    assert not (folded(owned_values) - folded(wanted) - folded(kept)) & after


@given(wanted=TAGS, owned_values=TAGS, actual=TAGS, kept=TAGS)
def test_settling_twice_changes_nothing(wanted, owned_values, actual, kept):
    edit = tags.list_edit(wanted, owned_values, actual, kept)
    after = tags.apply(actual, edit.add, edit.remove)
    again = tags.list_edit(wanted, edit.owned_values, after, kept)
    assert (again.add, again.remove) == ((), ())
    assert again.owned_values == edit.owned_values
    assert tags.apply(after, edit.add, edit.remove) == after


@given(wanted=TAGS, owned_values=TAGS, actual=TAGS, kept=TAGS)
def test_the_ledger_names_wanted_tags_that_we_added_and_no_others(wanted, owned_values, actual, kept):
    edit = tags.list_edit(wanted, owned_values, actual, kept)
    assert folded(edit.owned_values) == (folded(owned_values) & folded(wanted)) | folded(edit.add)
    assert len(folded(edit.owned_values)) == len(edit.owned_values)
    assert not folded(edit.add) & folded(edit.remove)


@given(history=st.lists(TAGS, min_size=1, max_size=5), people=TAGS)
def test_whatever_was_wanted_in_between_only_the_last_wish_and_the_people_s_tags_remain(history, people):
    present, owned_values = list(people), ()
    for wanted in history:
        edit = tags.list_edit(wanted, owned_values, present)
        present, owned_values = tags.apply(present, edit.add, edit.remove), edit.owned_values
    assert folded(present) == folded(people) | folded(history[-1])


def test_different_values_that_become_one_tag_are_found():
    assert tags.collisions(["Hot Lead", "hot lead", "Hot, Lead", "Cold"]) == {
        "hot_lead": ["Hot Lead", "hot lead", "Hot, Lead"]
    }
    assert tags.collisions(["A", "B"]) == {}
