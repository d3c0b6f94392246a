"""Reads the source again before values are written that may have been withdrawn since the plan, such as a consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.api.values import RecordRef
from mappings.rules.convert import same
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side
from syncadmin.inbox.models import Delivery, DeliveryState
from syncadmin.runs.models import MirrorRecord, Step
from syncadmin.runs.pipeline.apply.drift_check import SOURCE_GONE, Objection, was_left
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import missing

MESSAGE_WAITING = Objection(
    ReasonCode.DRIFT, "A message about it came since the plan was made; the next run takes it in."
)
CHANGED = Objection(ReasonCode.DRIFT, "What {} says was changed since the plan was made; the next run reads it.")


def outdated(context: Context, side: Side, steps: Sequence[Step]) -> dict[int, Objection]:
    """Why steps must not be written, by step id: their left record has other values now.

    Waiting messages are looked at without a call; the left system is asked only if the plan has waited for a person.
    """
    names = context.kind.rechecked(context.book.config)
    if not names or side is Side.LEFT or context.run.undo_of_id is not None:
        return {}
    ids = {step.left_id for step in steps}
    waiting = _spoken_of(context, ids)
    now = _changed(context, ids - waiting, names) if was_left(context) else {}
    words = {**now, **dict.fromkeys(waiting, MESSAGE_WAITING)}
    return {step.pk: words[step.left_id] for step in steps if step.left_id in words}


def _spoken_of(context: Context, ids: set[str]) -> set[str]:
    waiting = Delivery.objects.filter(sync=context.sync, state=DeliveryState.QUEUED, message__record__in=ids)
    return set(waiting.values_list("message__record", flat=True))


def _changed(context: Context, ids: set[str], names: Sequence[str]) -> dict[str, Objection]:
    rows = MirrorRecord.objects.left_of(context.sync, remote_id__in=ids)
    planned: dict[str, Mapping[str, Any]] = dict(rows.values_list("remote_id", "values"))
    refs = [RecordRef(context.kind.left_object, id) for id in sorted(planned)]
    changed = Objection(CHANGED.reason_code, CHANGED.message.format(context.kind.names.left_system))
    found = list(context.left.fetch(refs, names)) if refs else []
    if gone := {record.ref.id for record in found if record.deleted}:
        with context.progress.holding():
            missing.bury(context, Side.LEFT, gone)
    return dict.fromkeys(gone, SOURCE_GONE) | {
        record.ref.id: changed
        for record in found
        if not record.deleted and _differs(planned[record.ref.id], record.values, names)
    }


def _differs(planned: Mapping[str, Any], now: Mapping[str, Any], names: Sequence[str]) -> bool:
    return any(name in now and not same(planned.get(name), now[name]) for name in names)
