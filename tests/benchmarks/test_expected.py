"""What the harness expects of a load is worked out by the rules, not by the product."""

from __future__ import annotations

from benchmarks.expected import User, in_scope, users
from benchmarks.world import Account, Contact

EARLY, LATE = "2024-01-01T00:00:00.000+0000", "2024-06-01T00:00:00.000+0000"


def test_natural_persons_and_twins_are_not_expected_in_the_helpdesk():
    """S3.5, S3.6."""
    accounts = [
        Account("1", "Acme", False),
        Account("2", "Twin", False),
        Account("3", "twin ", False),
        Account("4", "Jo Doe", True),
    ]
    assert [account.id for account in in_scope(accounts)] == ["1"]


def test_contacts_with_one_email_are_one_user_of_all_their_organizations():
    """S1.5, S1.12; of two with synced accounts the one created first fills the user (A8)."""
    found = users(
        [Contact("1", "A@x.example", "acme", LATE, False), Contact("2", "a@x.example ", "beta", EARLY, False)],
        {"acme", "beta"},
    )
    assert found == [User("a@x.example", "2", "beta", frozenset({"acme", "beta"}), 1)]


def test_a_contact_of_a_synced_account_fills_the_user_before_an_earlier_one():
    """A8."""
    found = users(
        [
            Contact("1", "a@x.example", "", EARLY, False),
            Contact("2", "a@x.example", "twin", EARLY, False),
            Contact("3", "a@x.example", "acme", LATE, False),
        ],
        {"acme"},
    )
    assert found == [User("a@x.example", "3", "acme", frozenset({"acme"}), 2)]


def test_an_account_that_is_not_synced_gives_no_organization_but_goes_first():
    """S1.4, A8."""
    found = users([Contact("1", "a@x.example", "", EARLY, False), Contact("2", "a@x.example", "twin", LATE, False)], ())
    assert found == [User("a@x.example", "2", "", frozenset(), 1)]


def test_contacts_without_an_email_and_natural_persons_have_no_user():
    """S3.4, S3.6."""
    assert users([Contact("1", "", "acme", EARLY, False), Contact("2", "b@x.example", "", EARLY, True)], ()) == []
