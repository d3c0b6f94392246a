"""Guards: what of a plan is counted, and from where on a person has to approve it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.registry import kind_of
from mappings.rules.guards import DEFAULTS, Guard, Limit, differing, limits, plain
from mappings.rules.tags import LEFT_FILTER
from syncadmin.engine.compare import LinkState
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.guards import Mark, marks, replaced, sentence, trips
from syncadmin.engine.people.memberships import REMOVE_MEMBERSHIP
from syncadmin.engine.plan import plan_pair
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, UNLINK, Change, Operation, PlannedStep, Replaced, Side, Verb
from tests.engine.pairs import account, book, organization, phone

KIND = kind_of("contacts_users")
RIGHT, LEFT = Side.RIGHT, Side.LEFT
UPDATE = Verb.UPDATE.on(Side.RIGHT)


def draft(*changes: Change, operation: Operation = UPDATE, **rest: Any) -> PlannedStep:
    return PlannedStep(operation, "Ann", changes=changes, **rest)


def counted(*drafts: PlannedStep) -> Counter[Mark]:
    return Counter(mark for one in drafts for mark in marks(KIND, one))


@pytest.mark.parametrize(
    ("step", "mark"),
    [
        (draft(Change("notes", "x", None)), Mark(Guard.BLANKED, RIGHT, "notes")),
        (draft(Change("notes", "x", "")), Mark(Guard.BLANKED, RIGHT, "notes")),
        (draft(Change("Title", "x", None), operation=Verb.UPDATE.on(Side.LEFT)), Mark(Guard.BLANKED, LEFT, "Title")),
        (draft(Change("tags", ["x", "y"], None, remove=("x",))), Mark(Guard.BLANKED, RIGHT, "tags")),
        (draft(Change("name", "Ann", "Bea")), Mark(Guard.RENAMED, RIGHT, "name")),
        (draft(Change("email", "a@x", "b@x")), Mark(Guard.RENAMED, RIGHT, "email")),
        (draft(Change("Email", "a@x", "b@x"), operation=Verb.UPDATE.on(Side.LEFT)), Mark(Guard.RENAMED, LEFT, "Email")),
        (draft(operation=REMOVE_MEMBERSHIP), Mark(Guard.MEMBERSHIPS, RIGHT)),
        (draft(Change("name", None, "Ann"), operation=Verb.CREATE.on(Side.RIGHT)), Mark(Guard.CREATED, RIGHT)),
        (draft(operation=Verb.CREATE.on(Side.LEFT)), Mark(Guard.CREATED, LEFT)),
        (draft(Change("name", "Ann", None), operation=Verb.DELETE.on(Side.RIGHT)), Mark(Guard.DELETED, RIGHT)),
        (draft(Change("notes", "x", "y", replaces=Replaced.EDITED)), Mark(Guard.REPLACED, RIGHT, "notes")),
        (draft(Change("notes", "x", "y", replaces=Replaced.UNSYNCED)), Mark(Guard.REPLACED, RIGHT, "notes", True)),
    ],
)
def test_each_guard_counts_its_own(step: PlannedStep, mark: Mark):
    assert counted(step) == {mark: 1}


@pytest.mark.parametrize(
    "step",
    [
        draft(Change("notes", None, "x"), Change("notes2", "x", "y"), Change("vip", True, False)),
        draft(Change("tags", ["old"], None, add=("new",), remove=("old",))),
        draft(Change("tags", ["vip", LEFT_FILTER], None, remove=(LEFT_FILTER,))),
        draft(Change("name", "ann", "Ann"), reason_code=ReasonCode.FIRST_LINK),
        draft(Change("organization_id", "1", None), operation=REMOVE_MEMBERSHIP, needs_approval=True),
        draft(operation=Verb.CREATE.on(Side.LEFT), needs_approval=True),
        draft(Change("notes", "x", None), operation=CONFLICT),
        draft(Change("notes", "x", None), operation=UNLINK),
    ],
)
def test_everyday_changes_and_what_is_approved_by_itself_count_for_nothing(step: PlannedStep):
    assert not counted(step)


BLANKED_NOTES = Mark(Guard.BLANKED, RIGHT, "notes")


def held(count: int, linked: int, mark: Mark = BLANKED_NOTES, **rest: Any) -> list[Any]:
    return trips({mark: count}, limits({}), lambda _: linked, first_load=rest.get("first_load", False))


def test_a_guard_needs_both_the_number_and_the_share():
    assert not held(19, 19), "a small sync is not stopped by a few edits"
    assert held(20, 20)
    assert not held(20, 200), "20 of 200 are a tenth, not more"
    assert held(21, 200)
    assert not held(523, 6_000)
    assert held(523, 604)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 100), st.integers(1, 50))
def test_more_is_never_safer(count: int, linked: int, share: int, at_least: int):
    limit = Limit(share, at_least)
    if limit.is_exceeded(count, linked):
        assert limit.is_exceeded(count + 1, linked)
        assert limit.is_exceeded(count, max(0, linked - 1))


def test_the_sentence_names_the_guard_and_the_numbers():
    (trip,) = held(523, 604)
    assert sentence(trip, KIND.names, "Notes") == (
        "The guard “fields blanked” holds this plan: it would empty Notes of 523 of 604 users in Zendesk "
        "(limit 10 %, from 20 on)."
    )
    for guard in Guard:
        (trip,) = held(500, 500, Mark(guard, RIGHT, "name"))
        assert "500" in sentence(trip, KIND.names, "Name")


def test_a_first_load_that_a_person_started_may_create_on_the_right():
    """Creating what is missing is what a first load is for; in Salesforce it is not (S3.C16)."""
    assert not held(500, 0, Mark(Guard.CREATED, RIGHT), first_load=True)
    assert held(500, 0, Mark(Guard.CREATED, RIGHT))
    assert held(500, 0, Mark(Guard.CREATED, LEFT), first_load=True)


def test_values_of_people_add_up_over_fields_and_need_no_share_where_nothing_was_ever_synced():
    unsynced = {Mark(Guard.REPLACED, RIGHT, name, True): 6 for name in ("notes", "details")}
    (trip,) = trips(unsynced, limits({}), lambda _: 100_000, first_load=True)
    assert (trip.guard, trip.count, trip.field) == (Guard.REPLACED, 12, "")
    edited = {Mark(Guard.REPLACED, RIGHT, "notes"): 12}
    assert not trips(edited, limits({}), lambda _: 100_000, first_load=False)
    assert trips(edited, limits({}), lambda _: 100, first_load=False)
    assert replaced(unsynced | {Mark(Guard.REPLACED, RIGHT, "notes"): 1}) == {"right": {"notes": 7, "details": 6}}


def test_limits_are_stored_where_they_differ_from_the_defaults():
    assert limits({}) == DEFAULTS
    chosen = differing({"blanked": {"share": 10, "at_least": 20}, "created": False, "renamed": {"share": 5}})
    assert chosen == {"created": False, "renamed": {"share": 5, "at_least": 20}}
    assert differing(plain(limits(chosen))) == chosen
    assert limits(chosen)[Guard.CREATED] is None
    assert not trips({Mark(Guard.CREATED, RIGHT): 999}, limits(chosen), lambda _: 999, first_load=False)


@pytest.mark.parametrize(
    ("last_synced", "in_zendesk", "in_salesforce", "word"),
    [
        ({}, "typed", "from Salesforce", Replaced.UNSYNCED),
        ({"fields.phone": "1"}, "typed", "from Salesforce", Replaced.EDITED),
        ({"fields.phone": "1"}, "typed", "1", Replaced.EDITED),
        ({"fields.phone": "1"}, "typed", None, Replaced.EDITED),
        ({"fields.phone": "typed"}, "typed", "from Salesforce", ""),
        ({}, None, "from Salesforce", ""),
        ({"fields.phone": "1"}, None, "1", ""),
    ],
)
def test_what_people_wrote_is_told_from_what_a_sync_wrote(
    last_synced: Any, in_zendesk: Any, in_salesforce: Any, word: str
):
    right = organization(external_id="001A", fields__phone=in_zendesk)
    drafts, _ = plan_pair(
        book(rules=(phone(),)),
        account(Phone=in_salesforce),
        right,
        LinkState({"name": "Acme", **last_synced}, fresh=not last_synced),
    )
    (change,) = [change for draft in drafts for change in draft.changes]
    assert change.replaces == word
    assert GroupKey.of(drafts[0]).replaces == bool(word)
    assert GroupKey.of(drafts[0]).fields == ("fields.phone",)


def test_long_texts_are_fields_like_any_other():
    right = organization(external_id="001A", notes="typed by an agent")
    drafts, _ = plan_pair(
        book(notes="Description"), account(Description="x"), right, LinkState({"name": "Acme"}, fresh=True)
    )
    assert [change.replaces for change in drafts[0].changes] == [Replaced.UNSYNCED]
