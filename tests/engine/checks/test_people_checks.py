"""The doctor's judgement of people, by example (S3.2, S3.4, S3.6, S1.1, S3.C5, S3.C12, S3.C14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mappings.kinds.registry import kind_of
from syncadmin.engine.checks.assessment import Check, Found, Mark, Place, Repeated
from syncadmin.engine.checks.people import people_checks
from syncadmin.engine.checks.people_assessment import People, Shared, assess_people, is_email
from syncadmin.engine.checks.records import Policies

CONTACTS, LEADS = kind_of("contacts_users").names, kind_of("leads_users").names
CLEAN = People(left=400, right=380, no_account=Found(), no_organization=Found(), persons=Found(), staff_users=3)


def _about(title: str, people: People, policies: Policies | None = None) -> Check:
    return next(check for check in people_checks(people, policies or Policies(), CONTACTS) if check.title == title)


def test_clean_people_are_fine() -> None:
    assert {check.mark for check in people_checks(CLEAN, Policies(), CONTACTS)} == {Mark.FINE}


def test_leads_are_asked_about_conversion_and_not_about_accounts() -> None:
    titles = {check.title for check in people_checks(People(left=9, right=9, converted=0), Policies(), LEADS)}
    assert "Converted leads" in titles
    assert titles.isdisjoint({"Person accounts", "Leads without an account", "Accounts that are not synced"})


def test_an_empty_scope_deserves_a_look() -> None:
    assert people_checks(People(), Policies(), CONTACTS)[0].mark is Mark.LOOK


@pytest.mark.parametrize(
    "people, reason",
    [
        (replace(CLEAN, left=10_001), "10,001 contacts are in scope"),
        (replace(CLEAN, shared=Shared(3, 7, own=6)), "1.5 % of the contacts share their email"),
        (replace(CLEAN, without_email=Found(21, (), 400)), "5.2 % of the contacts have no email"),
        (replace(CLEAN, persons=Found(1)), "1 person account is there"),
    ],
)
def test_one_trait_makes_people_complex_and_is_named(people: People, reason: str) -> None:
    """S3.2 with S3.46, S3.4, S3.6."""
    verdict = assess_people(people, CONTACTS)
    assert verdict.complex
    assert reason in verdict.sentence
    assert sum(measure.exceeded for measure in verdict.measures) == 1


@pytest.mark.parametrize("people", [CLEAN, replace(CLEAN, left=10_000), replace(CLEAN, shared=Shared(2, 4, own=4))])
def test_few_people_with_emails_of_their_own_are_clean(people: People) -> None:
    """S3.2."""
    verdict = assess_people(people, CONTACTS)
    assert not verdict.complex
    assert "contacts in scope" in verdict.sentence


def test_nothing_is_said_of_people_who_were_never_read() -> None:
    assert assess_people(None, CONTACTS).measures == ()


def test_leads_are_not_judged_by_person_accounts() -> None:
    assert len(assess_people(People(left=9), LEADS).measures) == 3


def test_shared_emails_are_told_with_those_at_several_accounts_and_of_both_kinds() -> None:
    """S3.4, S1.1, S1.9."""
    check = _about(
        "Emails in Salesforce", replace(CLEAN, shared=Shared(14, 31, 29, 9, 2, ("a@x.example (3 records)",)))
    )
    assert check.mark is Mark.LOOK
    assert check.sentence == (
        "14 emails stand more than once, on 31 records; 2 of them on contacts and leads alike, 9 at several accounts."
    )
    assert "the syncing record" in check.hint
    assert check.examples == ("a@x.example (3 records)",)


def test_one_shared_email_is_told_in_the_singular_and_many_as_a_least_number() -> None:
    assert _about("Emails in Salesforce", replace(CLEAN, shared=Shared(1, 2, 2))).sentence == (
        "1 email stands more than once, on 2 records."
    )
    assert _about(
        "Emails in Salesforce", replace(CLEAN, shared=Shared(2_000, 4_000, 9, capped=True))
    ).sentence.startswith("At least 2,000 emails")


@pytest.mark.parametrize(
    "policy, words, place",
    [
        ("skip", "They are skipped", Place.NO_EMAIL),
        ("match", "none of them becomes a new user", Place.MATCHING),
        ("create", "become users without an email", Place.MATCHING),
    ],
)
def test_people_without_an_email_name_the_policy_in_force(policy: str, words: str, place: Place) -> None:
    """S3.4."""
    check = _about("Contacts without an email", replace(CLEAN, without_email=Found(12)), Policies(no_email=policy))
    assert check.mark is Mark.LOOK
    assert check.place is place
    assert check.sentence.startswith("12 contacts have no email.")
    assert words in check.sentence


@pytest.mark.parametrize(
    "people, title, mark, words",
    [
        (replace(CLEAN, invalid=Found(2)), "Emails that are none", Mark.LOOK, "2 contacts have an email that is none"),
        (replace(CLEAN, staff=Found(3)), "Agents and administrators", Mark.NOTE, "3 contacts have the email of one"),
        (replace(CLEAN, no_account=Found(1)), "Contacts without an account", Mark.NOTE, "1 contact has no account"),
        (
            replace(CLEAN, no_organization=Found(7, (), 50_000, True)),
            "Accounts that are not synced",
            Mark.LOOK,
            "7 contacts among the first 50,000 have an account that is linked to no organization",
        ),
        (replace(CLEAN, nameless=1), "Contacts without a name", Mark.LOOK, "1 contact has no name"),
        (
            replace(CLEAN, no_user_email=Found(4)),
            "Users without an email",
            Mark.NOTE,
            "4 users in Zendesk have no email",
        ),
        (
            replace(CLEAN, no_first_name=Found(5)),
            "Names without a first name",
            Mark.NOTE,
            "5 users to be created have names of one part",
        ),
        (
            replace(CLEAN, repeated_ids=Repeated(1, 2)),
            "External ids that stand twice",
            Mark.LOOK,
            "1 external id stands on 2 users",
        ),
        (replace(CLEAN, converted=1), "Converted leads", Mark.NOTE, "1 lead was converted"),
    ],
)
def test_what_makes_people_doubtful_is_told_with_numbers(people: People, title: str, mark: Mark, words: str) -> None:
    check = _about(title, people)
    assert check.mark is mark
    assert words in check.sentence
    assert check.hint


@pytest.mark.parametrize("policy, words", [("skip", "They are skipped"), ("user", "Each becomes a user")])
def test_person_accounts_name_the_policy_in_force(policy: str, words: str) -> None:
    """S3.6."""
    check = _about("Person accounts", replace(CLEAN, persons=Found(2)), Policies(person_accounts=policy))
    assert f"2 person accounts inside the filters. {words}" in check.sentence


@pytest.mark.parametrize(
    "made, mark, words",
    [
        ("nothing", Mark.NOTE, "12 users have no contact in scope"),
        ("contacts", Mark.LOOK, "up to 12 contacts"),
        ("leads", Mark.LOOK, "up to 12 leads"),
    ],
)
def test_what_is_made_in_salesforce_says_how_much(made: str, mark: Mark, words: str) -> None:
    """S3.51, S3.C5."""
    people = replace(CLEAN, unlinked_right=12)
    check = _about("Users that Salesforce does not know", people, Policies(create_left=made))
    assert check.mark is mark
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
