"""Which pairs of fields are suggested: equal names first, then labels, then names that mean the same."""

from connectors.api.values import FieldSchema, FieldType
from mappings.rules.suggestions import suggested


def field(name: str, label: str = "") -> FieldSchema:
    return FieldSchema(name, label or name, FieldType.TEXT)


LEFT = [field("Tier__c", "Level"), field("AnnualRevenue", "Annual Revenue"), field("Rating"), field("Site", "Seat")]
RIGHT = [
    field("fields.revenue", "Revenue"),
    field("fields.tier", "Tier"),
    field("fields.seat", "Site"),
    field("rating"),
]


def test_equal_names_come_before_equal_labels_and_equal_meanings() -> None:
    found = [(left.name, right.name) for left, right in suggested(LEFT, RIGHT, lambda pair: True)]
    assert found == [("Tier__c", "fields.tier"), ("Rating", "rating"), ("AnnualRevenue", "fields.revenue")]


def test_no_field_is_suggested_twice_and_none_that_does_not_fit() -> None:
    twins = [field("Phone"), field("phone__c", "Phone")]
    assert len(suggested(twins, [field("phone")], lambda pair: True)) == 1
    assert suggested(LEFT, RIGHT, lambda pair: False) == []
