"""The rows of the mapping editor: what is typed, moved, compared and refused."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from connectors.api.values import FieldSchema, FieldType, ObjectSchema, PicklistValue
from mappings.fields import choices as options
from mappings.fields import rows
from mappings.fields.rows import Row
from mappings.kinds.registry import kind_of
from mappings.rules.refusals import as_tags
from mappings.schemas import Schemas

T = FieldType
TIERS = tuple(PicklistValue(value, value) for value in ("Gold", "Silver", "Platinum", "vip"))
TAGS = (
    PicklistValue("tier_gold", "Gold"),
    PicklistValue("silver", "Silver medal"),
    PicklistValue("vip", "VIP"),
    PicklistValue("old", "Old", False),
)
KNOWN = Schemas(
    ObjectSchema(
        "Account",
        "Account",
        (
            FieldSchema("Name", "Account Name", T.TEXT, required=True),
            FieldSchema("Score__c", "Score", T.DECIMAL, scale=2, native="Number"),
            FieldSchema("Seats__c", "Seats", T.INTEGER, scale=0, native="Number"),
            FieldSchema("Tier__c", "Tier", T.CHOICE, choices=TIERS, native="Picklist"),
            FieldSchema("Products__c", "Products", T.CHOICES, native="Multi-select"),
            FieldSchema("Number__c", "Number", T.TEXT, creatable=False, updatable=False),
            FieldSchema("Region__c", "Region", T.TEXT, required=True),
        ),
    ),
    ObjectSchema(
        "organization",
        "Organization",
        (
            FieldSchema("name", "Name", T.TEXT, required=True),
            FieldSchema("fields.seats", "Seats", T.INTEGER, custom=True),
            FieldSchema("fields.score", "Score", T.DECIMAL, custom=True),
            FieldSchema("fields.tier", "Tier", T.CHOICE, custom=True, choices=TAGS),
            FieldSchema("fields.note", "Note", T.TEXT, custom=True),
            FieldSchema("fields.code", "Code", T.TEXT, custom=True, restricted=True, native="Regexp"),
            FieldSchema("fields.must", "Must", T.TEXT, custom=True, required=True),
        ),
    ),
    kind_of("accounts_organizations"),
)


def typed(text: str) -> list[Row]:
    return rows.typed(QueryDict(text), KNOWN)


def test_rows_come_in_the_order_in_which_the_form_lists_them() -> None:
    found = typed("row=7&row=2&left-2=Name&right-2=fields.note&left-7=Seats__c&right-7=fields.seats&direction-7=both")
    assert found == [Row("Seats__c", "fields.seats", direction="both"), Row("Name", "fields.note")]


def test_words_that_no_form_offers_count_as_the_default() -> None:
    (row,) = typed("row=0&left-0=Name&right-0=fields.note&direction-0=sideways&transform-0=eval&on_problem-0=panic")
    assert row == Row("Name", "fields.note")


def test_a_value_that_is_its_own_tag_needs_no_entry_in_the_map() -> None:
    (row,) = typed("row=0&left-0=Tier__c&right-0=fields.tier&value-0:Gold=tier_gold&value-0:vip=vip&value-0:Platinum=")
    assert row.value_map == {"Gold": "tier_gold"}


def test_a_new_picklist_row_comes_with_the_tags_that_its_values_probably_mean() -> None:
    """A12: the tag form of the value, else the choice of the same label; what has neither stays open."""
    (row,) = rows.with_new([], "Tier__c", "fields.tier", KNOWN)
    assert row.value_map == {"Gold": "tier_gold", "Silver": "silver"}


def test_suggesting_keeps_what_was_chosen() -> None:
    row = Row("Tier__c", "fields.tier", value_map={"Gold": "vip"})
    assert rows.suggested(row, KNOWN).value_map == {"Gold": "vip", "Silver": "silver"}


@pytest.mark.parametrize(
    "place, by, order", [(0, 1, "bac"), (2, -1, "acb"), (0, -1, "abc"), (2, 1, "abc"), (9, 1, "abc")]
)
def test_a_row_moves_by_one_place_and_never_over_the_edge(place: int, by: int, order: str) -> None:
    before = [Row(name, name) for name in "abc"]
    assert "".join(row.left for row in rows.moved(before, place, by)) == order


def test_taking_a_row_out_leaves_the_others() -> None:
    assert rows.without([Row("a", "a"), Row("b", "b")], 0) == [Row("b", "b")]


@pytest.mark.parametrize(
    "row, word",
    [
        (Row("Gone__c", "fields.note"), "does not exist in Salesforce any more"),
        (Row("Name", "fields.gone"), "does not exist in Zendesk any more"),
        (Row("Name", ""), "Choose the Zendesk field"),
        (Row("Score__c", "fields.seats"), "2 decimal places need a Decimal field"),
        (Row("Products__c", "fields.note"), "Multi-select fields cannot be mapped"),
        (Row("Number__c", "fields.note", direction="both"), "the field cannot be written there"),
    ],
)
def test_a_row_that_cannot_work_says_why(row: Row, word: str) -> None:
    (texts,) = rows.problems([row], KNOWN).values()
    assert word in " ".join(texts)


def test_rows_that_work_have_no_problem() -> None:
    assert rows.problems([Row("Name", "fields.note", direction="both"), Row("Tier__c", "fields.tier")], KNOWN) == {}


def test_one_field_has_one_source() -> None:
    found = rows.problems([Row("Name", "fields.note"), Row("Region__c", "fields.note")], KNOWN)
    assert list(found) == [1]
    assert "filled by Name already" in found[1][0]


def test_one_salesforce_field_is_written_back_from_one_field_only() -> None:
    pair = [Row("Name", "fields.note", direction="both"), Row("Name", "fields.must", direction="to_left")]
    assert "written back from fields.note already" in rows.problems(pair, KNOWN)[1][0]


@pytest.mark.parametrize(
    "after, count",
    [
        ("ab", 0),
        ("ba", 1),
        ("a", 1),
        ("abc", 1),
        ("", 2),
        ("c", 3),
    ],
)
def test_unsaved_changes_are_counted(after: str, count: int) -> None:
    before = [Row(name, name) for name in "ab"]
    assert rows.changes(before, [Row(name, name) for name in after]) == count


def test_a_changed_rule_is_one_unsaved_change() -> None:
    assert rows.changes([Row("a", "a")], [Row("a", "a", transform="trim")]) == 1


def test_required_fields_that_nothing_fills_are_named() -> None:
    assert rows.unmapped_required([], KNOWN, filled={"right": {"name"}}, new="accounts") == ["Must (Zendesk)"]


def test_required_fields_of_salesforce_count_only_where_accounts_are_created() -> None:
    filled = {"right": {"name"}, "left": {"Name"}}
    missing = rows.unmapped_required([Row("Name", "fields.must")], KNOWN, filled=filled, new="accounts")
    assert missing == ["Region (Salesforce, for new accounts)"]


def test_fields_that_cannot_be_mapped_are_listed_with_their_reason() -> None:
    """S3.28, A10: greyed, never hidden."""
    found = options.mappable(KNOWN)
    assert found.refused == {"Products__c"}
    (_, fit), (_, unfit) = found.groups
    assert [value for value, _ in fit] == ["Name", "Number__c", "Region__c", "Score__c", "Seats__c", "Tier__c"]
    assert unfit == [("Products__c", "Products · Multi-select · Products__c – Multi-select fields cannot be mapped")]


def test_the_right_list_depends_on_the_left_choice() -> None:
    """S3.24, S3.27: those that fit first, the others greyed."""
    found = options.targets(KNOWN.left_field("Score__c"), KNOWN, taken={"fields.note"})
    (_, fit), (_, unfit) = found.groups
    assert [value for value, _ in fit] == ["fields.score"]
    reasons = dict(unfit)
    assert reasons["fields.seats"].endswith("2 decimal places need a Decimal field")
    assert reasons["fields.note"].endswith("already filled by another row")
    assert reasons["name"].endswith("the sync fills it by itself")
    custom = {f"fields.{key}" for key in ("seats", "tier", "note", "code", "must")}
    assert set(reasons) == {"name", *custom} == set(found.refused)


def test_a_whole_number_may_fill_both_kinds_of_number() -> None:
    found = options.targets(KNOWN.left_field("Seats__c"), KNOWN)
    assert [value for value, _ in found.groups[0][1]] == ["fields.score", "fields.seats"]


def test_tags_are_offered_from_lists_of_values_first() -> None:
    offered = options.fitting(KNOWN.left.fields, as_tags, typed=True)
    assert [value for value, _ in offered][:2] == ["Products__c", "Tier__c"]
