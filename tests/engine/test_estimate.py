"""What a plan will cost, beside the button that starts it (S3.C9)."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.registry import connector_spec
from syncadmin.engine import estimate as pricing
from syncadmin.engine.estimate import FIELDS, Estimate, email_changes, roughly
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.steps import TELLS, Action

LEFT, RIGHT = connector_spec("salesforce").costs, connector_spec("zendesk").costs
estimate = partial(pricing.estimate, left=LEFT, right=RIGHT)
COUNTED = st.dictionaries(st.sampled_from(list(Action)), st.integers(0, 50_000))
LOOKED_AT = [Action.UPDATE_RIGHT, Action.LINK, Action.UNLINK, Action.DELETE_RIGHT]


def test_nothing_to_write_costs_nothing():
    assert estimate({}) == Estimate(0, 0, 0.0)
    assert estimate(dict.fromkeys(TELLS, 1_000)) == Estimate(0, 0, 0.0)


def test_a_creation_costs_a_job_for_a_hundred_and_its_share_of_polls():
    assert estimate({Action.CREATE_RIGHT: 100}).right_calls == FIELDS + 2
    assert estimate({Action.CREATE_RIGHT: 101}).right_calls == FIELDS + 3
    assert estimate({Action.CREATE_RIGHT: 10_000}).right_calls == FIELDS + 100 + 13


@pytest.mark.parametrize("action", LOOKED_AT)
def test_what_exists_is_looked_at_before_it_is_written(action: Action):
    own = 100 if action is Action.DELETE_RIGHT else 0
    assert estimate({action: 100}).right_calls == FIELDS + 3 + own


def test_what_hangs_on_a_record_is_asked_before_it_is_deleted():
    assert estimate({Action.DELETE_RIGHT: 74}, looks=2).right_calls == FIELDS + 148 + 3


@pytest.mark.parametrize("action", [Action.CREATE_LEFT, Action.UPDATE_LEFT, Action.DELETE_LEFT])
def test_salesforce_takes_two_hundred_at_once(action: Action):
    own = FIELDS + LEFT.related if action is Action.DELETE_LEFT else 0
    assert estimate({action: 200}).left_calls == FIELDS + 2 + own
    assert estimate({action: 201}).left_calls == FIELDS + 4 + own


def test_a_record_made_in_salesforce_is_looked_at_and_linked_in_the_helpdesk():
    assert estimate({Action.CREATE_LEFT: 100}).right_calls == FIELDS + 2 + 2


@given(COUNTED, COUNTED)
def test_more_work_never_costs_less(some, more):
    both = {action: some.get(action, 0) + more.get(action, 0) for action in {*some, *more}}
    less, all_of_it = estimate(some), estimate(both)
    assert less.left_calls <= all_of_it.left_calls
    assert less.right_calls <= all_of_it.right_calls
    assert less.seconds <= all_of_it.seconds


@given(COUNTED)
def test_a_plan_that_writes_has_a_price(counted):
    writes = any(number for action, number in counted.items() if action not in TELLS)
    found = estimate(counted)
    assert (found.left_calls + found.right_calls > 0) is writes
    assert (found.seconds > 0) is writes


@pytest.mark.parametrize("action", [Action.ADD_MEMBERSHIP, Action.REMOVE_MEMBERSHIP])
def test_memberships_go_a_hundred_at_once(action: Action):
    assert estimate({action: 100}).right_calls == FIELDS + 2
    assert estimate({action: 101}).right_calls == FIELDS + 3


def test_a_primary_membership_takes_a_call_and_an_email_three_or_four_and_each_a_second():
    assert estimate({Action.MAKE_PRIMARY: 90}) == Estimate(FIELDS, FIELDS + 90, FIELDS + 90.0)
    as_others = estimate({Action.UPDATE_RIGHT: 50})
    alone, beside = (GroupKey(Action.UPDATE_RIGHT, fields=names) for names in (("email",), ("email", "name")))
    changed = estimate({Action.UPDATE_RIGHT: 50}, emails={alone: 40, beside: 10})
    assert changed.right_calls == as_others.right_calls + 3 * 40 + 4 * 10 + 1
    assert changed.seconds == as_others.seconds + 50


def test_without_bulk_import_a_user_is_a_call_at_the_rate_of_the_plan():
    assert estimate({Action.CREATE_RIGHT: 7_000}, bulk=False, a_minute=700).right_calls == FIELDS + 7_000
    assert estimate({Action.CREATE_RIGHT: 200}, bulk=False).seconds == FIELDS + 60.0


def test_no_plan_is_faster_than_its_calls_a_minute():
    assert estimate({Action.UPDATE_RIGHT: 100_000}, a_minute=200).seconds == 60 * (FIELDS + 2_125 - 200) / 200


def test_updates_that_change_an_email_are_counted_by_their_group():
    counted = {
        "update_right:email,name": 3,
        "link:email": 2,
        "update_right:fields.email_kind": 5,
        "create_right:new": 9,
    }
    found = email_changes({GroupKey.parse(text): number for text, number in counted.items()})
    assert {str(key): number for key, number in found.items()} == {"update_right:email,name": 3, "link:email": 2}


@pytest.mark.parametrize(
    "seconds, words",
    [(12, "under a minute"), (61, "about 1 minute"), (1_790, "about 30 minutes"), (5_400, "about 2 hours")],
)
def test_an_estimated_time_has_no_false_digits(seconds: float, words: str):
    assert roughly(seconds) == words


def test_memberships_are_read_by_user_or_as_a_whole_where_that_is_cheaper():
    """What is changed in a membership or deleted with its user is looked at before."""
    few = estimate({Action.REMOVE_MEMBERSHIP: 20}, users=50_000)
    assert few.right_calls == estimate({Action.REMOVE_MEMBERSHIP: 20}).right_calls + 20 + 1
    many = estimate({Action.REMOVE_MEMBERSHIP: 2_000}, users=3_000)
    assert many.right_calls == estimate({Action.REMOVE_MEMBERSHIP: 2_000}).right_calls + 2 * 31 + 20
    assert (
        estimate({Action.DELETE_RIGHT: 130}, users=150).right_calls
        == estimate({Action.DELETE_RIGHT: 130}).right_calls + 3
    )
