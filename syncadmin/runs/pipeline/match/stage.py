"""Stage 2: unlinked records find their counterpart. Proposals become links that are not active yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count, Q, QuerySet

from syncadmin.engine import match as rules
from syncadmin.engine.merged import Merged
from syncadmin.engine.people.groups import Role
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.match import account_scope, proposals
from syncadmin.runs.pipeline.shared import counterpart_merges, match_people, merged
from syncadmin.runs.services.decisions import left_alone
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import chunks

CHUNK = 1_000
# Verdicts that a waiting plan does not take back: the record still needs somebody if nobody approves it.
STAND_UNTIL_WRITTEN = (RecordStatus.REJECTED, RecordStatus.HELD, RecordStatus.PROBLEM)


def match(context: Context) -> None:
    """Propose links for the pending left records that have none, or whose counterpart is gone; mark those that are
    ambiguous.
    """
    with context.progress.holding():
        proposals.drop(context)
    counterpart_merges.trace(context)
    if context.kind.family:
        account_scope.judge(context)
    merged.follow_chains(context)
    losers = merged.losers(context)
    with context.progress.holding():
        merged.wake(context, losers)
    needs_planning = _needs_planning(context)
    context.progress.start_over(needs_planning.count())
    for rows in chunks(needs_planning.values_list("id", "remote_id", "match_key"), CHUNK):
        with context.progress.holding():
            _match_chunk(context, rows, losers)
        context.progress.advance(len(rows))


def _needs_planning(context: Context) -> QuerySet[MirrorRecord]:
    """The id is named so that SQLite takes the index of pending rows, not a longer one."""
    needs_planning = MirrorRecord.objects.left_of(context.sync, needs_planning=True, id__gt=0)
    return needs_planning.filter(in_scope=True, deleted=False)


def _match_chunk(context: Context, rows: list[tuple[int, str, str]], losers: Mapping[str, Merged]) -> None:
    held = Link.objects.of_sync(context.sync, left_id__in=[left_id for _, left_id, _ in rows])
    links = dict(held.values_list("left_id", "right_id"))
    counterpart_deleted = _counterpart_deleted(context, links)
    contested = _contested(context, links)
    open_rows = [row for row in rows if row[1] not in links or row[1] in counterpart_deleted | contested]
    if not open_rows:
        return
    proposed: list[Link] = []
    ambiguous: dict[tuple[str, str], list[int]] = defaultdict(list)
    successors = merged.successors(context, losers, {left_id for _, left_id, _ in open_rows})
    lost = {left_id: links[left_id] for left_id in counterpart_deleted}
    followed = counterpart_merges.followers(context, counterpart_merges.winners_of(context, lost))
    owned = counterpart_merges.owned_by(context, followed) if followed else {}
    for row_id, left_id, found, role in _found(context, open_rows):
        if left_id in contested and found.right_id == links[left_id]:
            continue  # it is still the one
        if found.status is rules.MatchStatus.MATCHED and found.how:
            proposed.append(_proposal(context, left_id, found, found.how, role))
        elif found.status is rules.MatchStatus.UNMATCHED and (successor := successors.get(left_id)):
            inherits = rules.Match(
                found.status, successor.right_id, reason="A record was merged into it that had this one"
            )
            proposed.append(_proposal(context, left_id, inherits, rules.How.MERGED, role))
        elif found.status is rules.MatchStatus.UNMATCHED and left_id in followed:
            reason = f"Its {context.kind.names.right_one} {lost[left_id]} was merged into this one"
            follows = rules.Match(found.status, followed[left_id], reason=reason)
            proposed.append(_proposal(context, left_id, follows, rules.How.MERGED, role))
            proposed[-1].owned_values = owned.get(left_id, {})
        elif found.status is not rules.MatchStatus.UNMATCHED:
            ambiguous[found.status, found.reason].append(row_id)
    proposals.store(context, proposed, counterpart_deleted | contested)
    if counterpart_deleted:
        _unlink(context, counterpart_deleted)
    matched_anew = MirrorRecord.objects.filter(id__in=[row[0] for row in open_rows])
    matched_anew.exclude(status__in=["", *STAND_UNTIL_WRITTEN]).update(status="", reason="")
    for (status, reason), ids in ambiguous.items():
        MirrorRecord.objects.filter(id__in=ids).update(status=status, reason=reason)


def _counterpart_deleted(context: Context, links: Mapping[str, str]) -> set[str]:
    """Left ids whose counterpart was deleted, or takes no part any more."""
    if not links:
        return set()
    rights = MirrorRecord.objects.right_of(context.sync, remote_id__in=set(links.values()))
    gone = set(rights.filter(Q(deleted=True) | Q(in_scope=False)).values_list("remote_id", flat=True))
    return {left_id for left_id, right_id in links.items() if right_id in gone}


def _contested(context: Context, links: Mapping[str, str]) -> set[str]:
    """Left ids whose counterpart shares its key with others, where the kind says which of several it is."""
    if context.kind.preferred is None or not links:
        return set()
    rights = MirrorRecord.objects.right_of(context.sync).alive_in_scope().exclude(match_key="")
    keys = dict(rights.filter(remote_id__in=set(links.values())).values_list("remote_id", "match_key"))
    times = rights.filter(match_key__in=set(keys.values())).order_by().values_list("match_key").annotate(Count("pk"))
    shared = {key for key, number in times if number > 1}
    return {left_id for left_id, right_id in links.items() if keys.get(right_id) in shared}


def _unlink(context: Context, counterpart_deleted: Collection[str]) -> None:
    """The link to what is gone ends for those that somebody wants created again."""
    asked = Decision.objects.filter(sync=context.sync, left_id__in=counterpart_deleted, create=True)
    Link.objects.active_of(context.sync, left_id__in=asked.values("left_id")).delete()


def _found(context: Context, rows: list[tuple[int, str, str]]) -> Iterator[tuple[int, str, rules.Match, Role]]:
    if context.kind.family:
        people = match_people.find(context, [(left_id, key) for _, left_id, key in rows])
        yield from ((row_id, left_id, people[left_id].match, people[left_id].role) for row_id, left_id, _ in rows)
        return
    index = _Index(context, rows)
    yield from ((row_id, left_id, index.find(left_id, key), Role.SYNCING) for row_id, left_id, key in rows)


def _proposal(context: Context, left_id: str, found: rules.Match, how: rules.How, role: Role) -> Link:
    said = {"how": how, "role": role, "reason": found.reason, "active": False}
    return Link(sync=context.sync, left_id=left_id, right_id=found.right_id, **said)


class _Index:
    """Everything that a chunk of left records could match, in a fixed number of queries."""

    def __init__(self, context: Context, rows: list[tuple[int, str, str]]) -> None:
        self._names = context.kind.names
        self._takes_first = context.book.config.several != "none"
        ids = [left_id for _, left_id, _ in rows]
        keys = {key for _, _, key in rows if key}
        records = MirrorRecord.objects.of_sync(context.sync).alive()
        rights = records.filter(side=Side.RIGHT, in_scope=True)
        named = list(rights.filter(match_key__in=keys).values_list("remote_id", "match_key", "external_key"))
        holding = list(rights.filter(external_key__in=ids).values_list("remote_id", "match_key", "external_key"))
        self._holders = _holders(context, [right[0] for right in named + holding])
        self._left_alone = left_alone([context.sync], {right[0] for right in named + holding})
        self._preferred = _preferred(context, named)
        self._by_key = self._candidates(named, 1)
        self._by_external = self._candidates(holding, 2)
        lefts = records.filter(side=Side.LEFT)
        external = [right[2] for right in named if right[2]]
        self._lefts = set(lefts.filter(remote_id__in=external).values_list("remote_id", flat=True)) if external else ()
        self._rivals: dict[str, list[str]] = defaultdict(list)
        rivals = lefts.filter(in_scope=True, match_key__in=keys).values_list("remote_id", "match_key")
        said = Decision.objects.filter(sync=context.sync, right_id="", create=False)
        ignored = set(said.filter(left_id__in=rivals.values("remote_id")).values_list("left_id", flat=True))
        for left_id, key in rivals:
            if left_id not in ignored:
                self._rivals[key].append(left_id)
        decided = Decision.objects.filter(sync=context.sync, left_id__in=ids)
        self._decisions = dict(decided.exclude(right_id="", create=True).values_list("left_id", "right_id"))
        self._asked = set(decided.filter(create=True).values_list("left_id", flat=True))

    def find(self, left_id: str, key: str) -> rules.Match:
        return rules.find(
            left_id,
            key,
            by_external_id=self._by_external.get(left_id, ()),
            by_key=self._by_key.get(key, ()),
            # whoever has one of several namesakes created knows that there are several
            rivals=[rival for rival in self._rivals.get(key, ()) if rival != left_id and left_id not in self._asked],
            decision=self._decisions.get(left_id),
            lefts=self._lefts,
            takes_first=self._takes_first,
            names=self._names,
        )

    def _candidates(self, rows: list[tuple[str, str, str]], column: int) -> dict[str, list[rules.Candidate]]:
        found: dict[str, list[rules.Candidate]] = defaultdict(list)
        for row in rows:
            held, alone = self._holders.get(row[0], ""), row[0] in self._left_alone
            found[row[column]].append(rules.Candidate(row[0], held, row[2], alone, row[0] in self._preferred))
        return found


def _preferred(context: Context, named: list[tuple[str, str, str]]) -> set[str]:
    """Of right records that share their key, those that the kind prefers. One query, none where no key is shared."""
    judge, times = context.kind.preferred, Counter(key for _, key, _ in named)
    shared = [id for id, key, _ in named if times[key] > 1]
    if judge is None or not shared:
        return set()
    rows = MirrorRecord.objects.right_of(context.sync, remote_id__in=shared)
    return {id for id, values in rows.values_list("remote_id", "values") if judge(values or {})}


def _holders(context: Context, right_ids: list[str]) -> dict[str, str]:
    """Which left record has these right ones, by a link or by somebody's decision."""
    if not right_ids:
        return {}
    decided = Decision.objects.filter(sync=context.sync, right_id__in=right_ids).exclude(left_id="")
    alive = MirrorRecord.objects.left_of(context.sync).alive()
    linked = Link.objects.of_sync(context.sync, right_id__in=right_ids, left_id__in=alive.values("remote_id"))
    return dict(decided.values_list("right_id", "left_id")) | dict(linked.values_list("right_id", "left_id"))
