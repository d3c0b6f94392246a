"""From stored rows to what the engine decides with."""

from __future__ import annotations

from connectors.api.values import FieldType
from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.services import configuration, schemas
from tests.options import choose


def test_notes_and_details_are_rules_with_their_types_and_come_before_the_other_fields(
    sync: Sync, contacts: Sync, known: Schemas
) -> None:
    """S3.21, S3.34: rich text has to lose its formatting on the way."""
    sync.mappings.create(position=0, left="AnnualRevenue", right="fields.annual_revenue")
    choose(sync, notes="Rich_Notes__c", details="Description")
    choose(contacts, details="Rich_Notes__c")
    first, second, third = configuration(sync, known).rules
    assert {(rule.right, rule.left_type, rule.right_type, rule.label) for rule in (first, second)} == {
        ("notes", FieldType.RICH_TEXT, FieldType.LONG_TEXT, "Notes"),
        ("details", FieldType.LONG_TEXT, FieldType.LONG_TEXT, "Details"),
    }
    assert third.right == "fields.annual_revenue"
    (rule,) = configuration(contacts, schemas(contacts)).rules
    assert (rule.right, rule.left_type) == ("details", FieldType.RICH_TEXT)
