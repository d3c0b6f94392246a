"""Stage 2 for contacts and leads: an email group finds its user, and all its records are linked to it (S1.18-S1.22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.engine import match as rules
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.services.decisions import left_alone
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.email_groups import EmailGroup

UNMATCHED = rules.Match(rules.MatchStatus.UNMATCHED)
SEVERAL = "Records with this email are linked to several users; unlink the wrong ones first"


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """The match of a left record, and its role."""

    match: rules.Match
    role: LinkRole = LinkRole.SYNCING


def find(context: Context, rows: Iterable[tuple[str, str]]) -> dict[str, FoundMatch]:
    """The match of each unlinked left record, given as (id, email key), by id."""
    rows = list(rows)
    siblings = email_groups.siblings(context.sync)
    groups = email_groups.groups(siblings, {key for _, key in rows if key})
    seekers = {_seeker(groups.get(key), left_id): key for left_id, key in rows}
    index = _PeopleIndex(context, siblings, groups, seekers)
    decisions = _decisions(context, [left_id for left_id, _ in rows])
    return {left_id: _find(left_id, groups.get(key), decisions.get(left_id), index) for left_id, key in rows}


def _seeker(group: EmailGroup | None, left_id: str) -> str:
    """The record whose id and criteria are used to match: the one that fills its group's user."""
    return group.syncing.id if group else left_id


def _find(left_id: str, group: EmailGroup | None, decision: str | None, index: _PeopleIndex) -> FoundMatch:
    role = LinkRole.SYNCING if group is None or group.syncing.id == left_id else LinkRole.DUPLICATE
    if decision is not None:
        decided = rules.find(left_id, "", by_external_id=(), by_key=(), rivals=(), decision=decision, names=index.names)
        return FoundMatch(decided, role)
    if group and group.user:
        how = rules.Match(rules.MatchStatus.MATCHED, group.user, rules.How.GROUP, "The email is the same")
        return FoundMatch(how, role)
    if group and group.users:
        return FoundMatch(rules.Match(rules.MatchStatus.AMBIGUOUS, reason=SEVERAL), role)
    return FoundMatch(index.find(_seeker(group, left_id), group), role)


def _decisions(context: Context, ids: list[str]) -> dict[str, str]:
    """Decisions about these records: the id of a user, or "" to leave the record alone."""
    decisions = Decision.objects.filter(sync=context.sync, left_id__in=ids)
    words = decisions.values_list("left_id", "right_id", "pinned", "create")
    return {left: right for left, right, *other in words if right or not any(other)}


class _PeopleIndex:
    """All users that a chunk of email groups could match, in a fixed number of queries."""

    def __init__(
        self, context: Context, siblings: list[Sync], groups: Mapping[str, EmailGroup], seekers: Mapping[str, str]
    ) -> None:
        self._context, self._siblings, self._seekers = context, siblings, seekers
        self.names = context.kind.names
        rights = self._alive(Side.RIGHT)
        columns = ("remote_id", "match_key", "external_key")
        named = list(rights.filter(match_key__in={key for key in seekers.values() if key}).values_list(*columns))
        holding = list(rights.filter(external_key__in=seekers).values_list(*columns))
        moving = self._moving(siblings, {row[0]: row[1] for row in named})
        named = [row for row in named if row[0] not in moving]
        self._holders = _holders(siblings, {row[0] for row in named + holding})
        self._left_alone = left_alone(siblings, {row[0] for row in named + holding})
        self._lefts = _living(siblings, {row[2] for row in named if row[2]})
        self._by_key, self._by_external = _grouped(named, 1), _grouped(holding, 2)
        self._further = self._by_criteria({key: groups[key] for key in groups})

    def find(self, seeker: str, group: EmailGroup | None) -> rules.Match:
        """The match of a group: by stored id, by email, by further criteria."""
        own = {member.id for member in group.members} if group else {seeker}
        key = self._seekers.get(seeker, "")
        found = rules.find(
            seeker,
            key,
            by_external_id=[self._candidate(row, own) for row in self._by_external.get(seeker, ())],
            by_key=[self._candidate(row, own) for row in self._by_key.get(key, ())],
            rivals=(),
            lefts=self._lefts - own,
            names=self.names,
        )
        return found if found.status is not rules.MatchStatus.UNMATCHED else self._further.get(seeker, UNMATCHED)

    def _candidate(self, row: tuple[str, str, str], own: set[str]) -> rules.Candidate:
        others = self._holders.get(row[0], set()) - own
        return rules.Candidate(row[0], next(iter(sorted(others)), ""), row[2], row[0] in self._left_alone)

    def _moving(self, siblings: list[Sync], emails: Mapping[str, str]) -> set[str]:
        """Those of these users whose email changes in this run, with that of the record that fills them."""
        claims = email_groups.claims([sync.pk for sync in siblings], emails.keys())
        moving = {user for user, keys in claims.items() if emails[user] not in {*keys, ""} and keys != {""}}
        links = Link.objects.active_of(self._context.sync, right_id__in=moving, role=LinkRole.SYNCING)
        lefts = self._alive(Side.LEFT).filter(needs_planning=True, in_scope=True)
        filled = links.filter(left_id__in=lefts.values("remote_id")) if moving else links.none()
        return set(filled.values_list("right_id", flat=True))

    def _alive(self, side: Side) -> QuerySet[MirrorRecord]:
        return MirrorRecord.objects.of_side(self._context.sync, side).alive()

    def _by_criteria(self, groups: Mapping[str, EmailGroup]) -> dict[str, rules.Match]:
        """The result of the first further criterion that decides, for each record without another match."""
        criteria = self._context.kind.criteria(self._context.book.config)
        matched = set(self._by_key) | {key for key, group in groups.items() if group.users}
        open_ids = [id for id, key in self._seekers.items() if key not in matched and id not in self._by_external]
        found: dict[str, rules.Match] = {}
        for column, criterion in zip(("criterion_2_key", "criterion_3_key"), criteria, strict=False):
            wanted = [id for id in open_ids if id not in found]
            found |= self._by_criterion(column, criterion.left, wanted)
        return found

    def _by_criterion(self, column: str, field: str, ids: list[str]) -> dict[str, rules.Match]:
        lefts = self._alive(Side.LEFT).filter(in_scope=True).exclude(**{column: ""})
        values = dict(lefts.filter(remote_id__in=ids).values_list("remote_id", column))
        wanted = set(values.values())
        if not wanted:
            return {}
        rows = self._alive(Side.RIGHT).filter(**{f"{column}__in": wanted})
        candidates = self._free(list(rows.values_list("remote_id", "match_key", column)))
        same = lefts.filter(**{f"{column}__in": wanted})
        groups: dict[str, set[str]] = defaultdict(set)
        alone = same.exclude(remote_id__in=_linked(self._siblings))
        for value, email, left_id in alone.values_list(column, "match_key", "remote_id"):
            groups[value].add(email or left_id)
        matches = {
            id: rules.by_criterion(field, candidates[value], len(groups[value]) - 1, self.names)
            for id, value in values.items()
        }
        return {id: match for id, match in matches.items() if match.status is not rules.MatchStatus.UNMATCHED}

    def _free(self, rows: list[tuple[str, str, str]]) -> dict[str, list[rules.Candidate]]:
        """Users without a link, a decision or a matching email, by the value that they were found with."""
        held = _holders(self._siblings, {row[0] for row in rows})
        alone = left_alone(self._siblings, {row[0] for row in rows})
        emails = {row[1] for row in rows if row[1]}
        claimed = set(
            MirrorRecord.objects.left_of(self._siblings, match_key__in=emails)
            .alive_in_scope()
            .values_list("match_key", flat=True)
        )
        free: dict[str, list[rules.Candidate]] = defaultdict(list)
        for right_id, email, value in rows:
            if not held.get(right_id) and email not in claimed and right_id not in alone:
                free[value].append(rules.Candidate(right_id))
        return free


def _grouped(rows: list[tuple[str, str, str]], column: int) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _holders(siblings: Collection[Sync], users: set[str]) -> dict[str, set[str]]:
    """Left ids that have these users, by the link of an existing record or by decision."""
    found = email_groups.living_holders({sync.pk: sync for sync in siblings}, users)
    decided = Decision.objects.filter(sync__in=siblings, right_id__in=users).exclude(left_id="")
    for right, left in decided.values_list("right_id", "left_id"):
        found[right].add(left)
    return found


def _linked(siblings: Collection[Sync]) -> QuerySet[Link, str]:
    return Link.objects.active_of(siblings).values_list("left_id", flat=True)


def _living(siblings: Collection[Sync], ids: set[str]) -> set[str]:
    """Which of these are ids of left records in scope."""
    rows = MirrorRecord.objects.left_of(siblings, remote_id__in=ids).alive_in_scope()
    return set(rows.values_list("remote_id", flat=True))
