"""Written only if the target still is what the plan saw; looked up when the answer was lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.drift import Drift, edited_since, find_drift, took_effect, values_to_write
from syncadmin.engine.steps import Change

PHONE = Change("fields.phone", "1", "2")
TAGS = Change("tags", ["vip", "old"], None, add=("new",), remove=("old",))
ENTRIES = st.lists(st.sampled_from(["vip", "VIP", "old", "new", "gold"]), max_size=5)
NEW, OLD = (st.lists(st.sampled_from(tags), unique=True).map(tuple) for tags in (["new", "gold"], ["old", "vip"]))
EDITS = st.builds(Change, st.just("tags"), ENTRIES, st.none(), add=NEW, remove=OLD).filter(lambda edit: edit.is_list)
VALUE = st.sampled_from([None, "", "a", "b", 0, 1, 1.0, True, False])


@pytest.mark.parametrize("now", [{"fields.phone": "1"}, {"fields.phone": "1 "}, {"fields.phone": "2"}])
def test_a_target_that_is_as_planned_or_already_as_wanted_has_not_drifted(now: dict[str, Any]):
    assert find_drift([PHONE], now) is None


@pytest.mark.parametrize("change", [PHONE, TAGS])
def test_a_field_that_the_look_did_not_bring_is_not_written_over(change: Change):
    drift = find_drift([change], {"name": "Acme"})
    assert drift is not None
    assert "was not in the answer" in str(drift)


def test_a_target_that_moved_is_told_with_what_was_seen_and_what_is_there():
    found = find_drift([PHONE], {"fields.phone": "3"})
    assert found == Drift("fields.phone", "1", "3")
    assert str(found) == "phone was “1” when planned and is “3” now"
    assert str(Drift("notes", None, "Call")) == "notes was empty when planned and is “Call” now"


def test_an_emptied_target_has_drifted():
    assert find_drift([PHONE], {"fields.phone": None}) == Drift("fields.phone", "1", None)
    assert find_drift([Change("a", None, "2")], {"a": ""}) is None


def test_the_first_field_that_moved_is_the_one_that_is_told():
    changes = [Change("a", 1, 2), Change("b", 1, 2), Change("c", 1, 2)]
    found = find_drift(changes, {"a": 1, "b": 5, "c": 6})
    assert found is not None
    assert found.field == "b"


def test_a_list_does_not_drift_its_edit_applies_to_whatever_is_there():
    now = {"tags": ["agent-added", "old"]}
    assert find_drift([TAGS], now) is None
    assert values_to_write([TAGS], now) == {"tags": ["agent-added", "new"]}


def test_a_field_is_sent_as_planned():
    assert values_to_write([PHONE, Change("notes", "x", None)], {"fields.phone": "1"}) == {
        "fields.phone": "2", "notes": None,
    }  # fmt: skip


def test_a_list_of_a_new_record_holds_what_is_added():
    assert values_to_write([Change("tags", [], None, add=("a", "b"))]) == {"tags": ["a", "b"]}


def test_a_list_that_was_emptied_since_does_not_come_back():
    assert values_to_write([TAGS], {"tags": []}) == {"tags": ["new"]}
    assert values_to_write([TAGS], {"tags": None}) == {"tags": ["new"]}


def test_a_list_that_could_not_be_read_is_taken_as_the_plan_saw_it():
    assert values_to_write([TAGS], {}) == {"tags": ["vip", "new"]}
    assert values_to_write([TAGS]) == {"tags": ["vip", "new"]}


@pytest.mark.parametrize(
    "changes, now, there",
    [
        ([PHONE], {"fields.phone": "2"}, True),
        ([PHONE], {"fields.phone": "1"}, False),
        ([PHONE], {}, False),
        ([PHONE, Change("a", 1, 2)], {"fields.phone": "2", "a": 1}, False),
        ([Change("a", "x", None)], {"a": ""}, True),
        ([Change("a", "x", None)], {"a": "x"}, False),
        ([TAGS], {"tags": ["vip", "NEW"]}, True),
        ([TAGS], {"tags": ["vip", "old", "new"]}, False),
        ([TAGS], {"tags": ["vip"]}, False),
        ([TAGS], {"tags": None}, False),
        ([Change("tags", ["old"], None, remove=("old",))], {"tags": ["old"]}, False),
        ([Change("tags", ["old"], None, remove=("old",))], {"tags": []}, True),
        ([Change("tags", ["old"], None, remove=("old",))], {"tags": None}, True),
        ([], {}, True),
    ],
)
def test_a_write_took_effect_when_all_of_it_is_there(changes: list[Change], now: dict[str, Any], there: bool):
    assert took_effect(changes, now) is there


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.tuples(VALUE, VALUE)), st.lists(EDITS, max_size=1), ENTRIES)
def test_what_was_written_took_effect_and_has_not_drifted(fields, edits, present):
    changes = [Change(name, before, after) for name, (before, after) in fields.items()] + edits
    now = {name: before for name, (before, _) in fields.items()} | {"tags": present}
    assert find_drift(changes, now) is None
    now |= values_to_write(changes, now)
    assert took_effect(changes, now)
    assert find_drift(changes, now) is None
    assert values_to_write(changes, now) | {"tags": None} == now | {"tags": None}


@pytest.mark.parametrize(
    "now, edited",
    [
        ({"name": "Acme", "tags": ["energy"]}, ""),
        ({"name": "Acme ", "tags": ["ENERGY"], "notes": None, "fields.active": False, "domain_names": []}, ""),
        ({"name": "Acme GmbH", "tags": ["energy"]}, "name"),
        ({"name": None, "tags": ["energy"]}, "name"),
        ({"name": "Acme", "notes": "Call them on Monday"}, "notes"),
        ({"name": "Acme", "fields.visits": 0}, "fields.visits"),
        ({"name": "Acme", "tags": ["energy", "vip"]}, "tags"),
        ({"name": "Acme", "domain_names": ["acme.com"]}, "domain_names"),
        ({"name": "Acme", "fields.tier": "gold", "tags": ["energy", "gold"]}, ""),
        ({"name": "Acme", "tags": []}, ""),
        ({}, ""),
    ],
)
def test_a_created_record_is_ours_alone_until_somebody_adds_to_it(now: dict[str, Any], edited: str):
    """A filled field that we left empty counts, the tag that the helpdesk adds for a drop-down's value does not."""
    written = {"name": "Acme", "tags": ["energy"], "fields.tier": "gold"}
    assert edited_since(written, now) == edited


@pytest.mark.parametrize(
    "now, edited",
    [
        ({"role": "end-user", "organization_id": "100"}, ""),
        ({"role": "end-user", "organization_id": None}, ""),
        ({"role": "agent"}, "role"),
        ({"role": None}, "role"),
        ({"role": "end-user", "notes": "typed"}, "notes"),
    ],
)
def test_what_a_record_is_born_with_is_nobodys_work(now: dict[str, Any], edited: str):
    """A user is an end user, and in the organization of its email's domain, without anybody's doing."""
    assert edited_since({"name": "Ann"}, now, {"role": "end-user", "organization_id": None}) == edited


def test_what_was_written_counts_although_a_record_could_have_been_born_with_it():
    assert edited_since({"organization_id": "100"}, {"organization_id": "200"}, {"organization_id": None})


@pytest.mark.parametrize(("ticked", "edited"), [(True, ""), (False, "tags")])
def test_the_tag_that_comes_with_a_ticked_box_is_nobodys_work(ticked: bool, edited: str):
    written, now = {"fields.active": ticked}, {"fields.active": ticked, "tags": ["Active_Customer"]}
    assert edited_since(written, now, box_tags={"fields.active": "active_customer"}) == edited
