"""Facts about a chunk of contacts or leads: their email groups, and the links of their users."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from mappings.models import Sync
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people.groups import LinkRole, Member
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.people.plan import Place
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import decisions
from syncadmin.runs.storage import email_groups, former_addresses, mirror
from syncadmin.runs.storage.email_groups import EmailGroup
from syncadmin.runs.storage.mirror import MirrorRow


@dataclass(slots=True)
class GroupFacts:
    """The email groups of a chunk of left records, and the links of their users."""

    groups: Mapping[str, EmailGroup]
    labels: Mapping[str, str]
    names: Mapping[str, str]
    links: Mapping[str, list[Link]]
    living: Mapping[str, str]
    """The email key of each left record that is there, of those that have these users."""
    rights: Mapping[str, MirrorRow] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    alone: Mapping[str, str] = field(default_factory=dict)
    """Organizations of the accounts of records without an email."""
    gone: frozenset[str] = frozenset()
    """Ids that these users keep, of records that were deleted, or whose sync is switched off: nobody else's, so one of
    their own takes the place."""
    open: frozenset[str] = frozenset()
    """Syncing records that this very run makes users of."""
    needs_planning: frozenset[str] = frozenset()
    """Syncing records that this very run plans."""
    stale: frozenset[str] = frozenset()
    """Duplicates that have no email any more, while somebody else fills their user."""
    former: Mapping[str, list[str]] = field(default_factory=dict)
    """The users that earlier runs have left these records' emails with, as secondary ones, by email."""

    def place(self, row: MirrorRow, member: Member | None, group: EmailGroup | None, link: Link | None) -> Place:
        """The place of a record in its group; a record without an email is a group of its own."""
        held = LinkRole(link.role) if link and link.active else None
        if group is None or member is None:
            organization = self.alone.get(row.parent_key, "")
            return Place(
                row.match_key, LinkRole.SYNCING, row.remote_id, row.label, organization, held, names=self.names
            )
        syncing = group.syncing
        return Place(
            row.match_key,
            LinkRole.SYNCING if member is syncing else LinkRole.DUPLICATE,
            syncing.id,
            self.labels.get(syncing.id, syncing.id),
            member.organization,
            held,
            group.wanted(except_for=row.remote_id),
            self._inherited(link, row.match_key),
            self.names,
            self._former_label(link) if member is syncing and held is not LinkRole.SYNCING else "",
            self._brought(link) | _claimed(group, member, link),
            syncing.organization,
        )

    def link_state(self, link: Link, place: Place) -> LinkState:
        """The state of a link. A record that takes a user over continues with the values that its
        predecessor synced.
        """
        links_of_user = self.links.get(link.right_id, ())
        base, notes, owned = link.last_synced, link.field_notes, link.owned_values
        if place.role is LinkRole.SYNCING and place.held_role is not LinkRole.SYNCING:
            made_as = [
                other for other in links_of_user if other.left_id == link.left_id and other.role == LinkRole.ELSEWHERE
            ]
            former = self._former(link)
            earlier = [*([former] if former else []), *made_as[:1], link]
            base = dict(ChainMap(*(other.last_synced for other in reversed(earlier))))
            notes = dict(ChainMap(*(other.field_notes for other in reversed(earlier))))
            lists = former.owned_values.items() if former else ()  # tags; a membership is that of its own contact
            owned = {**{name: entries for name, entries in lists if name != OWNED}, **link.owned_values}
        right = self.rights.get(link.right_id)
        replaces = {other.left_id for other in links_of_user} | ({right.external_key} & self.gone if right else set())
        return LinkState(
            base, owned, not link.active, link.reason, frozenset(replaces - {link.left_id}), field_notes=notes
        )

    def others_have(self, email: str, left_id: str) -> bool:
        """Whether another record has this email."""
        group = self.groups.get(email)
        return group is not None and any(member.id != left_id for member in group.members)

    def moving_out(self) -> dict[str, str]:
        """The records that leave another user for the user of their email in this plan, by id."""
        groups = self.groups.items()
        return {
            g.syncing.id: key for key, g in groups if g.syncing.id in g.stale and g.syncing.id in self.needs_planning
        }

    def may_unlink(self, link: Link, group: EmailGroup) -> bool:
        """Whether the record may give up its user: another record fills it, or is about to take it over."""
        successor = group.syncing
        filling = successor.role is LinkRole.SYNCING and successor.user == link.right_id
        takes_over = successor.id in self.needs_planning and successor.id not in group.stale
        return link.role != LinkRole.SYNCING or filling or takes_over

    def _former(self, link: Link) -> Link | None:
        """The link of the record that has filled the user so far, if it is another one."""
        links_of_user = self.links.get(link.right_id, ())
        return next(
            (other for other in links_of_user if other.role == LinkRole.SYNCING and other.left_id != link.left_id), None
        )

    def _former_label(self, link: Link | None) -> str:
        former = self._former(link) if link else None
        return self.labels.get(former.left_id) or former.left_id if former else ""

    def _inherited(self, link: Link | None, key: str) -> frozenset[str]:
        """Organizations that a sync added for records that are gone or have another email now."""
        links_of_user = self.links.get(link.right_id, ()) if link else ()
        gone = [other for other in links_of_user if self.living.get(other.left_id) != key]
        return frozenset(org for other in gone for org in other.owned_values.get(OWNED, ()))

    def _brought(self, link: Link | None) -> frozenset[str]:
        """Organizations that a sync added to the user for its other records."""
        links_of_user = self.links.get(link.right_id, ()) if link else ()
        others = [other for other in links_of_user if link and other.left_id != link.left_id]
        return frozenset(org for other in others for org in other.owned_values.get(OWNED, ()))


def _claimed(group: EmailGroup, member: Member, link: Link | None) -> frozenset[str]:
    """The organizations that a preferred record of the group brings to the same user; no other record adds them."""
    users = ("", link.right_id if link else "")
    before = [other for other in group.members if other.order < member.order and other.user in users]
    return frozenset(other.organization for other in before if other.organization)


def gather(sync: Sync, siblings: Collection[Sync], rows: Iterable[MirrorRow], links: Mapping[str, Link]) -> GroupFacts:
    """The facts about these left records; ``links`` by left id. A fixed number of queries."""
    rows = list(rows)
    users = {link.right_id for link in links.values()}
    rights = {row.remote_id: row for row in mirror.rows_of(sync.pk, Side.RIGHT, remote_id__in=users)} if users else {}
    keys = {row.match_key for row in rows if row.match_key} | {row.match_key for row in rights.values()}
    groups = email_groups.groups(siblings, keys)
    links_of_user: dict[str, list[Link]] = defaultdict(list)
    for link in Link.objects.active_of(siblings, right_id__in=users).order_by("pk"):
        links_of_user[link.right_id].append(link)
    wanted = {org for group in groups.values() for org in group.wanted()}
    wanted |= {org for listed in links_of_user.values() for link in listed for org in link.owned_values.get(OWNED, ())}
    alone = email_groups.organizations(sync, {row.parent_key for row in rows if not row.match_key})
    lefts = MirrorRecord.objects.left_of(siblings)
    needs_planning = _needs_planning(sync, {group.syncing.id for group in groups.values()})
    return GroupFacts(
        groups,
        _by_id(lefts, _shown(groups.values(), links_of_user.values()), "label"),
        email_groups.organization_names(sync, wanted | set(alone.values())),
        links_of_user,
        _by_id(
            lefts.filter(deleted=False),
            {link.left_id for listed in links_of_user.values() for link in listed},
            "match_key",
        ),
        rights,
        decisions.asked_for(sync, [row.remote_id for row in rows]),
        alone,
        _gone(sync, lefts, {row.external_key for row in rights.values()} - {""}),
        frozenset(left_id for left_id, linked in needs_planning.items() if not linked),
        frozenset(needs_planning),
        _stale(siblings, [links[row.remote_id] for row in rows if not row.match_key and row.remote_id in links]),
        former_addresses.holders(sync.right, {row.match_key for row in rows}),
    )


def _gone(sync: Sync, lefts: QuerySet[MirrorRecord], ids: set[str]) -> frozenset[str]:
    """Those of these ids whose record was deleted, or whose sync is switched off."""
    off = email_groups.switched_off(sync)
    silent = MirrorRecord.objects.left_of(off) if off else None
    found = _by_id(lefts.filter(deleted=True), ids, "label").keys()
    return frozenset({*found, *_by_id(silent, ids, "label")} if silent is not None else found)


def _by_id(lefts: QuerySet[MirrorRecord], ids: Collection[str], column: str) -> dict[str, str]:
    return dict(lefts.filter(remote_id__in=ids).values_list("remote_id", column))


def _stale(siblings: Collection[Sync], links: Iterable[Link]) -> frozenset[str]:
    """Those of these links of records without an email that are void."""
    users = {link.left_id: link.right_id for link in links if link.active and link.role == LinkRole.DUPLICATE}
    claims = email_groups.claims([sync.pk for sync in siblings], set(users.values()))
    return frozenset(left_id for left_id, user in users.items() if "" not in claims.get(user, {""}))


def _needs_planning(sync: Sync, ids: set[str]) -> dict[str, bool]:
    """Which of these records this run plans, with whether each is linked. Those refused too often are left out."""
    rows = MirrorRecord.objects.left_of(sync, remote_id__in=ids, needs_planning=True)
    links = Link.objects.active_of(sync, left_id=OuterRef("remote_id"))
    return dict(rows.annotate(linked=Exists(links)).values_list("remote_id", "linked"))


def _shown(groups: Iterable[EmailGroup], links_of_user: Iterable[list[Link]]) -> set[str]:
    """The ids of records whose names are shown, because others stand behind them or replace them."""
    syncing = {group.syncing.id for group in groups if len(group.members) > 1}
    return syncing | {link.left_id for listed in links_of_user for link in listed if link.role == LinkRole.SYNCING}
