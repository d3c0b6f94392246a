"""What is left of messages does not depend on their order, nor on how often each of them comes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.didomi import consents, webhooks

FIELDS = (
    "organization_user_id", "purposes.a", "purposes.a.date", "purposes.b", "preferences.p", "channels.c",
    "last_changed", "cpra.purposes.a", "cpra.purposes.a.date", "@moments",
)  # fmt: skip
MOMENTS = ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.001Z", "2025-12-31T23:59:59Z")
CHOICES = st.sampled_from((True, False, None))


@st.composite
def messages(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [_message(draw, place) for place in range(draw(st.integers(1, 6)))]


def _message(draw: st.DrawFn, place: int) -> dict[str, Any]:
    purposes = [{"id": id, "enabled": draw(CHOICES)} for id in draw(st.lists(st.sampled_from("ab"), unique=True))]
    if purposes and draw(st.booleans()):
        purposes[0]["values"] = {"p": {"value": draw(st.sampled_from(("x,y", "y,x", "x", "")))}}
    channels = [{"id": "c", "enabled": draw(CHOICES)}] if draw(st.booleans()) else []
    entity = {
        "id": f"e{place}",
        "created_at": draw(st.sampled_from(MOMENTS)),
        "user": {"id": "device", "organization_user_id": "ada"},
        "consents": {"purposes": purposes, "channels": channels},
    }
    regulation = draw(st.sampled_from(("gdpr", "cpra")))
    return {"type": "event.created", "regulation": regulation, "parameters": {"entity": entity}}


def left_of(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for body in bodies:
        values = dict(webhooks.merge(values, body, FIELDS))
    return values


@given(st.data())
def test_any_order_and_any_copies_leave_the_same(data: st.DataObject) -> None:
    sent = data.draw(messages())
    again = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent), max_size=4))]))
    assert left_of(again) == left_of(sent)


@given(messages())
def test_what_a_message_is_about_is_told_by_itself(sent: list[dict[str, Any]]) -> None:
    told = [webhooks.parse(body) for body in sent]
    assert len({one.key for one in told}) == len(sent)
    assert {(one.record, one.look_up, one.left_out) for one in told} == {("ada", False, "")}
    assert all(one.at and one.at.tzinfo for one in told)


@pytest.mark.parametrize("said", ["true", "", 1, 0, {}, []])
def test_what_is_neither_true_nor_false_is_no_choice(said: Any) -> None:
    assert dict(consents.statements({"purposes": [{"id": "a", "enabled": said}]})) == {"purposes.a": "null"}
