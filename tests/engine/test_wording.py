"""Buttons that name direction and consequence, never "Sync"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.registry import kind_of
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, SKIP, UNLINK, Operation, Side, Verb
from syncadmin.engine.wording import approval

ACCOUNTS = kind_of("accounts_organizations")
PEOPLE = kind_of("contacts_users")
_RELATIONS = {"", *(relation.name for relation in PEOPLE.relations)}
SAID = [
    operation for operation in Operation.known() if not operation.informational and operation.relation in _RELATIONS
]


@pytest.mark.parametrize(
    "counted, sentence",
    [
        ({}, "Nothing to write"),
        ({SKIP: 5, PROBLEM: 2, CONFLICT: 1}, "Nothing to write"),
        ({Verb.CREATE.on(Side.RIGHT): 1}, "Create 1 organization in Zendesk"),
        ({Verb.CREATE.on(Side.RIGHT): 214}, "Create 214 organizations in Zendesk"),
        ({Verb.CREATE.on(Side.RIGHT): 12345}, "Create 12,345 organizations in Zendesk"),
        ({LINK: 12}, "Link 12"),
        ({Verb.UPDATE.on(Side.LEFT): 1}, "Update 1 account in Salesforce"),
        (
            {Verb.CREATE.on(Side.RIGHT): 2, Verb.UPDATE.on(Side.RIGHT): 1, LINK: 12},
            "Create 2 and update 1 organization in Zendesk; link 12",
        ),
        (
            {Verb.DELETE.on(Side.RIGHT): 2, Verb.DELETE.on(Side.LEFT): 1, UNLINK: 3},
            "Delete 2 organizations in Zendesk; delete 1 account in Salesforce; put back and unlink 3",
        ),
    ],
)
def test_the_button_says_what_and_where(counted: dict[Operation, int], sentence: str):
    assert approval(counted, ACCOUNTS) == sentence


@pytest.mark.parametrize(
    "counted, made, sentence",
    [
        ({Verb.CREATE.on(Side.RIGHT): 214}, "", "Create 214 users in Zendesk"),
        ({ADD_MEMBERSHIP: 12}, "", "Add 12 memberships in Zendesk"),
        (
            {Verb.UPDATE.on(Side.RIGHT): 3, ADD_MEMBERSHIP: 2, REMOVE_MEMBERSHIP: 1, CHANGE_PRIMARY: 1},
            "",
            "Update 3 users in Zendesk; add 2 and remove 1 membership in Zendesk; make 1 membership primary",
        ),
        (
            {Verb.CREATE.on(Side.LEFT): 2, Verb.UPDATE.on(Side.LEFT): 5},
            "contacts",
            "Create 2 and update 5 contacts in Salesforce",
        ),
        (
            {Verb.CREATE.on(Side.LEFT): 1, Verb.UPDATE.on(Side.LEFT): 5},
            "leads",
            "Update 5 contacts in Salesforce; create 1 lead in Salesforce",
        ),
    ],
)
def test_people_and_their_memberships_are_named(counted: dict[Operation, int], made: str, sentence: str):
    """S3.51: users that Salesforce does not know become contacts or leads."""
    assert approval(counted, PEOPLE, made=made) == sentence


@given(st.dictionaries(st.sampled_from(SAID), st.integers(1, 10**6), min_size=1))
def test_everything_that_would_be_written_is_said_with_its_number(counted):
    text = approval(counted, PEOPLE)
    assert text[0].isupper()
    assert "  " not in text
    assert sorted(f"{number:,}" for number in counted.values()) == sorted(
        word for word in text.replace(", ", " ").split() if word.replace(",", "").isdigit()
    )


@given(st.dictionaries(st.sampled_from(list(Operation.known())), st.just(0)))
def test_nothing_is_said_of_what_there_is_none_of(counted):
    assert approval(counted, PEOPLE) == "Nothing to write"
