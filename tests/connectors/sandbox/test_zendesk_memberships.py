"""Organization memberships: defaults, uniqueness, ends, and the account setting."""

import pytest


@pytest.fixture
def one(desk):
    return desk.organization(name="One")["id"]


@pytest.fixture
def two(desk):
    return desk.organization(name="Two")["id"]


def join(desk, user, organization, **more):
    body = {"user_id": user["id"], "organization_id": organization, **more}
    return desk.post("organization_memberships", {"organization_membership": body})


def listed(desk, path):
    return desk.get(f"{path}/organization_memberships").json()["organization_memberships"]


def test_the_first_membership_is_the_default(desk, one, two):
    user = desk.user(name="Jo")
    first, second = join(desk, user, one), join(desk, user, two)
    assert [answer.status_code for answer in (first, second)] == [201, 201]
    defaults = [answer.json()["organization_membership"]["default"] for answer in (first, second)]
    assert defaults == [True, False]


def test_lists_show_null_for_a_membership_that_is_not_the_default_and_the_default_first(desk, one, two):
    user = desk.user(name="Jo", organization_id=one)
    join(desk, user, two, default=True)
    rows = listed(desk, f"users/{user['id']}")
    assert [(row["organization_id"], row["default"]) for row in rows] == [(two, True), (one, None)]
    assert rows[0]["organization_name"] == "Two"
    assert desk.get(f"users/{user['id']}").json()["user"]["organization_id"] == two


def test_a_pair_is_unique(desk, one):
    user = desk.user(name="Jo", organization_id=one)
    assert join(desk, user, one).status_code == 422


def test_a_second_membership_is_refused_when_the_account_has_one_organization_for_each_user(desk, one, two):
    desk.control("PUT", "settings", {"multiple_organizations": False})
    assert desk.get("account/settings").json()["settings"]["user"]["multiple_organizations"] is False
    user = desk.user(name="Jo", organization_id=one)
    assert join(desk, user, two).status_code == 422


def test_the_end_of_the_default_passes_it_on_and_takes_tickets_out_of_the_organization(desk, one, two):
    user = desk.user(name="Jo", organization_id=one)
    join(desk, user, two)
    ticket = {"subject": "s", "comment": {"body": "b"}, "requester_id": user["id"]}
    ticket = desk.post("tickets", {"ticket": ticket}).json()["ticket"]
    assert ticket["organization_id"] == one
    row = listed(desk, f"users/{user['id']}")[0]
    assert desk.delete(f"organization_memberships/{row['id']}").status_code == 204
    assert desk.get(f"users/{user['id']}").json()["user"]["organization_id"] == two
    assert desk.get(f"tickets/{ticket['id']}").json()["ticket"]["organization_id"] is None


def test_make_default_by_membership_and_by_organization(desk, one, two):
    user = desk.user(name="Jo", organization_id=one)
    second = join(desk, user, two).json()["organization_membership"]
    path = f"users/{user['id']}/organization_memberships/{second['id']}/make_default"
    rows = desk.put(path).json()["organization_memberships"]
    assert [row["organization_id"] for row in rows] == [two, one]
    answer = desk.put(f"users/{user['id']}/organizations/{one}/make_default").json()
    assert answer["organization_membership"]["default"] is True
    assert desk.delete(f"users/{user['id']}/organizations/{two}").status_code == 204
    assert [row["organization_id"] for row in listed(desk, f"users/{user['id']}")] == [one]


def test_create_many_and_destroy_many_are_jobs(desk, one, two):
    user = desk.user(name="Jo")
    rows = [{"user_id": user["id"], "organization_id": other} for other in (one, two, one)]
    done = desk.done(desk.post("organization_memberships/create_many", {"organization_memberships": rows}))
    assert [row["status"] for row in done["results"]] == ["Created", "Created", "Failed"]
    ids = ",".join(str(row["id"]) for row in done["results"][:2])
    desk.done(desk.delete(f"organization_memberships/destroy_many?ids={ids}"))
    assert listed(desk, f"users/{user['id']}") == []


def test_a_membership_is_no_change_of_the_user_unless_the_default_moves(desk, one, two):
    user = desk.user(name="Jo", organization_id=one)
    desk.clock.advance(100)
    before = int(desk.clock.now()) - 10
    join(desk, user, two)
    desk.clock.advance(200)
    exported = desk.get(f"incremental/users/cursor?start_time={before}").json()["users"]
    assert exported == []


def test_memberships_are_listed_by_organization(desk, one):
    user = desk.user(name="Jo", organization_id=one)
    assert [row["user_id"] for row in listed(desk, f"organizations/{one}")] == [user["id"]]
    assert [row["id"] for row in desk.get(f"organizations/{one}/users").json()["users"]] == [user["id"]]
    assert [row["id"] for row in desk.get(f"users/{user['id']}/organizations").json()["organizations"]] == [one]
