"""Custom fields: what each type takes, how values come back, and their mirror in the tags."""

import pytest


def write(desk, key, value):
    row = desk.organization(name="Acme")
    return desk.put(f"organizations/{row['id']}", {"organization": {"organization_fields": {key: value}}})


@pytest.mark.parametrize(
    "key, given, stored",
    [
        ("annual_revenue", "5.2", 5.2),
        ("annual_revenue", 7, 7.0),
        ("employees", "12", 12),
        ("industry", "Banking", "Banking"),
        ("industry", "", None),
        ("briefing", "a\nb", "a\nb"),
        ("active_customer", "true", True),
        ("active_customer", False, False),
        ("contract_start", "2024-02-29", "2024-02-29T00:00:00+00:00"),
        ("contract_start", "2024-02-29T23:00:00Z", "2024-02-29T00:00:00+00:00"),
        ("postal_code", "AB 123", "AB 123"),
        ("tier", "tier_gold", "tier_gold"),
        ("products", ["chat", "desk"], ["chat", "desk"]),
        ("account_owner", 5, "5"),
    ],
)
def test_a_value_comes_back_in_the_form_of_its_type(desk, key, given, stored):
    answer = write(desk, key, given)
    assert answer.status_code == 200, answer.text
    assert answer.json()["organization"]["organization_fields"][key] == stored


@pytest.mark.parametrize(
    "key, given",
    [
        ("annual_revenue", "much"),
        ("employees", 1.5),
        ("active_customer", "perhaps"),
        ("contract_start", "2023-02-29"),
        ("postal_code", "lower case"),
        ("tier", "platinum"),
        ("products", ["desk", "fax"]),
    ],
)
def test_a_value_that_does_not_fit_is_a_422_and_names_the_field(desk, key, given):
    answer = write(desk, key, given)
    assert answer.status_code == 422
    assert key in answer.json()["details"]


def test_an_unknown_option_can_also_be_dropped_silently(desk):
    desk.control("PUT", "settings", {"refuse_unknown_options": False})
    answer = write(desk, "tier", "platinum")
    assert answer.status_code == 200
    assert answer.json()["organization"]["organization_fields"]["tier"] is None


def test_unknown_keys_are_ignored_and_fields_that_are_not_sent_stay(desk):
    row = desk.organization(name="Acme", organization_fields={"industry": "Banking", "nonsense": 1})
    answer = desk.put(f"organizations/{row['id']}", {"organization": {"organization_fields": {"employees": 3}}})
    fields = answer.json()["organization"]["organization_fields"]
    assert (fields["industry"], fields["employees"]) == ("Banking", 3)
    assert "nonsense" not in fields


def test_dropdown_checkbox_and_multiselect_values_are_mirrored_into_the_tags(desk):
    values = {"tier": "tier_gold", "active_customer": True, "products": ["desk", "chat"]}
    row = desk.organization(name="Acme", tags=["own"], organization_fields=values)
    assert row["tags"] == ["active_customer", "chat", "desk", "own", "tier_gold"]
    change = {"organization_fields": {"tier": "tier_silver", "products": None, "active_customer": False}}
    answer = desk.put(f"organizations/{row['id']}", {"organization": change}).json()["organization"]
    assert answer["tags"] == ["own", "tier_silver"]


def test_tags_that_are_replaced_keep_the_mirrored_ones(desk):
    row = desk.organization(name="Acme", organization_fields={"tier": "tier_gold"})
    answer = desk.put(f"organizations/{row['id']}", {"organization": {"tags": ["Own Tag", "own tag"]}})
    assert answer.json()["organization"]["tags"] == ["own_tag", "tier_gold"]


def test_a_field_is_created_shown_by_key_and_deleted_with_its_values(desk):
    options = [{"name": "Red", "value": "red"}, {"name": "Blue", "value": "blue"}]
    body = {"key": "colour", "type": "dropdown", "title": "Colour", "custom_field_options": options}
    created = desk.post("user_fields", {"user_field": body})
    assert created.status_code == 201
    user = desk.user(name="Jo", user_fields={"colour": "red"})
    assert (user["user_fields"]["colour"], user["tags"]) == ("red", ["red"])
    assert desk.get("user_fields/colour").json() == created.json()
    assert desk.delete("user_fields/colour").status_code == 204
    user = desk.get(f"users/{user['id']}").json()["user"]
    assert ("colour" in user["user_fields"], user["tags"]) == (False, [])


def test_an_option_left_out_of_an_update_is_deleted_and_stripped_from_records(desk):
    user = desk.user(name="Jo", user_fields={"department": "sales"})
    field = desk.get("user_fields/department").json()["user_field"]
    options = [option for option in field["custom_field_options"] if option["value"] != "sales"]
    answer = desk.put("user_fields/department", {"user_field": {"custom_field_options": options}})
    assert len(answer.json()["user_field"]["custom_field_options"]) == len(options)
    user = desk.get(f"users/{user['id']}").json()["user"]
    assert (user["user_fields"]["department"], user["tags"]) == (None, [])


def test_options_are_added_listed_and_deleted_one_by_one(desk):
    path = "user_fields/department/options"
    added = desk.post(path, {"custom_field_option": {"name": "Legal", "value": "legal"}})
    assert added.status_code == 201
    option = added.json()["custom_field_option"]
    listed = desk.get(path).json()["custom_field_options"]
    assert option in listed
    assert desk.delete(f"{path}/{option['id']}").status_code == 204
    assert desk.get(f"{path}/{option['id']}").status_code == 404


@pytest.mark.parametrize(
    "change", [{"key": "not a key"}, {"key": "123"}, {"key": "title"}, {"type": "colour"}, {"title": " "}]
)
def test_a_definition_that_breaks_a_rule_is_refused(desk, change):
    body = {"key": "fine", "type": "text", "title": "Fine", **change}
    assert desk.post("user_fields", {"user_field": body}).status_code == 422


def test_every_field_type_exists_in_the_seeded_account(desk):
    kinds = {row["type"] for row in desk.get("organization_fields").json()["organization_fields"]}
    expected = "checkbox date decimal dropdown integer lookup multiselect regexp text textarea"
    assert kinds == set(expected.split())
