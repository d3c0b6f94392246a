"""Records that are made: organizations for accounts (S3.40), accounts for organizations (S3.41, S3.48)."""

import pytest

from connectors.api.values import FieldType
from mappings.rules.configuration import Direction, FieldRule, OnProblem
from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import plan_new_left, plan_new_right
from syncadmin.engine.steps import PROBLEM, SKIP, Change, PlannedStep, Side, Verb
from tests.engine.pairs import (
    CUSTOMERS,
    Pair,
    account,
    book,
    only,
    organization,
    phone,
    revenue,
    tier,
    without,
    written,
)  # fmt: skip
from tests.options import long_text

IDS = {"Customer": "012C", "Partner": "012P"}


def values_of(draft: PlannedStep) -> dict:
    return {change.field: change.after for change in draft.changes if not change.is_list}


def test_a_new_organization_has_every_mapped_value_its_tags_and_the_salesforce_id():
    rules = book(rules=(phone(), revenue()), tags=("Industry",), domain_names="Domains__c", notes="Description")
    left = account(Phone="1", AnnualRevenue=0, Industry="Energy", Domains__c="acme.com", Description="Hello")
    draft = plan_new_right(rules, left)
    assert draft.operation == Verb.CREATE.on(Side.RIGHT)
    expected = {"name": "Acme", "notes": "Hello", "fields.phone": "1", "fields.revenue": 0, "external_id": "001A"}
    assert values_of(draft) == expected
    lists = {change.field: change.add for change in draft.changes if change.is_list}
    assert lists == {"tags": ("energy",), "domain_names": ("acme.com",)}
    assert dict(draft.owned_values) == lists
    assert all(change.reason for change in draft.changes)
    assert (draft.left_id, draft.right_id, draft.reason_code, draft.needs_approval) == ("001A", "", "", False)


def test_empty_values_are_left_out_of_a_new_record_but_agreed_on():
    draft = plan_new_right(book(rules=(phone(),)), account(Phone=None))
    assert "fields.phone" not in values_of(draft)
    assert dict(draft.last_synced)["fields.phone"] is None


def test_a_field_that_was_not_read_is_not_agreed_on():
    draft = plan_new_right(book(rules=(phone(),)), without(account(Phone="1"), "Phone"))
    assert "fields.phone" not in dict(draft.last_synced)


def test_creating_in_zendesk_can_be_switched_off():
    draft = plan_new_right(book(create_right=False), account())
    assert (draft.operation, draft.reason_code, draft.left_id) == (SKIP, "create_off", "001A")
    assert draft.changes == ()


def test_a_value_that_does_not_fit_makes_no_organization():
    draft = plan_new_right(book(rules=(tier(),)), account(Tier__c="bronze"))
    assert (draft.operation, draft.reason_code) == (PROBLEM, "value")
    assert [change.field for change in draft.changes] == ["fields.tier"]


def test_a_value_that_may_be_left_out_is_told():
    draft = plan_new_right(book(rules=(tier(on_problem=OnProblem.FIELD),)), account(Tier__c="bronze"))
    assert draft.operation == Verb.CREATE.on(Side.RIGHT)
    assert "fields.tier" not in values_of(draft) | dict(draft.last_synced)
    assert "bronze" in draft.warnings[0]


@pytest.mark.parametrize("value", ["bronze", "gold"])
def test_a_field_that_only_goes_to_salesforce_is_no_part_of_a_new_organization(value: str):
    rules, left = book(rules=(tier(direction=Direction.TO_LEFT),)), account(Tier__c=value)
    draft = plan_new_right(rules, left)
    assert draft.operation == Verb.CREATE.on(Side.RIGHT)
    assert "fields.tier" not in values_of(draft) | dict(draft.last_synced)
    made = written(organization(name=None, fields__tier=None), draft)
    assert Pair(rules, left, made, LinkState(dict(draft.last_synced))).plan() == []


def test_the_salesforce_id_is_kept_only_if_wanted():
    assert "external_id" not in values_of(plan_new_right(book(store_external_id=False), account()))


@pytest.mark.parametrize("asked", [False, True])
def test_an_organization_with_a_look_alike_waits_for_approval_unless_it_was_asked_for(asked: bool):
    """S3.C16: warned, never matched."""
    draft = plan_new_right(book(), account(), lookalike="Acme Inc.", asked=asked)
    assert (draft.operation, draft.reason_code, draft.needs_approval) == (
        Verb.CREATE.on(Side.RIGHT),
        "lookalike",
        not asked,
    )
    assert "Acme Inc." in draft.warnings[0]


def test_nothing_is_made_in_salesforce_while_that_is_off():
    """Acceptance test 9, S3.48."""
    draft = plan_new_left(book(create_left="nothing"), organization())
    assert (draft.operation, draft.reason_code, draft.right_id) == (SKIP, "unmatched", "100")
    assert draft.changes == ()
    assert draft.reason


def test_a_new_account_gets_the_top_most_record_type_and_picklist_value():
    """Acceptance test 6: S3.16, S3.18."""
    rules = book(create_left="accounts", scope=CUSTOMERS, record_type_ids=IDS)
    draft = plan_new_left(rules, organization(name="New"))
    assert draft.operation == Verb.CREATE.on(Side.LEFT)
    assert values_of(draft) == {"Name": "New", "RecordTypeId": "012C", "Type": "Prospect"}
    assert all(change.before is None and change.reason for change in draft.changes)
    assert (draft.left_id, draft.right_id, draft.label) == ("", "100", "New")
    assert dict(draft.last_synced) == {"name": "New"}


def test_a_new_account_gets_what_the_organization_has():
    rules = book(
        create_left="accounts", rules=(phone(), revenue(), tier()), domain_names="Domains__c", notes="Description"
    )
    right = organization(
        notes="Hello", fields__phone="1", fields__revenue=0, fields__tier=None, domain_names=["acme.com", "acme.de"]
    )
    draft = plan_new_left(rules, right)
    expected = {"Name": "Acme", "Domains__c": "acme.com acme.de", "Description": "Hello", "Phone": "1"}
    assert values_of(draft) == expected | {"AnnualRevenue": 0}
    assert dict(draft.last_synced) == {"name": "Acme", "notes": "Hello", "fields.phone": "1", "fields.revenue": 0}


def test_notes_become_rich_text_where_the_account_keeps_them_so():
    rules = book(create_left="accounts", rules=(long_text("notes", "Rich_Notes__c", FieldType.RICH_TEXT),))
    draft = plan_new_left(rules, organization(notes="1 < 2\nso"))
    assert values_of(draft)["Rich_Notes__c"] == "1 &lt; 2<br>so"
    assert dict(draft.last_synced)["notes"] == "1 < 2\nso"


def test_a_value_that_salesforce_cannot_take_is_left_out_and_not_agreed_on():
    rules = book(create_left="accounts", rules=(tier(left_choices=frozenset({"gold"})),))
    draft = plan_new_left(rules, organization(fields__tier="silver"))
    assert "Tier__c" not in values_of(draft)
    assert "fields.tier" not in dict(draft.last_synced)


def test_the_default_for_new_records_is_not_overwritten_by_a_mapping():
    """S3.18."""
    kind = FieldRule("Type", "fields.type", FieldType.CHOICE, FieldType.CHOICE)
    rules = book(create_left="accounts", scope=CUSTOMERS, record_type_ids=IDS, rules=(kind,))
    draft = plan_new_left(rules, organization(fields__type="customer"))
    assert [change.after for change in draft.changes if change.field == "Type"] == ["Prospect"]


def test_an_account_field_that_feeds_two_helpdesk_fields_is_filled_once():
    again = FieldRule("Phone", "fields.hotline", FieldType.PHONE)
    rules = book(create_left="accounts", rules=(phone(), again))
    draft = plan_new_left(rules, organization(fields__phone="1", fields__hotline="2"))
    assert [change.after for change in draft.changes if change.field == "Phone"] == ["1"]
    assert "fields.hotline" not in dict(draft.last_synced)


def test_a_day_becomes_a_moment_of_the_declared_zone():
    """A11."""
    signed = FieldRule("Signed__c", "fields.signed", FieldType.DATETIME, FieldType.DATE)
    rules = book(create_left="accounts", rules=(signed,), time_zone="America/New_York")
    draft = plan_new_left(rules, organization(fields__signed="2024-05-01"))
    assert values_of(draft)["Signed__c"] == "2024-05-01T04:00:00Z"


@pytest.mark.parametrize("lookalike, held", [("", False), ("Acme Inc.", True)])
def test_an_account_with_a_look_alike_waits_for_approval(lookalike: str, held: bool):
    """S3.C16."""
    draft = plan_new_left(book(create_left="accounts"), organization(), lookalike=lookalike)
    assert draft.needs_approval is held
    assert draft.reason_code == ("lookalike" if held else "")
    assert [lookalike in warning for warning in draft.warnings] == [True] * held


def test_a_new_organization_agrees_with_its_account_at_once():
    rules = book(rules=(phone(), revenue(), tier()), tags=("Industry",), domain_names="Domains__c")
    left = account(Phone="1", AnnualRevenue=None, Tier__c="gold", Industry="Energy", Domains__c="acme.com")
    draft = plan_new_right(rules, left)
    blank = organization(name=None, fields__phone=None, fields__revenue=None, fields__tier=None, tags=[],
                         domain_names=[])  # fmt: skip
    pair = Pair(rules, left, written(blank, draft), LinkState.after(draft))
    assert pair.plan() == []


def test_a_new_account_agrees_with_its_organization_but_for_the_stored_id():
    rules = book(create_left="accounts", rules=(phone(direction=Direction.BOTH), revenue()))
    right = organization(fields__phone="1", fields__revenue=2.5)
    draft = plan_new_left(rules, right)
    made = written(account(Name=None, Phone=None, AnnualRevenue=None), draft)
    pair = Pair(rules, made, right, LinkState(dict(draft.last_synced)))
    assert only(pair.settle()).changes == (Change("external_id", None, "001A", "Stores the Salesforce id"),)
    assert pair.plan() == []


def test_what_salesforce_fills_by_itself_is_no_part_of_a_new_account():
    """A mapping of it, whatever its direction, keeps no organization from becoming an account (S3.41)."""
    rules = (phone(), FieldRule("CreatedDate", "fields.since", FieldType.DATETIME, FieldType.TEXT))
    options = {"rules": rules, "create_left": "accounts", "filled_by_left": frozenset({"CreatedDate"})}
    right = organization(fields__phone="1", fields__since="2020-01-01")
    draft = plan_new_left(book(**options), right)
    assert draft.operation == Verb.CREATE.on(Side.LEFT)
    assert [change.field for change in draft.changes] == ["Name", "Phone"]
    assert "fields.since" not in dict(draft.last_synced)


def test_an_unchecked_box_is_part_of_a_new_account_and_no_value_is_not():
    """The box may be checked by default in Salesforce."""
    rules = (FieldRule("Active__c", "fields.active", FieldType.BOOLEAN, FieldType.BOOLEAN), phone())
    draft = plan_new_left(book(rules=rules, create_left="accounts"), organization(fields__active=False))
    assert values_of(draft) == {"Name": "Acme", "Active__c": False}


@pytest.mark.parametrize(("value", "made"), [("1", True), ("", False), (None, False)])
def test_a_new_account_without_a_required_field_is_held_back_with_its_name(value: str | None, made: bool):
    """Salesforce would refuse it; what it lacks can be mended in Zendesk or in the mapping."""
    options = {"rules": (phone(),), "create_left": "accounts", "required_left": (("Name", "Name"), ("Phone", "Phone"))}
    draft = plan_new_left(book(**options), organization(fields__phone=value))
    assert draft.operation == (Verb.CREATE.on(Side.LEFT) if made else PROBLEM)
    assert made or (draft.reason_code, draft.right_id) == ("required", "100")
    assert made or "Salesforce requires Phone of a new account" in draft.reason
