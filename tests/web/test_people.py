"""Signing in, and the people that administrators add."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client

from syncadmin.web.people.services import LastAdministrator, add_person, change_person, password_link
from syncadmin.web.roles import Role
from tests.personas import PASSWORD


@pytest.mark.parametrize("login", ["ada", "ada@example.com"])
def test_one_signs_in_with_name_or_address(client: Client, ada: User, login: str) -> None:
    response = client.post("/account/login/", {"login": login, "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/").status_code == 200


def test_a_wrong_password_signs_nobody_in(client: Client, ada: User) -> None:
    response = client.post("/account/login/", {"login": "ada", "password": "wrong"})
    assert response.status_code == 200
    assert client.get("/").status_code == 302


def test_nobody_registers_alone(client: Client, db: None) -> None:
    data = {"username": "eve", "email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/account/signup/", data)
    assert not User.objects.filter(username="eve").exists()
    assert b"closed" in response.content


def test_an_added_person_chooses_a_password_once_with_the_link(as_ada: Client, client: Client) -> None:
    shown = as_ada.post("/settings/people/add/", {"username": "zoe", "email": "zoe@example.com", "role": "operator"})
    link = shown.context["link"]
    assert link in shown.content.decode()
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert client.login(username="zoe", password=PASSWORD)
    assert "token" in Client().get(link, follow=True).content.decode().lower()


def test_a_new_person_has_the_chosen_role_and_cannot_sign_in_yet(ada: User) -> None:
    zoe = add_person(username="zoe", email="zoe@example.com", role=Role.OPERATOR, by=ada)
    assert [group.name for group in zoe.groups.all()] == ["operator"]
    assert not zoe.has_usable_password()
    assert not zoe.is_staff


def test_administrators_reach_the_job_dashboard_and_lose_it_with_the_role(ada: User, olaf: User) -> None:
    change_person(olaf, email=olaf.email, role=Role.ADMINISTRATOR, active=True, by=ada)
    assert olaf.is_staff
    change_person(olaf, email=olaf.email, role=Role.VIEWER, active=True, by=ada)
    assert not olaf.is_staff
    assert [group.name for group in olaf.groups.all()] == ["viewer"]


def test_a_demoted_superuser_is_none_any_longer(ada: User) -> None:
    root = User.objects.create_superuser("root", "root@example.com", PASSWORD)
    change_person(root, email=root.email, role=Role.VIEWER, active=True, by=ada)
    root.refresh_from_db()
    assert not root.is_superuser


@pytest.mark.parametrize("role, active", [(Role.VIEWER, True), (Role.ADMINISTRATOR, False)])
def test_the_last_administrator_cannot_be_removed(ada: User, role: Role, active: bool) -> None:
    with pytest.raises(LastAdministrator):
        change_person(ada, email=ada.email, role=role, active=active, by=ada)
    ada.refresh_from_db()
    assert ada.is_active
    assert [group.name for group in ada.groups.all()] == ["administrator"]


def test_the_page_says_why_the_last_administrator_stays(as_ada: Client, ada: User) -> None:
    data = {"email": ada.email, "role": "viewer", "active": "on"}
    response = as_ada.post(f"/settings/people/{ada.pk}/", data)
    assert "last active administrator" in response.content.decode()


def test_an_address_or_a_name_belongs_to_one_person(as_ada: Client, vera: User) -> None:
    data = {"username": "VERA", "email": "Vera@Example.com", "role": "viewer"}
    text = as_ada.post("/settings/people/add/", data).content.decode()
    assert "This sign-in name is taken" in text
    assert "This address is already in use" in text


def test_who_changed_whom_is_logged_without_the_link(ada: User, vera: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="syncadmin.web.people.services"):
        change_person(vera, email=vera.email, role=Role.OPERATOR, active=True, by=ada)
        link = password_link(vera, by=ada)
    assert "ada changed vera: role operator" in caplog.text
    assert link not in caplog.text


def test_a_second_factor_can_be_set_up_without_confirming_an_address(client: Client, ada: User) -> None:
    client.post("/account/login/", {"login": "ada", "password": PASSWORD})
    asked_again = client.get("/account/2fa/totp/activate/")["Location"]
    response = client.post(asked_again, {"password": PASSWORD}, follow=True)
    assert "data:image/svg+xml" in response.content.decode()


def test_people_do_not_change_their_own_address(as_vera: Client, vera: User) -> None:
    as_vera.post("/account/email/", {"action_add": "", "email": "ada@example.com"})
    assert "Administrators change it" in as_vera.get("/account/email/").content.decode()
    vera.refresh_from_db()
    assert vera.email == "vera@example.com"
