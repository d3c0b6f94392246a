"""The sandbox's users: writing one holds the vendor's surprises."""


def emails(desk, user):
    identities = desk.get(f"users/{user['id']}/identities").json()["identities"]
    return {row["value"]: (row["primary"], row["verified"]) for row in identities if row["type"] == "email"}


def memberships(desk, user):
    rows = desk.get(f"users/{user['id']}/organization_memberships").json()["organization_memberships"]
    return [row["organization_id"] for row in rows]


def reason(answer):
    assert answer.status_code == 422, answer.text
    return next(iter(answer.json()["details"].values()))[0]["description"]


def test_a_user_comes_back_with_the_recorded_attributes_and_no_organization_ids(desk):
    row = desk.user(name="Jo", email="Jo@Example.com")
    assert list(row)[:6] == ["id", "url", "name", "email", "created_at", "updated_at"]
    assert row["email"] == "jo@example.com"
    expected = {
        "role": "end-user",
        "verified": False,
        "restricted_agent": True,
        "ticket_restriction": "requested",
        "organization_id": None,
        "active": True,
        "suspended": False,
    }
    assert {name: row[name] for name in expected} == expected
    assert "organization_ids" not in row


def test_an_email_of_another_user_is_refused_even_as_a_secondary_one(desk):
    first = desk.user(name="Jo", email="jo@example.com")
    desk.update_user(first, email="jo2@example.com")
    answer = desk.post("users", {"user": {"name": "Al", "email": "JO2@example.com"}})
    assert reason(answer) == "Email: jo2@example.com is already being used by another user"


def test_a_new_email_on_update_becomes_an_unverified_secondary_identity(desk):
    user = desk.user(name="Jo", email="jo@example.com", verified=True)
    answer = desk.update_user(user, email="new@example.com")
    assert answer.json()["user"]["email"] == "jo@example.com"
    assert emails(desk, user) == {"jo@example.com": (True, True), "new@example.com": (False, False)}


def test_make_primary_moves_the_email_and_its_verification(desk):
    user = desk.user(name="Jo", email="jo@example.com", verified=True)
    desk.update_user(user, email="new@example.com")
    rows = desk.get(f"users/{user['id']}/identities").json()["identities"]
    fresh = next(row["id"] for row in rows if row["value"] == "new@example.com")
    answer = desk.put(f"users/{user['id']}/identities/{fresh}/make_primary")
    assert {row["value"] for row in answer.json()["identities"]} == {"jo@example.com", "new@example.com"}
    moved = desk.get(f"users/{user['id']}").json()["user"]
    assert (moved["email"], moved["verified"]) == ("new@example.com", False)
    desk.put(f"users/{user['id']}/identities/{fresh}/verify")
    assert emails(desk, user)["new@example.com"] == (True, True)


def test_verified_on_update_is_written_to_the_primary_identity(desk):
    user = desk.user(name="Jo", email="jo@example.com")
    desk.update_user(user, verified=True)
    assert emails(desk, user) == {"jo@example.com": (True, True)}


def test_identities_can_be_added_at_creation_and_removed(desk):
    user = desk.user(name="Jo", email="jo@a.example", identities=[{"type": "email", "value": "jo@b.example"}])
    assert set(emails(desk, user)) == {"jo@a.example", "jo@b.example"}
    rows = desk.get(f"users/{user['id']}/identities").json()["identities"]
    primary = next(row["id"] for row in rows if row["primary"])
    assert desk.delete(f"users/{user['id']}/identities/{primary}").status_code == 204
    assert desk.get(f"users/{user['id']}").json()["user"]["email"] == "jo@b.example"


def test_organization_id_on_update_ends_all_other_memberships(desk):
    one, two, three = (desk.organization(name=name)["id"] for name in ("One", "Two", "Three"))
    user = desk.user(name="Jo", organization_id=one)
    membership = {"user_id": user["id"], "organization_id": two}
    desk.post("organization_memberships", {"organization_membership": membership})
    assert memberships(desk, user) == [one, two]
    answer = desk.update_user(user, organization_id=three)
    assert answer.json()["user"]["organization_id"] == three
    assert memberships(desk, user) == [three]


def test_a_user_without_an_organization_joins_the_owner_of_the_email_domain(desk):
    row = desk.organization(name="Acme", domain_names=["acme.example"])
    user = desk.user(name="Jo", email="jo@acme.example")
    assert user["organization_id"] is None or user["organization_id"] == row["id"]
    assert memberships(desk, user) == [row["id"]]


def test_a_shared_phone_number_makes_no_identity(desk):
    first = desk.user(name="Jo", phone="+15550001")
    second = desk.user(name="Al", phone="+15550001")
    assert (first["shared_phone_number"], second["shared_phone_number"]) == (False, True)
    kinds = [
        [row["type"] for row in desk.get(f"users/{user['id']}/identities").json()["identities"]]
        for user in (first, second)
    ]
    assert kinds == [["phone_number"], []]


def test_an_external_id_is_unique_whatever_its_case_and_upsert_rewrites_the_case(desk):
    user = desk.user(name="Jo", external_id="ab1")
    assert "taken" in reason(desk.post("users", {"user": {"name": "Al", "external_id": "AB1"}}))
    answer = desk.post("users/create_or_update", {"user": {"name": "Jo", "external_id": "AB1"}})
    assert answer.status_code == 200
    assert (answer.json()["user"]["id"], answer.json()["user"]["external_id"]) == (user["id"], "AB1")


def test_an_upsert_whose_email_and_external_id_name_two_users_is_refused(desk):
    desk.user(name="Jo", email="jo@example.com")
    desk.user(name="Al", external_id="al")
    body = {"user": {"name": "Jo", "email": "jo@example.com", "external_id": "al"}}
    assert "already being used" in reason(desk.post("users/create_or_update", body))


def test_an_upsert_finds_by_email_or_creates(desk):
    first = desk.post("users/create_or_update", {"user": {"name": "Jo", "email": "jo@example.com"}})
    desk.clock.advance(1)
    again = desk.post("users/create_or_update", {"user": {"name": "Joe", "email": "jo@example.com"}})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["user"]["name"] == "Joe"


def test_delete_is_200_with_the_inactive_user_and_frees_the_email(desk):
    user = desk.user(name="Jo", email="jo@example.com")
    answer = desk.delete(f"users/{user['id']}")
    assert (answer.status_code, answer.json()["user"]["active"]) == (200, False)
    assert desk.get(f"users/{user['id']}").json()["user"]["active"] is False
    listed = desk.get("users?external_id=none").json()["count"]
    assert listed == 0
    assert [row["id"] for row in desk.get("deleted_users").json()["deleted_users"]] == [user["id"]]
    desk.user(name="Jo again", email="jo@example.com")


def test_a_suspended_user_stays_in_every_list(desk):
    user = desk.user(name="Jo", email="jo@example.com")
    assert desk.update_user(user, suspended=True).json()["user"]["suspended"] is True
    found = desk.get("users/search?query=email:jo@example.com").json()["users"]
    assert [(row["id"], row["suspended"], row["active"]) for row in found] == [(user["id"], True, True)]
    assert desk.update_user(user, suspended=False).json()["user"]["suspended"] is False


def test_a_deleted_user_is_gone_from_lists_and_still_in_the_export(desk):
    user = desk.user(name="Jo", email="jo@example.com", external_id="x1")
    since = int(desk.clock.now()) - 10
    desk.delete(f"users/{user['id']}")
    assert desk.get("search?query=type:user email:jo@example.com").json()["count"] == 0
    assert desk.get("users?external_id=x1").json()["users"] == []
    desk.clock.advance(200)
    exported = desk.get(f"incremental/users/cursor?start_time={since}").json()["users"]
    assert [(row["id"], row["active"]) for row in exported] == [(user["id"], False)]
    assert desk.update_user(user, notes="n").status_code == 404


def test_staff_have_other_defaults_and_are_never_merged_away(desk):
    agent = desk.user(name="Abe", email="a@x.example", role="agent")
    admin = desk.user(name="Ada", email="b@x.example", role="admin")
    assert [(row["role"], row["role_type"], row["ticket_restriction"]) for row in (agent, admin)] == [
        ("agent", 0, None),
        ("admin", 4, None),
    ]
    person = desk.user(name="Jo")
    for staff in (agent, admin):
        answer = desk.put(f"users/{staff['id']}/merge", {"user": {"id": person["id"]}})
        assert reason(answer) == "Users: cannot be merged"


def test_merge_moves_identities_memberships_and_tickets_to_the_winner(desk):
    one, two = (desk.organization(name=name)["id"] for name in ("One", "Two"))
    loser = desk.user(name="Old", email="old@x.example", organization_id=one, tags=["o"])
    winner = desk.user(name="New", email="new@x.example", organization_id=two, tags=["n"])
    ticket = {"subject": "s", "comment": {"body": "b"}, "requester_id": loser["id"]}
    ticket = desk.post("tickets", {"ticket": ticket}).json()["ticket"]
    merged = desk.put(f"users/{loser['id']}/merge", {"user": {"id": winner["id"]}}).json()["user"]
    assert (merged["id"], merged["tags"]) == (winner["id"], ["n", "o"])
    assert set(emails(desk, winner)) == {"old@x.example", "new@x.example"}
    assert set(memberships(desk, winner)) == {one, two}
    assert desk.get(f"tickets/{ticket['id']}").json()["ticket"]["requester_id"] == winner["id"]
    assert desk.get(f"users/{loser['id']}").json()["user"]["active"] is False


def test_a_welcome_mail_goes_out_unless_the_account_or_the_call_suppresses_it(desk):
    desk.user(name="A", email="a@x.example")
    desk.control("PUT", "settings", {"agent_created_welcome_emails": True})
    desk.user(name="B", email="b@x.example")
    desk.user(name="C", email="c@x.example", skip_verify_email=True)
    desk.user(name="D", email="d@x.example", verified=True)
    assert [mail["to"] for mail in desk.control("GET", "mails")["mails"]] == ["b@x.example"]


def test_account_wide_one_user_update_a_second_is_allowed(desk):
    user, other = desk.user(name="Jo"), desk.user(name="Al")
    desk.update_user(user, notes="1")
    assert desk.put(f"users/{other['id']}", {"user": {"notes": "2"}}).status_code == 429
    desk.clock.advance(1)
    assert desk.put(f"users/{other['id']}", {"user": {"notes": "2"}}).status_code == 200


def test_one_user_takes_five_updates_a_minute(desk):
    user = desk.user(name="Jo", email="jo@example.com")
    answers = [desk.update_user(user, notes=str(n)) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "exceeded the rate limit for updating a single unique user" in answers[-1].json()["description"]
    assert int(answers[-1].headers["Retry-After"]) == 55


def test_bulk_creation_is_403_until_the_vendor_enables_it_and_bulk_update_is_not(desk):
    user = desk.user(name="Jo")
    desk.control("PUT", "settings", {"bulk_user_import": False})
    rows = {"users": [{"name": "A", "email": "a@x.example"}]}
    for name in ("create_many", "create_or_update_many"):
        assert desk.post(f"users/{name}", rows).status_code == 403
    rows = {"users": [{"id": user["id"], "notes": "n"}]}
    assert desk.done(desk.put("users/update_many", rows))["results"][0]["success"] is True


def test_bulk_upsert_rows_tell_what_happened_to_each(desk):
    desk.user(name="Jo", email="jo@example.com")
    rows = [
        {"name": "Joe", "email": "jo@example.com", "external_id": "1"},
        {"name": "New", "email": "new@example.com"},
        {"name": "", "email": "bad@example.com"},
        {"name": "Al", "email": "not an email"},
    ]
    done = desk.done(desk.post("users/create_or_update_many", {"users": rows}))
    assert [row["status"] for row in done["results"]] == ["Updated", "Created", "Failed", "Failed"]
    assert done["results"][0]["external_id"] == "1"
    assert done["results"][2]["details"].startswith("Name: is too short")


def test_a_bulk_upsert_goes_by_external_id_first_and_a_key_twice_is_one_user(desk):
    by_key = desk.user(name="By key", external_id="k1", email="old@x.example")
    rows = [
        {"name": "A", "external_id": "K1", "email": "new@x.example"},
        {"name": "B", "email": "twice@x.example"},
        {"name": "C", "email": "TWICE@x.example"},
        {"name": "D", "email": "twice@x.example", "external_id": "k1"},
    ]
    done = desk.done(desk.post("users/create_or_update_many", {"users": rows}))["results"]
    assert [row["status"] for row in done] == ["Updated", "Created", "Updated", "Failed"]
    assert done[0]["id"] == by_key["id"]
    assert done[1]["id"] == done[2]["id"]
    assert "already being used by another user" in done[3]["details"]
    assert emails(desk, by_key) == {"old@x.example": (True, False), "new@x.example": (False, False)}


def test_more_than_100_users_are_refused_as_recorded(desk):
    answer = desk.post("users/create_many", {"users": [{"name": "x"}] * 101})
    assert answer.status_code == 400
    expected = {"error": "TooManyValues", "description": "Maximum 100 users may be created per call"}
    assert answer.json() == expected


def test_listing_filters_by_role_and_external_id(desk):
    assert desk.get("users?role=admin").json()["count"] == 2
    assert desk.get("users?role[]=admin&role[]=agent").json()["count"] == 5
    user = desk.user(name="Jo", external_id="x1")
    found = desk.get("users?external_id=X1").json()["users"]
    assert [row["id"] for row in found] == [user["id"]]


def test_organizations_are_side_loaded_once_each(desk):
    body = desk.get("users?page[size]=50&include=organizations").json()
    ids = [row["id"] for row in body["organizations"]]
    assert len(ids) == len(set(ids)) > 0
    assert {user["organization_id"] for user in body["users"]} - {None} == set(ids)


def test_me_is_the_caller(desk):
    assert desk.get("users/me").json()["user"]["role"] == "admin"
