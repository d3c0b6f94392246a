"""What was agreed on with another left field is no agreement (ADR 16)."""

import pytest

from mappings.rules.configuration import Direction, FieldRule
from syncadmin.engine import sources
from syncadmin.engine.kinds.kind import LEFT_SAYS
from syncadmin.engine.plan import Bond
from tests.engine.pairs import Pair, account, book, organization

BEFORE = {"name": "Name", "fields.phone": "Phone"}


@pytest.mark.parametrize(
    ("now", "found"),
    [(BEFORE, set()), ({"name": "Name"}, set()), ({"name": "Name", "fields.phone": "Fax"}, {"fields.phone"}),
     ({"name": "Name", "fields.fax": "Phone"}, set()), ({"name": "Alias", "fields.phone": "Fax"}, set(BEFORE))],
)  # fmt: skip
def test_a_right_field_is_exchanged_when_another_left_one_fills_it(now: dict[str, str], found: set[str]):
    assert sources.exchanged(BEFORE, now) == found


def test_of_fields_that_nothing_is_known_about_none_is_exchanged():
    assert sources.exchanged({}, BEFORE) == set()


def test_the_built_in_fields_and_the_long_texts_have_a_source_too():
    rules = book(rules=(FieldRule("Fax", "fields.fax"),), notes="Description")
    assert sources.sources(rules) == {"name": "Name", "fields.fax": "Fax", "notes": "Description"}


def test_only_what_was_agreed_on_about_the_exchanged_fields_is_forgotten():
    base = {"name": "Acme", "fields.phone": "1", LEFT_SAYS + "fields.phone": "01", "organization_id": "7"}
    assert sources.without(base, {"fields.phone"}) == {"name": "Acme", "organization_id": "7"}


@pytest.mark.parametrize("direction", list(Direction))
def test_an_empty_field_that_takes_anothers_place_erases_nothing(direction: Direction):
    rules = book(rules=(FieldRule("Fax", "fields.phone", direction=direction),), store_external_id=False)
    left, right = account(Fax=None), organization(fields__phone="1")
    base = sources.without({"name": "Acme", "fields.phone": "1"}, {"fields.phone"})
    pair = Pair(rules, left, right, Bond(base))
    pair.settle()
    assert pair.right.values["fields.phone"] == "1"
    assert pair.plan() == []
