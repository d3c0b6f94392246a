"""Matches each left record with a right record of its own: by decision, by stored id, by key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from syncadmin.engine import match as rules
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.match import converted
from syncadmin.runs.pipeline.shared.match_people import FoundMatch
from syncadmin.runs.services.decisions import left_alone


def find(context: Context, rows: Sequence[tuple[str, str]]) -> dict[str, FoundMatch]:
    """The match of each unlinked left record, given as (id, key), by id."""
    index = _Index(context, rows)
    return {left_id: FoundMatch(index.find(left_id, key)) for left_id, key in rows}


class _Index:
    """All right records that a chunk of left records could match, in a fixed number of queries."""

    def __init__(self, context: Context, rows: Sequence[tuple[str, str]]) -> None:
        self._names = context.kind.names
        self._takes_first = context.book.config.several != "none"
        ids = [left_id for left_id, _ in rows]
        keys = {key for _, key in rows if key}
        records = MirrorRecord.objects.of_sync(context.sync).alive()
        rights = records.filter(side=Side.RIGHT, in_scope=True)
        named = list(rights.filter(match_key__in=keys).values_list("remote_id", "match_key", "external_key"))
        holding = list(rights.filter(external_key__in=ids).values_list("remote_id", "match_key", "external_key"))
        self._holders = _holders(context, [right[0] for right in named + holding])
        self._left_alone = left_alone([context.sync], {right[0] for right in named + holding})
        self._preferred = _preferred(context, named)
        self._by_key = self._candidates(named, 1)
        self._by_external = self._candidates(holding, 2)
        self._became = converted.became(context, keys)
        lefts = records.filter(side=Side.LEFT)
        external = [right[2] for right in named if right[2]]
        self._lefts = set(lefts.filter(remote_id__in=external).values_list("remote_id", flat=True)) if external else ()
        self._rivals: dict[str, list[str]] = defaultdict(list)
        rivals = lefts.filter(in_scope=True, match_key__in=keys).values_list("remote_id", "match_key")
        decisions = Decision.objects.filter(sync=context.sync, right_id="", create=False)
        ignored = set(decisions.filter(left_id__in=rivals.values("remote_id")).values_list("left_id", flat=True))
        for left_id, key in rivals:
            if left_id not in ignored:
                self._rivals[key].append(left_id)
        decided = Decision.objects.filter(sync=context.sync, left_id__in=ids)
        self._decisions = dict(decided.exclude(right_id="", create=True).values_list("left_id", "right_id"))
        self._asked = set(decided.filter(create=True).values_list("left_id", flat=True))

    def find(self, left_id: str, key: str) -> rules.Match:
        found = self._found(left_id, key)
        if found.status is not rules.MatchStatus.UNMATCHED or key not in self._became:
            return found
        reason = f"The record with this {self._names.key} was converted to it"
        return rules.Match(rules.MatchStatus.MATCHED, self._became[key], rules.How.CRITERION, reason)

    def _found(self, left_id: str, key: str) -> rules.Match:
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
    """The right records that the kind prefers among those that share a key. One query; none if no key is shared."""
    judge, times = context.kind.preferred, Counter(key for _, key, _ in named)
    shared = [id for id, key, _ in named if times[key] > 1]
    if judge is None or not shared:
        return set()
    rows = MirrorRecord.objects.right_of(context.sync, remote_id__in=shared)
    return {id for id, values in rows.values_list("remote_id", "values") if judge(values or {})}


def _holders(context: Context, right_ids: list[str]) -> dict[str, str]:
    """The left record that has each of these right records, by link or decision."""
    if not right_ids:
        return {}
    decided = Decision.objects.filter(sync=context.sync, right_id__in=right_ids).exclude(left_id="")
    alive = MirrorRecord.objects.left_of(context.sync).alive()
    linked = Link.objects.of_sync(context.sync, right_id__in=right_ids, left_id__in=alive.values("remote_id"))
    return dict(decided.values_list("right_id", "left_id")) | dict(linked.values_list("right_id", "left_id"))
