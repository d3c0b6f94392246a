"""The kinds that keep contacts and leads equal to users: what is read, who takes part, what is mapped and made."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.api.values import FieldType, Record
from mappings.kinds.declaration import Criterion, Kind
from mappings.kinds.people.people import PARENT_ID, PARENT_NAME
from mappings.kinds.registry import kind_of
from mappings.rules.configuration import Direction, FieldRule, Scope
from mappings.rules.convert import to_right
from syncadmin.engine.compare import LinkState
from syncadmin.engine.order import missing
from syncadmin.engine.plan import plan_new_left
from syncadmin.engine.steps import SKIP
from tests.engine.folk import CONTACTS, LEADS, book, contact, lead, user
from tests.engine.pairs import Pair
from tests.options import configured, long_text

BOTH_KINDS = pytest.mark.parametrize("kind", [CONTACTS, LEADS], ids=["contacts", "leads"])
JOB = FieldRule("Title", "fields.title")
FULL = configured(
    CONTACTS.slug,
    scope=Scope(("Partner", "Customer"), "Profile__c", ("Buyer", "User")),
    rules=(JOB, FieldRule("Phone", "phone", FieldType.PHONE)),
    tags=("Department",),
    notes="Description",
    details="Title",
    match_on=("email", "MobilePhone", "External_Key__c"),
    rank_field="Status__c",
    uses_person_accounts=True,
    record_type_ids={"Customer": "012C", "Partner": "012P"},
)


def admit(kind: Kind, values: dict[str, Any] | None = None, **options: Any):
    return kind.admit({"Name": "Ann", "Email": "ann@x.example"} | (values or {}), configured(kind.slug, **options))


def made(kind: Kind, right: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The values of the record that is made of a user."""
    values, _ = kind.new_left(configured(kind.slug, **options), user(**right))
    found = {name: value for name, value, _ in values}
    assert len(found) == len(values), "each field once"
    return found


def test_everything_that_decides_is_read_and_nothing_twice():
    left, right = CONTACTS.left_fields(FULL), CONTACTS.right_fields(FULL)
    assert set(left) == {
        "Name", "Email", "CreatedDate", "MasterRecordId", "AccountId", "RecordTypeId", "IsPersonAccount",
        "Profile__c", "Status__c",
        "Description", "Title", "Department", "MobilePhone", "External_Key__c", "Phone",
    }  # fmt: skip
    assert set(right) == {
        "name", "email", "external_id", "role", "organization_id", "phone", "tags", "notes", "details", "fields.title"
    }  # fmt: skip
    assert (len(set(left)), len(set(right))) == (len(left), len(right))


@BOTH_KINDS
def test_an_empty_configuration_reads_what_groups_and_roles_need(kind: Kind):
    bare = configured(kind.slug)
    own = {"contacts_users": "AccountId", "leads_users": "IsConverted"}[kind.slug]
    assert kind.left_fields(bare) == ("Name", "Email", "CreatedDate", "MasterRecordId", own)
    assert kind.right_fields(bare) == ("name", "email", "external_id", "role", "organization_id", "tags")
    assert [rule.right for rule in kind.rules(bare)] == ["name", "email"]
    assert [listed.wanted({}) for listed in kind.lists(bare)] == [((), ())]
    assert kind.criteria(bare) == ()


@BOTH_KINDS
def test_every_rule_list_and_criterion_reads_fields_that_were_asked_for(kind: Kind):
    config = replace(FULL, kind=kind.slug)
    left, right = set(kind.left_fields(config)), set(kind.right_fields(config))
    assert {rule.left for rule in kind.rules(config)} | {pair.left for pair in kind.criteria(config)} <= left
    assert {rule.right for rule in kind.rules(config)} | {pair.right for pair in kind.criteria(config)} <= right
    assert all(listed.sources <= left and listed.field in right for listed in kind.lists(config))


def test_a_field_that_an_org_does_not_have_is_not_asked_for():
    bare = replace(FULL, uses_person_accounts=False, record_type_ids={})
    assert not {"IsPersonAccount", "RecordTypeId"} & set(CONTACTS.left_fields(bare))


@BOTH_KINDS
def test_name_and_email_follow_salesforce_and_are_never_blanked(kind: Kind):
    rules = kind.rules(replace(FULL, kind=kind.slug))
    assert [rule.right for rule in rules] == ["name", "email", "notes", "details", "fields.title", "phone"]
    assert {rule.direction for rule in rules[:4]} == {Direction.TO_RIGHT}
    assert [rule.right for rule in rules if rule.never_blank] == ["name", "email"]


@BOTH_KINDS
def test_rich_notes_and_details_arrive_without_their_formatting(kind: Kind):
    """S3.34, S3.27: as in a mapped field."""
    texts = tuple(long_text(name, "Rich__c", FieldType.RICH_TEXT) for name in ("notes", "details"))
    rules = {rule.right: rule for rule in kind.rules(configured(kind.slug, rules=texts))}
    html = "<p>Hello <b>world</b></p>"
    assert [to_right(rules[name], html) for name in ("notes", "details")] == ["Hello world", "Hello world"]


@BOTH_KINDS
@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ({}, {}, ""),
        ({"Email": None}, {}, "no_email"),
        ({"Email": "  "}, {}, "no_email"),
        ({"Email": None}, {"no_email": "match"}, ""),
        ({"Email": None}, {"no_email": "create"}, ""),
        ({"Name": " "}, {}, "no_name"),
        ({"Name": None, "Email": None}, {"no_email": "create"}, "no_name"),
        ({"IsPersonAccount": True}, {}, "person_account"),
        ({"IsPersonAccount": True}, {"person_accounts": "user"}, ""),
        ({"IsPersonAccount": False}, {}, ""),
        ({"Profile__c": "Other", "Email": None}, {"scope": Scope((), "Profile__c", ("Buyer",))}, "out_of_scope"),
    ],
)
def test_who_takes_part_is_decided_by_scope_and_policies(
    kind: Kind, values: dict[str, Any], options: dict[str, Any], code: str
):
    """S3.4, S3.6, S3.32. Whoever is left out by a policy is listed; who is outside the filter is not."""
    found = admit(kind, values, **options)
    assert (found.admitted, found.reason_code, found.in_plan) == (not code, code, bool(code) and code != "out_of_scope")


def test_a_converted_lead_makes_room_for_its_contact():
    found = admit(LEADS, {"IsConverted": True})
    assert (found.admitted, found.reason_code, found.in_plan) == (False, "converted", False)
    assert admit(CONTACTS, {"IsConverted": True}).admitted


@BOTH_KINDS
@pytest.mark.parametrize(("role", "admitted"), [("end-user", True), (None, True), ("agent", False), ("admin", False)])
def test_only_end_users_may_be_touched(kind: Kind, role: str | None, admitted: bool):
    found = kind.admit_right({"role": role}, configured(kind.slug))
    assert (found.admitted, found.reason_code) == (admitted, "" if admitted else "staff")


@pytest.mark.parametrize(
    ("match_on", "found"),
    [
        ((), ()),
        (("email",), ()),
        (("email", "Phone"), (Criterion("Phone", "phone"),)),
        (("email", "MobilePhone"), (Criterion("MobilePhone", "phone"),)),
        (("email", "Name", "Key__c"), (Criterion("Name", "name"), Criterion("Key__c", "external_id"))),
        (("email", "Title"), (Criterion("Title", "fields.title"),)),
    ],
)
def test_a_further_criterion_is_compared_with_what_it_is_mapped_to_or_means(
    match_on: tuple[str, ...], found: tuple[Criterion, ...]
):
    """S1.20, S1.21."""
    assert CONTACTS.criteria(configured(CONTACTS.slug, match_on=match_on, rules=(JOB,))) == found


@pytest.mark.parametrize(("policy", "skipped"), [("suppress", True), ("zendesk", False)])
@BOTH_KINDS
def test_new_users_get_no_mail_unless_zendesk_is_to_decide(kind: Kind, policy: str, skipped: bool):
    """S3.C4."""
    assert kind.sent_with(configured(kind.slug, welcome_mail=policy)) == {"skip_verify_email": skipped}


@BOTH_KINDS
def test_both_sides_are_compared_by_the_same_folded_email(kind: Kind):
    assert kind.left_key({"Email": " Ann@X.example"}) == kind.right_key({"email": "ann@x.EXAMPLE"}) == "ann@x.example"
    assert kind.left_key({}) == kind.right_key({"email": None}) == ""
    assert kind.left_key({kind.left_key_field: "a@x.example"}) == "a@x.example"


@BOTH_KINDS
def test_people_come_after_the_organizations_and_are_one_family(kind: Kind):
    """S3.43, S1.10."""
    assert missing(kind, []) == ("accounts_organizations",)
    assert missing(kind, ["accounts_organizations"]) == ()
    assert kind.grouping
    assert kind.grouping == CONTACTS.grouping


def test_only_a_contact_stands_at_an_account():
    assert (CONTACTS.parent, LEADS.parent) == ("AccountId", "")


def test_a_new_contact_has_its_name_split_its_email_account_and_defaults():
    """S3.C14, S3.32: the top-most values."""
    right = {"name": "Ludwig van Beethoven", "email": "lvb@x.example", "fields.title": "Composer", PARENT_ID: "001A"}
    found = made(CONTACTS, right, scope=FULL.scope, rules=FULL.rules, record_type_ids=dict(FULL.record_type_ids))
    assert found == {
        "FirstName": "Ludwig", "LastName": "van Beethoven", "Email": "lvb@x.example", "AccountId": "001A",
        "RecordTypeId": "012P", "Profile__c": "Buyer", "Title": "Composer",
    }  # fmt: skip


def test_a_new_contact_of_a_user_without_an_organization_has_no_account():
    assert "AccountId" not in made(CONTACTS, {PARENT_ID: ""})


@pytest.mark.parametrize(
    ("right", "company"),
    [
        ({PARENT_NAME: "Acme"}, "Acme"),
        ({PARENT_NAME: "", "email": "ann@elsewhere.example"}, "elsewhere.example"),
        ({"email": None}, "Ann Bell"),
    ],
)
@pytest.mark.parametrize("kind", [CONTACTS, LEADS])
def test_a_new_lead_has_a_company_whichever_sync_makes_it(kind: Kind, right: dict[str, Any], company: str):
    """S3.51; Salesforce takes no lead without one."""
    assert made(kind, right, create_left="leads")["Company"] == company


def test_a_lead_of_the_contacts_sync_has_nothing_of_a_contacts_own_fields():
    right = {"name": "Ann Bell", PARENT_ID: "001A", PARENT_NAME: "Acme", "fields.title": "Boss"}
    found = made(CONTACTS, right, create_left="leads", rules=(JOB,), scope=FULL.scope, record_type_ids={"Partner": "0"})
    assert set(found) == {"FirstName", "LastName", "Email", "Company"}


def test_what_is_made_is_a_lead_only_where_the_contacts_sync_was_told_so():
    """S3.C5: the step names the object that is not the kind's own."""
    assert plan_new_left(book(create_left="leads"), user()).object == "Lead"
    assert plan_new_left(book(create_left="contacts"), user()).object == ""
    assert plan_new_left(book(kind=LEADS.slug, create_left="leads"), user()).object == ""
    nothing = plan_new_left(book(), user())
    assert (nothing.operation, nothing.reason_code) == (SKIP, "unmatched")


def test_a_value_that_does_not_fit_is_left_out_of_a_new_contact():
    rule = FieldRule("Status__c", "fields.status", FieldType.CHOICE, left_choices=frozenset({"Current"}))
    assert "Status__c" not in made(CONTACTS, {"fields.status": "Unheard of"}, rules=(rule,))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Ann Bell", None), ("  Ann   Bell ", "Ann Bell"), ("Dr. Bell, Ann", "Ann Bell"), ("A" * 50, None)],
)
def test_a_name_that_comes_back_otherwise_is_noted_so_that_nobody_is_renamed_for_it(name: str, kept: str | None):
    draft = plan_new_left(book(create_left="contacts"), user(name=name))
    assert dict(draft.last_synced)["name"] == name
    assert draft.field_notes == ((("name", {"left": kept}),) if kept else ())


def test_a_person_is_called_by_its_name_or_else_by_its_id():
    assert (CONTACTS.left_label(contact()), LEADS.left_label(lead(Name=None))) == ("Ann Bell", "00QA")


def test_what_a_new_user_is_given_by_zendesk_is_nobodys_work():
    for kind in (CONTACTS, LEADS, kind_of("accounts_organizations")):
        assert set(kind.born_with) <= {"role", "organization_id", "created_at", "time_zone", "locale"}
    assert CONTACTS.born_with["role"] == "end-user"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("JOHN DOE", "John Doe"),
        ("jane mcdonald", "Jane McDonald"),
        ("Dr. Maria Neu", "Maria Neu"),
        ("King, Anna", "Anna King"),
        ("Jo  Ann", "Jo Ann"),
        ("Adam Jr.", "Adam"),
    ],
)
@BOTH_KINDS
def test_a_name_that_is_corrected_in_salesforce_reaches_the_user(kind: Kind, before: str, after: str):
    """S1.8, S3.30: however small the correction."""
    pair = Pair(
        book(kind=kind.slug),
        made_of(kind, before),
        user(name=before),
        LinkState(fresh=True, reason="The email is the same"),
    )
    pair.settle()
    assert pair.plan() == []
    pair.left = made_of(kind, after)
    pair.settle()
    assert pair.right.values["name"] == after
    assert pair.plan() == []


@BOTH_KINDS
def test_a_name_that_is_spelled_otherwise_in_zendesk_stays_until_one_of_them_changes(kind: Kind):
    """S3.C14: "King, Anna" is Anna King, on the first link and after it."""
    pair = Pair(
        book(kind=kind.slug),
        made_of(kind, "Anna King"),
        user(name="King, Anna"),
        LinkState(fresh=True, reason="Same email"),
    )
    for _ in range(2):
        pair.settle()
        assert pair.right.values["name"] == "King, Anna"
    assert pair.plan() == []
    pair.edit_right(name="KING, Anna")
    pair.settle()
    assert pair.right.values["name"] == "KING, Anna"
    pair.left = made_of(kind, "Anna Kingsley")
    pair.settle()
    assert pair.right.values["name"] == "Anna Kingsley"


def made_of(kind: Kind, name: str) -> Record:
    return (contact if kind is CONTACTS else lead)(Name=name, Email="ann@x.example")
