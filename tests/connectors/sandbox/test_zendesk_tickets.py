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


def field_of(desk, title):
    return next(row for row in desk.get("ticket_fields").json()["ticket_fields"] if row["title"] == title)


def test_custom_fields_are_a_list_by_id_of_all_that_there_are_and_their_choices_are_tags(desk):
    area, seats = field_of(desk, "Area"), field_of(desk, "Seats")
    assert area["type"] == "tagger"
    row = ticket(desk, tags=["mine"], custom_fields=[{"id": area["id"], "value": "area_api"}, {"id": 27, "value": "x"}])
    values = {field["id"]: field["value"] for field in row["custom_fields"]}
    assert (values[area["id"]], values[seats["id"]], 27 in values) == ("area_api", None, False)
    assert row["tags"] == ["area_api", "mine"]
    wrong = {"custom_fields": [{"id": area["id"], "value": "area_moon"}]}
    assert desk.put(f"tickets/{row['id']}", {"ticket": wrong}).status_code == 422
    cleared = {"custom_fields": [{"id": area["id"], "value": None}]}
    assert desk.put(f"tickets/{row['id']}", {"ticket": cleared}).json()["ticket"]["tags"] == ["mine"]


def test_a_field_of_tickets_is_made_and_ends_with_its_values(desk):
    options = [{"name": "Red", "value": "red"}, {"name": "Blue", "value": "blue"}]
    given = {"type": "tagger", "title": "Colour", "custom_field_options": options}
    made = desk.post("ticket_fields", {"ticket_field": given}).json()["ticket_field"]
    assert "key" not in made
    row = ticket(desk, custom_fields=[{"id": made["id"], "value": "red"}])
    assert desk.delete(f"ticket_fields/{made['id']}").status_code == 204
    after = desk.get(f"tickets/{row['id']}").json()["ticket"]
    assert (made["id"] in [field["id"] for field in after["custom_fields"]], after["tags"]) == (False, [])


def test_a_custom_status_brings_its_category_and_a_plain_status_the_default_one(desk):
    statuses = desk.get("custom_statuses").json()["custom_statuses"]
    waiting = next(row for row in statuses if row["agent_label"] == "Waiting for parts")
    row = ticket(desk)
    changed = desk.put(f"tickets/{row['id']}", {"ticket": {"custom_status_id": waiting["id"]}}).json()["ticket"]
    assert (changed["status"], changed["custom_status_id"]) == ("pending", waiting["id"])
    changed = desk.put(f"tickets/{row['id']}", {"ticket": {"status": "solved"}}).json()["ticket"]
    default = {status["status_category"]: status["id"] for status in statuses if status["default"]}
    assert (changed["status"], changed["custom_status_id"]) == ("solved", default["solved"])
    assert desk.get("custom_statuses?status_categories=hold").json()["custom_statuses"][0]["id"] == default["hold"]


def test_a_ticket_has_a_brand_a_form_and_a_group_of_the_account(desk):
    brands, groups, forms = (desk.get(name).json()[name] for name in ("brands", "groups", "ticket_forms"))
    row = ticket(desk, group_id=groups[1]["id"])
    assert row["brand_id"] == next(brand["id"] for brand in brands if brand["default"])
    assert row["ticket_form_id"] == next(form["id"] for form in forms if form["default"])
    assert row["group_id"] == groups[1]["id"]
    for name in ("brand_id", "group_id", "ticket_form_id"):
        assert desk.put(f"tickets/{row['id']}", {"ticket": {name: 7}}).status_code == 422
    answer = desk.get(f"tickets/show_many?ids={row['id']}&include=users,groups,metric_sets").json()
    assert [group["id"] for group in answer["groups"]] == [groups[1]["id"]]
    assert {user["id"] for user in answer["users"]} == {row["requester_id"], row["submitter_id"]}
    assert answer["metric_sets"][0]["solved_at"] is None


def exported(desk, start, more=""):
    desk.clock.advance(100)
    answer = desk.get(f"incremental/tickets/cursor?start_time={start}{more}").json()
    return {row["id"]: row for row in answer["tickets"]}


def test_the_export_shows_deleted_tickets_until_they_are_gone_for_good_and_then_that_they_are(desk):
    start = int(desk.clock.now())
    kept, gone = ticket(desk), ticket(desk, subject="secret")
    desk.delete(f"tickets/{gone['id']}")
    assert desk.get(f"tickets/{gone['id']}").status_code == 404
    assert [row["id"] for row in desk.get("deleted_tickets").json()["deleted_tickets"]] == [gone["id"]]
    rows = exported(desk, start)
    assert (rows[kept["id"]]["status"], rows[gone["id"]]["status"]) == ("new", "deleted")
    assert rows[kept["id"]]["generated_timestamp"] == start
    assert set(exported(desk, start, "&exclude_deleted=true")) == {kept["id"]}
    desk.put(f"deleted_tickets/{gone['id']}/restore")
    assert exported(desk, start)[gone["id"]]["status"] == "new"
    desk.delete(f"tickets/{gone['id']}")
    desk.done(desk.delete(f"deleted_tickets/{gone['id']}"))
    row = exported(desk, start)[gone["id"]]
    assert (row["status"], row["subject"], row["description"]) == ("deleted", "SCRUBBED", "SCRUBBED")
    assert desk.put(f"deleted_tickets/{gone['id']}/restore").status_code == 404


def test_tickets_are_merged_into_one_and_say_so(desk):
    target, source, closed = ticket(desk, subject="Winner"), ticket(desk), ticket(desk, status="closed")
    done = desk.done(desk.post(f"tickets/{target['id']}/merge", {"ids": [source["id"], closed["id"]]}))
    assert [row.get("success") for row in done["results"]] == [True, False]
    row = desk.get(f"tickets/{source['id']}").json()["ticket"]
    assert (row["status"], row["tags"]) == ("closed", ["closed_by_merge"])
    last = desk.get(f"tickets/{source['id']}/comments").json()["comments"][-1]
    assert f"merged into request #{target['id']}" in last["body"]
    assert last["public"] is False
    assert f"#{source['id']}" in desk.get(f"tickets/{target['id']}/comments").json()["comments"][-1]["body"]


def test_what_is_redacted_is_blocked_out_in_the_comment_and_the_description(desk):
    row = ticket(desk, comment={"body": "my card is 4711"})
    comment = desk.get(f"tickets/{row['id']}/comments").json()["comments"][0]
    address = f"tickets/{row['id']}/comments/{comment['id']}/redact"
    assert desk.put(address, {"text": "0815"}).status_code == 422
    assert desk.put(address, {"text": "4711"}).json()["comment"]["body"] == "my card is ▇▇▇▇"
    assert desk.get(f"tickets/{row['id']}").json()["ticket"]["description"] == "my card is ▇▇▇▇"


def test_many_are_made_changed_and_deleted_by_jobs(desk):
    rows = [{"subject": "a", "comment": {"body": "x"}}, {"subject": "no words"}]
    made = desk.done(desk.post("tickets/create_many", {"tickets": rows}))["results"]
    assert (made[0]["status"], made[1]["status"]) == ("Created", "Failed")
    id = made[0]["id"]
    changed = desk.done(desk.put("tickets/update_many", {"tickets": [{"id": id, "priority": "high"}, {"id": 987654}]}))
    assert [row["success"] for row in changed["results"]] == [True, False]
    desk.done(desk.put(f"tickets/update_many?ids={id}", {"ticket": {"status": "solved"}}))
    row = desk.get(f"tickets/{id}?include=metric_sets").json()
    assert (row["ticket"]["priority"], row["ticket"]["status"]) == ("high", "solved")
    assert row["metric_sets"][0]["solved_at"] is not None
    desk.done(desk.delete(f"tickets/destroy_many?ids={id}"))
    assert desk.get(f"tickets/{id}").status_code == 404


def test_lists_leave_archived_tickets_out_but_those_of_a_requester_and_the_export_have_them(desk):
    home = desk.organization(name="Acme")["id"]
    user = desk.user(name="Jo", email="jo@x.example", organization_id=home)["id"]
    old = ticket(desk, requester_id=user, status="closed", organization_id=home)["id"]
    desk.clock.advance(121 * 86_400)
    new = ticket(desk, requester_id=user, organization_id=home, subject="b")["id"]
    listed = lambda path: [row["id"] for row in desk.get(path).json()["tickets"]]  # noqa: E731
    assert listed(f"organizations/{home}/tickets") == [new]
    assert desk.get(f"organizations/{home}/tickets/count").json()["count"]["value"] == 1
    assert listed(f"users/{user}/tickets/requested") == [old, new]
    assert listed(f"users/{user}/tickets/requested?sort_by=updated_at&sort_order=desc") == [new, old]
    assert old in exported(desk, 0)
    assert [row["id"] for row in desk.get("search?query=type:ticket requester:jo@x.example").json()["results"]] == [
        old,
        new,
    ]


@pytest.mark.parametrize(
    "query, wanted",
    [
        ("status<solved", ["one"]),
        ("status:solved", ["two"]),
        ("status:new status:solved", ["one", "two"]),
        ("priority>normal", ["two"]),
        ("priority:none", ["one"]),
        ("organization:acme", ["one", "two"]),
        ("organization:none", []),
        ("-status:solved", ["one"]),
        ("group:billing", ["two"]),
        ("solved>2020-01-01", ["two"]),
        ('subject:"in two words"', ["two"]),
        ("ticket_type:incident", ["one"]),
        ("order_by:created_at sort:desc", ["two", "one"]),
    ],
)
def test_search_finds_tickets_by_what_they_have(desk, query, wanted):
    home = desk.organization(name="Acme")["id"]
    user = desk.user(name="Jo", email="jo@x.example", organization_id=home)["id"]
    billing = next(row["id"] for row in desk.get("groups").json()["groups"] if row["name"] == "Billing")
    made = {ticket(desk, requester_id=user, type="incident")["id"]: "one"}
    desk.clock.advance(10)
    more = {"status": "solved", "priority": "high", "group_id": billing, "subject": "in two words"}
    made[ticket(desk, requester_id=user, **more)["id"]] = "two"
    desk.clock.advance(10)
    found = desk.get(f"search?query=type:ticket {query} requester:{user}").json()["results"]
    assert [made[row["id"]] for row in found if row["id"] in made] == wanted


def test_what_a_membership_takes_along_shows_in_the_export(desk):
    home = desk.organization(name="Acme")["id"]
    user = desk.user(name="Jo", email="jo@x.example", organization_id=home)["id"]
    row = ticket(desk, requester_id=user)
    desk.clock.advance(1000)
    start = int(desk.clock.now())
    desk.delete(f"organizations/{home}")
    moved = exported(desk, start)[row["id"]]
    assert (moved["organization_id"], moved["updated_at"]) == (None, row["updated_at"])
    assert moved["generated_timestamp"] >= start


def test_a_ticket_may_be_updated_thirty_times_in_ten_minutes(desk):
    row = ticket(desk)
    answers = [desk.put(f"tickets/{row['id']}", {"ticket": {"subject": str(n)}}).status_code for n in range(31)]
    assert answers == [200] * 30 + [429]


def test_show_many_and_count(desk):
    one, two = ticket(desk), ticket(desk)
    found = desk.get(f"tickets/show_many?ids={one['id']},{two['id']}").json()
    assert found["count"] == 2
    assert desk.get("tickets/count").json()["count"]["value"] == desk.get("tickets").json()["count"]
