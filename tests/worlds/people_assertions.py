"""What holds of people once nothing moves any more: who fills whom, and where each user is a member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mappings.kinds.people.person_names import split
from mappings.models import Sync
from mappings.rules.texts import fold
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.storage import email_groups
from tests.worlds.people_edits import Populace

MADE_BY_OTHERS = ("in_sync", "duplicate")


def living_links() -> list[Link]:
    """Active links of people whose contact or lead is there and in scope."""
    alive = MirrorRecord.objects.filter(side=Side.LEFT, deleted=False, in_scope=True).values_list(
        "sync_id", "remote_id"
    )
    living = set(alive)
    links = Link.objects.filter(active=True, sync__slug__in=("contacts", "leads")).select_related("sync")
    return [link for link in links if (link.sync_id, link.left_id) in living]


def assert_one_fills_each_user(syncs: list[Sync]) -> None:
    """S1.19: exactly one of the records that are linked to a user fills it, and it is the one that is elected (A8)."""
    fillers: dict[str, list[str]] = defaultdict(list)
    of_user: dict[str, list[Link]] = defaultdict(list)
    there = live_users(syncs)
    for link in [link for link in living_links() if link.right_id in there]:
        of_user[link.right_id].append(link)
        if link.role == LinkRole.SYNCING:
            fillers[link.right_id].append(link.left_id)
    for user, links in of_user.items():
        assert len(fillers[user]) <= 1, f"user {user} is filled by {fillers[user]}"
        duplicates = [link.left_id for link in links if link.role == LinkRole.DUPLICATE]
        assert fillers[user] or not duplicates, f"nobody fills user {user}, of which {duplicates} are duplicates"


def assert_the_elected_fill(syncs: list[Sync]) -> None:
    """The group's choice is what the links say, where its records have one user."""
    rows = MirrorRecord.objects.filter(sync__in=syncs, side=Side.LEFT, deleted=False, in_scope=True)
    keys = set(rows.exclude(match_key="").values_list("match_key", flat=True))
    users = {link.right_id for link in living_links()} & live_users(syncs)
    made_by_others = set(rows.filter(status__in=MADE_BY_OTHERS).values_list("remote_id", flat=True))
    for group in email_groups.groups(syncs, keys).values():
        if len(group.users) != 1 or not group.users <= users or group.syncing.id not in made_by_others:
            continue
        roles = {member.id: member.role for member in group.members if member.user}
        assert roles.get(group.syncing.id) == LinkRole.SYNCING, (group.key, group.syncing, roles)


def live_users(syncs: list[Sync]) -> set[str]:
    rows = MirrorRecord.objects.filter(sync__in=syncs, side=Side.RIGHT, deleted=False)
    return {row.remote_id for row in rows if row.values.get("role") == "end-user"}


def assert_people_agree(populace: Populace, sync: Sync) -> None:
    """A record that is in sync fills its user: Salesforce leads the name, the email and the tags."""
    kind = {"contacts": "Contact", "leads": "Lead"}[sync.slug]
    rows, users = populace.people_rows(kind), populace.users()
    for link in _in_sync(sync):
        row, user = rows[link.left_id], users.get(int(link.right_id))
        if link.role != LinkRole.SYNCING or user is None:
            continue
        name = split(user.name)
        full = " ".join(filter(None, (row.get("FirstName"), row.get("LastName"))))
        assert fold(full) == fold(f"{name.first} {name.last}"), (row, user.name)
        assert fold(row.get("Email")) in (fold(user.email), ""), (row, user.email)
        wanted = {row["Department"].lower()} if "Department" in sync.option("tags") and row.get("Department") else set()
        assert wanted <= set(user.tags), (row, user.tags)
        ours = set(user.tags) - wanted - populace.user_tags[user.id] - populace.unsure_tags[user.id]
        assert not ours, f"user {user.id} has our tags {ours}, and nobody wants them"


def _in_sync(sync: Sync) -> list[Link]:
    agreeing = MirrorRecord.objects.filter(
        sync=sync, side=Side.LEFT, status__in=MADE_BY_OTHERS, in_scope=True, deleted=False
    )
    return list(Link.objects.filter(sync=sync, active=True, left_id__in=agreeing.values("remote_id")))


def assert_memberships_are_right(populace: Populace, sync: Sync, *, several: bool, kept: bool) -> None:
    """S1.14, S3.C15: each contact in sync has brought its organization; what ended has gone, if it was ours."""
    users, orgs = populace.users(), populace.organizations()
    held = {(row.user_id, row.organization_id): row.id for row in populace.members().values()}
    wanted = dict(_wanted(sync, populace.people_rows("Contact")))
    agreeing = {link.left_id for link in _in_sync(sync)}
    if several:
        _assert_primary(populace, sync, {left_id: pair for left_id, pair in wanted.items() if left_id in agreeing})
        for left_id, (user, org) in wanted.items():
            if left_id in agreeing and user in users and org in orgs and (user, org) not in populace.left:
                assert (user, org) in held, f"{left_id} has not brought user {user} into {org}"
    if kept:
        return
    reasons = set(wanted.values())
    for pair, id in held.items():
        if id not in populace.joined and pair[0] in users:
            assert pair in reasons, f"membership {pair} is ours, and no contact wants it"


def _assert_primary(populace: Populace, sync: Sync, wanted: dict[str, tuple[int, int]]) -> None:
    """A7: the primary organization is that of the syncing record, unless somebody has chosen another one."""
    users, held = populace.users(), {(row.user_id, row.organization_id): row for row in populace.members().values()}
    for left_id in Link.objects.filter(sync=sync, role=LinkRole.SYNCING, active=True).values_list("left_id", flat=True):
        user, org = wanted.get(left_id, (0, 0))
        if user not in users or (user, org) not in held or user in populace.chosen:
            continue
        primary = held[user, users[user].organization_id]
        assert held[user, org].default or primary.id in populace.joined, (left_id, user, org, primary)


def _wanted(sync: Sync, rows: dict[str, dict[str, Any]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The user and the organization of each linked contact, whose relation to its account has not ended."""
    organizations = dict(Link.objects.filter(sync__slug="accounts", active=True).values_list("left_id", "right_id"))
    for link in Link.objects.filter(sync=sync, active=True):
        row = rows.get(link.left_id)
        if row is None or (org := organizations.get(row.get("AccountId") or "")) is None:
            continue
        if not sync.option("rank_field") or row.get(sync.option("rank_field")) not in sync.option("ended_values"):
            yield link.left_id, (int(link.right_id), int(org))
