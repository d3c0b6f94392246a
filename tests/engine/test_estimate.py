"""What a plan will cost, beside the button that starts it (S3.C9)."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.registry import connector_spec
from syncadmin.engine import estimate as pricing
from syncadmin.engine.estimate import FIELDS, Estimate, email_changes, roughly
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, SKIP, UNLINK, Operation, Side, Verb

LEFT, RIGHT = connector_spec("salesforce").costs, connector_spec("zendesk").costs
estimate = partial(pricing.estimate, left=LEFT, right=RIGHT)
COUNTED = st.dictionaries(st.sampled_from(list(Operation.known())), st.integers(0, 50_000))
LOOKED_AT = [Verb.UPDATE.on(Side.RIGHT), LINK, UNLINK, Verb.DELETE.on(Side.RIGHT)]


def test_nothing_to_write_costs_nothing():
    assert estimate({}) == Estimate(0, 0, 0.0)
    assert estimate(dict.fromkeys([SKIP, CONFLICT, PROBLEM], 1_000)) == Estimate(0, 0, 0.0)


def test_a_creation_costs_a_job_for_a_hundred_and_its_share_of_polls():
    assert estimate({Verb.CREATE.on(Side.RIGHT): 100}).right_calls == FIELDS + 2
    assert estimate({Verb.CREATE.on(Side.RIGHT): 101}).right_calls == FIELDS + 3
    assert estimate({Verb.CREATE.on(Side.RIGHT): 10_000}).right_calls == FIELDS + 100 + 13


@pytest.mark.parametrize("operation", LOOKED_AT)
def test_what_exists_is_looked_at_before_it_is_written(operation: Operation):
    own = 100 if operation == Verb.DELETE.on(Side.RIGHT) else 0
    assert estimate({operation: 100}).right_calls == FIELDS + 3 + own


def test_what_hangs_on_a_record_is_asked_before_it_is_deleted():
    assert estimate({Verb.DELETE.on(Side.RIGHT): 74}, looks=2).right_calls == FIELDS + 148 + 3


@pytest.mark.parametrize("operation", [Verb.CREATE.on(Side.LEFT), Verb.UPDATE.on(Side.LEFT), Verb.DELETE.on(Side.LEFT)])
def test_salesforce_takes_two_hundred_at_once(operation: Operation):
    """Deletions are preceded by a look at what hangs on them, creations followed by one at what was made."""
    own = {Verb.DELETE: FIELDS + LEFT.related, Verb.CREATE: 1}.get(operation.verb, 0)
    assert estimate({operation: 200}).left_calls == FIELDS + 2 + own
    assert estimate({operation: 201}).left_calls == FIELDS + 4 + own


def test_a_record_made_in_salesforce_is_looked_at_and_linked_in_the_helpdesk():
    assert estimate({Verb.CREATE.on(Side.LEFT): 100}).right_calls == FIELDS + 2 + 2


@given(COUNTED, COUNTED)
def test_more_work_never_costs_less(some, more):
    both = {operation: some.get(operation, 0) + more.get(operation, 0) for operation in {*some, *more}}
    less, all_of_it = estimate(some), estimate(both)
    assert less.left_calls <= all_of_it.left_calls
    assert less.right_calls <= all_of_it.right_calls
    assert less.seconds <= all_of_it.seconds


@given(COUNTED)
def test_a_plan_that_writes_has_a_price(counted):
    writes = any(number for operation, number in counted.items() if not operation.informational)
    found = estimate(counted)
    assert (found.left_calls + found.right_calls > 0) is writes
    assert (found.seconds > 0) is writes


@pytest.mark.parametrize("operation", [ADD_MEMBERSHIP, REMOVE_MEMBERSHIP])
def test_memberships_go_a_hundred_at_once(operation: Operation):
    assert estimate({operation: 100}).right_calls == FIELDS + 2
    assert estimate({operation: 101}).right_calls == FIELDS + 3


def test_a_primary_membership_takes_a_call_and_an_email_three_or_four_and_each_a_second():
    assert estimate({CHANGE_PRIMARY: 90}) == Estimate(FIELDS, FIELDS + 90, FIELDS + 90.0)
    as_others = estimate({Verb.UPDATE.on(Side.RIGHT): 50})
    alone, beside = (GroupKey(Verb.UPDATE.on(Side.RIGHT), fields=names) for names in (("email",), ("email", "name")))
    changed = estimate({Verb.UPDATE.on(Side.RIGHT): 50}, emails={alone: 40, beside: 10})
    assert changed.right_calls == as_others.right_calls + 3 * 40 + 4 * 10 + 1
    assert changed.seconds == as_others.seconds + 50


def test_without_bulk_import_a_user_is_a_call_at_the_rate_of_the_plan():
    assert estimate({Verb.CREATE.on(Side.RIGHT): 7_000}, bulk=False, a_minute=700).right_calls == FIELDS + 7_000
    assert estimate({Verb.CREATE.on(Side.RIGHT): 200}, bulk=False).seconds == FIELDS + 60.0


def test_no_plan_is_faster_than_its_calls_a_minute():
    assert estimate({Verb.UPDATE.on(Side.RIGHT): 100_000}, a_minute=200).seconds == 60 * (FIELDS + 2_125 - 200) / 200


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
    few = estimate({REMOVE_MEMBERSHIP: 20}, users=50_000)
    assert few.right_calls == estimate({REMOVE_MEMBERSHIP: 20}).right_calls + 20 + 1
    many = estimate({REMOVE_MEMBERSHIP: 2_000}, users=3_000)
    assert many.right_calls == estimate({REMOVE_MEMBERSHIP: 2_000}).right_calls + 2 * 31 + 20
    assert (
        estimate({Verb.DELETE.on(Side.RIGHT): 130}, users=150).right_calls
        == estimate({Verb.DELETE.on(Side.RIGHT): 130}).right_calls + 3
    )
