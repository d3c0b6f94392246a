"""The sandbox's organizations behave as the vendor's documentation and recordings say."""

import pytest


def description(answer):
    return answer.json()["details"]["name"][0]["description"]


def test_an_organization_comes_back_with_every_attribute_in_the_recorded_order(desk):
    row = desk.organization(name="Acme")
    names = "url id name shared_tickets shared_comments external_id created_at updated_at domain_names details"
    assert list(row) == [*names.split(), "notes", "group_id", "tags", "organization_fields"]
    assert row["url"] == f"{desk.endpoint.base_url}/api/v2/organizations/{row['id']}.json"
    assert row["external_id"] is None
    assert row["tags"] == []


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_every_path_is_answered_with_and_without_the_json_suffix(desk, suffix):
    assert desk.get(f"organizations/count{suffix}").json()["count"]["value"] == 180


@pytest.mark.parametrize("name", ["Acme", "ACME", " acme "])
def test_a_name_is_unique_whatever_its_case(desk, name):
    desk.organization(name="Acme")
    answer = desk.post("organizations", {"organization": {"name": name}})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {"name": [{"description": "Name: has already been taken", "error": "DuplicateValue"}]},
    }


def test_a_name_cannot_be_blank(desk):
    assert description(desk.post("organizations", {"organization": {}})) == "Name: cannot be blank"


def test_an_external_id_is_unique_whatever_its_case(desk):
    desk.organization(name="Acme", external_id="A1")
    answer = desk.post("organizations", {"organization": {"name": "Other", "external_id": "a1"}})
    assert answer.status_code == 422
    assert answer.json()["details"]["external_id"][0]["error"] == "DuplicateValue"


def test_a_refused_update_changes_nothing(desk):
    first, second = desk.organization(name="Acme"), desk.organization(name="Other", notes="kept")
    answer = desk.put(f"organizations/{second['id']}", {"organization": {"name": "acme", "notes": "lost"}})
    assert answer.status_code == 422
    assert desk.get(f"organizations/{second['id']}").json()["organization"]["notes"] == "kept"
    assert desk.get(f"organizations/{first['id']}").json()["organization"]["name"] == "Acme"


def test_a_renamed_organization_frees_its_name(desk):
    row = desk.organization(name="Acme")
    assert desk.put(f"organizations/{row['id']}", {"organization": {"name": "Other"}}).status_code == 200
    desk.organization(name="Acme")


def test_attributes_that_are_not_sent_stay(desk):
    row = desk.organization(name="Acme", notes="n", details="d", tags=["a"], domain_names=["acme.example"])
    answer = desk.put(f"organizations/{row['id']}", {"organization": {"notes": None}}).json()["organization"]
    assert answer["notes"] is None
    kept = ("name", "details", "tags", "domain_names")
    assert {name: answer[name] for name in kept} == {name: row[name] for name in kept}


def test_domain_names_and_tags_are_overwritten_as_a_whole(desk):
    row = desk.organization(name="Acme", tags=["a", "b"], domain_names=["a.example", "b.example"])
    change = {"tags": ["c"], "domain_names": ["c.example"]}
    answer = desk.put(f"organizations/{row['id']}", {"organization": change}).json()["organization"]
    assert (answer["tags"], answer["domain_names"]) == (["c"], ["c.example"])


def test_delete_is_204_and_ends_the_memberships(desk):
    row = desk.organization(name="Acme")
    user = desk.user(name="Jo", organization_id=row["id"])
    assert desk.delete(f"organizations/{row['id']}").status_code == 204
    assert desk.get(f"organizations/{row['id']}").json() == {
        "error": "RecordNotFound",
        "description": "Not found",
    }
    assert desk.get(f"users/{user['id']}").json()["user"]["organization_id"] is None
    desk.organization(name="Acme")


def test_create_or_update_goes_by_external_id_and_never_by_name(desk):
    first = desk.post("organizations/create_or_update", {"organization": {"name": "Acme", "external_id": "1"}})
    again = desk.post("organizations/create_or_update", {"organization": {"external_id": "1", "notes": "n"}})
    named = desk.post("organizations/create_or_update", {"organization": {"name": "Acme"}})
    assert [answer.status_code for answer in (first, again, named)] == [201, 200, 422]
    assert again.json()["organization"]["id"] == first.json()["organization"]["id"]


def test_search_is_exact_and_ignores_case(desk):
    row = desk.organization(name="Acme", external_id="Ext")
    for query in ("name=acme", "external_id=EXT"):
        found = desk.get(f"organizations/search?{query}").json()
        assert [found["count"], found["organizations"][0]["id"]] == [1, row["id"]]
    assert desk.get("organizations/search?name=acm").json()["count"] == 0
    assert desk.get("organizations/search?name=acme&external_id=ext").status_code == 400


def test_show_many_takes_ids_and_external_ids_and_leaves_unknown_ones_out(desk):
    one, two = desk.organization(name="One"), desk.organization(name="Two", external_id="two")
    found = desk.get(f"organizations/show_many?ids={two['id']},1,{one['id']}").json()
    assert [row["name"] for row in found["organizations"]] == ["Two", "One"]
    found = desk.get("organizations/show_many?external_ids=TWO,three").json()
    assert [row["name"] for row in found["organizations"]] == ["Two"]


def test_more_than_100_values_are_refused_as_recorded(desk):
    answer = desk.post("organizations/create_many", {"organizations": [{"name": str(n)} for n in range(101)]})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "TooManyValues",
        "description": "Parameter  cannot specify more than 100 values",
        "max_count": 100,
    }


def test_unpermitted_parameters_are_ignored_and_named_in_a_header(desk):
    answer = desk.post("organizations", {"organization": {"name": "Acme", "colour": "red"}})
    assert answer.status_code == 201
    assert "unpermitted_keys=>['colour']" in answer.headers["x-zendesk-api-warn"]


def test_related_and_autocomplete(desk):
    row = desk.organization(name="Zyx Ltd")
    desk.user(name="Jo", organization_id=row["id"])
    related = desk.get(f"organizations/{row['id']}/related").json()["organization_related"]
    assert related == {"tickets_count": 0, "users_count": 1}
    found = desk.get("organizations/autocomplete?name=zyx").json()["organizations"]
    assert [other["id"] for other in found] == [row["id"]]


def test_a_body_without_the_organization_is_a_400_whose_error_is_an_object(desk):
    answer = desk.post("organizations", {"name": "Acme"})
    assert answer.status_code == 400
    assert answer.json()["error"]["title"] == "Invalid attribute"


def test_one_organization_takes_five_updates_a_minute(desk):
    row = desk.organization(name="Acme")
    answers = [desk.put(f"organizations/{row['id']}", {"organization": {"notes": str(n)}}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert answers[-1].json() == {"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]}
    desk.clock.advance(60)
    assert desk.put(f"organizations/{row['id']}", {"organization": {"notes": "n"}}).status_code == 200


def test_a_merge_happens_later_and_moves_users_tickets_and_domains_to_the_winner(desk):
    loser = desk.organization(name="Loser", domain_names=["l.example"])["id"]
    winner = desk.organization(name="Winner", domain_names=["w.example"])["id"]
    user = desk.user(name="Jo", organization_id=loser)
    merge = desk.post(f"organizations/{loser}/merge", {"organization_merge": {"winner_id": winner}}).json()
    assert (merge["organization_merge"]["status"], merge["organization_merge"]["loser_id"]) == ("new", loser)
    assert desk.get(f"organizations/{loser}").status_code == 200
    desk.clock.advance(2)
    done = desk.get(f"organization_merges/{merge['organization_merge']['id']}").json()["organization_merge"]
    assert (done["status"], done["winner_id"]) == ("complete", winner)
    for id in (loser, winner):
        assert desk.get(f"organizations/{id}/merges?page[size]=5").json()["organization_merges"] == [done]
    assert desk.get("organizations/1/merges").status_code == 404
    assert desk.get(f"organizations/{loser}").status_code == 404
    assert desk.get(f"users/{user['id']}").json()["user"]["organization_id"] == winner
    row = desk.get(f"organizations/{winner}").json()["organization"]
    assert row["domain_names"] == ["w.example", "l.example"]


def test_single_tags_are_added_and_removed_without_touching_the_others(desk):
    row = desk.organization(name="Acme", tags=["own"], organization_fields={"tier": "tier_gold"})
    path = f"organizations/{row['id']}/tags"
    assert desk.put(path, {"tags": ["New", "own"]}).json() == {"tags": ["new", "own", "tier_gold"]}
    assert desk.delete(path + "?tags=own,tier_gold").json() == {"tags": ["new", "tier_gold"]}
    assert desk.post(path, {"tags": ["only"]}).status_code == 201
    assert desk.get(path).json() == {"tags": ["only", "tier_gold"]}
