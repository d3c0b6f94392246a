"""Right records that were merged by people: the left record follows to the winner, or is listed (S1.39)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from connectors.api.values import ANY_ADDRESS, MERGED_INTO, Condition, Query, RecordRef
from syncadmin.engine.match import How
from syncadmin.engine.merged import MergedCounterpart
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.steps import PlannedStep
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.services.decisions import left_alone
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.mirror import MirrorRow

# Records that are asked about in one run, at up to two calls each, and among how many of those that lost a counterpart.
MOST_ASKED, MOST_LOST = 500, 10_000
# How long, and for how many, is asked again by their key: a search finds what was just written some minutes later.
ASKED_AGAIN, MOST_ASKED_AGAIN = timedelta(hours=1), 20


def trace(context: Context) -> frozenset[str]:
    """Find out into which record each missing linked right record was merged, and plan its left record again.

    Returns left records that could not be asked about yet; they must not count as deleted.

    A winner that is missing too may have been merged again and is asked about again, unless another left record has it.
    """
    links, unasked = _lost(context)
    rights = {row.remote_id: row for row in _rights(context, links.values(), deleted=True)}
    known = {id: winner for id, row in rights.items() if (winner := _winner(row))}
    settled = _settled(context, set(known.values())) if known else set()
    open_ = [(left, id) for left, id in links.items() if id in rights and known.get(id) not in settled]
    unasked |= {left for left, _ in open_[MOST_ASKED:]}
    _ask(context, dict(open_[:MOST_ASKED]), rights, known)
    advice = MirrorRecord.objects.left_of(context.sync, remote_id__in=links, status=RecordStatus.COUNTERPART_DELETED)
    return frozenset(unasked.difference(advice.values_list("remote_id", flat=True)) if unasked else ())


def _ask(
    context: Context, open_: Mapping[str, str], rights: Mapping[str, MirrorRecord], known: Mapping[str, str]
) -> None:
    if not open_:
        return
    by_key = context.kind.right_key_survives
    found = _by_address(context, open_, rights) if by_key else _by_id(context, open_.values())
    found = {id: winner for id, winner in found.items() if winner != known.get(id)}
    if not found:
        return
    for id, winner in found.items():
        rights[id].values = {**(rights[id].values or {}), MERGED_INTO: winner}
    with context.progress.holding():
        MirrorRecord.objects.bulk_update([rights[id] for id in found], ["values"], batch_size=500)
        ours = MirrorRecord.objects.left_of(context.sync)
        ours.filter(remote_id__in=[left for left, right in open_.items() if right in found]).update(needs_planning=True)


def followers(context: Context, winners: Mapping[str, str]) -> dict[str, str]:
    """Those of these left records that may be linked to the winner of their counterpart's merge, with its id.

    The winner must be free: no link, decision or key connects it to another record, and nothing was decided about the
    left record.
    """
    if not winners:
        return {}
    alive = {row.remote_id for row in _rights(context, winners.values(), deleted=False)}
    decided = Decision.objects.filter(sync=context.sync, left_id__in=winners).exclude(right_id="", pinned=True)
    asked = set(decided.values_list("left_id", flat=True))
    keys = _keys(context, winners)
    free = {left: right for left, right in winners.items() if right in alive and left in keys and left not in asked}
    holders = _holders(context, free.values())
    given: dict[str, str] = {}
    found: dict[str, str] = {}
    for left, right in sorted(free.items()):
        own = {left, *(other for other, key in keys.items() if key and key == keys[left])}
        if holders.get(right, set()) <= own and given.setdefault(right, keys[left] or left) == (keys[left] or left):
            found[left] = right
    return found


def owned_by(context: Context, lefts: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """What the links of these records own: tags and memberships that moved to the winner with the merge.

    Where users have one organization, the winner keeps its own.
    """
    links = Link.objects.of_sync(context.sync, left_id__in=list(lefts)).values_list("left_id", "owned_values")
    several = context.book.config.multiple_organizations
    return {
        left: {name: entries for name, entries in owned.items() if several or name != OWNED} for left, owned in links
    }


def winners_of(context: Context, links: Mapping[str, str]) -> dict[str, str]:
    """The winners of the merges of linked right records, by left id."""
    noted = {row.remote_id: _winner(row) for row in _rights(context, links.values(), deleted=True)}
    return {left: winner for left, right in links.items() if (winner := noted.get(right, ""))}


def reasons(context: Context, rights: Iterable[MirrorRow]) -> dict[str, str]:
    """Why left records cannot follow the merge of their right record, by its id."""
    winners = {row.remote_id: winner for row in rights if row.deleted and (winner := _winner(row))}
    if not winners:
        return {}
    labels = {row.remote_id: row.label for row in _rights(context, winners.values(), deleted=False)}
    holders = _holders(context, winners.values())
    names = _labels(context, {left for lefts in holders.values() for left in lefts})
    found = {}
    for id, winner in winners.items():
        holder = min(holders.get(winner, ()), default="")
        merge = MergedCounterpart(winner, labels.get(winner, ""), holder, names.get(holder, holder))
        found[id] = merge.advice(context.kind.names)
    return found


def warned(link: Link, drafts: list[PlannedStep]) -> list[PlannedStep]:
    """The steps of a pair, with a warning on the first one that follows a merge."""
    if link.active or link.how != How.MERGED or not drafts:
        return drafts
    first = drafts[0]
    return [replace(first, warnings=(*first.warnings, f"{first.label}: {link.reason}.")), *drafts[1:]]


def _lost(context: Context) -> tuple[dict[str, str], set[str]]:
    """Links to missing right records, and the left records that must wait because they are too many for one run.

    Includes left records that are planned now or were listed recently.
    """
    links = Link.objects.active_of(context.sync).order_by("-id")
    gone = MirrorRecord.objects.right_of(context.sync, deleted=True)
    lefts = MirrorRecord.objects.left_of(context.sync).alive_in_scope()
    waiting = lefts.filter(needs_planning=True, id__gt=0)
    ids = {"left_id__in": waiting.values("remote_id"), "right_id__in": gone.values("remote_id")}
    pairs = list(links.filter(**ids).values_list("left_id", "right_id"))
    found = dict(pairs[:MOST_LOST])
    if context.kind.right_key_survives:
        since = timezone.now() - ASKED_AGAIN
        advice = lefts.filter(status=RecordStatus.COUNTERPART_DELETED, needs_planning=False)
        lost = gone.filter(Q(modified_at__gt=since) | Q(missing_since__gt=since))
        ids = {"left_id__in": advice.values("remote_id"), "right_id__in": lost.values("remote_id")}
        found |= dict(links.filter(**ids).values_list("left_id", "right_id")[:MOST_ASKED_AGAIN])
    return found, {left for left, _ in pairs[MOST_LOST:]}


def _settled(context: Context, winners: set[str]) -> set[str]:
    """Those of these right records that exist, or that a left record has which would follow them."""
    alive = {row.remote_id for row in _rights(context, winners, deleted=False)}
    return alive | {right for right, lefts in _holders(context, winners - alive).items() if lefts}


def _by_id(context: Context, ids: Iterable[str]) -> dict[str, str]:
    refs = [RecordRef(context.kind.right_object, id) for id in sorted(set(ids))]
    found = context.right.fetch(refs, (MERGED_INTO,))
    return {record.ref.id: winner for record in found if (winner := record.values.get(MERGED_INTO))}


def _by_address(context: Context, links: Mapping[str, str], rights: Mapping[str, MirrorRecord]) -> dict[str, str]:
    """The user that has a left record's address now, because it won the merge with the record's user."""
    keys, kind = _keys(context, links), context.kind
    found: dict[str, str] = {}
    for left, right in links.items():
        known = (keys.get(left, ""), kind.right_key(rights[right].values or {}))
        addresses = tuple(dict.fromkeys(filter(None, known)))
        if right in found or not addresses:
            continue
        asked = Query(kind.right_object, (kind.right_name,), (Condition(ANY_ADDRESS, addresses),))
        holders = {record.ref.id for page in context.right.read(asked) for record in page.records}
        if len(holders) == 1:
            found[right] = holders.pop()
    return found


def _holders(context: Context, rights: Collection[str]) -> dict[str, set[str]]:
    """The left records that have these right records, or are about to: by link, proposal, decision, stored
    id or key.
    """
    syncs = email_groups.siblings(context.sync)
    lefts = MirrorRecord.objects.left_of(syncs).alive()
    found: dict[str, set[str]] = {right: set() for right in rights}
    links = Link.objects.of_sync(syncs, right_id__in=found)
    pairs = list(links.filter(left_id__in=lefts.values("remote_id")).values_list("right_id", "left_id"))
    decisions = Decision.objects.filter(sync__in=syncs, right_id__in=found)
    pairs += decisions.exclude(left_id="").values_list("right_id", "left_id")
    pairs += [(right, "") for right in left_alone(syncs, found.keys())]
    by_key: dict[str, list[str]] = {}
    for row in _rights(context, found, deleted=False):
        for key in filter(None, (row.match_key, row.external_key)):
            by_key.setdefault(key, []).append(row.remote_id)
    within = lefts.filter(in_scope=True).filter(Q(match_key__in=by_key) | Q(remote_id__in=by_key))
    for left, key in within.values_list("remote_id", "match_key"):
        pairs += [(right, left) for right in (*by_key.get(key, ()), *by_key.get(left, ()))]
    for right, left in pairs:
        found[right].add(left)
    return found


def _rights(context: Context, ids: Collection[str], *, deleted: bool) -> QuerySet[MirrorRecord]:
    return MirrorRecord.objects.right_of(context.sync, remote_id__in=list(ids), deleted=deleted)


def _keys(context: Context, lefts: Collection[str]) -> dict[str, str]:
    rows = MirrorRecord.objects.left_of(context.sync, remote_id__in=list(lefts))
    return dict(rows.filter(in_scope=True, deleted=False).values_list("remote_id", "match_key"))


def _labels(context: Context, lefts: Collection[str]) -> dict[str, str]:
    syncs = email_groups.siblings(context.sync)
    rows = MirrorRecord.objects.left_of(syncs, remote_id__in=list(lefts))
    return dict(rows.values_list("remote_id", "label"))


def _winner(row: MirrorRecord | MirrorRow) -> str:
    return str((row.values or {}).get(MERGED_INTO) or "")
