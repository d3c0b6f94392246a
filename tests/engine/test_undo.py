"""Undo is a plan too: what we wrote goes back, what somebody changed since stays."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules.convert import same
from syncadmin.engine.compare import LinkState
from syncadmin.engine.drift import find_drift, values_to_write
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, SKIP, UNLINK, Change, Operation, PlannedStep, Side, Verb
from syncadmin.engine.undo import agreement, invert, invert_membership
from tests.engine.pairs import Pair, account, book, only, organization, phone

VALUE = st.sampled_from([None, "", "a", "b", 0, 1.5, True, False])
TAG = st.sampled_from(["vip", "old", "new", "gold", "emea"])
UPDATE = Verb.UPDATE.on(Side.RIGHT)
UPDATES = st.sampled_from([Verb.UPDATE.on(Side.RIGHT), Verb.UPDATE.on(Side.LEFT), LINK])


def update(*changes: Change, operation: Operation = UPDATE, **rest: Any) -> PlannedStep:
    return PlannedStep(operation, "Acme", left_id="001A", right_id="100", changes=changes, **rest)


def folded(entries: Any) -> set[str]:
    return {entry.lower() for entry in entries or []}


PHONE = Change("fields.phone", "1", "2")


def test_a_field_that_still_holds_what_we_wrote_goes_back():
    back = invert(update(PHONE), {"fields.phone": "2"})
    assert back.operation == Verb.UPDATE.on(Side.RIGHT)
    assert back.changes == (Change("fields.phone", "2", "1", "Back to what it was"),)
    assert (back.label, back.left_id, back.right_id) == ("Acme", "001A", "100")
    assert back.reason


def test_a_field_that_was_changed_since_is_left_alone_and_told():
    back = invert(update(PHONE, Change("notes", None, "x")), {"fields.phone": "9", "notes": "x"})
    assert [change.field for change in back.changes] == ["notes"]
    assert back.warnings == ("fields.phone was changed since and was not restored.",)


@pytest.mark.parametrize("now", [{"fields.phone": "9"}, {"fields.phone": "1"}, {"fields.phone": None}, {}])
def test_nothing_to_take_back_is_a_row_that_says_so(now: dict[str, Any]):
    back = invert(update(PHONE), now)
    assert (back.operation, back.reason_code, back.changes) == (SKIP, "changed_since", ())


def test_a_record_that_is_gone_is_a_row_that_says_so():
    for operation in (Verb.UPDATE.on(Side.RIGHT), Verb.CREATE.on(Side.RIGHT), LINK):
        back = invert(update(PHONE, operation=operation), None)
        assert (back.operation, back.reason_code) == (SKIP, "gone")


def test_an_update_of_salesforce_goes_back_in_salesforce():
    back = invert(update(Change("Phone", "1", "2"), operation=Verb.UPDATE.on(Side.LEFT)), {"Phone": "2"})
    assert back.operation == Verb.UPDATE.on(Side.LEFT)
    assert back.changes[0].after == "1"


def test_a_link_is_taken_back_with_the_id_it_stored():
    stored = Change("external_id", None, "001A")
    back = invert(update(stored, operation=LINK), {"external_id": "001A"})
    assert back.operation == UNLINK
    assert back.changes == (Change("external_id", "001A", None, "Back to what it was"),)


def test_a_link_is_taken_back_even_when_its_stored_id_was_changed_since():
    back = invert(update(Change("external_id", None, "001A"), operation=LINK), {"external_id": "CUST-7"})
    assert (back.operation, back.changes) == (UNLINK, ())
    assert "external_id" in back.warnings[0]


@pytest.mark.parametrize(
    "made, gone",
    [(Verb.CREATE.on(Side.RIGHT), Verb.DELETE.on(Side.RIGHT)), (Verb.CREATE.on(Side.LEFT), Verb.DELETE.on(Side.LEFT))],
)
def test_a_created_record_is_deleted(made: Operation, gone: Operation):
    changes = (Change("name", None, "Acme"), Change("tags", [], None, add=("energy",)))
    back = invert(update(*changes, operation=made), {"name": "Acme", "tags": ["energy"]})
    assert back.operation == gone
    assert back.changes[0] == Change("name", "Acme", None, "Created by the run")
    assert (back.changes[1].before, back.changes[1].remove) == (["energy"], ("energy",))
    assert find_drift(back.changes, {"name": "Acme", "tags": ["energy", "vip"]}) is None


@pytest.mark.parametrize("made", [Verb.CREATE.on(Side.RIGHT), Verb.CREATE.on(Side.LEFT)])
@pytest.mark.parametrize("now", ["Acme GmbH", None, ""])
def test_a_created_record_that_was_edited_since_is_left_alone(made: Operation, now: str | None):
    back = invert(update(Change("name", None, "Acme"), operation=made), {"name": now})
    assert (back.operation, back.reason_code) == (SKIP, "changed_since")
    assert "name was changed since" in back.reason


@pytest.mark.parametrize("operation", [ADD_MEMBERSHIP, SKIP, PROBLEM, CONFLICT])
def test_what_is_no_change_of_the_record_is_not_taken_back_and_says_so(operation: Operation):
    back = invert(update(PHONE, operation=operation), {"fields.phone": "2"})
    assert (back.operation, back.reason_code) == (SKIP, "final")
    assert back.reason


BASE, OWNED = (("fields.phone", "2"),), (("tags", ("new",)),)


@pytest.mark.parametrize(
    ("gone", "made", "ids"),
    [
        (Verb.DELETE.on(Side.RIGHT), Verb.CREATE.on(Side.RIGHT), ("001A", "")),
        (Verb.DELETE.on(Side.LEFT), Verb.CREATE.on(Side.LEFT), ("", "100")),
    ],
)
def test_a_record_that_an_undo_deleted_is_made_again_as_a_new_one(
    gone: Operation, made: Operation, ids: tuple[str, str]
):
    values = (Change("name", "Acme", None), Change("tags", ["new"], None, remove=("new",)))
    deleted = update(
        *values, operation=gone, last_synced=BASE, owned_values=OWNED, object="Lead", role="syncing", group="a@x"
    )
    back = invert(deleted, None)
    assert (back.operation, back.left_id, back.right_id) == (made, *ids)
    assert values_to_write(back.changes) == {"name": "Acme", "tags": ["new"]}
    assert (back.last_synced, back.owned_values, back.object, back.role, back.group) == (
        BASE,
        OWNED,
        "Lead",
        "syncing",
        "a@x",
    )
    assert "a new record is created" in back.reason
    assert invert(deleted, {"name": "Acme"}).operation == SKIP, "somebody has brought it back"


def test_a_link_that_an_undo_ended_is_made_again_with_what_it_knew():
    ended = update(Change("external_id", "001A", None), operation=UNLINK, last_synced=BASE, owned_values=OWNED)
    back = invert(ended, {"external_id": None})
    assert (back.operation, back.reason_code, back.last_synced, back.owned_values) == (
        LINK,
        ReasonCode.FIRST_LINK,
        BASE,
        OWNED,
    )
    assert values_to_write(back.changes) == {"external_id": "001A"}
    left_alone = invert(ended, {"external_id": "CUST-7"})
    assert (left_alone.operation, left_alone.changes) == (LINK, ())
    assert "external_id" in left_alone.warnings[0]
    assert invert(ended, None).reason_code == "gone"


def test_our_tags_go_and_come_back_and_those_of_people_stay():
    edit = Change("tags", ["vip", "old"], None, add=("new",), remove=("old",))
    back = invert(update(edit, owned_values=(("tags", ("new",)),)), {"tags": ["vip", "new", "agent-added"]})
    assert values_to_write(back.changes, {"tags": ["vip", "new", "agent-added"]}) == {
        "tags": ["vip", "agent-added", "old"]
    }
    assert agreement(book(), back.operation, back.changes, {}, {"tags": ["new"]}) == ({}, {"tags": ["old"]})


def test_a_list_that_is_as_it_was_needs_no_write():
    edit = Change("tags", ["old"], None, add=("new",), remove=("old",))
    back = invert(update(edit), {"tags": ["OLD", "vip"]})
    assert (back.operation, back.reason_code) == (SKIP, "as_before")


def test_a_tag_that_a_person_put_back_is_theirs():
    edit = Change("tags", ["old"], None, add=("new",), remove=("old",))
    back = invert(update(edit), {"tags": ["old", "new"]})
    assert agreement(book(), back.operation, back.changes, {}, {"tags": ["new"]}) == ({}, {"tags": []})


def test_a_pair_still_agrees_on_the_fields_that_an_undo_leaves_as_they_are():
    """Else a later edit of a two-way field would look like a conflict, and lose."""
    back = invert(update(PHONE), {"fields.phone": "2"})
    last_synced, _ = agreement(book(), back.operation, back.changes, {"name": "Acme", "fields.phone": "2"}, {})
    assert last_synced == {"name": "Acme", "fields.phone": "1"}


def test_what_later_runs_have_agreed_on_stays_agreed_on():
    back = invert(update(PHONE), {"fields.phone": "2"})
    last_synced, owned_values = agreement(
        book(), back.operation, back.changes, {"fields.phone": "2", "notes": "later"}, {"tags": ["t"]}
    )
    assert last_synced == {"fields.phone": "1", "notes": "later"}
    assert owned_values == {"tags": ["t"]}


def test_a_value_put_back_in_salesforce_is_agreed_on_in_the_words_of_the_helpdesk():
    """Else the next run would take it for an edit made in Salesforce."""
    rules = book(rules=(phone(),))
    back = Change("Phone", "2", "1")
    last_synced, _ = agreement(rules, Verb.UPDATE.on(Side.LEFT), [back], {"fields.phone": "2"}, {})
    assert last_synced == {"fields.phone": "1"}


def test_an_undone_plan_is_the_next_plan_again():
    """S3.C13: after an undo the pair stands where it stood."""
    rules = book(rules=(phone(),), tags=("Industry",))
    link_state = LinkState({"name": "Acme", "fields.phone": "1"}, {"tags": ("old",)})
    right = organization(external_id="001A", fields__phone="1", tags=["vip", "old"])
    pair = Pair(rules, account(Phone="2", Industry="New"), right, link_state)
    first = only(pair.settle())
    pair.undo(first)
    assert pair.right.values["fields.phone"] == "1"
    assert set(pair.right.values["tags"]) == {"vip", "old"}
    again = only(pair.settle())
    assert [(change.field, change.after, change.add, change.remove) for change in again.changes] == [
        (change.field, change.after, change.add, change.remove) for change in first.changes
    ]


FIELDS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.tuples(VALUE, VALUE), max_size=3)


@given(FIELDS, st.lists(TAG, unique=True), st.lists(TAG, unique=True), st.lists(TAG, unique=True), UPDATES)
def test_an_undo_brings_every_field_back(fields, present, add, remove, operation):
    changes = [Change(name, before, after) for name, (before, after) in fields.items()]
    add = tuple(tag for tag in add if tag not in present)
    remove = tuple(tag for tag in remove if tag in present)
    if add or remove:
        changes.append(Change("tags", present, None, add=add, remove=remove))
    before = {name: old for name, (old, _) in fields.items()} | {"tags": present}
    after = before | values_to_write(changes, before)
    back = invert(update(*changes, operation=operation), after)
    assert not back.warnings
    assert find_drift(back.changes, after) is None
    restored = after | values_to_write(back.changes, after)
    assert all(same(restored[name], old) for name, (old, _) in fields.items())
    assert folded(restored["tags"]) == folded(present)


@given(FIELDS, st.lists(TAG, unique=True), st.lists(TAG, unique=True), st.lists(TAG, unique=True), UPDATES)
def test_the_undo_of_an_undo_brings_the_run_back(fields, present, add, remove, operation):
    changes = [Change(name, before, after) for name, (before, after) in fields.items()]
    add = tuple(tag for tag in add if tag not in present)
    remove = tuple(tag for tag in remove if tag in present)
    if add or remove:
        changes.append(Change("tags", present, None, add=add, remove=remove))
    before = {name: old for name, (old, _) in fields.items()} | {"tags": present}
    done = before | values_to_write(changes, before)
    back = invert(update(*changes, operation=operation), done)
    undone = done | values_to_write(back.changes, done)
    again = invert(back, undone)
    redone = undone | values_to_write(again.changes, undone)
    assert all(same(redone[name], value) for name, value in done.items() if name != "tags")
    assert folded(redone["tags"]) == folded(done["tags"])


@given(FIELDS, st.sampled_from(["a", "b", "c"]), VALUE, UPDATES)
def test_an_undo_never_touches_a_field_that_was_changed_since(fields, edited, value, operation):
    changes = [Change(name, before, after) for name, (before, after) in fields.items()]
    now = {name: after for name, (_, after) in fields.items()} | {edited: value}
    back = invert(update(*changes, operation=operation), now)
    moved = edited in fields and not same(value, fields[edited][1])
    assert not moved or edited not in [change.field for change in back.changes]
    assert len(back.warnings) == (moved and back.operation != SKIP)


@given(FIELDS, st.lists(TAG, unique=True), st.lists(TAG, unique=True), st.lists(TAG, unique=True))
def test_an_undo_removes_only_tags_that_the_run_added(fields, present, add, people):
    add = tuple(tag for tag in add if tag not in present)
    if not add:
        return
    edit = Change("tags", present, None, add=add)
    now = {"tags": [*present, *add, *(tag for tag in people if tag not in [*present, *add])]}
    back = invert(update(edit), now)
    left = values_to_write(back.changes, now)["tags"]
    assert set(now["tags"]) - set(left) == set(add)


def membership(operation: Operation, before: str | None, after: str | None) -> PlannedStep:
    change = Change("organization_id", before, after, "why")
    return PlannedStep(operation, "Ann", left_id="003A", right_id="9", changes=(change,))


ADDED = membership(ADD_MEMBERSHIP, None, "100")
REMOVED = membership(REMOVE_MEMBERSHIP, "100", None)


@pytest.mark.parametrize(
    ("draft", "member", "operation", "after"),
    [(ADDED, True, REMOVE_MEMBERSHIP, None), (REMOVED, False, ADD_MEMBERSHIP, "100")],
)
def test_a_membership_goes_back_to_what_it_was(
    draft: PlannedStep, member: bool, operation: Operation, after: str | None
):
    back = invert_membership(draft, member, ours=True)
    assert (back.operation, back.changes[0].after) == (operation, after)
    assert (back.left_id, back.right_id) == ("003A", "9")


@pytest.mark.parametrize(("draft", "member"), [(ADDED, False), (REMOVED, True)])
def test_a_membership_that_is_as_before_is_left_alone(draft: PlannedStep, member: bool):
    back = invert_membership(draft, member, ours=True)
    assert (back.operation, back.reason_code, back.changes) == (SKIP, "as_before", ())


def test_a_membership_that_the_user_had_before_is_not_taken():
    back = invert_membership(ADDED, True, ours=False)
    assert (back.operation, back.reason_code) == (SKIP, "as_before")


def test_which_organization_is_the_primary_one_is_not_taken_back():
    back = invert_membership(membership(CHANGE_PRIMARY, "100", "200"), True, ours=True)
    assert (back.operation, back.reason_code) == (SKIP, "final")


def test_a_created_user_that_is_as_it_was_born_is_deleted_and_one_that_was_promoted_is_not():
    made = PlannedStep(
        Verb.CREATE.on(Side.RIGHT), "Ann", left_id="003A", right_id="9", changes=(Change("name", None, "Ann"),)
    )
    born = {"role": "end-user"}
    assert invert(made, {"name": "Ann", "role": "end-user"}, born).operation == Verb.DELETE.on(Side.RIGHT)
    assert invert(made, {"name": "Ann", "role": "agent"}, born).reason_code == "changed_since"


@pytest.mark.parametrize("code", [ReasonCode.TAKEN_OVER, ReasonCode.DUPLICATE])
@pytest.mark.parametrize("operation", [LINK, Verb.UPDATE.on(Side.RIGHT)])
def test_taking_a_user_over_is_taken_back_field_by_field_and_the_link_holds(operation: Operation, code: str):
    """A14, A8: the group decides anew who fills the user."""
    over = PlannedStep(
        operation, "Two", left_id="003B", right_id="9", reason_code=code, changes=(Change("name", "One", "Two"),)
    )
    back = invert(over, {"name": "Two"})
    assert (back.operation, [(c.before, c.after) for c in back.changes]) == (
        Verb.UPDATE.on(Side.RIGHT),
        [("Two", "One")],
    )
    assert invert(replace(over, changes=()), {"name": "Two"}).reason_code == "as_before"
