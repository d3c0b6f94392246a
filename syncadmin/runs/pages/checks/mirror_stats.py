"""What the mirror of both systems shows about the records: counts and first examples for the Check page.

Counts come from indexes. Traits that stand only inside a record are looked for in the first ones, and the page says in
how many. What was found is kept until the mirror changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core.cache import caches
from django.db.models import Exists, OuterRef

from mappings.kinds.registry import kind_of
from mappings.models import PersonAccounts, Sync
from syncadmin.engine.checks.assessment import Found, Records
from syncadmin.engine.checks.people_assessment import People
from syncadmin.engine.lifecycle import WORKING
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Run, SideState
from syncadmin.runs.pages.checks import counts as counts
from syncadmin.runs.pages.checks.people import take_people
from syncadmin.runs.status.record_status import RecordStatus

MOST_LOOKALIKES = 200
SECONDS_KEPT = 3_600


def read_at(sync: Sync) -> datetime | None:
    """When both sides had been read; None while one never was. One query."""
    moments = dict(SideState.objects.filter(sync=sync).values_list("side", "read_at"))
    found = [moments.get(side) for side in Side]
    return min(moment for moment in found if moment) if all(found) else None


def survey(sync: Sync, read: datetime) -> Records | People:
    """What both sides hold, as read at ``read``.

    A fixed number of queries, one when nothing ran between the two systems since it was last asked. Side effect: kept
    in the cache, except while a run is at work.
    """
    between = Run.objects.filter(sync__left=sync.left_id, sync__right=sync.right_id)
    last = between.order_by("-pk").values_list("pk", "state").first() or (0, "")
    place = f"survey:{sync.pk}:{sync.revision}:{read.timestamp()}:{last[0]}:{last[1]}"
    kept: Records | People | None = caches["memo"].get(place)
    if kept is None:
        kept = take_people(sync) if kind_of(sync.kind).people else take(sync)
        if last[1] not in WORKING:
            caches["memo"].set(place, kept, SECONDS_KEPT)
    return kept


def take(sync: Sync) -> Records:
    """Look at the mirror of accounts and organizations now."""
    standing = counts.standing_of(sync)
    right = sum(standing[Side.RIGHT].values())
    persons, parents = _natures(sync)
    left_names = counts.repeated(sync, Side.LEFT, "match_key", counts.in_scope(sync))
    there = counts.rows_of(sync, Side.RIGHT).filter(in_scope=True, deleted=False)
    return Records(
        left=counts.admitted(standing),
        right=right,
        left_repeated=left_names,
        right_repeated=counts.repeated(sync, Side.RIGHT, "match_key", there),
        nameless=standing[Side.LEFT][RecordStatus.NO_NAME],
        persons=counts.added(persons, counts.judged(sync, standing, RecordStatus.PERSON_ACCOUNT)),
        parents=counts.added(
            replace(parents, capped=parents.capped and not standing[Side.LEFT][RecordStatus.HAS_PARENT]),
            counts.judged(sync, standing, RecordStatus.HAS_PARENT),
        ),
        unlinked_right=counts.strangers(sync, [sync]),
        foreign=counts.foreign_ids(sync),
        lookalikes=_lookalikes(sync),
    )


def _natures(sync: Sync) -> tuple[Found, Found]:
    """Person accounts (S3.6) and accounts with a parent (S3.7) that take part: those that a policy leaves out are
    counted by their verdict.
    """
    found = counts.traits(sync, "IsPersonAccount", "ParentId")
    persons, parents = found["IsPersonAccount"], found["ParentId"]
    return replace(persons, capped=persons.capped and sync.person_accounts != PersonAccounts.SKIP), parents


def _lookalikes(sync: Sync) -> Found:
    """Unlinked accounts whose name differs only in form from that of an unlinked organization (S3.C16)."""
    other = counts.rows_of(sync, Side.RIGHT).filter(lookalike_key=OuterRef("lookalike_key"), deleted=False)
    other = other.exclude(match_key=OuterRef("match_key"))
    other = other.filter(~Exists(Link.objects.of_sync(sync, right_id=OuterRef("remote_id"))))
    alone = counts.in_scope(sync).filter(lookalike_key__gt="")
    alone = alone.filter(~Exists(Link.objects.of_sync(sync, left_id=OuterRef("remote_id"))), Exists(other))
    twin = other.order_by("pk").values("label")[:1]
    found = list(alone.annotate(twin=twin).values_list("label", "twin")[: MOST_LOOKALIKES + 1])
    examples = tuple(f"{label} – {twin}" for label, twin in found[: counts.EXAMPLES])
    return Found(min(len(found), MOST_LOOKALIKES), examples, capped=len(found) > MOST_LOOKALIKES)
