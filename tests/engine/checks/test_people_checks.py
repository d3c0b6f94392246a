"""What kinds of people are checked for, by example (S3.4, S3.6, S3.43, S3.C4, S3.C14, S1.1, S1.16)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.api.registry import connector_spec
from mappings.kinds.findings import CheckSection, Destination, Severity
from mappings.kinds.people.checks import is_email
from mappings.kinds.subject import Found, Size, Subject
from syncadmin.engine.checks.assessment import by_weight, checks_of, findings
from syncadmin.engine.estimate import estimate, roughly
from syncadmin.engine.steps import Side, Verb
from tests.engine.checks.checked import RIGHT, asked, said, subject

COSTS = connector_spec("zendesk").costs
FACTS = {"welcome_emails": True, "bulk_user_import": True, "multiple_organizations": True, "rate_limit": 400}


def _duration(number: int, batched: bool) -> str:
    planned = estimate({Verb.CREATE.on(Side.RIGHT): number}, COSTS, COSTS, bulk=batched, a_minute=400)
    return roughly(planned.seconds)


def contacts(facts: dict[str, Any] | None = None, **more: Any) -> Subject:
    right = replace(RIGHT, facts=FACTS | (facts or {}))
    return subject("contacts_users", right=right, duration=_duration, linked_parents=280, **more)


def _counts(about: Subject) -> dict[str, Any]:
    return {check.slug: Found() for check in checks_of(about)} | {"size": Size(400, 0, 380), "bulk_import": 0}


def test_clean_people_are_fine_and_the_welcome_mail_comes_first() -> None:
    """S3.C4."""
    about = contacts()
    listed = findings(about, _counts(about))
    for section in (CheckSection.BEFORE, CheckSection.RECORDS):
        assert {finding.severity for finding in listed[section]} <= {Severity.FINE, Severity.NOTE}
    assert by_weight(listed[CheckSection.BEFORE])[0].title == "Welcome mail to new users"


def test_leads_are_asked_about_conversion_and_about_accounts_only_where_a_field_names_one() -> None:
    leads = asked(subject("leads_users"))
    assert "converted" in leads
    assert leads.isdisjoint({"person_account", "without_parent", "unlinked_parent"})
    assert asked(subject("leads_users", parent=True)) >= {"without_parent", "unlinked_parent"}


def test_shared_emails_are_told_with_those_at_several_accounts_and_of_both_kinds() -> None:
    """S3.4, S1.1, S1.9."""
    shared = Found(14, ("a@x.example (3 records)",), records=31, across=9, mixed=2)
    check = said("left_keys", contacts(), shared)
    assert (check.severity, check.title) == (Severity.LOOK, "Emails in Salesforce")
    assert check.sentence == (
        "14 emails are used more than once, on 31 records; 2 of them on contacts and leads alike, "
        "9 at several accounts."
    )
    assert "the syncing record" in check.hint
    assert check.examples == ("a@x.example (3 records)",)
    one = said("left_keys", contacts(), Found(1, records=2))
    assert one.sentence == "1 email is used more than once, on 2 records."
    least = said("left_keys", contacts(), Found(2_000, records=4_000, capped=True))
    assert least.sentence.startswith("At least 2,000 emails")


@pytest.mark.parametrize(
    "policy, words",
    [
        ("skip", "They are skipped"),
        ("match", "none of them becomes a new user"),
        ("create", "become users without an email"),
    ],
)
def test_people_without_an_email_name_the_policy_in_force(policy: str, words: str) -> None:
    """S3.4."""
    check = said("left_without_key", contacts(no_email=policy), Found(12))
    assert (check.severity, check.title) == (Severity.LOOK, "Contacts without an email")
    assert check.sentence.startswith("12 contacts have no email.")
    assert words in check.sentence


@pytest.mark.parametrize(
    "slug, found, title, severity, words",
    [
        (
            "invalid_emails",
            Found(2, first=50_000),
            "Invalid emails",
            Severity.LOOK,
            "2 contacts among the first 50,000 have an invalid email.",
        ),
        ("staff", Found(3, total=4), "Agents and administrators", Severity.NOTE, "3 contacts have the email of one."),
        ("without_parent", Found(1), "Contacts without an account", Severity.NOTE, "1 contact has no account."),
        (
            "unlinked_parent",
            Found(7),
            "Accounts that are not synced",
            Severity.LOOK,
            "7 contacts have an account that is linked to no organization",
        ),
        ("no_name", Found(1), "Contacts without a name", Severity.LOOK, "1 contact has no name"),
        ("right_without_key", Found(4), "Users without an email", Severity.NOTE, "4 users in Zendesk have no email"),
        ("repeated_ids", Found(1, records=2), "Repeated external ids", Severity.LOOK, "is on 2 users"),
    ],
)
def test_what_makes_people_doubtful_is_told_with_numbers(
    slug: str, found: Found, title: str, severity: Severity, words: str
) -> None:
    check = said(slug, contacts(), found)
    assert (check.severity, check.title) == (severity, title)
    assert words in check.sentence
    assert check.hint


def test_names_matter_only_where_contacts_are_created() -> None:
    """S3.C14."""
    assert "one_part_names" not in asked(contacts())
    check = said("one_part_names", contacts(made="contacts"), Found(5))
    assert "5 users to be created have names of one part" in check.sentence


@pytest.mark.parametrize("policy, words", [("skip", "They are skipped"), ("user", "Each becomes a user")])
def test_person_accounts_name_the_policy_in_force(policy: str, words: str) -> None:
    """S3.6."""
    check = said("person_account", contacts(person_accounts=policy), Found(2))
    assert f"2 person accounts inside the filters. {words}" in check.sentence


def test_converted_leads_are_left_out() -> None:
    assert "1 lead was converted." in said("converted", subject("leads_users"), Found(1)).sentence


@pytest.mark.parametrize(
    "setting, options, severity, words",
    [
        (True, {}, Severity.FINE, "creates every user without a mail, whatever Zendesk's setting is"),
        (False, {"welcome_mail": "zendesk"}, Severity.FINE, "is off"),
        (True, {"welcome_mail": "zendesk"}, Severity.BLOCKS, "A run that creates users is refused until"),
        (None, {"welcome_mail": "zendesk"}, Severity.BLOCKS, "could not be read"),
        (True, {"welcome_mail": "zendesk", "welcome_confirmed": True}, Severity.LOOK, "an administrator has confirmed"),
        (None, {"welcome_mail": "zendesk", "welcome_confirmed": True}, Severity.LOOK, "may send"),
        (True, {"welcome_mail": "zendesk", "create_right": False}, Severity.FINE, "creates no users"),
    ],
)
def test_a_mail_to_every_contact_is_never_an_accident(
    setting: bool | None, options: dict[str, Any], severity: Severity, words: str
) -> None:
    """S3.C4."""
    check = said("welcome_mail", contacts({"welcome_emails": setting}, **options))
    assert check.severity is severity
    assert words in check.sentence
    if severity is Severity.BLOCKS:
        assert [(link.to, link.detail) for link in check.links] == [
            (Destination.REMOTE, "end_users"), (Destination.MAPPING, "welcome_mail"),
        ]  # fmt: skip
        assert "older versions" in check.hint


def test_organizations_come_before_users() -> None:
    """S3.43."""
    check = said("first", contacts(waits_for=("Accounts and organizations",)))
    assert (check.severity, check.title) == (Severity.BLOCKS, "Organizations before users")
    assert check.links[0].to is Destination.FIRST
    assert "Accounts and organizations: no run of it is complete. A plan of contacts is refused" in check.sentence
    assert "280 accounts are linked" in said("first", contacts()).sentence


@pytest.mark.parametrize(
    "enabled, planned, unlinked, severity, words",
    [
        (False, 12_000, 5, Severity.LOOK, "for up to 12,000 users, about 30 minutes instead of under a minute"),
        (False, None, 9, Severity.LOOK, "for up to 9 users, under a minute either way"),
        (True, 60_000, None, Severity.FINE, "100 new users in one request. For up to 60,000 users: about 2 minutes."),
        (True, None, 0, Severity.FINE, "100 new users in one request."),
        (None, None, None, Severity.UNKNOWN, "for 1,000 users, about 3 minutes"),
    ],
)
def test_without_bulk_import_each_user_is_a_request_and_the_times_say_so(
    enabled: bool | None, planned: int | None, unlinked: int | None, severity: Severity, words: str
) -> None:
    check = said("bulk_import", contacts({"bulk_user_import": enabled}, to_create=planned), unlinked)
    assert check.severity is severity
    assert words in check.sentence
    assert ("Ask Zendesk's support" in check.hint) is (not enabled)


@pytest.mark.parametrize(
    "allowed, shared, parent, severity, words",
    [
        (True, Found(5, across=3), True, Severity.FINE, "3 emails are used at more than one account"),
        (False, Found(5, across=1), True, Severity.LOOK, "1 email is used at more than one account"),
        (False, Found(), True, Severity.NOTE, "No email is used at more than one account"),
        (None, Found(), True, Severity.UNKNOWN, "could not be read"),
        (False, Found(), False, Severity.FINE, "have no account, so"),
        (False, None, True, Severity.NOTE, "syncing record alone."),
    ],
)
def test_several_organizations_are_told_with_whom_they_concern(
    allowed: bool | None, shared: Found | None, parent: bool, severity: Severity, words: str
) -> None:
    """S1.16, S1.12, S1.13."""
    check = said("several_organizations", contacts({"multiple_organizations": allowed}, parent=parent), shared)
    assert check.severity is severity
    assert words in check.sentence


@pytest.mark.parametrize(
    "text, valid",
    [
        ("ann@example.com", True),
        ("ann.o'neil+zd@mail.example.co.uk", True),
        ("ann", False),
        ("ann@example", False),
        ("ann@example.com; bob@example.com", False),
        ("ann example@example.com", False),
        ("<ann@example.com>", False),
        ("@example.com", False),
    ],
)
def test_an_email_has_one_at_and_a_domain(text: str, valid: bool) -> None:
    assert is_email(text) is valid
