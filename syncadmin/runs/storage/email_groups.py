"""The email groups of contacts and leads in the mirror (S1.5-S1.11)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from connectors.api.values import MERGED_INTO
from mappings.kinds.registry import KINDS, kind_of, relatives
from mappings.models import Sync
from mappings.rules.filters import spelled
from syncadmin.engine.people.groups import LinkRole, Member, elect, rank
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord


@dataclass(frozen=True, slots=True)
class EmailGroup:
    """All records in scope with one email. ``stale`` are ids of those whose link is void.

    ``user`` is the right record that the group is linked to, "" if none; ``users`` are all of them.
    """

    key: str
    members: tuple[Member, ...]
    syncing: Member
    stale: frozenset[str] = frozenset()

    @property
    def users(self) -> frozenset[str]:
        return frozenset(member.user for member in self.members if member.user)

    @property
    def user(self) -> str:
        return self.syncing.user or (next(iter(self.users)) if len(self.users) == 1 else "")

    @property
    def duplicates(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member is not self.syncing)

    def wanted(self, except_for: str = "") -> frozenset[str]:
        """The organizations that the accounts of the members are synced to."""
        return frozenset(m.organization for m in self.members if m.organization and m.id != except_for)


def siblings(sync: Sync) -> list[Sync]:
    """The syncs that share their right records with this one, including it, by id. Those switched off are missing
    (S3.C10).
    """
    if not relatives(sync.kind):
        return [sync]
    return list((Sync.objects.on().filter(_shared(sync)) | Sync.objects.filter(pk=sync.pk)).order_by("pk"))


def switched_off(sync: Sync) -> list[Sync]:
    """The syncs that would share their right records with this one if they were switched on."""
    return list(Sync.objects.filter(_shared(sync), enabled=False).exclude(pk=sync.pk).order_by("pk"))


def switches(sync: Sync) -> int:
    """How often this sync, or one that shares its right records, was switched off or on. Each time, all
    decide again.
    """
    found = Sync.objects.filter(_shared(sync) | Q(pk=sync.pk)).aggregate(total=Sum("switched"))
    return int(found["total"] or 0)


def _shared(sync: Sync) -> Q:
    return Q(left=sync.left_id, right=sync.right_id, kind__in=relatives(sync.kind))


def groups(syncs: Iterable[Sync], keys: Collection[str]) -> dict[str, EmailGroup]:
    """The groups with these emails. A fixed number of queries."""
    by_sync = {sync.pk: sync for sync in syncs}
    rows = _rows(by_sync, [key for key in keys if key])
    if not rows:
        return {}
    known = _GroupFacts(by_sync, rows)
    members: dict[str, list[Member]] = defaultdict(list)
    stale: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if (row.sync, row.remote_id) in known.ignored:
            continue
        member, outdated = known.member(row)
        members[row.match_key].append(member)
        if outdated:
            stale[row.match_key].add(member.id)
    return {key: EmailGroup(key, tuple(found), elect(found), frozenset(stale[key])) for key, found in members.items()}


def organizations(sync: Sync, accounts: Collection[str]) -> dict[str, str]:
    """The organizations that these accounts are synced to, by account id (S1.4).

    A deleted organization is left out: nobody can become its member.
    """
    wanted = {account for account in accounts if account}
    if not wanted:
        return {}
    links = Link.objects.active_of(_parents(sync), left_id__in=wanted)
    of_link = {"sync": OuterRef("sync"), "side": Side.RIGHT, "remote_id": OuterRef("right_id")}
    gone = MirrorRecord.objects.filter(**of_link, deleted=True)
    return dict(links.exclude(Exists(gone)).values_list("left_id", "right_id"))


def accounts(sync: Sync, organization_ids: Collection[str]) -> dict[str, str]:
    """The accounts that these organizations are synced to, by organization id."""
    wanted = {id for id in organization_ids if id}
    if not wanted:
        return {}
    links = Link.objects.active_of(_parents(sync), right_id__in=wanted)
    of_link = {"sync": OuterRef("sync"), "side": Side.LEFT, "remote_id": OuterRef("left_id")}
    gone = MirrorRecord.objects.filter(**of_link, deleted=True)
    return dict(links.exclude(Exists(gone)).values_list("right_id", "left_id"))


def organization_names(sync: Sync, ids: Collection[str]) -> dict[str, str]:
    """The names of mirrored organizations, by id."""
    wanted = {id for id in ids if id}
    if not wanted:
        return {}
    rows = MirrorRecord.objects.right_of(_parents(sync), remote_id__in=wanted)
    return dict(rows.values_list("remote_id", "label"))


def merged_organizations(sync: Sync, links: Iterable[Link]) -> dict[str, frozenset[str]]:
    """Organizations of these links' memberships that were merged into another one, by the winner."""
    owned = {org for link in links for org in link.owned_values.get(OWNED, ())}
    if not owned:
        return {}
    rows = MirrorRecord.objects.right_of(_parents(sync), deleted=True, remote_id__in=owned)
    found: dict[str, set[str]] = defaultdict(set)
    for id, values in rows.values_list("remote_id", "values"):
        if winner := (values or {}).get(MERGED_INTO):
            found[winner].add(id)
    return {winner: frozenset(ids) for winner, ids in found.items()}


def dependents(sync: Sync) -> list[Sync]:
    """The syncs whose records refer to those that this one links, as contacts refer to accounts."""
    kinds = [slug for slug in KINDS if sync.kind in kind_of(slug).depends_on]
    return list(sync.beside(kinds))


def _parents(sync: Sync) -> list[int]:
    return list(sync.beside(kind_of(sync.kind).depends_on).values_list("pk", flat=True))


@dataclass(slots=True)
class _Row:
    """A mirrored record. ``values`` are only read where they decide something."""

    sync: int
    remote_id: str
    match_key: str
    parent_key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def _rows(syncs: Mapping[int, Sync], keys: list[str]) -> list[_Row]:
    columns = ("sync_id", "remote_id", "match_key", "parent_key")
    lefts = MirrorRecord.objects.filter(side=Side.LEFT, match_key__in=keys, in_scope=True, deleted=False)
    # a sync at a time, as the index of keys wants it
    rows = [_Row(*row) for pk in syncs for row in lefts.filter(sync=pk).order_by("id").values_list(*columns)]
    size = Counter(row.match_key for row in rows)
    deciding = [row for row in rows if size[row.match_key] > 1 or syncs[row.sync].option("rank_field")]
    ids = [row.remote_id for row in deciding]
    read = MirrorRecord.objects.left_of(syncs, remote_id__in=ids) if ids else None
    values = {(sync, id): held for sync, id, held in read.values_list("sync_id", "remote_id", "values")} if read else {}
    for row in deciding:
        row.values = values[row.sync, row.remote_id]
    return rows


@dataclass(slots=True)
class _GroupFacts:
    """What is needed for a member besides its own row."""

    syncs: Mapping[int, Sync]
    rows: list[_Row]
    ignored: set[tuple[int, str]] = field(init=False)
    _pinned: set[tuple[int, str]] = field(init=False)
    _links: dict[tuple[int, str], tuple[str, str]] = field(init=False)
    _claims: dict[str, frozenset[str]] = field(init=False)
    _organizations: dict[str, str] = field(init=False)
    _last: int = field(init=False)

    def __post_init__(self) -> None:
        ids = [row.remote_id for row in self.rows]
        decided = Decision.objects.filter(sync__in=self.syncs, left_id__in=ids)
        words = list(decided.values_list("sync_id", "left_id", "right_id", "pinned", "create"))
        self._pinned = {(sync, left) for sync, left, _, pinned, _ in words if pinned}
        self.ignored = {(sync, left) for sync, left, right, *rest in words if not right and not any(rest)}
        links = Link.objects.active_of(self.syncs, left_id__in=ids)
        rights = MirrorRecord.objects.filter(sync=OuterRef("sync"), side=Side.RIGHT, remote_id=OuterRef("right_id"))
        found = links.annotate(gone=Exists(rights.filter(deleted=True)))
        columns = ("sync_id", "left_id", "right_id", "role", "gone")
        self._links = {
            (sync, left): ("" if gone else right, role) for sync, left, right, role, gone in found.values_list(*columns)
        }
        self.ignored -= self._links.keys()  # decided while a run was linking it: a link is not left alone
        self._claims = claims(self.syncs, {right for right, _ in self._links.values() if right})
        self._organizations = organizations(
            next(iter(self.syncs.values())), {row.parent_key for row in self.rows if row.parent_key}
        )
        self._last = max(len(sync.option("rank_values")) for sync in self.syncs.values())

    def member(self, row: _Row) -> tuple[Member, bool]:
        """The member for a row, and whether its link is void."""
        sync = self.syncs[row.sync]
        user, role = self._links.get((row.sync, row.remote_id), ("", ""))
        outdated = row.match_key not in self._claims.get(user, {row.match_key})
        ranked_by = sync.option("rank_field")
        ended = bool(ranked_by) and spelled(row.values.get(ranked_by)) in sync.option("ended_values")
        member = Member(
            sync=row.sync,
            id=row.remote_id,
            rank=rank(row.values, ranked_by, sync.option("rank_values"), self._last),
            pinned=(row.sync, row.remote_id) in self._pinned,
            has_account=bool(row.parent_key) and not ended,
            organization="" if ended else self._organizations.get(row.parent_key, ""),
            user="" if outdated else user,
            role=None if outdated or not role else LinkRole(role),
            created=str(row.values.get("CreatedDate") or ""),
        )
        return member, outdated


def claims(syncs: Collection[int], users: Collection[str]) -> dict[str, frozenset[str]]:
    """The emails whose groups these users belong to, by user, so that only one group takes a user over.

    That is the email of the existing record that fills the user. If that record is gone, or another user has its email:
    the user's own email, if one of its other records has it; else, with nobody to fill it, the email of the first of
    them.
    """
    if not users:
        return {}
    links = Link.objects.active_of(syncs, right_id__in=users).order_by("left_id")
    found = list(links.values_list("right_id", "left_id", "role"))
    alive = MirrorRecord.objects.left_of(syncs).alive_in_scope()
    keys = dict(alive.filter(remote_id__in=[left for _, left, _ in found]).values_list("remote_id", "match_key"))
    filling: dict[str, set[str]] = defaultdict(set)
    others: dict[str, list[str]] = defaultdict(list)
    for user, left, role in found:
        if left in keys and role == LinkRole.SYNCING:
            filling[user].add(keys[left])
        elif left in keys:
            others[user].append(keys[left])
    orphans = others.keys() - filling.keys()
    rights = MirrorRecord.objects.right_of(syncs)
    own = dict(rights.filter(remote_id__in=others).values_list("remote_id", "match_key")) if others else {}
    moving = {user for user in others.keys() & filling.keys() if own.get(user) in {*others[user]} - filling[user]}
    taken = _held_by_others(rights, {key for user in moving for key in filling[user] if key})
    for user in moving:
        if any(taken.get(key, user) != user for key in filling[user]):
            filling[user] = {own[user]}
    for user in orphans:
        first = next((key for key in others[user] if key), "")
        filling[user] = {own[user] if own.get(user) in others[user] else first}
    return {user: frozenset(keys) for user, keys in filling.items()}


def _held_by_others(rights: QuerySet[MirrorRecord], keys: Collection[str]) -> dict[str, str]:
    """The user that has each of these emails."""
    return dict(rights.filter(match_key__in=keys, deleted=False).values_list("match_key", "remote_id")) if keys else {}


def living_holders(syncs: Mapping[int, Sync], users: set[str]) -> dict[str, set[str]]:
    """Left ids of the existing records that fill these users, by user."""
    found: dict[str, set[str]] = defaultdict(set)
    if not users:
        return found
    links = Link.objects.active_of(syncs, right_id__in=users, role=LinkRole.SYNCING)
    pairs = list(links.values_list("left_id", "right_id"))
    alive = MirrorRecord.objects.left_of(syncs, remote_id__in=[left for left, _ in pairs]).alive_in_scope()
    living = set(alive.values_list("remote_id", flat=True))
    for left, right in pairs:
        if left in living:
            found[right].add(left)
    return found
