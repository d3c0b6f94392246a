"""Decisions of people about fields that changed on both sides: which value stays. The next plan writes it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from mappings.models import Sync
from mappings.rules.configuration import Direction
from syncadmin.engine.merge import SideChoice
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Side
from syncadmin.runs.models import FieldChoice, Link, MirrorRecord, Run
from syncadmin.runs.services import comparison
from syncadmin.runs.services.decisions import Refused
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import mirror

logger = logging.getLogger(__name__)


def chosen_in(sync: Sync, **where: Any) -> dict[str, dict[str, SideChoice]]:
    """The open choices of a sync, by left id and right field. One query."""
    found: dict[str, dict[str, SideChoice]] = defaultdict(dict)
    for choice in FieldChoice.objects.filter(sync=sync, **where).select_related("by"):
        who = choice.by.get_username() if choice.by else "somebody"
        found[choice.left_id][choice.field] = SideChoice(Side(choice.wins), choice.left, choice.right, who)
    return found


def forget(run: Run, left_ids: Collection[str]) -> None:
    """Delete the choices about these records that were made before the run was planned: it has written them."""
    FieldChoice.objects.filter(sync=run.sync_id, left_id__in=left_ids, at__lt=run.planned_at).delete()


@transaction.atomic
def choose(sync: Sync, *, left_id: str, field: str, wins: Side, by: User | None) -> FieldChoice:
    """Let the value of this side stay for a right ``field``; the next plan shows it. Applies to the present two values
    only.

    Raises decisions.Refused if the records are not linked, or the field cannot be written in both directions.
    """
    link = Link.objects.active_of(sync, left_id=left_id).exclude(role=LinkRole.DUPLICATE).first()
    rows = MirrorRecord.objects.of_sync(sync).alive()
    left = rows.filter(side=Side.LEFT, remote_id=left_id, in_scope=True).first()
    right = rows.filter(side=Side.RIGHT, remote_id=link.right_id).first() if link else None
    if left is None or right is None:
        raise Refused("These two are not linked any more, so there is nothing to choose between.")
    book = comparison.known_rules(sync)
    rule = next((rule for rule in book.rules if rule.right == field), None) if book else None
    if rule is None or rule.direction is not Direction.BOTH:
        raise Refused("The mapping does not write this field both ways any more; the mapping says which side wins.")
    values = {"wins": wins, "left": left.values.get(rule.left), "right": right.values.get(field), "by": by}
    choice, _ = FieldChoice.objects.update_or_create(sync=sync, left_id=left_id, field=field, defaults=values)
    _note_chosen(sync, book, left, right, link)
    logger.info("%s: %s of %s: the value of the %s side was chosen by %s", sync, field, left_id, wins, by)
    return choice


def _note_chosen(sync: Sync, book: Rulebook | None, left: MirrorRecord, right: MirrorRecord, link: Link | None) -> None:
    """Plan the record again; it is no longer in conflict once all open fields are decided."""
    row = MirrorRecord.objects.filter(pk=left.pk)
    chosen = chosen_in(sync, left_id=left.remote_id).get(left.remote_id, {})
    still_open = any(pair.open and not pair.choice for pair in comparison.pairs(book, left, right, link, chosen))
    mirror.replan(row)
    if not still_open:
        row.filter(status=RecordStatus.CONFLICT).update(status=RecordStatus.PENDING, reason="")


@transaction.atomic
def take_back(sync: Sync, *, left_id: str, field: str, by: User | None) -> bool:
    """Reopen the field. False if nothing was chosen, or a run has written it."""
    gone, _ = FieldChoice.objects.filter(sync=sync, left_id=left_id, field=field).delete()
    if gone:
        rows = MirrorRecord.objects.left_of(sync, remote_id=left_id)
        mirror.replan(rows, status=RecordStatus.CONFLICT, reason="Both sides changed this field")
        logger.info("%s: %s of %s: the choice was taken back by %s", sync, field, left_id, by)
    return bool(gone)
