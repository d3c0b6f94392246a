"""A creation whose answer was lost: no second one where nothing would tell that the first took effect (ADR 4)."""

import pytest

from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lost_creations import hold, is_known
from syncadmin.engine.plan import plan_new_left, plan_new_right
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import PlannedStep, Side, Verb
from tests.engine import pairs
from tests.engine.folk import CONTACTS, book, contact, user

NO_ID = {"store_external_id": False}


def new_user(email: str | None, **options) -> PlannedStep:
    return plan_new_right(book(**options), contact(Email=email))


def new_contact(email: str | None) -> PlannedStep:
    return plan_new_left(book(create_left="contacts"), user(email=email))


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [(None, None, False), ("a@x.example", "a@x.example", True), ("a@x.example", "A@x.example ", True),
     ("a@x.example", "b@x.example", False), (None, "b@x.example", False), ("a@x.example", None, False)],
)  # fmt: skip
def test_a_record_that_keeps_no_id_is_found_by_its_email_alone(then: str | None, now: str | None, told: bool):
    assert is_known(book(**NO_ID), new_user(now, **NO_ID), new_user(then, **NO_ID).changes) is told
    assert is_known(book(), new_contact(now), new_contact(then).changes) is told


def test_a_user_that_keeps_the_salesforce_id_is_always_found():
    assert is_known(book(), new_user("b@x.example"), new_user(None).changes)
    assert not is_known(book(id_field="fields.sf"), new_user(None, id_field="fields.sf"), new_user(None).changes)


@pytest.mark.parametrize(("name", "told"), [("Acme", True), ("ACME ", True), ("Acme Corp", False)])
def test_an_organization_is_found_by_its_name(name: str, told: bool):
    rules = pairs.book(**NO_ID)
    sent = plan_new_right(rules, pairs.account(Name="Acme")).changes
    assert is_known(rules, plan_new_right(rules, pairs.account(Name=name)), sent) is told


@pytest.mark.parametrize(
    ("draft", "system"),
    [(new_user(None, **NO_ID), "Zendesk"), (new_contact(None), "Salesforce")],
    ids=["user", "contact"],
)
def test_a_creation_that_may_be_there_waits_for_somebody_who_is_told_what_to_do(draft: PlannedStep, system: str):
    held = hold(draft, CONTACTS.names, 7)
    assert (held.needs_approval, held.reason_code, held.changes) == (True, ReasonCode.UNANSWERED, draft.changes)
    (warning,) = held.warnings
    assert warning.startswith(f"Run 7 asked {system} to make it")
    assert f"Look for it in {system}" in warning
    assert str(GroupKey.of(held)) == f"{held.operation.word}:unanswered"
    assert held.operation in (Verb.CREATE.on(Side.RIGHT), Verb.CREATE.on(Side.LEFT))
