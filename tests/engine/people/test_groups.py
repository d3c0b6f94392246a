"""Which record of an email group fills the user (A8): pinned, rank, synced account, account, stored, earliest, id."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.people.groups import LinkRole, Member, elect, preference_reason, rank

# Every tie-breaker in order: what is better, what is worse, and how the winner's page explains it.
TIE_BREAKERS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"pinned": True}, {"pinned": False}, "pinned by hand"),
    ({"rank": 0}, {"rank": 1}, "first by the rank rule"),
    ({"organization": "100"}, {"organization": ""}, "its account is synced"),
    ({"has_account": True}, {"has_account": False}, "it has an account"),
    ({"role": LinkRole.SYNCING}, {"role": LinkRole.DUPLICATE}, "it has been the syncing record"),
    ({"created": "2020-01-01"}, {"created": "2021-01-01"}, "it was created first"),
    ({"id": "003A"}, {"id": "003B"}, "its id comes first"),
]
PLAIN = Member(sync=1, id="003A", created="2020-06-01")

members = st.builds(
    Member,
    sync=st.integers(1, 2),
    id=st.uuids().map(str),
    rank=st.integers(0, 2),
    pinned=st.booleans(),
    has_account=st.booleans(),
    organization=st.sampled_from(["", "100", "200"]),
    user=st.sampled_from(["", "9"]),
    role=st.sampled_from([None, LinkRole.SYNCING, LinkRole.DUPLICATE]),
    created=st.sampled_from(["2020-01-01", "2021-01-01"]),
)
groups = st.lists(members, min_size=1, max_size=6, unique_by=lambda member: member.id)


@pytest.mark.parametrize("place", range(len(TIE_BREAKERS)))
def test_each_tie_breaker_decides_when_all_before_it_are_equal_whatever_comes_after(place: int):
    """The winner has the worse of everything that comes later."""
    better, worse, reason = TIE_BREAKERS[place]
    later_worse = {name: value for _, worse, _ in TIE_BREAKERS[place + 1 :] for name, value in worse.items()}
    later_better = {name: value for better, _, _ in TIE_BREAKERS[place + 1 :] for name, value in better.items()}
    winner, loser = replace(PLAIN, **later_worse | better), replace(PLAIN, **later_better | worse)
    assert elect([loser, winner]) is elect([winner, loser]) is winner
    assert preference_reason(winner, loser) == reason


@pytest.mark.parametrize("place", range(1, len(TIE_BREAKERS)))
def test_each_tie_breaker_is_silent_while_an_earlier_one_differs(place: int):
    better, worse, _ = TIE_BREAKERS[place]
    for earlier, (first, second, reason) in enumerate(TIE_BREAKERS[:place]):
        winner, loser = replace(PLAIN, **worse | first), replace(PLAIN, **better | second)
        assert elect([loser, winner]) is winner, earlier
        assert preference_reason(winner, loser) == reason


@given(groups, st.randoms(use_true_random=False))
def test_the_syncing_record_does_not_depend_on_the_order_of_the_members(group: list[Member], random: Any):
    """S1.6 says "the first that the sync processes"; A8 makes it the same one every time."""
    shuffled = list(group)
    random.shuffle(shuffled)
    assert elect(shuffled) == elect(group)


@given(groups)
def test_the_syncing_record_is_one_of_the_group_and_no_other_is_preferred_to_it(group: list[Member]):
    chosen = elect(group)
    assert chosen in group
    assert all(chosen.order <= other.order for other in group)


@given(groups)
def test_who_is_elected_stays_when_the_others_go_and_when_it_was_stored(group: list[Member]):
    """Electing is no lottery: the choice survives itself."""
    chosen = elect(group)
    assert elect([chosen]) == chosen
    stored = [
        replace(member, role=LinkRole.SYNCING if member == chosen else LinkRole.DUPLICATE, user="9") for member in group
    ]
    assert elect(stored).id == chosen.id


@given(groups)
def test_a_pinned_record_wins_against_everything_that_is_not_pinned(group: list[Member]):
    pinned = replace(PLAIN, id="zzz", pinned=True, rank=9, created="2099")
    others = [replace(member, pinned=False) for member in group]
    assert elect([*others, pinned]) == pinned


@given(groups)
def test_a_record_whose_account_is_synced_comes_before_records_without_one(group: list[Member]):
    """S1.11, as far as neither a person nor the rank rule has said otherwise."""
    same = [replace(member, pinned=False, rank=0) for member in group]
    assert bool(elect(same).organization) is any(member.organization for member in same)


def test_a_contact_that_is_synced_keeps_its_user_when_a_lead_with_the_same_email_is_older():
    """The stored role counts before the age, the account before the stored role."""
    contact = Member(sync=1, id="003A", role=LinkRole.SYNCING, user="9", created="2021")
    lead = Member(sync=2, id="00QA", created="2020")
    assert elect([lead, contact]) is contact
    assert elect([replace(lead, has_account=True), contact]).id == "00QA"


def test_a_group_of_nobody_has_no_syncing_record():
    with pytest.raises(ValueError, match="empty"):
        elect([])


def test_the_only_record_of_a_group_needs_no_reason():
    assert preference_reason(PLAIN, PLAIN) == "it is the only one"


@given(groups)
def test_a_reason_is_given_for_every_choice(group: list[Member]):
    chosen = elect(group)
    reasons = {preference_reason(chosen, other) for other in group if other.id != chosen.id}
    assert reasons <= {words for *_, words in TIE_BREAKERS}


@pytest.mark.parametrize(
    ("value", "place"), [("Current", 0), ("Advisor", 1), ("Left", 2), (None, 2), ("current", 2), ("", 2)]
)
def test_a_rank_rule_counts_the_values_that_it_names_and_puts_all_others_last(value: str | None, place: int):
    """S3.C15."""
    assert rank({"Status__c": value}, "Status__c", ["Current", "Advisor"]) == place


def test_a_field_that_was_not_read_ranks_last():
    assert rank({}, "Status__c", ["Current"]) == 1


@pytest.mark.parametrize(("field", "order"), [("", ["Current"]), ("Status__c", [])])
def test_without_a_rank_rule_everybody_is_alike(field: str, order: list[str]):
    assert rank({"Status__c": "Left"}, field, order) == rank({"Status__c": "Current"}, field, order) == 0


def test_the_order_of_a_small_group_is_the_same_from_every_side():
    group = [
        Member(1, "003A", has_account=True, created="2021"),
        Member(1, "003B", has_account=True, organization="100", created="2022"),
        Member(2, "00QA", created="2020"),
        Member(1, "003C", has_account=True, organization="200", created="2021"),
    ]
    assert {elect(order).id for order in permutations(group)} == {"003C"}


def test_a_record_of_a_sync_without_a_rule_does_not_go_before_one_that_a_rule_names() -> None:
    """Contacts and leads each have a rule of their own, or none: what no rule names is alike in both."""
    order = ["Current", "On leave"]
    unnamed = [rank({"Status__c": None}, "Status__c", order, 2), rank({}, "", [], 2)]
    assert unnamed == [2, 2]
    assert rank({"Status__c": "On leave"}, "Status__c", order, 2) == 1


def test_a_checkbox_ranks_by_true_and_false() -> None:
    assert [rank({"Current__c": box}, "Current__c", ("true", "false")) for box in (True, False)] == [0, 1]
