"""Buttons that name direction and consequence, never "Sync"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.declaration import Names
from mappings.kinds.registry import kind_of
from syncadmin.engine.steps import TELLS, Action
from syncadmin.engine.wording import approval

NAMES = Names("account", "accounts", "organization", "organizations", "Salesforce", "Zendesk")
SAID = [action for action in Action if action not in TELLS]
PEOPLE = kind_of("contacts_users").names


@pytest.mark.parametrize(
    "counted, sentence",
    [
        ({}, "Nothing to write"),
        ({Action.SKIP: 5, Action.PROBLEM: 2, Action.CONFLICT: 1}, "Nothing to write"),
        ({Action.CREATE_RIGHT: 1}, "Create 1 organization in Zendesk"),
        ({Action.CREATE_RIGHT: 214}, "Create 214 organizations in Zendesk"),
        ({Action.CREATE_RIGHT: 12345}, "Create 12,345 organizations in Zendesk"),
        ({Action.LINK: 12}, "Link 12"),
        ({Action.UPDATE_LEFT: 1}, "Update 1 account in Salesforce"),
        (
            {Action.CREATE_RIGHT: 2, Action.UPDATE_RIGHT: 1, Action.LINK: 12},
            "Create 2 and update 1 organization in Zendesk; link 12",
        ),
        (
            {Action.DELETE_RIGHT: 2, Action.DELETE_LEFT: 1, Action.UNLINK: 3},
            "Delete 2 organizations in Zendesk; delete 1 account in Salesforce; put back and unlink 3",
        ),
    ],
)
def test_the_button_says_what_and_where(counted: dict[Action, int], sentence: str):
    assert approval(counted, NAMES) == sentence


@pytest.mark.parametrize(
    "counted, made, sentence",
    [
        ({Action.CREATE_RIGHT: 214}, "", "Create 214 users in Zendesk"),
        ({Action.ADD_MEMBERSHIP: 12}, "", "Add 12 memberships in Zendesk"),
        (
            {Action.UPDATE_RIGHT: 3, Action.ADD_MEMBERSHIP: 2, Action.REMOVE_MEMBERSHIP: 1, Action.MAKE_PRIMARY: 1},
            "",
            "Update 3 users in Zendesk; add 2 and remove 1 membership in Zendesk; make 1 membership primary",
        ),
        ({Action.CREATE_LEFT: 2, Action.UPDATE_LEFT: 5}, "contacts", "Create 2 and update 5 contacts in Salesforce"),
        (
            {Action.CREATE_LEFT: 1, Action.UPDATE_LEFT: 5},
            "leads",
            "Update 5 contacts in Salesforce; create 1 lead in Salesforce",
        ),
    ],
)
def test_people_and_their_memberships_are_named(counted: dict[Action, int], made: str, sentence: str):
    """S3.51: users that Salesforce does not know become contacts or leads."""
    assert approval(counted, PEOPLE, made=made) == sentence


@given(st.dictionaries(st.sampled_from(SAID), st.integers(1, 10**6), min_size=1))
def test_everything_that_would_be_written_is_said_with_its_number(counted):
    text = approval(counted, NAMES)
    assert text[0].isupper()
    assert "  " not in text
    assert sorted(f"{number:,}" for number in counted.values()) == sorted(
        word for word in text.replace(", ", " ").split() if word.replace(",", "").isdigit()
    )


@given(st.dictionaries(st.sampled_from(list(Action)), st.just(0)))
def test_nothing_is_said_of_what_there_is_none_of(counted):
    assert approval(counted, NAMES) == "Nothing to write"
