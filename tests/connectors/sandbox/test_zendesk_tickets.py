"""Tickets: lists by requester and organization, comments, safe updates."""


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
