"""Decisions of people about single records: link, create, leave alone. They last until they are taken back."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.services.candidates import offered
from syncadmin.runs.status.labels import names_of, systems
from syncadmin.runs.status.record_status import RecordStatus, record_status
from syncadmin.runs.storage import email_groups, mirror
from syncadmin.runs.storage.linked import of_existing_records

ALONE = "Somebody decided to leave this record alone"
MOST_NAMESAKES = 20
_OUTSIDE_THE_FILTER = (
    RecordStatus.OUT_OF_SCOPE,
    RecordStatus.ACCOUNT_OUTSIDE,
    RecordStatus.LEFT_SCOPE,
    RecordStatus.PENDING,
)
logger = logging.getLogger(__name__)


class Refused(Exception):
    """The decision cannot be made. The message says why, and what to do."""


@transaction.atomic
def link(sync: Sync, *, left_id: str, right_id: str, by: User | None) -> Decision:
    """Link these two records; the next plan compares them. Raises Refused if one is linked to another record or gone.

    Several records of one email may be linked to the same user: they are its group (S1.22).
    """
    left, right = _open(sync, Side.LEFT, left_id), _record(sync, Side.RIGHT, right_id)
    names = names_of(sync)
    system = names.right_system
    if kind_of(sync.kind).linked_by_key and right.match_key != left.match_key:
        raise Refused(f"{right} has the {names.key} of another {names.left_one}. Only its own is linked with it.")
    if _outside_the_group(sync, left, _linked_lefts(sync, right_id)):
        raise Refused(f"{right} in {system} is linked to another record already. Undo that link first.")
    Decision.objects.filter(sync=sync, left_id="", right_id=right_id).delete()
    chosen = Decision.objects.filter(sync=sync, right_id=right_id).exclude(left_id=left_id)
    if chosen.exists():
        raise Refused(f"{right} in {system} was chosen for another record already. Take that decision back first.")
    _forget_dead(sync, right_id)
    decision = _decide(sync, Side.LEFT, left_id, by, right_id=right_id)
    _look_again(sync, left, right)
    return decision


@transaction.atomic
def create(sync: Sync, *, side: Side, remote_id: str, by: User | None) -> Decision:
    """Create a counterpart of this record, whatever the settings of the sync say (S3.C11).

    The next plan shows the creation. Raises Refused if the record is linked or gone, or the other system has a record
    with its key, as that would make a duplicate.
    """
    record = _open(sync, side, remote_id)
    if reason := why_not_created(sync, record):
        raise Refused(reason)
    if side is Side.RIGHT:
        _forget_dead(sync, remote_id)
    decision = _decide(sync, side, remote_id, by, create=True)
    _look_again(sync, record)
    return decision


@transaction.atomic
def ignore(sync: Sync, *, side: Side, remote_id: str, by: User | None) -> Decision:
    """Leave this record alone: no counterpart is created or looked for. Outside the filter, it stays linked and is not
    listed.

    Raises Refused if it is linked or gone.
    """
    known = MirrorRecord.objects.of_side(sync, side, remote_id=remote_id, in_scope=False)
    if known.filter(status=RecordStatus.LEFT_SCOPE).update(status=RecordStatus.IGNORED, reason=ALONE):
        return _decide(sync, side, remote_id, by, pinned=False)
    record = _open(sync, side, remote_id)
    decision = _decide(sync, side, remote_id, by, pinned=False)
    _look_again(sync, record)
    return decision


@transaction.atomic
def take_back(sync: Sync, *, side: Side, remote_id: str, by: User | None) -> bool:
    """Take the decision about a record back; the next plan looks at it again. False if there was none.

    A link that a run made by it stays; undo that run to end it.
    """
    field = "left_id" if side is Side.LEFT else "right_id"
    decision = Decision.objects.filter(sync=sync, **{field: remote_id}).first()
    if decision is None:
        return False
    logger.info("%s: decision about %s taken back by %s", sync, remote_id, by)
    records = MirrorRecord.objects.filter(
        Q(side=Side.LEFT, remote_id=decision.left_id) | Q(side=Side.RIGHT, remote_id=decision.right_id), sync=sync
    )
    left_id = decision.left_id
    decision.delete()
    linked = Link.objects.active_of(sync, left_id=left_id).exists()
    if linked:
        words = (RecordStatus.OUT_OF_SCOPE, RecordStatus.ACCOUNT_OUTSIDE, RecordStatus.IGNORED)
        outside = records.filter(in_scope=False, status__in=words)
        outside.update(status=RecordStatus.LEFT_SCOPE)
    if decision.pinned or decision.create or not linked or kind_of(sync.kind).linked_by_key:
        _look_again(sync, *records)
    return True


@transaction.atomic
def pin(sync: Sync, *, left_id: str, by: User | None) -> Decision:
    """Let this record fill the user of its email, whatever the rules say (A8). One record of a group can be pinned.

    Side effect: the group is planned again in all syncs that share the user. Raises Refused if the record has no email,
    is outside the sync or was left alone.
    """
    record = _record(sync, Side.LEFT, left_id)
    if not record.match_key:
        raise Refused(f"{record} has no {names_of(sync).key}, so it is in no group.")
    _check_scope(record)
    decision = Decision.objects.filter(sync=sync, left_id=left_id).first()
    if decision and decision.leaves_alone:
        raise Refused(f"It was decided to leave {record} alone. Take that decision back first.")
    _unpin(sync, record.match_key)
    values = {"pinned": True, "by": by, "at": timezone.now()}
    decision, _ = Decision.objects.update_or_create(sync=sync, left_id=left_id, defaults=values)
    logger.info("%s: %s pinned as the syncing record of %s by %s", sync, left_id, record.match_key, by)
    return decision


@transaction.atomic
def unpin(sync: Sync, *, key: str, by: User | None) -> bool:
    """Let the rules decide again who fills the user of this email. False if no record was pinned."""
    found = _unpin(sync, key)
    if found:
        logger.info("%s: the pin of %s taken back by %s", sync, key, by)
    return found


def left_alone(syncs: Collection[Sync], right_ids: Collection[str]) -> frozenset[str]:
    """Those of these right records that a person decided to leave alone. At most one query."""
    if not right_ids:
        return frozenset()
    decision = Decision.objects.filter(sync__in=syncs, right_id__in=right_ids, left_id="", create=False)
    return frozenset(decision.values_list("right_id", flat=True))


def asked_for(sync: Sync, left_ids: Collection[str]) -> frozenset[str]:
    """Those of these left records that a person decided to create a counterpart of (S3.C11). One query."""
    decision = Decision.objects.filter(sync=sync, left_id__in=left_ids, create=True)
    return frozenset(decision.values_list("left_id", flat=True))


def is_about_its_counterpart(decision: Decision) -> bool:
    """Whether the decision names a counterpart, or says that there is none. A pin does neither."""
    return decision.leaves_alone or decision.create or bool(decision.left_id and decision.right_id)


def describe(decision: Decision) -> str:
    """A decision in one sentence. Select ``by`` and ``sync`` along."""
    who = decision.by.get_username() if decision.by else "Somebody"
    names = names_of(decision.sync)
    if decision.leaves_alone:
        return f"{who} decided to leave this record alone."
    found = []
    if decision.left_id and decision.right_id:
        found.append(f"that this belongs to {names.right_system} {decision.right_id}")
    if decision.create:
        found.append(f"to create it in {names.right_system if decision.left_id else names.left_system}")
    if decision.pinned:
        found.append("that this is the syncing record of its group")
    return f"{who} decided {' and '.join(found)}."


def _decide(sync: Sync, side: Side, remote_id: str, by: User | None, **values: str | bool) -> Decision:
    """Store a decision; it replaces an earlier one about the same record, except a pin."""
    mine, other = ("left_id", "right_id") if side is Side.LEFT else ("right_id", "left_id")
    logger.info("%s: %s decided by %s: %s", sync, remote_id, by, values or "leave it alone")
    defaults: dict[str, Any] = {other: "", "create": False, **values, "by": by, "at": timezone.now()}
    if side is Side.RIGHT:
        defaults["pinned"] = False
    about: dict[str, Any] = {mine: remote_id}
    return Decision.objects.update_or_create(sync=sync, **about, defaults=defaults)[0]


def _unpin(sync: Sync, key: str) -> bool:
    """Remove the pins of a group and plan it again. Other decisions about its records stay."""
    syncs = email_groups.siblings(sync)
    group = MirrorRecord.objects.left_of(syncs, match_key=key).alive()
    pinned = Decision.objects.filter(sync__in=syncs, left_id__in=group.values("remote_id"), pinned=True)
    alone = pinned.filter(right_id="", create=False)
    mirror.replan(group.filter(in_scope=True))
    return bool(sum([alone.delete()[0], pinned.update(pinned=False)]))


def _look_again(sync: Sync, *records: MirrorRecord) -> None:
    """Plan these records again, and unlinked ones with the same key."""
    keys = {record.match_key for record in records} - {""}
    namesakes = MirrorRecord.objects.of_sync(sync, side__in=list(Side), match_key__in=keys).alive()
    mirror.replan(namesakes.exclude(status=RecordStatus.IN_SYNC).filter(in_scope=True))
    chosen = MirrorRecord.objects.filter(pk__in=[record.pk for record in records])
    mirror.replan(chosen, status=RecordStatus.PENDING, reason="")


def _open(sync: Sync, side: Side, remote_id: str) -> MirrorRecord:
    """A record that may be decided about. Raises Refused otherwise."""
    record = _record(sync, side, remote_id)
    field = "left_id" if side is Side.LEFT else "right_id"
    links = Link.objects.active_of(sync, **{field: remote_id})
    if of_existing_records(links).exists():
        raise Refused(f"{record} is linked already. Undo the run that linked it first.")
    _check_scope(record)
    return record


def _check_scope(record: MirrorRecord) -> None:
    if record.side == Side.LEFT and not record.in_scope:
        reason = "is outside the filter" if record.status in _OUTSIDE_THE_FILTER else f"is not synced ({record.reason})"
        raise Refused(f"{record} {reason}, so a decision about it has no effect.")


def why_not_created(sync: Sync, record: MirrorRecord) -> str:
    """Why no counterpart of this record can be created, with what to do instead; "" if it can. At most four queries.

    Either the kind creates nothing on the other side, or a record with its key exists there.
    """
    side, names = Side(record.side).other, names_of(sync)
    kind = kind_of(sync.kind)
    if not kind.side(side).creatable:
        return f"a sync of {kind.title_inside} creates nothing there. Link it by hand, or leave it alone."
    known = MirrorRecord.objects.of_side(sync, side, match_key=record.match_key).alive()
    found = list(known.defer("values").order_by("-in_scope", "pk")[:MOST_NAMESAKES]) if record.match_key else []
    if not found:
        return ""
    free = [candidate.record for candidate in offered(sync, record, found) if not candidate.refused]
    other = next((row for row in (*free, *found) if row.in_scope), found[0])
    what = f"{systems(names)[side]} has {other} ({other.remote_id}) with this {names.key} already"
    if not other.in_scope:
        return f"{what}, {_why_outside(other)} to have the two linked."
    if other in free:
        return f"{what}. Link {record} with that one instead."
    return (
        f"{what}, and that one belongs to another record. Change the {names.key} of one of the two to have {record} "
        f"created, link it with another record, or leave it alone."
    )


def _why_outside(other: MirrorRecord) -> str:
    """Why a record with the same key is outside the sync, and how to bring it in."""
    if other.side == Side.RIGHT or other.status in _OUTSIDE_THE_FILTER:
        return "outside the filter. Take it into the filter"
    reason = other.reason or record_status(other.status).label
    return f"which is not synced ({reason}). Change that in the sync's settings"


def _linked_lefts(sync: Sync, right_id: str) -> list[str]:
    links = Link.objects.active_of(sync, right_id=right_id)
    return list(of_existing_records(links).values_list("left_id", flat=True))


def _forget_dead(sync: Sync, right_id: str) -> None:
    """End the link of a right record to a deleted one, once a person has chosen another counterpart."""
    links = Link.objects.active_of(sync, right_id=right_id)
    links.exclude(pk__in=of_existing_records(links).values("pk")).delete()


def _outside_the_group(sync: Sync, left: MirrorRecord, others: list[str]) -> bool:
    """Whether one of these left records cannot share a counterpart with ``left``."""
    if not others or not kind_of(sync.kind).grouping or not left.match_key:
        return bool(others)
    same = MirrorRecord.objects.left_of(sync, remote_id__in=others, match_key=left.match_key)
    return same.count() < len(others)


def _record(sync: Sync, side: Side, remote_id: str) -> MirrorRecord:
    record = MirrorRecord.objects.of_side(sync, side, remote_id=remote_id).alive().first()
    if record is None:
        system = systems(names_of(sync))[side]
        raise Refused(f"{remote_id or 'This record'} is not known in {system}. It was deleted, or not read yet.")
    return record
