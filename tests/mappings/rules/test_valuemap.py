"""Picklist values and drop-down tags (S3.25, A12)."""

from connectors.api.values import FieldSchema, FieldType, PicklistValue
from mappings.rules.valuemap import suggestions, target


def picklist(*values: str) -> FieldSchema:
    return FieldSchema("P", "P", FieldType.CHOICE, choices=tuple(PicklistValue(value, value) for value in values))


def dropdown(**tags: str) -> FieldSchema:
    return FieldSchema(
        "d", "D", FieldType.CHOICE, choices=tuple(PicklistValue(tag, label) for tag, label in tags.items())
    )


def test_a_value_hits_the_tag_of_its_own_name() -> None:
    assert target("gold", {}, {"gold"}) == "gold"


def test_the_map_comes_before_the_name() -> None:
    assert target("gold", {"gold": "vip"}, {"gold", "vip"}) == "vip"


def test_a_tag_that_no_choice_has_is_no_target() -> None:
    assert target("Gold", {"Gold": "gone"}, {"gold"}) == ""


def test_lower_case_and_underscores_are_suggested() -> None:
    assert suggestions(picklist("Very Good"), dropdown(very_good="?")) == {"Very Good": "very_good"}


def test_a_choice_of_the_same_label_is_suggested() -> None:
    assert suggestions(picklist("Gold"), dropdown(tier_gold="gold")) == {"Gold": "tier_gold"}


def test_values_that_hit_by_themselves_and_strangers_get_no_suggestion() -> None:
    assert suggestions(picklist("gold", "Platinum"), dropdown(gold="Gold")) == {}
