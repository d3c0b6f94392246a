"""Stage 2: find the counterparts of records without a link. Matches become links that are not active yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Q, QuerySet

from syncadmin.engine import match as rules
from syncadmin.engine.merged import Merged
from syncadmin.engine.people.groups import LinkRole
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.match import account_scope, converted, one_to_one, other_keys, proposals
from syncadmin.runs.pipeline.shared import counterpart_merges, match_people, merged
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import chunks

CHUNK = 1_000
# Verdicts that a waiting plan does not take back: the record still needs somebody if nobody approves it.
STAND_UNTIL_WRITTEN = (RecordStatus.REJECTED, RecordStatus.HELD, RecordStatus.PROBLEM)


def match(context: Context) -> None:
    """Propose links for left records to be planned that have no link, or whose counterpart is gone. Mark ambiguous
    ones.
    """
    with context.progress.holding():
        proposals.drop(context)
    context.unasked = counterpart_merges.trace(context)
    account_scope.judge(context)
    other_keys.end_links(context)
    merged.follow_chains(context)
    losers = merged.losers(context)
    with context.progress.holding():
        merged.replan(context, losers)
        converted.replan(context)
    needs_planning = _needs_planning(context)
    context.progress.start_over(needs_planning.count())
    for rows in chunks(needs_planning.values_list("id", "remote_id", "match_key"), CHUNK):
        with context.progress.holding():
            _match_chunk(context, [row for row in rows if row[1] not in context.unasked], losers)
        context.progress.advance(len(rows))


def _needs_planning(context: Context) -> QuerySet[MirrorRecord]:
    """Left records to be planned. Naming the id makes SQLite use the short index of these rows."""
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
    find = match_people.find if context.kind.grouping else one_to_one.find
    matches = find(context, [(left_id, key) for _, left_id, key in open_rows])
    for row_id, left_id, _ in open_rows:
        found, role = matches[left_id].match, matches[left_id].role
        if left_id in contested and found.right_id == links[left_id]:
            continue  # it is still the one
        if found.status is rules.MatchStatus.MATCHED and found.how:
            proposed.append(_proposal(context, left_id, found, found.how, role))
        elif found.status is rules.MatchStatus.UNMATCHED and (successor := successors.get(left_id)):
            inherits = rules.Match(
                found.status, successor.right_id, reason="A record that was merged into it had this one"
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
    _unlink(context, counterpart_deleted)
    matched_anew = MirrorRecord.objects.filter(id__in=[row[0] for row in open_rows])
    matched_anew.exclude(status__in=["", *STAND_UNTIL_WRITTEN]).update(status="", reason="")
    for (status, reason), ids in ambiguous.items():
        MirrorRecord.objects.filter(id__in=ids).update(status=status, reason=reason)


def _counterpart_deleted(context: Context, links: Mapping[str, str]) -> set[str]:
    """The left ids whose counterpart was deleted, or left the sync."""
    if not links:
        return set()
    rights = MirrorRecord.objects.right_of(context.sync, remote_id__in=set(links.values()))
    gone = set(rights.filter(Q(deleted=True) | Q(in_scope=False)).values_list("remote_id", flat=True))
    return {left_id for left_id, right_id in links.items() if right_id in gone}


def _contested(context: Context, links: Mapping[str, str]) -> set[str]:
    """The left ids whose counterpart shares its key with others, if the kind says which of several it is."""
    if context.kind.preferred is None or not links:
        return set()
    rights = MirrorRecord.objects.right_of(context.sync).alive_in_scope().exclude(match_key="")
    keys = dict(rights.filter(remote_id__in=set(links.values())).values_list("remote_id", "match_key"))
    times = rights.filter(match_key__in=set(keys.values())).order_by().values_list("match_key").annotate(Count("pk"))
    shared = {key for key, number in times if number > 1}
    return {left_id for left_id, right_id in links.items() if keys.get(right_id) in shared}


def _unlink(context: Context, counterpart_deleted: Collection[str]) -> None:
    """End links to deleted records, if the sync creates those again (S2.19)."""
    if counterpart_deleted and context.book.config.puts_back:
        deleted = MirrorRecord.objects.right_of(context.sync, deleted=True).values("remote_id")
        Link.objects.active_of(context.sync, left_id__in=counterpart_deleted, right_id__in=deleted).delete()


def _proposal(context: Context, left_id: str, found: rules.Match, how: rules.How, role: LinkRole) -> Link:
    values = {"how": how, "role": role, "reason": found.reason, "active": False}
    return Link(sync=context.sync, left_id=left_id, right_id=found.right_id, **values)
