"""An email that changes: a step of its own, and what it frees (S1.40)."""

from dataclasses import replace
from typing import Any

import pytest

from syncadmin.engine.people.addresses import FREE_ADDRESS, frees, frees_of_undo, split
from syncadmin.engine.people.plan import create, pair
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import PlannedStep
from tests.engine.folk import EMAIL, book, contact, link_state, place, said, user

NEW = "ann@new.example"


def moved(**values: Any) -> list[PlannedStep]:
    drafts, _ = pair(book(), contact(Email=NEW, **values), user(), link_state(), place())
    return drafts


def test_the_rest_of_an_update_does_not_wait_for_the_email():
    fields, email = moved(Name="Ann Cole")
    assert said([fields, email]) == [("update_right", ["name"]), ("update_right", ["email"])]
    assert (fields.reason_code, email.reason_code) == ("", ReasonCode.ADDRESS)
    assert dict(fields.last_synced)["email"] == EMAIL, "the new one is agreed on once it is written"
    assert dict(email.last_synced) == {"email": NEW}


def test_an_email_alone_is_one_step_with_what_there_is_to_say():
    (email,) = moved()
    assert (email.reason_code, said([email])) == (ReasonCode.ADDRESS, [("update_right", ["email"])])


@pytest.mark.parametrize("code", [ReasonCode.FIRST_LINK, ReasonCode.TAKEN_OVER])
def test_nobody_takes_a_user_over_without_its_email(code: str):
    (whole,) = split(replace(moved()[0], reason_code=code), EMAIL)
    assert whole.reason_code == code


def test_an_address_is_freed_where_another_record_still_has_it():
    (email,) = moved()
    (free,) = frees([email], True, ())
    assert (free.operation, free.right_id, free.changes[0].before) == (FREE_ADDRESS, email.right_id, EMAIL)
    assert frees([email], False, ()) == []


def test_an_address_is_freed_where_an_earlier_run_has_left_it_but_not_at_the_user_that_gets_it():
    new = create(book(), contact(), place())
    assert [draft.right_id for draft in frees([new], False, ["7", "8"])] == ["7", "8"]
    (email,) = moved()
    assert [draft.right_id for draft in frees([email], False, [email.right_id, "8"])] == ["8"]


def test_what_is_held_frees_nothing_before_it_is_approved():
    assert frees([replace(create(book(), contact(), place()), needs_approval=True)], False, ["7"])[0].needs_approval


def test_an_undo_gives_an_address_back_only_where_the_run_had_taken_it():
    (email,) = moved()
    assert [draft.right_id for draft in frees_of_undo(email, {EMAIL})] == [email.right_id]
    assert frees_of_undo(email, set()) == []
