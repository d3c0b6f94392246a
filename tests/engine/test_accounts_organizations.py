"""The kind that keeps accounts and organizations equal: what is read, who takes part, what is mapped."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.api.registry import connector_spec
from connectors.api.values import FieldType
from mappings.kinds.registry import KINDS, kind_of
from mappings.rules.configuration import Direction, Scope
from mappings.rules.convert import to_right
from syncadmin.engine.order import missing
from tests.engine.pairs import CUSTOMERS, KIND, account, organization, phone, revenue
from tests.options import configured, long_text

FULL = configured(
    KIND.slug,
    scope=CUSTOMERS,
    rules=(phone(), revenue(direction=Direction.BOTH)),
    tags=("Industry", "Phone"),
    domain_names="Domains__c",
    notes="Description",
    details="Description",
    uses_person_accounts=True,
    record_type_ids={"Customer": "012C", "Partner": "012P"},
)


def admit(values: dict[str, Any] | None = None, **options: Any):
    named = {"Name": "Acme", "ParentId": None} | (values or {})
    return KIND.admit(named, configured(KIND.slug, **options))


def test_everything_that_decides_is_read_and_nothing_twice():
    left, right = KIND.left_fields(FULL), KIND.right_fields(FULL)
    wanted = {"Name", "ParentId", "RecordTypeId", "IsPersonAccount", "Type", "Domains__c", "Description", "Industry"}
    assert set(left) == wanted | {"Phone", "AnnualRevenue", "MasterRecordId"}
    standard = {"name", "external_id", "notes", "details", "tags", "domain_names"}
    assert set(right) == standard | {"fields.phone", "fields.revenue"}
    assert len(set(left)) == len(left)
    assert len(set(right)) == len(right)


def test_an_empty_configuration_reads_little():
    bare = configured(KIND.slug)
    assert KIND.left_fields(bare) == ("Name", "ParentId", "MasterRecordId")
    assert KIND.right_fields(bare) == ("name", "external_id", "tags", "domain_names")
    assert [rule.right for rule in KIND.rules(bare)] == ["name"]
    assert [listed.wanted({}) for listed in KIND.lists(bare)] == [((), ()), ((), [])]


def test_a_field_that_an_org_does_not_have_is_not_asked_for():
    """Without person accounts or record types, Salesforce has no such field and refuses the query."""
    bare = replace(FULL, uses_person_accounts=False, record_type_ids={})
    assert not {"IsPersonAccount", "RecordTypeId"} & set(KIND.left_fields(bare))


def test_every_rule_and_list_reads_fields_that_were_asked_for():
    left, right = set(KIND.left_fields(FULL)), set(KIND.right_fields(FULL))
    for rule in KIND.rules(FULL):
        assert {rule.left} <= left
        assert {rule.right} <= right
    for listed in KIND.lists(FULL):
        assert listed.sources <= left
        assert listed.field in right


def test_name_notes_and_details_follow_the_account_and_never_go_back():
    """S3.21."""
    built_in = [rule for rule in KIND.rules(FULL) if rule.right in ("name", "notes", "details")]
    assert [rule.right for rule in built_in] == ["name", "notes", "details"]
    assert {rule.direction for rule in built_in} == {Direction.TO_RIGHT}


def test_a_record_outside_the_scope_is_left_out_with_its_line():
    found = KIND.admit({"Name": "A", "RecordTypeId": "012X", "Type": "Prospect"}, FULL)
    assert (found.admitted, found.reason_code, found.in_plan) == (False, "out_of_scope", False)
    assert "Record type" in found.line


@pytest.mark.parametrize("policy, admitted", [("skip", False), ("organization", True)])
def test_person_accounts_follow_their_policy(policy: str, admitted: bool):
    """S3.6: skipped, each with a row that says so, or made organizations."""
    found = admit({"IsPersonAccount": True}, person_accounts=policy)
    assert found.admitted is admitted
    assert admitted or (found.reason_code == "person_account" and found.in_plan)
    assert admit({"IsPersonAccount": False}, person_accounts=policy).admitted


@pytest.mark.parametrize("policy, admitted", [("skip", False), ("organization", True)])
def test_accounts_with_a_parent_follow_their_policy(policy: str, admitted: bool):
    """S3.7."""
    found = admit({"ParentId": "001P"}, parent_accounts=policy)
    assert found.admitted is admitted
    assert admitted or (found.reason_code == "has_parent" and found.in_plan)
    assert admit({"ParentId": None}, parent_accounts=policy).admitted


@pytest.mark.parametrize("name", [None, "", "   ", "\u00a0"])
def test_an_account_without_a_name_is_told(name: str | None):
    found = admit({"Name": name})
    assert (found.admitted, found.reason_code, found.in_plan) == (False, "no_name", True)


def test_the_scope_comes_before_the_policies():
    """Who is outside the filter needs no row that complains about a parent."""
    found = admit({"ParentId": "001P", "Type": "No"}, scope=Scope((), "Type", ("Yes",)), parent_accounts="skip")
    assert found.reason_code == "out_of_scope"


def test_both_sides_are_compared_by_the_same_folded_name():
    """S3.39."""
    assert KIND.left_key({"Name": " ACME  Corp"}) == KIND.right_key({"name": "acme corp"}) == "acme corp"
    assert KIND.left_key({}) == KIND.right_key({"name": None}) == ""


def test_a_record_is_called_by_its_name_or_else_by_its_id():
    assert KIND.left_label(account("001A")) == "Acme"
    assert KIND.left_label(account("001A", Name=None)) == "001A"
    assert KIND.right_label(organization("100", name="")) == "100"


def test_domains_and_tags_come_from_their_fields():
    domains = next(rule for rule in KIND.lists(FULL) if rule.field == "domain_names")
    assert domains.wanted({"Domains__c": "acme.com nonsense"}) == (
        ("acme.com",), ["'nonsense' is not a domain name and is left out."],
    )  # fmt: skip
    tags = next(rule for rule in KIND.lists(FULL) if rule.field == "tags")
    assert tags.wanted({"Industry": "Oil & Gas", "Phone": None}) == (("oil_&_gas",), ())


def test_notes_go_into_a_field_that_takes_lines():
    notes = next(rule for rule in KIND.rules(FULL) if rule.right == "notes")
    assert notes.right_type is FieldType.LONG_TEXT


def test_rich_notes_and_details_arrive_without_their_formatting():
    """S3.21, S3.27: as in a mapped field."""
    texts = tuple(long_text(name, "Rich__c", FieldType.RICH_TEXT) for name in ("notes", "details"))
    rules = {rule.right: rule for rule in KIND.rules(configured(KIND.slug, rules=texts))}
    html = "<p>Hello <b>world</b></p>"
    assert [to_right(rules[name], html) for name in ("notes", "details")] == ["Hello world", "Hello world"]


def test_every_registered_kind_declares_itself_in_the_words_of_its_systems():
    for slug in KINDS:
        kind = kind_of(slug)
        assert kind.slug == slug
        assert set(kind.depends_on) <= set(KINDS)
        for side in (kind.left, kind.right):
            spec = connector_spec(side.system)
            noun = spec.objects[side.object]
            words = (side.system_label, side.one.split()[-1], side.many.split()[-1])
            assert words == (spec.label, noun.one, noun.many), "at most an adjective more"


def test_an_unknown_kind_stands_for_a_stored_sync_and_does_nothing():
    kind = kind_of("nonsense")
    assert (kind.slug, kind.known, kind.options) == ("nonsense", False, ())
    assert [side.creatable for side in kind.sides] == [(), ()]
    assert kind.names.left_many == "records"


def test_a_kind_waits_for_those_it_depends_on():
    """S3.43, acceptance test 7: organizations before users."""
    users = replace(KIND, slug="users", depends_on=("accounts_organizations", "other"))
    assert missing(users, []) == ("accounts_organizations", "other")
    assert missing(users, ["other"]) == ("accounts_organizations",)
    assert missing(users, ["other", "accounts_organizations"]) == ()
    assert missing(KIND, []) == ()
