"""Every page asks who is there and what they may do."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from syncadmin.web.access import RoleRequired, can, role_of
from syncadmin.web.roles import Role

# allauth's own pages decide for themselves who may come without a sign-in; a view in a frame asks for a signature, and
# what other systems send to for a secret
_PUBLIC = ("account_", "mfa_", "socialaccount_", "embedded_tickets", "inbox:")


def _patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, inner)
        else:
            yield f"{namespace}{entry.name}", entry


def _ours() -> list[tuple[str, URLPattern]]:
    return [(name, pattern) for name, pattern in _patterns() if not name.startswith(_PUBLIC)]


def _role(pattern: URLPattern) -> Any:
    view = pattern.callback
    return getattr(view, "role", None) or getattr(getattr(view, "view_class", None), "role", None)


def test_each_view_names_the_role_it_needs() -> None:
    assert [name for name, pattern in _ours() if not isinstance(_role(pattern), Role)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/connections/", "/settings/", "/settings/people/", "/rq/", "/changelog/"])
def test_somebody_who_is_not_signed_in_is_sent_to_the_sign_in_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_a_role_covers_the_roles_before_it(ada: User, olaf: User, vera: User, nemo: User) -> None:
    abilities = {
        user.username: [word for word in ("view", "operate", "administer") if can(user, word)]
        for user in (ada, olaf, vera, nemo)
    }
    assert abilities == {
        "ada": ["view", "operate", "administer"],
        "olaf": ["view", "operate"],
        "vera": ["view"],
        "nemo": [],
    }


def test_an_inactive_or_unknown_person_has_no_role(ada: User) -> None:
    ada.is_active = False
    assert role_of(ada) is None
    assert role_of(AnonymousUser()) is None


def test_a_superuser_is_administrator_without_a_group(db: None) -> None:
    assert role_of(User(username="root", is_superuser=True)) is Role.ADMINISTRATOR


def test_the_three_groups_exist_after_migrating(db: None) -> None:
    assert {role.value for role in Role} <= set(Group.objects.values_list("name", flat=True))


def test_a_refused_person_reads_which_role_is_needed(as_vera: Client) -> None:
    response = as_vera.get("/settings/people/")
    assert response.status_code == 403
    text = response.content.decode()
    assert "This needs the role Administrator" in text
    assert "Your role is Viewer" in text


def test_a_person_without_a_role_can_still_sign_out(as_nemo: Client) -> None:
    response = as_nemo.get("/")
    assert response.status_code == 403
    assert "You have no role yet" in response.content.decode()
    assert "/account/logout/" in response.content.decode()


def test_whatever_changes_something_needs_more_than_a_viewer() -> None:
    """To hide the first steps, or to keep a view of a list, is about one's own pages alone."""
    found = [name for name, pattern in _ours() if _lets_a_viewer_change_something(pattern)]
    assert found == ["hide_steps", "save_view", "delete_view"]


def _lets_a_viewer_change_something(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", object)
    changes = issubclass(view, RoleRequired) and any(hasattr(view, verb) for verb in ("post", "put", "delete"))
    return changes and not (view.write_role or view.role).covers(Role.OPERATOR)


def test_a_refused_request_is_one_line_of_the_log(as_vera: Client) -> None:
    """Who has a lesser role is told on the page; the log shows no traceback, since nothing broke."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        assert as_vera.get("/connections/add/").status_code == 403
    finally:
        handler.setStream(before)
    assert "Forbidden (Permission denied): /connections/add/" in written.getvalue()
    assert "Traceback" not in written.getvalue()
