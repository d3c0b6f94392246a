"""Tickets: lists by requester and organization, comments, audits, safe updates."""

import pytest


def ticket(desk, **values):
    body = {"subject": "s", "comment": {"body": "first"}, **values}
    answer = desk.post("tickets", {"ticket": body})
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]


def test_a_ticket_belongs_to_its_requesters_organization(desk):
    organization = desk.organization(name="Acme")["id"]
    user = desk.user(name="Jo", email="jo@x.example", organization_id=organization)
    row = ticket(desk, requester={"email": "jo@x.example"})
    assert (row["requester_id"], row["organization_id"]) == (user["id"], organization)
    for path in (f"users/{user['id']}/tickets/requested", f"organizations/{organization}/tickets"):
        assert [other["id"] for other in desk.get(path).json()["tickets"]] == [row["id"]]


def test_comments_are_listed_in_order(desk):
    row = ticket(desk)
    desk.put(f"tickets/{row['id']}", {"ticket": {"comment": {"body": "second", "public": False}}})
    comments = desk.get(f"tickets/{row['id']}/comments").json()["comments"]
    assert [(comment["body"], comment["public"]) for comment in comments] == [("first", True), ("second", False)]


def test_a_safe_update_of_a_ticket_that_changed_is_a_conflict(desk):
    row = ticket(desk)
    desk.clock.advance(5)
    safe = {"safe_update": True, "updated_stamp": row["updated_at"], "status": "solved"}
    assert desk.put(f"tickets/{row['id']}", {"ticket": safe}).status_code == 200
    assert desk.put(f"tickets/{row['id']}", {"ticket": safe}).status_code == 409


def test_writing_a_ticket_answers_with_the_audit_of_the_write(desk):
    created = desk.post("tickets", {"ticket": {"subject": "a", "comment": {"body": "first"}}}).json()
    row = created["ticket"]
    assert created["audit"]["events"][0]["type"] == "Comment"
    assert {"field_name": "status", "value": "new", "type": "Create"}.items() <= created["audit"]["events"][5].items()
    change = {"subject": "b", "status": "pending", "comment": {"body": "second"}}
    audit = desk.put(f"tickets/{row['id']}", {"ticket": change}).json()["audit"]
    changed = {event["field_name"]: (event["previous_value"], event["value"]) for event in audit["events"][1:]}
    custom = changed.pop("custom_status_id")
    assert changed == {"subject": ("a", "b"), "status": ("new", "pending")}
    assert custom[0] != custom[1]
    listed = desk.get(f"tickets/{row['id']}/audits").json()["audits"]
    assert [one["id"] for one in listed] == [created["audit"]["id"], audit["id"]]
    comments = desk.get(f"tickets/{row['id']}/comments").json()["comments"]
    assert [comment["audit_id"] for comment in comments] == [one["id"] for one in listed]


@pytest.mark.parametrize(
    "values",
    [
        {"organization_id": 7},
        {"organization_id": "x"},
        {"assignee_id": 7},
        {"priority": "huge"},
        {"type": 5},
        {"status": "gone"},
        {"custom_status_id": 7},
        {"comment": {"body": "x", "author_id": 7}},
        {"subject": {"a": 1}},
        {"requester_id": [1]},
    ],
)
def test_a_ticket_with_a_value_that_is_none_is_refused_and_stays_as_it_was(desk, values):
    row = ticket(desk)
    assert desk.put(f"tickets/{row['id']}", {"ticket": values}).status_code == 422
    assert desk.get(f"tickets/{row['id']}").json()["ticket"] == row


def test_a_closed_ticket_cannot_be_changed(desk):
    row = ticket(desk, status="closed", external_id="x")
    assert desk.put(f"tickets/{row['id']}", {"ticket": {"subject": "y"}}).status_code == 422
    assert [one["id"] for one in desk.get("tickets?external_id=x").json()["tickets"]] == [row["id"]]


def test_custom_fields_are_a_list_by_id(desk):
    row = ticket(desk, custom_fields=[{"id": 27, "value": "x"}])
    assert row["custom_fields"] == [{"id": 27, "value": "x"}]


def test_the_ticket_export_follows_changes_and_leaves_deleted_ones_out(desk):
    start = int(desk.clock.now())
    kept, gone = ticket(desk), ticket(desk)
    desk.delete(f"tickets/{gone['id']}")
    desk.clock.advance(100)
    rows = desk.get(f"incremental/tickets/cursor?start_time={start}").json()["tickets"]
    assert [row["id"] for row in rows] == [kept["id"]]
    assert rows[0]["generated_timestamp"] == start


def test_show_many_and_count(desk):
    one, two = ticket(desk), ticket(desk)
    found = desk.get(f"tickets/show_many?ids={one['id']},{two['id']}").json()
    assert found["count"] == 2
    assert desk.get("tickets/count").json()["count"]["value"] == desk.get("tickets").json()["count"]
