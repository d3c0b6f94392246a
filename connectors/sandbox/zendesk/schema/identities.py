"""Identities: every email and phone number a user is recognised by; one email is primary."""

from __future__ import annotations

import re

from connectors.sandbox.zendesk.answers import invalid, not_found
from connectors.sandbox.zendesk.schema.records import Identity, User
from connectors.sandbox.zendesk.store import Store

EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")


def of_user(store: Store, user_id: int) -> list[Identity]:
    return [store.identities.rows[record] for record in store.identities_of.get(user_id, ())]


def find(store: Store, user_id: int, record: int) -> Identity:
    """Raises Refusal 404."""
    row = store.identities.get(record)
    if row is None or row.user_id != user_id:
        raise not_found()
    return row


def check_email(store: Store, email: object, user_id: int) -> str:
    """The email as it is stored: lower case. Raises Invalid when malformed or another user's."""
    if not isinstance(email, str) or not EMAIL.fullmatch(email.strip()):
        raise invalid("email", f"Email:  {email} is not properly formatted")
    email = email.strip().lower()
    if store.user_by_email.get(email, user_id) != user_id:
        raise invalid("email", f"Email: {email} is already being used by another user", "DuplicateValue")
    return email


def add(store: Store, user: User, kind: str, value: str, verified: bool, primary: bool = False) -> Identity:
    """The value must have been checked."""
    now = store.now()
    row = Identity(store.next_id("identity"), user.id, kind, value, now, now, verified, primary)
    store.index_identity(row)
    return row


def create(store: Store, user: User, kind: str, value: object, verified: bool, primary: bool) -> Identity:
    """Raises Invalid."""
    if kind == "email":
        value = check_email(store, value, user.id)
        if store.user_by_email.get(value) == user.id:
            raise invalid("value", f"Email: {value} is already being used by another user", "DuplicateValue")
    row = add(store, user, kind, str(value), verified)
    if primary or (kind == "email" and user.email is None):
        make_primary(store, user, row)
    return row


def make_primary(store: Store, user: User, row: Identity) -> None:
    """Side effect: the user's email is the identity's."""
    now = store.now()
    for other in of_user(store, user.id):
        if other.kind == row.kind and other.primary != (other is row):
            other.primary, other.updated = other is row, now
    if row.kind == "email":
        user.email, user.verified = row.value, row.verified
    touch(store, user)


def verify(store: Store, user: User, row: Identity) -> None:
    row.verified, row.updated = True, store.now()
    if row.primary:
        user.verified = True
        touch(store, user)


def remove(store: Store, user: User, row: Identity) -> None:
    """Side effect: if it was primary, the next email takes its place."""
    store.identities.drop(row.id)
    store.identities_of[user.id].remove(row.id)
    if row.kind == "email":
        store.user_by_email.pop(row.value.lower(), None)
    if row.primary and row.kind == "email":
        user.email = None
        emails = [other for other in of_user(store, user.id) if other.kind == "email"]
        if emails:
            make_primary(store, user, emails[0])
    touch(store, user)


def touch(store: Store, user: User) -> None:
    """The user changed now."""
    user.updated = store.now()
    store.user_changes.touch(user.id, user.updated)
