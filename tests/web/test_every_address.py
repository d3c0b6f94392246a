"""Who is let in where: every address of the product, asked for and pressed by five persons."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from syncadmin.web.people.services import change_person
from syncadmin.web.roles import Role
from tests.personas import PASSWORD
from tests.web.addresses import ADDRESSES, addresses

pytestmark = pytest.mark.redis
# From the one who may least to the one who may most.
PERSONS = ("anonymous", "no role", "viewer", "operator", "administrator")


def let_in(client: Client, method: str, path: str) -> bool | None:
    """None where the address does not take the method from anybody who may come."""
    answer = getattr(client, method)(path)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    if answer.status_code == 405:
        return None
    sent_away = answer.status_code == 302 and answer["Location"].startswith("/account/login/?next=")
    return not (sent_away or answer.status_code == 403)


@pytest.fixture
def clients(valkey: object, as_nemo: Client, as_vera: Client, as_olaf: Client, as_ada: Client) -> dict[str, Client]:
    return dict(zip(PERSONS, (Client(), as_nemo, as_vera, as_olaf, as_ada), strict=True))


def who(clients: dict[str, Client], method: str, path: str) -> str:
    """The least of the persons who are let in; all who may more must be, too. "-" where nobody uses that method,
    "nobody" where it takes more than a role.
    """
    seen = {person: let_in(clients[person], method, path) for person in PERSONS}
    found = [person for person in PERSONS if seen[person] is not False]
    assert found == list(PERSONS[len(PERSONS) - len(found) :]), f"{method} {path}: {seen}"
    return "-" if seen["administrator"] is None else next(iter(found), "nobody")


def test_each_address_lets_in_whom_the_table_says(clients: dict[str, Client]) -> None:
    """An address that is new, or gone, has to be entered in the table, or taken from it."""
    found = {name: (who(clients, "get", path), who(clients, "post", path)) for name, path in addresses()}
    assert found == ADDRESSES


def test_what_a_role_allowed_ends_with_the_role_also_where_somebody_is_signed_in(ada: User, olaf: User) -> None:
    browser, again = Client(), Client()
    assert browser.login(username="olaf", password=PASSWORD)
    assert browser.get("/runs/").status_code == 200
    change_person(olaf, email=olaf.email, role=Role.VIEWER, active=True, by=ada)
    assert browser.post("/runs/plan/nothing/").status_code in (302, 403)
    assert not signed_in(browser), "who held the old role signs in anew"
    assert browser.login(username="olaf", password=PASSWORD)
    change_person(olaf, email="new@example.com", role=Role.VIEWER, active=True, by=ada)
    assert signed_in(browser), "another address is no other role"
    change_person(olaf, email=olaf.email, role=Role.VIEWER, active=False, by=ada)
    change_person(olaf, email=olaf.email, role=Role.OPERATOR, active=True, by=ada)
    assert not signed_in(browser), "a sign-in from before somebody was locked out does not come back"
    assert again.login(username="olaf", password=PASSWORD)
    olaf.groups.clear()
    assert again.get("/runs/").status_code == 403, "also where it was taken in a shell"
    staff = Client()
    assert staff.login(username="ada", password=PASSWORD)
    ada.groups.clear()
    assert staff.get("/rq/").status_code == 403


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.get("/account/login/").wsgi_request.session
