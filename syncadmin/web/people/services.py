"""Adds and changes people and their roles. Each change is logged with its author."""

from __future__ import annotations

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from syncadmin.web.access import Person, Role, highest, role_of

logger = logging.getLogger(__name__)


class LastAdministrator(Exception):
    """The change would leave no administrator. ``str()`` says so."""

    def __init__(self) -> None:
        super().__init__("This is the last active administrator. Make somebody else administrator first.")


def people() -> QuerySet[User]:
    """All people with their groups; two queries."""
    return User.objects.order_by("username").prefetch_related("groups")


def listed_role(person: User) -> Role | None:
    """The role from prefetched groups. No query."""
    if person.is_superuser:
        return Role.ADMINISTRATOR
    return highest(group.name for group in person.groups.all())


@transaction.atomic
def add_person(*, username: str, email: str, role: Role, by: Person) -> User:
    """Create a person without a password; ``password_link`` lets them choose one. Side effect: a log entry."""
    person = User(username=username, email=email)
    person.set_unusable_password()
    person.save()
    _give(person, role)
    logger.info("%s added %s as %s", by.get_username(), username, role)
    return person


@transaction.atomic
def change_person(person: User, *, email: str, role: Role, active: bool, by: Person) -> None:
    """Change a person. Raises LastAdministrator. A change of role ends the person's sessions."""
    before = role_of(person)
    keeps = active and role is Role.ADMINISTRATOR
    if role_of(person) is Role.ADMINISTRATOR and not keeps and not _other_administrators(person):
        raise LastAdministrator
    person.email, person.is_active = email, active
    person.save(update_fields=["email", "is_active"])
    _give(person, role)
    if role is not before or not active:
        _sign_out(person)
    logger.info("%s changed %s: role %s, active %s", by.get_username(), person.get_username(), role, active)


def password_link(person: User, *, by: Person) -> str:
    """The path where the person chooses a password; valid once, for PASSWORD_RESET_TIMEOUT (three days)."""
    logger.info("%s made a password link for %s", by.get_username(), person.get_username())
    parts = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=parts)


def _give(person: User, role: Role) -> None:
    """Set the group of a role, and the flags that django-rq's dashboard checks."""
    person.groups.remove(*Group.objects.filter(name__in=[r.value for r in Role]))
    person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    person.is_staff = role is Role.ADMINISTRATOR
    person.is_superuser = person.is_superuser and person.is_staff
    person.save(update_fields=["is_staff", "is_superuser"])
    person.__dict__.pop("_role", None)


def _sign_out(person: User) -> None:
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()


def _other_administrators(person: User) -> bool:
    others = User.objects.filter(is_active=True).exclude(pk=person.pk)
    administrators = others.filter(groups__name=Role.ADMINISTRATOR.value) | others.filter(is_superuser=True)
    return administrators.exists()
