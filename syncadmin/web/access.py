"""The three roles, and the decorators that views use to require one.

Every view names the role it needs, with ``RoleRequired`` or ``role_required``; a test walks all URLs and checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from syncadmin.web.roles import Role as Role

ABILITIES = {"view": Role.VIEWER, "operate": Role.OPERATOR, "administer": Role.ADMINISTRATOR}

Person = User | AnonymousUser
View = Callable[..., HttpResponseBase]


class RoleRefused(PermissionDenied):
    """The signed-in person needs the role ``needed``; the 403 page names it."""

    def __init__(self, needed: Role) -> None:
        super().__init__(f"This needs the role {needed.label}.")
        self.needed = needed


def role_of(user: Person) -> Role | None:
    """The highest role of a person, None without any. One query per person object."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.ADMINISTRATOR
    if "_role" not in user.__dict__:
        user.__dict__["_role"] = highest(user.groups.values_list("name", flat=True))
    found: Role | None = user.__dict__["_role"]
    return found


def highest(names: Iterable[str]) -> Role | None:
    """The highest role among group names."""
    known = set(names)
    return max((role for role in Role if role in known), key=lambda role: role.rank, default=None)


def can(user: Person, ability: str) -> bool:
    """Whether the person may ``view``, ``operate`` or ``administer``. Raises KeyError for another word."""
    needed, role = ABILITIES[ability], role_of(user)
    return role is not None and role.covers(needed)


def require(user: Person, needed: Role) -> None:
    """Raises RoleRefused unless the person's role covers ``needed``."""
    role = role_of(user)
    if role is None or not role.covers(needed):
        raise RoleRefused(needed)


class RoleRequired:
    """Mixin for class-based views, first of the bases: requires ``role``, and ``write_role`` for all methods that
    write.
    """

    role: Role = Role.VIEWER
    write_role: Role | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        require(request.user, self.role if reading else self.write_role or self.role)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Explain that this address only takes the press of a button, for people who open it as a page."""
        refused = super().http_method_not_allowed(request, *args, **kwargs)  # type: ignore[misc]
        shown = render(request, "web/error_405.html", status=refused.status_code)
        shown["Allow"] = refused["Allow"]
        return shown


def role_required(needed: Role) -> Callable[[View], View]:
    """The same for a function view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, needed)
            return view(request, *args, **kwargs)

        checked.role = needed  # type: ignore[attr-defined]
        return checked

    return decorate
