"""Which field may feed which: the table of S3.27, cell by cell, and what is said of every refusal."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.api.salesforce.schema import object_schema
from connectors.api.values import TYPE_NAMES, FieldSchema, FieldType
from connectors.api.zendesk.objects import ORGANIZATION, USER
from connectors.api.zendesk.schema import custom_field
from mappings.rules import compat
from mappings.rules.type_tables import CRM_TO_HELPDESK, GENERAL

T = FieldType

# The table as it is published: X means allowed. Drop-down, Text, Multi-line text, Numeric, Decimal, Checkbox, Date.
TABLE = """
Auto Number            . X X . . . .
Checkbox               . . . . . X .
Currency               . . . . X . .
Date                   . . . . . . X
Date/Time              . X X . . . X
Email                  . X . . . . .
Geolocation            . . . X X . .
Number                 . . . X X . .
Percent                . . . . X . .
Phone                  . X X . . . .
Picklist               X . . . . . .
Text                   . X X . . . .
Text Area              . X X . . . .
Text Area (Long)       . X X . . . .
Text Area (Rich)       . X X . . . .
Text Area (Encrypted)  . X X . . . .
URL                    . X X . . . .
"""
DESCRIBED: dict[str, dict[str, Any]] = {
    "Auto Number": {"type": "string", "autoNumber": True},
    "Checkbox": {"type": "boolean"},
    "Currency": {"type": "currency"},
    "Date": {"type": "date"},
    "Date/Time": {"type": "datetime"},
    "Email": {"type": "email"},
    "Geolocation": {"type": "double", "compoundFieldName": "Place__c", "scale": 5},
    "Number": {"type": "double", "scale": 0},
    "Percent": {"type": "percent"},
    "Phone": {"type": "phone"},
    "Picklist": {"type": "picklist"},
    "Text": {"type": "string"},
    "Text Area": {"type": "textarea", "length": 255},
    "Text Area (Long)": {"type": "textarea", "length": 32000},
    "Text Area (Rich)": {"type": "textarea", "length": 32768, "htmlFormatted": True},
    "Text Area (Encrypted)": {"type": "encryptedstring"},
    "URL": {"type": "url"},
}
"""How Salesforce describes a field of each of the seventeen types."""
NEVER_OFFERED: dict[str, dict[str, Any]] = {
    "Multi-select": {"type": "multipicklist"},
    "Look-up": {"type": "reference"},
    "Formula": {"type": "double", "calculated": True, "scale": 0},
    "Address": {"type": "address"},
    "Time": {"type": "time"},
    "Id": {"type": "id"},
    "Other": {"type": "anyType"},
}
COLUMNS = {
    "dropdown": "Drop-down", "text": "Text", "textarea": "Multi-line text", "integer": "Numeric",
    "decimal": "Decimal", "checkbox": "Checkbox", "date": "Date",
}  # fmt: skip
ROWS = [(line[:23].strip(), line[23:].split()) for line in TABLE.strip().splitlines()]
CELLS = [
    pytest.param(name, column, mark == "X", id=f"{name}-{column}")
    for name, marks in ROWS
    for column, mark in zip(COLUMNS, marks, strict=True)
]


def left(name: str, **rest: Any) -> FieldSchema:
    """A Salesforce field of a type, as the vendor describes it."""
    place = {"name": "Place__c", "label": "Place", "type": "location"}
    described = {"name": "A__c", "label": "A", "updateable": True, "createable": True}
    described |= (DESCRIBED | NEVER_OFFERED)[name] | rest
    fields = object_schema({"name": "Account", "label": "Account", "fields": [described, place]}).fields
    return fields[0]


def right(kind: str) -> FieldSchema:
    """A custom field of the helpdesk of a type."""
    return custom_field({"key": "a", "title": "A", "type": kind, "active": True})


def field(type: FieldType, scale: int | None = None) -> FieldSchema:
    return FieldSchema("a", "A", type, scale=scale)


def test_the_table_has_119_cells():
    """Acceptance test 3: seventeen by seven; every type goes by its published name."""
    assert len(CELLS) == 119
    assert [left(name).type_name for name, _ in ROWS] == [name for name, _ in ROWS]
    assert [right(kind).type_name for kind in COLUMNS] == list(COLUMNS.values())


@pytest.mark.parametrize("name, column, allowed", CELLS)
def test_a_pair_is_allowed_exactly_as_the_table_says(name: str, column: str, allowed: bool):
    verdict = compat.verdict(left(name), right(column))
    assert verdict.allowed is allowed
    assert allowed or verdict.reason


@pytest.mark.parametrize("scale, allowed", [(0, True), (1, False), (2, False), (18, False)])
def test_a_number_with_decimals_does_not_offer_numeric(scale: int, allowed: bool):
    """Acceptance test 4, S3.29: checked on the field before any value is seen."""
    number = left("Number", scale=scale)
    verdict = compat.verdict(number, right("integer"))
    assert verdict.allowed is allowed
    assert allowed or verdict.reason == f"{scale} decimal places need a Decimal field"
    assert compat.verdict(number, right("decimal")).allowed


@pytest.mark.parametrize("name", ["Currency", "Percent"])
def test_money_and_percents_never_offer_numeric_even_without_decimals(name: str):
    assert compat.verdict(left(name, scale=0), right("integer")).reason == f"{name} needs a Decimal field"


@pytest.mark.parametrize("name", NEVER_OFFERED)
def test_what_the_table_does_not_name_is_refused_with_its_own_name_as_the_reason(name: str):
    """S3.28, A10."""
    assert not compat.mappable(left(name))
    for column in COLUMNS:
        verdict = compat.verdict(left(name), right(column))
        assert not verdict.allowed
        assert name in verdict.reason


@pytest.mark.parametrize(
    ("kind", "name"), [("regexp", "Regexp"), ("lookup", "Look-up"), ("multiselect", "Multi-select")]
)
def test_a_helpdesk_field_of_another_type_is_never_filled(kind: str, name: str):
    """S3.28: a Regexp field would refuse what we send."""
    verdict = compat.verdict(left("Text"), right(kind))
    assert not verdict.allowed
    assert name in verdict.reason


def standard(name: str) -> FieldSchema:
    return next(field for field in (*USER.fields, *ORGANIZATION.fields) if field.name == name)


@pytest.mark.parametrize(
    ("name", "target", "allowed"),
    [
        ("Phone", "phone", True),
        ("Text", "alias", True),
        ("Text Area (Long)", "details", True),
        ("Text Area (Rich)", "notes", True),
        ("Picklist", "time_zone", True),
        ("Picklist", "locale", True),
        ("Checkbox", "verified", True),
        ("Email", "phone", False),
        ("Picklist", "role", False),
        ("Text", "created_at", False),
    ],
)
def test_standard_fields_of_the_helpdesk_are_targets_as_far_as_they_can_be_written(
    name: str, target: str, allowed: bool
) -> None:
    verdict = compat.verdict(left(name), standard(target))
    assert verdict.allowed is allowed
    assert allowed or verdict.reason


def test_between_other_systems_any_value_goes_where_nothing_is_guessed() -> None:
    """Two orgs of Salesforce: formulas may be read, percents stay percents, what is computed is not written."""
    formula = left("Formula", updateable=False, createable=False)
    assert compat.verdict(formula, left("Number"), GENERAL).allowed
    assert compat.verdict(left("Number"), formula, GENERAL).reason == "Salesforce computes it"
    assert compat.verdict(left("Percent"), left("Percent"), GENERAL).allowed
    assert compat.verdict(left("Text"), left("Text Area (Rich)"), GENERAL).allowed
    assert compat.verdict(left("Number"), left("Text"), GENERAL).allowed
    assert not compat.way_back(left("Number"), left("Text"), "", GENERAL).allowed
    assert compat.way_back(left("Picklist"), left("Picklist"), "", GENERAL).allowed
    for table in (GENERAL, CRM_TO_HELPDESK):
        assert not compat.verdict(left("Text"), left("Look-up"), table).allowed


@pytest.mark.parametrize("kind", T)
def test_every_type_has_a_name_that_people_read(kind: FieldType):
    assert TYPE_NAMES[kind]


def test_a_refusal_names_what_would_fit():
    assert compat.verdict(left("Picklist"), right("text")).reason == "Picklist needs a Drop-down field"
    wanted = "Date/Time needs a Text, Multi-line text or Date field"
    assert compat.verdict(left("Date/Time"), right("checkbox")).reason == wanted


@pytest.mark.parametrize(
    "name, column, lost",
    [("Date/Time", "date", "time of day"), ("Text Area (Rich)", "text", "Formatting"), ("Text", "text", "")],
)
def test_an_allowed_pair_says_what_is_lost_on_the_way(name: str, column: str, lost: str):
    """A11."""
    verdict = compat.verdict(left(name), right(column))
    assert verdict.allowed
    assert lost in verdict.reason
    assert bool(lost) is bool(verdict.reason)


def test_a_multi_select_makes_tags_though_it_feeds_no_field():
    """A10."""
    assert compat.taggable(left("Multi-select"))
    assert not compat.mappable(left("Multi-select"))
    assert not compat.taggable(left("Look-up"))
    assert all(compat.taggable(left(name)) for name in DESCRIBED)


@pytest.mark.parametrize(
    ("source", "column", "transform", "allowed"),
    [
        (left("Phone"), "text", "", True),
        (left("Phone"), "text", "digits", False),
        (left("Phone", updateable=False), "text", "", False),
        (left("Date/Time"), "date", "", False),
        (left("Text Area (Rich)"), "textarea", "", False),
    ],
)
def test_only_what_loses_nothing_may_go_back(source: FieldSchema, column: str, transform: str, allowed: bool) -> None:
    back = compat.way_back(source, right(column), transform)
    assert back.allowed is allowed
    assert bool(back.reason) is not allowed


@pytest.mark.parametrize("kind", [T.GEOLOCATION, T.OTHER])
def test_a_field_of_several_values_is_offered_nowhere_and_its_parts_are(kind: FieldType) -> None:
    whole, part = FieldSchema("Place__c", "Place", kind, compound=True), left("Geolocation")
    assert not compat.mappable(whole)
    assert not compat.taggable(whole)
    assert "one of its parts" in compat.verdict(whole, right("decimal")).reason
    assert compat.mappable(part)
    assert compat.verdict(part, right("decimal")).allowed


def test_an_amount_without_its_currency_may_go_both_ways_and_says_so() -> None:
    amount = replace(left("Currency"), unit="CurrencyIsoCode")
    assert "CurrencyIsoCode" in compat.verdict(amount, right("decimal")).caution
    assert compat.way_back(amount, right("decimal"), "").allowed
    assert not compat.verdict(left("Currency"), right("decimal")).caution


def test_a_text_that_may_be_masked_says_so_and_makes_no_tags() -> None:
    secret = left("Text Area (Encrypted)", mask="*")
    assert "masked" in compat.verdict(secret, right("text")).caution
    assert not compat.taggable(secret)
