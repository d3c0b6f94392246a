"""The pages behind deep links to users, organizations and tickets."""

import re

import pytest

from tests.timeouts import HANG_SECONDS


def look(desk, path, method="GET"):
    return desk.session.request(method, f"{desk.endpoint.base_url}{path}", timeout=HANG_SECONDS)


def text_of(answer):
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return re.sub(r"<[^>]+>", " ", answer.text)


def test_a_user_is_shown_with_fields_memberships_and_identities_without_a_login(desk):
    one, two = desk.organization(name="One"), desk.organization(name="Two")
    user = desk.user(
        name="Jo Doe", email="jo@x.example", external_id="003A", tags=["vip"], organization_id=one["id"],
        user_fields={"title": "Buyer", "products": ["desk", "chat"]},
    )  # fmt: skip
    membership = {"user_id": user["id"], "organization_id": two["id"]}
    desk.post("organization_memberships", {"organization_membership": membership})
    page = look(desk, f"/agent/users/{user['id']}")
    assert page.status_code == 200
    shown = text_of(page)
    for part in ("Jo Doe", "jo@x.example", "003A", "vip", "Buyer", "desk, chat", "end-user", "Zendesk", "sandbox"):
        assert part in shown
    assert re.search(r"One\s+\(default\)", shown)
    assert f'href="/agent/organizations/{two["id"]}"' in page.text
    assert "email: jo@x.example (primary)" in shown


def test_a_ticket_is_shown_with_its_people_and_its_conversation(desk):
    home = desk.organization(name="Acme")
    user = desk.user(name="Jo Doe", organization_id=home["id"])
    body = {"subject": "No <light>", "comment": {"body": "Dark & cold"}, "requester_id": user["id"], "priority": "high"}
    ticket = desk.post("tickets", {"ticket": body}).json()["ticket"]
    page = look(desk, f"/agent/tickets/{ticket['id']}")
    assert page.status_code == 200
    for part in ("No &lt;light&gt;", "Dark &amp; cold", "Jo Doe", "Acme", "high", f"/agent/organizations/{home['id']}"):
        assert part in page.text
    assert look(desk, "/agent/tickets/4711").status_code == 404


def test_an_organization_is_shown_with_its_users(desk):
    organization = desk.organization(name="Acme", domain_names=["acme.example"], notes="Calls only")
    user = desk.user(name="Jo", organization_id=organization["id"])
    page = look(desk, f"/agent/organizations/{organization['id']}")
    shown = text_of(page)
    assert "acme.example" in shown
    assert "Calls only" in shown
    assert f'href="/agent/users/{user["id"]}"' in page.text


def test_a_long_list_of_users_is_cut(desk):
    organization = desk.organization(name="Acme")
    rows = [{"name": f"User {number}", "organization_id": organization["id"]} for number in range(60)]
    desk.done(desk.post("users/create_many", {"users": rows}))
    shown = text_of(look(desk, f"/agent/organizations/{organization['id']}"))
    assert "and 10 more" in shown
    assert "User 59" not in shown


def test_deleted_records_say_so_and_unknown_ones_are_404(desk):
    organization, user = desk.organization(name="Acme"), desk.user(name="Jo")
    desk.delete(f"organizations/{organization['id']}")
    desk.delete(f"users/{user['id']}")
    assert "This organization is deleted." in text_of(look(desk, f"/agent/organizations/{organization['id']}"))
    assert "This user is deleted." in text_of(look(desk, f"/agent/users/{user['id']}"))
    for path in ("/agent/users/1", "/agent/organizations/1"):
        page = look(desk, path)
        assert (page.status_code, "no such record" in text_of(page)) == (404, True)


def test_markup_in_a_record_stays_text_and_nothing_is_loaded_from_elsewhere(desk):
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    organization = desk.organization(name=attack, notes=attack)
    user = desk.user(name=attack, notes=f'"{attack}', organization_id=organization["id"])
    for path in (f"/agent/users/{user['id']}", f"/agent/organizations/{organization['id']}"):
        page = look(desk, path)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert not re.search(r"""(src|href)=["']?(https?:|//|javascript:)""", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_can_only_be_looked_at(desk, method):
    user = desk.user(name="Jo")
    assert look(desk, f"/agent/users/{user['id']}", method).status_code in (404, 405)
    assert desk.get(f"users/{user['id']}").json()["user"]["active"] is True


def test_looking_costs_no_api_call(desk):
    user = desk.user(name="Jo")
    before = int(desk.get("users/me").headers["x-rate-limit-remaining"])
    look(desk, f"/agent/users/{user['id']}")
    assert int(desk.get("users/me").headers["x-rate-limit-remaining"]) == before - 1
