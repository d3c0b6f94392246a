"""Elects which contact or lead of an email group fills the user (S1.5-S1.11, A8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mappings.rules.filters import spelled


class LinkRole(StrEnum):
    """The role of a left record for its user. ELSEWHERE: this sync created the user as a lead; another sync
    has it now.
    """

    SYNCING = "syncing"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Member:
    """A record of an email group. ``rank`` is its place in the rank rule; smaller comes first.

    ``organization`` is the organization of its account, "" without a synced one. ``user`` is the right record that it
    is linked to, with the ``role`` of that link.
    """

    sync: int
    id: str
    rank: int = 0
    pinned: bool = False
    has_account: bool = False
    organization: str = ""
    user: str = ""
    role: LinkRole | None = None
    created: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """Sort key (A8): pinned, rank, account synced, has account, syncing so far, earliest created, id."""
        return (
            not self.pinned,
            self.rank,
            not self.organization,
            not self.has_account,
            self.role is not LinkRole.SYNCING,
            self.created,
            self.id,
        )


def elect(members: Iterable[Member]) -> Member:
    """The record that fills the user. Independent of the order of members. Raises ValueError for an empty group."""
    return min(members, key=lambda member: member.order)


def rank(values: Mapping[str, Any], field: str, order: Sequence[str], last: int | None = None) -> int:
    """The place of a record in the rank rule (S3.C15).

    Values that the rule does not name, and records without a rule, all get ``last``, the length of the group's longest
    rule.
    """
    value = spelled(values.get(field)) if field else ""
    if value in order:
        return order.index(value)
    return last if last is not None else len(order) if field else 0


def preference_reason(chosen: Member, other: Member) -> str:
    """Why ``chosen`` comes before ``other``, for the group's page."""
    reasons = (
        "pinned by hand",
        "first by the rank rule",
        "its account is synced",
        "it has an account",
        "it has been the syncing record",
        "it was created first",
        "its id comes first",
    )
    for mine, theirs, reason in zip(chosen.order, other.order, reasons, strict=True):
        if mine != theirs:
            return reason
    return "it is the only one"
