"""What is said before users are created, by example (S3.C4, S3.43, S1.16)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.api.registry import connector_spec
from mappings.kinds.registry import kind_of
from syncadmin.engine.checks.assessment import Check, Mark, Place
from syncadmin.engine.checks.users import UserSetup, user_checks

NAMES = kind_of("contacts_users").names
READY = UserSetup(
    costs=connector_spec("zendesk").costs,
    welcome_emails=True,
    bulk_import=True,
    several_organizations=True,
    across=0,
    to_create=0,
    linked=280,
)
BY_ZENDESK = replace(READY, policy="zendesk")


def _about(title: str, setup: UserSetup) -> Check:
    return next(check for check in user_checks(setup, NAMES) if check.title == title)


def test_the_welcome_mail_comes_first() -> None:
    """S3.C4."""
    assert user_checks(READY, NAMES)[0].title == "Welcome mail to new users"


def test_with_everything_in_order_nothing_deserves_a_look() -> None:
    assert {check.mark for check in user_checks(READY, NAMES)} == {Mark.FINE}


@pytest.mark.parametrize(
    "setup, mark, words",
    [
        (READY, Mark.FINE, "creates every user without a mail, whatever Zendesk is set to"),
        (replace(BY_ZENDESK, welcome_emails=False), Mark.FINE, "is off"),
        (BY_ZENDESK, Mark.BLOCKS, "A run that creates users is refused until"),
        (replace(BY_ZENDESK, welcome_emails=None), Mark.BLOCKS, "could not be read"),
        (replace(BY_ZENDESK, confirmed=True), Mark.LOOK, "an administrator has confirmed that"),
        (replace(BY_ZENDESK, confirmed=True, welcome_emails=None), Mark.LOOK, "may send"),
        (replace(BY_ZENDESK, creates=False), Mark.FINE, "creates no users"),
    ],
)
def test_a_mail_to_every_contact_is_never_an_accident(setup: UserSetup, mark: Mark, words: str) -> None:
    """S3.C4."""
    check = _about("Welcome mail to new users", setup)
    assert check.mark is mark
    assert words in check.sentence


def test_the_way_to_zendesks_setting_says_that_its_place_differs() -> None:
    """S3.C4."""
    check = _about("Welcome mail to new users", BY_ZENDESK)
    assert check.place is Place.HELPDESK
    assert "older versions" in check.hint
    assert [way.place for way in check.more] == [Place.CREATING]


def test_organizations_come_before_users() -> None:
    """S3.43."""
    check = _about("Organizations before users", replace(READY, waits_for=["Accounts and organizations"]))
    assert (check.mark, check.place) == (Mark.BLOCKS, Place.FIRST)
    assert "Accounts and organizations: no run of it is complete" in check.sentence
    assert "280 accounts are linked" in _about("Organizations before users", READY).sentence


def test_without_bulk_import_each_user_is_a_request_and_the_times_say_so() -> None:
    check = _about("Bulk import of users", replace(READY, bulk_import=False, to_create=12_000, a_minute=400))
    assert check.mark is Mark.LOOK
    assert "for up to 12,000 users, about 30 minutes instead of under a minute" in check.sentence
    assert "Ask Zendesk's support" in check.hint


def test_where_it_makes_no_difference_that_is_said() -> None:
    few = replace(READY, bulk_import=False, to_create=9)
    assert "for up to 9 users, under a minute either way" in _about("Bulk import of users", few).sentence


def test_the_fast_way_names_its_time_too() -> None:
    check = _about("Bulk import of users", replace(READY, to_create=60_000, a_minute=700))
    assert "For up to 60,000 users: about 2 minutes." in check.sentence


def test_what_zendesk_does_not_tell_is_said_as_unknown() -> None:
    check = _about("Bulk import of users", replace(READY, bulk_import=None, to_create=None, a_minute=400))
    assert check.mark is Mark.UNKNOWN
    assert "does not tell whether it is enabled" in check.sentence
    assert "for 1,000 users, about 3 minutes" in check.sentence


@pytest.mark.parametrize(
    "setup, mark, words",
    [
        (replace(READY, across=3), Mark.FINE, "3 emails stand at more than one account"),
        (replace(READY, several_organizations=False, across=1), Mark.LOOK, "1 email stands at more than one account"),
        (replace(READY, several_organizations=False), Mark.NOTE, "No email stands at more than one account"),
        (replace(READY, several_organizations=None), Mark.UNKNOWN, "could not be read"),
        (replace(READY, several_organizations=False, has_account=False), Mark.FINE, "stand at no account"),
        (replace(READY, several_organizations=False, across=None), Mark.NOTE, "syncing record alone."),
    ],
)
def test_several_organizations_are_told_with_whom_they_concern(setup: UserSetup, mark: Mark, words: str) -> None:
    """S1.16, S1.12, S1.13."""
    check = _about("Users in several organizations", setup)
    assert check.mark is mark
    assert words in check.sentence
