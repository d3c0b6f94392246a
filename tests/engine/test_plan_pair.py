"""The drafts of a linked or just matched pair."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.api.values import FieldType
from mappings.rules.configuration import Conflict, Direction, FieldRule, OnProblem
from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import plan_pair
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, Change, Side, Verb
from tests.engine.pairs import Pair, account, book, only, organization, phone, revenue, tier, without

LINKED = LinkState(last_synced={"name": "Acme"})
BOTH, TO_LEFT = Direction.BOTH, Direction.TO_LEFT


def linked(rules: Any, left: dict, right: dict, link_state: LinkState = LINKED, **options: Any) -> Pair:
    """A pair that is known already and keeps its Salesforce id."""
    keeps_id = {"external_id": "001A"} | right
    return Pair(book(rules=rules, **options), account(**left), organization(**keeps_id), link_state)


def test_a_pair_that_agrees_needs_nothing():
    drafts, agreed = plan_pair(book(), account(), organization(external_id="001A"), LINKED)
    assert drafts == []
    assert dict(agreed.last_synced) == {"name": "Acme"}
    assert agreed.reason_code == "in_sync"


def test_a_changed_field_tells_before_after_and_reason():
    link_state = LinkState(last_synced={"name": "Acme", "fields.phone": "1"})
    draft = only(linked((phone(),), {"Phone": "2"}, {"fields__phone": "1"}, link_state).plan())
    assert draft.operation == Verb.UPDATE.on(Side.RIGHT)
    assert draft.changes == (Change("fields.phone", "1", "2", "Changed in Salesforce"),)
    assert (draft.label, draft.left_id, draft.right_id) == ("Acme", "001A", "100")
    assert draft.reason
    assert dict(draft.last_synced) == {"name": "Acme", "fields.phone": "2"}


def test_a_field_that_was_not_read_never_blanks_the_target():
    link_state = LinkState(last_synced={"name": "Acme", "fields.phone": "1"})
    pair = linked((phone(),), {"Phone": "1"}, {"fields__phone": "1"}, link_state)
    pair.left = without(pair.left, "Phone")
    assert pair.plan() == []
    pair.left, pair.right = account(Phone="2"), without(pair.right, "fields.phone")
    assert pair.plan() == []


def test_what_was_agreed_on_an_unread_field_is_remembered():
    link_state = LinkState(last_synced={"name": "Old", "fields.phone": "1"})
    pair = linked((phone(),), {}, {"name": "Old", "fields__phone": "1"}, link_state)
    draft = only(pair.plan())
    assert [change.field for change in draft.changes] == ["name"]
    assert dict(draft.last_synced) == {"name": "Acme", "fields.phone": "1"}


def test_an_empty_source_keeps_a_filled_target_on_a_first_link_and_clears_it_later():
    pair = Pair(book(rules=(phone(),)), account(Phone=None), organization(fields__phone="theirs"))
    first = only(pair.settle())
    assert first.operation == LINK
    assert "fields.phone" not in dict(first.last_synced)
    pair.edit_left(Phone="ours")
    assert only(pair.settle()).changes[0].after == "ours"
    pair.edit_left(Phone=None)
    assert only(pair.settle()).changes == (Change("fields.phone", "ours", None, "Changed in Salesforce"),)


def test_a_match_that_differs_in_nothing_but_the_stored_id_is_only_linked():
    draft = only(Pair(book(), account(), organization()).plan())
    assert draft.operation == LINK
    assert draft.changes == (Change("external_id", None, "001A", "Stores the Salesforce id"),)
    assert draft.reason == "The name is the same"
    assert draft.reason_code == ReasonCode.FIRST_LINK


def test_a_match_by_the_stored_id_that_agrees_is_a_link_without_a_write():
    draft = only(Pair(book(), account(), organization(external_id="001A")).plan())
    assert draft.operation == LINK
    assert draft.changes == ()


def test_a_match_that_differs_is_an_update_with_all_its_changes():
    draft = only(Pair(book(), account(Name="ACME"), organization()).plan())
    assert draft.operation == Verb.UPDATE.on(Side.RIGHT)
    assert {change.field for change in draft.changes} == {"name", "external_id"}


def test_an_id_that_somebody_else_stored_is_never_overwritten():
    """S3.C12: a collision is told, the foreign id stays."""
    draft = only(Pair(book(), account(), organization(external_id="CUST-7")).plan())
    assert draft.operation == LINK
    assert draft.changes == ()
    assert "CUST-7" in draft.warnings[0]


def test_the_stored_id_is_left_out_when_it_is_not_wanted_or_was_not_read():
    assert only(Pair(book(store_external_id=False), account(), organization()).plan()).changes == ()
    pair = Pair(book(), account(), without(organization(), "external_id"))
    assert only(pair.plan()).changes == ()


def test_a_value_that_does_not_fit_stops_its_row_and_says_why():
    """S3.29: the whole record waits, its good fields too."""
    pair = linked(
        (tier(), phone()), {"Tier__c": "bronze", "Phone": "2"}, {"fields__tier": "gold", "fields__phone": "1"}
    )
    draft = only(pair.plan())
    assert draft.operation == PROBLEM
    assert draft.reason_code == "value"
    assert draft.reason.startswith("Tier__c → fields.tier: No choice has the tag 'bronze'")
    assert draft.changes == (Change("fields.tier", "gold", "bronze", draft.changes[0].reason),)
    assert pair.link_state == LINKED


def test_a_value_that_does_not_fit_may_stop_its_field_alone():
    rules = (tier(on_problem=OnProblem.FIELD), phone())
    link_state = LinkState(last_synced={"name": "Acme", "fields.tier": "gold"})
    right = {"fields__tier": "gold", "fields__phone": "1"}
    draft = only(linked(rules, {"Tier__c": "bronze", "Phone": "2"}, right, link_state).plan())
    assert [change.field for change in draft.changes] == ["fields.phone"]
    assert dict(draft.last_synced)["fields.tier"] == "gold"
    assert "bronze" in draft.warnings[0]
    assert "left alone" in draft.warnings[0]


def test_every_value_that_does_not_fit_is_shown_not_only_the_first():
    rules = (tier(), FieldRule("Units", "fields.units", FieldType.INTEGER, FieldType.INTEGER))
    right = {"fields__tier": None, "fields__units": None}
    draft = only(linked(rules, {"Tier__c": "bronze", "Units": 1.5}, right).plan())
    assert [change.field for change in draft.changes] == ["fields.tier", "fields.units"]


def test_a_helpdesk_edit_of_a_two_way_field_goes_back():
    link_state = LinkState(last_synced={"name": "Acme", "fields.phone": "1"})
    pair = linked((phone(direction=BOTH),), {"Phone": "1"}, {"fields__phone": "2"}, link_state)
    draft = only(pair.settle())
    assert draft.operation == Verb.UPDATE.on(Side.LEFT)
    assert draft.changes == (Change("Phone", "1", "2", "Changed in Zendesk"),)
    assert pair.left.values["Phone"] == "2"
    assert pair.plan() == []


def test_a_two_way_field_changed_on_both_sides_waits_for_a_person():
    link_state = LinkState(last_synced={"name": "Acme", "fields.phone": "1", "fields.revenue": 5.0})
    rules = (phone(direction=BOTH, conflict=Conflict.ASK), revenue())
    right = {"fields__phone": "3", "fields__revenue": 5.0}
    pair = linked(rules, {"Phone": "2", "AnnualRevenue": 6.0}, right, link_state)
    update, conflict = pair.settle()
    assert update.operation == Verb.UPDATE.on(Side.RIGHT)
    assert [change.field for change in update.changes] == ["fields.revenue"]
    assert (conflict.operation, conflict.reason_code) == (CONFLICT, "both_changed")
    assert conflict.changes == (Change("fields.phone", "3", "2", conflict.reason),)
    assert pair.link_state.last_synced["fields.phone"] == "1"
    assert [draft.operation for draft in pair.plan()] == [CONFLICT]


def test_a_helpdesk_value_that_salesforce_cannot_take_is_a_problem():
    rule = tier(direction=BOTH, left_choices=frozenset({"gold"}))
    link_state = LinkState(last_synced={"name": "Acme", "fields.tier": "gold"})
    draft = only(linked((rule,), {"Tier__c": "gold"}, {"fields__tier": "silver"}, link_state).plan())
    assert draft.operation == PROBLEM
    assert "Tier__c has no value 'silver'" in draft.reason


def test_a_helpdesk_number_that_salesforce_would_round_is_a_problem():
    """S3.29: else the next plan would write the rounded number over the agent's."""
    rule = revenue(direction=BOTH, left_scale=0)
    link_state = LinkState(last_synced={"name": "Acme", "fields.revenue": 1})
    draft = only(linked((rule,), {"AnnualRevenue": 1}, {"fields__revenue": 2.5}, link_state).plan())
    assert draft.operation == PROBLEM
    assert "2.5 has decimals; AnnualRevenue takes whole numbers only" in draft.reason


def test_an_old_value_that_no_longer_fits_does_not_stop_a_field_that_goes_the_other_way():
    link_state = LinkState(last_synced={"name": "Acme", "fields.tier": "gold"})
    pair = linked((tier(direction=TO_LEFT),), {"Tier__c": "bronze"}, {"fields__tier": "gold"}, link_state)
    reason = "Edited in Salesforce since the last sync; Zendesk wins"
    assert only(pair.settle()).changes == (Change("Tier__c", "bronze", "gold", reason),)
    assert pair.plan() == []


def test_a_refused_write_to_salesforce_is_not_taken_for_agreed():
    """Else the old Salesforce value would pass for news and overwrite the edit made in Zendesk."""
    link_state = LinkState(last_synced={"name": "Old", "fields.phone": "1"})
    pair = linked((phone(direction=BOTH),), {"Phone": "1"}, {"name": "Old", "fields__phone": "2"}, link_state)
    drafts = pair.plan()
    assert [draft.operation for draft in drafts] == [Verb.UPDATE.on(Side.RIGHT), Verb.UPDATE.on(Side.LEFT)]
    pair.write(drafts, refused=[Verb.UPDATE.on(Side.LEFT)])
    again = only(pair.plan())
    assert again.operation == Verb.UPDATE.on(Side.LEFT)
    assert again.changes == (Change("Phone", "1", "2", "Changed in Zendesk"),)


def test_a_pair_warns_once_however_many_steps_it_takes():
    link_state = LinkState(last_synced={"name": "Old", "fields.phone": "1"})
    right = {"name": "Old", "fields__phone": "2", "external_id": "CUST-7"}
    first, second = linked((phone(direction=BOTH),), {"Phone": "1"}, right, link_state).plan()
    assert len(first.warnings) == 1
    assert second.warnings == ()


@pytest.mark.parametrize("value", [0, 0.0])
def test_zero_is_a_value_not_emptiness(value: float):
    draft = only(linked((revenue(),), {"AnnualRevenue": value}, {"fields__revenue": 7}).plan())
    assert draft.changes[0].after == 0


def test_numbers_that_are_spelled_differently_are_no_change():
    right = {"fields__revenue": "1000.00"}
    assert linked((revenue(),), {"AnnualRevenue": 1000.0}, right).plan() == []


def test_an_unset_helpdesk_checkbox_equals_an_unchecked_one():
    rule = FieldRule("Active__c", "fields.active", FieldType.BOOLEAN, FieldType.BOOLEAN)
    assert linked((rule,), {"Active__c": False}, {"fields__active": None}).plan() == []
    changed = only(linked((rule,), {"Active__c": True}, {"fields__active": None}).plan())
    assert changed.changes[0].after is True


def test_drafts_carry_the_agreement_that_holds_once_they_are_written():
    pair = Pair(book(rules=(phone(), revenue())), account(Phone="1", AnnualRevenue=None), organization(name="ACME"))
    pair.right = replace(pair.right, values={**pair.right.values, "fields.phone": None, "fields.revenue": None})
    draft = only(pair.plan())
    assert dict(draft.last_synced) == {"name": "Acme", "fields.phone": "1", "fields.revenue": None}


def test_a_known_pair_that_lost_its_stored_id_is_updated_not_linked_again():
    draft = only(linked((), {}, {"external_id": None}).plan())
    assert draft.operation == Verb.UPDATE.on(Side.RIGHT)
    assert [change.field for change in draft.changes] == ["external_id"]


@pytest.mark.parametrize("edited", ["left", "right"])
def test_a_pair_that_is_left_as_it_was_found_follows_whichever_side_changes_first(edited: str):
    rules = book(rules=(phone(direction=BOTH),))
    rules = replace(rules, kind=replace(rules.kind, as_found=lambda left, right, config: True))
    pair = Pair(rules, account(Phone="ours"), organization(fields__phone="theirs", external_id="001A"))
    assert only(pair.settle()).changes == ()
    assert pair.plan() == []
    pair.edit_left(Phone="new") if edited == "left" else pair.edit_right(fields__phone="new")
    assert only(pair.settle()).changes[0].after == "new"
    assert (pair.left.values["Phone"], pair.right.values["fields.phone"]) == ("new", "new")
    assert pair.plan() == []
