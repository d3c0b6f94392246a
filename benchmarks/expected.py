"""What the helpdesk has to hold after a load, worked out from what Salesforce holds, without the product's code."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from benchmarks.world import Account, Contact


@dataclass(frozen=True, slots=True)
class User:
    """``contact`` fills its fields, ``account`` is of its primary organization ("" without one).

    ``accounts`` are those of all its organizations; ``duplicates`` how many further contacts have its email.
    """

    email: str
    contact: str
    account: str
    accounts: frozenset[str]
    duplicates: int


def in_scope(accounts: Sequence[Account]) -> list[Account]:
    """The accounts that get an organization: no natural persons (S3.6), and of twins none (S3.5)."""
    names = Counter(_folded(account.name) for account in accounts)
    return [account for account in accounts if not account.person and names[_folded(account.name)] == 1]


def users(contacts: Sequence[Contact], synced: Collection[str]) -> list[User]:
    """A user for each email (S1.5); ``synced`` are the accounts that have an organization.

    Contacts without an email and those behind natural persons have none (S3.4, S3.6).
    """
    groups: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.email and not contact.person:
            groups[_folded(contact.email)].append(contact)
    return [_user(email, group, synced) for email, group in groups.items()]


def _user(email: str, group: Sequence[Contact], synced: Collection[str]) -> User:
    """Account synced, then any account, then created first (A8)."""
    first = min(group, key=lambda one: (one.account not in synced, not one.account, one.created, one.id))
    accounts = frozenset(one.account for one in group if one.account in synced)
    return User(email, first.id, first.account if first.account in synced else "", accounts, len(group) - 1)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
