"""What was agreed on with another left field is no agreement (ADR 16)."""

from dataclasses import replace

import pytest

from connectors.api.values import FieldType
from mappings.kinds.agreed import FieldNote
from mappings.rules.configuration import Conflict, Direction, FieldRule
from syncadmin.engine import sources
from syncadmin.engine.compare import LinkState
from syncadmin.engine.sources import Source
from syncadmin.engine.steps import Side
from tests.engine.pairs import Pair, account, book, organization

BEFORE = {"name": Source("Name"), "fields.phone": Source("Phone", right_id="1")}
TIER = Source("Tier__c", "picklist", "2", {"gold": "11", "silver": "12"}, {"Gold": "gold", "Silver": "silver"})


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({}, {}),
        ({"fields.phone": Source("Fax", right_id="1")}, {"fields.phone": None}),
        ({"fields.fax": Source("Phone", right_id="1")}, {}),
        ({"name": Source("Alias")}, {"name": None}),
        ({"fields.phone": Source("Phone", right_id="9")}, {"fields.phone": None}),
        ({"fields.phone": Source("Phone", "url", "1")}, {"fields.phone": None}),
    ],
    ids=["the same", "another left field", "another right field", "a built-in one", "made again", "another type"],
)
def test_a_right_field_is_exchanged_when_it_is_filled_or_defined_otherwise(now: dict[str, Source], found: object):
    assert sources.changed_sources(BEFORE, {**BEFORE, **now}) == found


def test_of_fields_that_nothing_is_known_about_none_is_exchanged():
    assert sources.changed_sources({}, BEFORE) == {}


def test_a_field_that_was_missing_for_a_while_is_exchanged_when_it_is_back():
    lost = sources.missing(BEFORE, {"fields.phone"})
    assert sources.changed_sources(lost, BEFORE) == {"fields.phone": None}
    assert sources.changed_sources(BEFORE, BEFORE) == {}


@pytest.mark.parametrize(
    ("now", "forgotten"),
    [
        (replace(TIER, options={"silver": "12", "gold": "11", "new": "13"}), set()),
        (replace(TIER, options={"silver": "12"}), {"gold"}),
        (replace(TIER, options={"gold": "99", "silver": "12"}), {"gold"}),
        (replace(TIER, values={"Silver": "silver"}), {"gold"}),
        (replace(TIER, values={"Gold": "other", "Silver": "silver"}), set()),
        (replace(TIER, values={}), set()),
    ],
    ids=["one more", "removed", "removed and added again", "removed in Salesforce", "mapped otherwise", "unrestricted"],
)
def test_what_was_agreed_on_about_an_option_that_was_removed_is_forgotten(now: Source, forgotten: set[str]):
    found = sources.changed_sources({"fields.tier": TIER}, {"fields.tier": now})
    assert found == ({"fields.tier": forgotten} if forgotten else {})
    kept = [value for value in ("gold", "silver") if sources.without({"fields.tier": value}, {}, found)[0]]
    assert set(kept) == {"gold", "silver"} - forgotten


def test_the_built_in_fields_and_the_long_texts_have_a_source_too():
    rules = book(rules=(FieldRule("Fax", "fields.fax"),), notes="Description")
    found = {right: source.left for right, source in sources.sources(rules).items()}
    assert found == {"name": "Name", "fields.fax": "Fax", "notes": "Description"}


def test_only_what_was_agreed_on_about_the_exchanged_fields_is_forgotten():
    last_synced = {"name": "Acme", "fields.phone": "1", "organization_id": "7"}
    notes: dict[str, FieldNote] = {"name": {"left": "ACME"}, "fields.phone": {"left": "01"}}
    kept = sources.without(last_synced, notes, {"fields.phone": None})
    assert kept == ({"name": "Acme", "organization_id": "7"}, {"name": {"left": "ACME"}})


@pytest.mark.parametrize("direction", list(Direction))
def test_an_empty_field_that_takes_anothers_place_erases_nothing(direction: Direction):
    rules = book(rules=(FieldRule("Fax", "fields.phone", direction=direction),), store_external_id=False)
    left, right = account(Fax=None), organization(fields__phone="1")
    last_synced, _ = sources.without({"name": "Acme", "fields.phone": "1"}, {}, {"fields.phone": None})
    pair = Pair(rules, left, right, LinkState(last_synced))
    pair.settle()
    assert pair.right.values["fields.phone"] == "1"
    assert pair.plan() == []


@pytest.mark.parametrize("conflict", list(Conflict))
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("ticked", [Side.LEFT, Side.RIGHT])
def test_a_checkbox_that_is_made_again_unticks_nothing(ticked: Side, direction: Direction, conflict: Conflict):
    """It has no empty value: the one that is made again is unticked, and nobody has unticked it (S3.23)."""
    types = {"left_type": FieldType.BOOLEAN, "right_type": FieldType.BOOLEAN}
    rules = book(
        rules=(FieldRule("Active", "fields.active", direction=direction, conflict=conflict, **types),),
        store_external_id=False,
    )
    left, right = account(Active=ticked is Side.LEFT), organization(fields__active=ticked is Side.RIGHT)
    agreed = {"name": "Acme", "fields.active": True}
    last_synced, notes = sources.without(agreed, {}, {"fields.active": None}, ["fields.active"])
    pair = Pair(rules, left, right, LinkState(last_synced, field_notes=notes))
    for _ in range(2):
        pair.settle()
        kept = pair.left if ticked is Side.LEFT else pair.right
        assert kept.values["Active" if ticked is Side.LEFT else "fields.active"] is True
    assert pair.plan() == []


def test_a_checkbox_that_was_made_again_is_unticked_once_it_has_been_ticked():
    types = {"left_type": FieldType.BOOLEAN, "right_type": FieldType.BOOLEAN}
    rules = book(rules=(FieldRule("Active", "fields.active", **types),), store_external_id=False)
    agreed = {"name": "Acme", "fields.active": True}
    last_synced, notes = sources.without(agreed, {}, {"fields.active": None}, ["fields.active"])
    known = LinkState(last_synced, field_notes=notes)
    pair = Pair(rules, account(Active=True), organization(fields__active=False), known)
    pair.settle()
    assert pair.right.values["fields.active"] is True
    pair.left = account(Active=False)
    pair.settle()
    assert pair.right.values["fields.active"] is False
