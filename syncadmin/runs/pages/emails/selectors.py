"""Queries of the pages of email groups (S1.5-S1.14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.texts import fold
from syncadmin.engine.people.groups import LinkRole, Member, preference_reason
from syncadmin.engine.people.memberships import PRIMARY
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Decision, MirrorRecord
from syncadmin.runs.status.labels import names_of, names_of_parents
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.email_groups import EmailGroup
from syncadmin.runs.storage.search import begins
from syncadmin.web.lists.pagination import COUNTING_STOPS_AT

LAST_ENTRIES = 20
# Further lists of groups: those with a pin, and those with both contacts and leads.
PINNED, MIXED = "pinned", "mixed"


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A record of a group. ``brings``: what it means for the user; ``why``: the reason for its place in the group.

    ``member`` is None for a record that somebody decided to leave alone and that does not belong to the group.
    """

    record: MirrorRecord
    one: str
    member: Member | None
    role: LinkRole | None
    account: str
    organization: str
    brings: str
    why: str
    decision: Decision | None

    @property
    def moves(self) -> bool:
        """Whether the next plan changes its role."""
        return bool(self.member and self.member.role and self.member.role is not self.role)


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Everything about one email. ``users``: the user as read by each sync that shares it, empty without one;
    ``linked``: how many records are linked to it.
    """

    sync: Sync
    key: str
    group: EmailGroup | None
    lines: list[MemberLine]
    users: list[MirrorRecord]
    linked: int
    primary: str
    several: bool | None
    entries: list[LogEntry]

    @property
    def syncing(self) -> MemberLine | None:
        return next((line for line in self.lines if line.role is LinkRole.SYNCING), None)

    @property
    def user(self) -> MirrorRecord | None:
        return self.users[0] if self.users else None

    @property
    def pinned(self) -> bool:
        return any(line.member and line.member.pinned for line in self.lines)


def groups_listed(sync: Sync, *, text: str = "", which: str = "") -> QuerySet[MirrorRecord, Any]:
    """Emails that several records of this sync and its siblings have: ``match_key`` and ``records``, by email."""
    syncs = email_groups.siblings(sync)
    rows = _records(syncs).exclude(match_key="")
    if text:
        rows = rows.filter(begins("match_key", fold(text)))
    if which == PINNED:
        pins = Decision.objects.filter(sync__in=syncs, pinned=True).values("left_id")
        rows = rows.filter(match_key__in=_records(syncs).filter(remote_id__in=pins).values("match_key"))
    found = rows.values("match_key").annotate(records=Count("pk"), kinds=Count("sync", distinct=True))
    found = found.filter(kinds__gt=1) if which == MIXED else found.filter(records__gt=1)
    return found.order_by("match_key")


def shared_emails(sync: Sync) -> str:
    """The number of groups of several records; "10,000+" if there are more. One query."""
    found = groups_listed(sync).order_by()[: COUNTING_STOPS_AT + 1].count()
    return f"{COUNTING_STOPS_AT:,}+" if found > COUNTING_STOPS_AT else f"{found:,}"


def group_page(sync: Sync, key: str) -> GroupPage | None:
    """Everything about the group with this email; None if no record has it. A fixed number of queries."""
    syncs = _siblings(sync)
    records = list(_records(syncs).filter(match_key=key).select_related("sync").order_by("sync", "remote_id"))
    group = email_groups.groups(syncs, [key]).get(key)
    users = _users(syncs, group, key)
    if not records and not users:
        return None
    user = users[0] if users else None
    primary = str(user.values.get(PRIMARY) or "") if user else ""
    wanted = {member.organization for member in group.members} if group else set()
    names = email_groups.organization_names(sync, {*wanted, primary})
    several = sync.right.facts.get("multiple_organizations")
    facts = _Facts(sync, records, group, names, _accounts(sync, records), _decided(syncs, records), several)
    return GroupPage(
        sync=sync,
        key=key,
        group=group,
        lines=facts.lines(),
        users=users,
        linked=sum(member.user == user.remote_id for member in group.members) if group and user else 0,
        primary=names.get(primary, primary),
        several=several,
        entries=list(LogEntry.objects.filter(email_group=key).order_by("-pk")[:LAST_ENTRIES]),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts for the lines of a group."""

    sync: Sync
    records: list[MirrorRecord]
    group: EmailGroup | None
    names: dict[str, str]
    accounts: dict[str, str]
    decided: dict[tuple[int, str], Decision]
    several: bool | None

    def lines(self) -> list[MemberLine]:
        """The record that fills the user, the others in order of preference, then those left alone."""
        members = {(m.sync, m.id): m for m in self.group.members} if self.group else {}
        found = [self._line(record, members.get((record.sync_id, record.remote_id))) for record in self.records]
        return sorted(found, key=lambda line: (line.member is None, line.member.order if line.member else ()))

    def _line(self, record: MirrorRecord, member: Member | None) -> MemberLine:
        group = self.group
        role = None
        if group and member:
            role = LinkRole.SYNCING if member is group.syncing else LinkRole.DUPLICATE
        organization = self.names.get(member.organization, member.organization) if member else ""
        return MemberLine(
            record=record,
            one=kind_of(record.sync.kind).names.left_one,
            member=member,
            role=role,
            account=self.accounts.get(record.parent_key, record.parent_key),
            organization=organization,
            brings=self._brings(record, member, role, organization),
            why=self._reason(member, role),
            decision=self.decided.get((record.sync_id, record.remote_id)),
        )

    def _reason(self, member: Member | None, role: LinkRole | None) -> str:
        """Why it fills the user, or what the syncing record has before it (A8)."""
        group = self.group
        if group is None or member is None:
            return "Somebody decided to leave it alone: it is not part of the group."
        if role is LinkRole.DUPLICATE:
            return f"{self._name(group.syncing)} comes first: {preference(group.syncing, member)}."
        others = sorted(group.duplicates, key=lambda other: other.order)
        reason = preference(member, others[0]) if others else "it is the only one"
        return f"{reason[0].upper()}{reason[1:]}."

    def _name(self, member: Member) -> str:
        found = (str(row) for row in self.records if (row.sync_id, row.remote_id) == (member.sync, member.id))
        return next(found, member.id)

    def _brings(self, record: MirrorRecord, member: Member | None, role: LinkRole | None, organization: str) -> str:
        """What the record means for the user's organizations, in words (S1.14)."""
        if member is None:
            return "Nothing."
        names, parents = names_of(self.sync), names_of_parents(self.sync)
        fills = f"Fills the {names.right_one}'s fields" if role is LinkRole.SYNCING else "Changes no field"
        if organization and (role is LinkRole.SYNCING or self.several):
            return f"{fills}, and brings the {parents.right_one} {organization.rstrip('.')}."
        if organization:
            off = f"multiple {parents.right_many} are off in {names.right_system}"
            return f"{fills}, and brings no {parents.right_one}: {off}."
        if record.parent_key:
            return f"{fills}. Its {parents.left_one} is not synced, so it brings no {parents.right_one}."
        return f"{fills}. It has no {parents.left_one}, so it brings no {parents.right_one}."


def preference(chosen: Member, other: Member) -> str:
    """Why one record is preferred. That it filled the user before is only named if nothing else decides."""
    fresh, rival = replace(chosen, role=None), replace(other, role=None)
    return preference_reason(fresh, rival) if fresh.order < rival.order else preference_reason(chosen, other)


def labels_of(syncs: Iterable[Sync], ids: Iterable[str]) -> dict[tuple[int, str], str]:
    """Names of left records by sync and id. One query."""
    rows = MirrorRecord.objects.left_of([sync.pk for sync in syncs], remote_id__in=list(ids))
    found = rows.values_list("sync", "remote_id", "label")
    return {(sync, remote_id): label or remote_id for sync, remote_id, label in found}


def _siblings(sync: Sync) -> list[Sync]:
    """The syncs that share users with this one, with its connections, which are the same."""
    found = email_groups.siblings(sync)
    for other in found:
        other.left, other.right = sync.left, sync.right
    return found


def _records(syncs: Sequence[Sync]) -> QuerySet[MirrorRecord]:
    """Left records in the sync."""
    return MirrorRecord.objects.left_of(syncs).alive_in_scope()


def _users(syncs: Sequence[Sync], group: EmailGroup | None, key: str) -> list[MirrorRecord]:
    """The linked user of a group as last read; without a link, users with its email."""
    rows = MirrorRecord.objects.right_of(syncs).alive()
    of_group = Q(remote_id=group.user) if group and group.user else Q(match_key=key)
    return list(rows.filter(of_group).select_related("sync").order_by("sync", "pk")[:2])


def _accounts(sync: Sync, records: Sequence[MirrorRecord]) -> dict[str, str]:
    """Names of the accounts of contacts, as far as they are mirrored."""
    wanted = {record.parent_key for record in records if record.parent_key}
    parents = sync.beside(kind_of(sync.kind).depends_on)
    rows = MirrorRecord.objects.left_of(parents, remote_id__in=wanted)
    return dict(rows.values_list("remote_id", "label"))


def _decided(syncs: Sequence[Sync], records: Sequence[MirrorRecord]) -> dict[tuple[int, str], Decision]:
    rows = Decision.objects.filter(sync__in=syncs, left_id__in=[record.remote_id for record in records])
    return {(row.sync_id, row.left_id): row for row in rows.select_related("by", "sync")}
