"""Outcomes of received messages, taken from the steps of the run that processed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from syncadmin.engine.lifecycle import StepState
from syncadmin.inbox.models import Delivery, DeliveryState
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import answers

CHUNK = 500
OVERTAKEN = "overtaken"
_REFUSED = frozenset({StepState.REJECTED, StepState.CONFLICT})


def note_outcomes(run: Run) -> None:
    """Store the outcome of each message about the records of this run. One whose record is still to be planned stays
    open.
    """
    taken = Delivery.objects.filter(sync=run.sync_id, state=DeliveryState.TAKEN).select_related("message")
    last = 0
    while found := list(taken.filter(id__gt=last).order_by("id")[:CHUNK]):
        last = found[-1].pk
        _note_chunk(run, found)


def _note_chunk(run: Run, deliveries: Sequence[Delivery]) -> None:
    ids = {delivery.message.record for delivery in deliveries}
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(run=run, left_id__in=ids):
        steps[step.left_id].append(step)
    rows = MirrorRecord.objects.left_of(run.sync, remote_id__in=ids)
    stands = {id: (status, waits) for id, status, waits in rows.values_list("remote_id", "status", "needs_planning")}
    judged = [one for one in deliveries if _judge(one, steps.get(one.message.record, []), stands)]
    _credit_the_last(judged)
    Delivery.objects.bulk_update(judged, ["state", "code", "fields", "run_id"], batch_size=200)


def _judge(delivery: Delivery, steps: Sequence[Step], stands: Mapping[str, tuple[str, bool]]) -> bool:
    """Set the outcome of a message. False if it is not known yet."""
    status, waits = stands.get(delivery.message.record, ("", False))
    if steps:
        delivery.run_id = steps[0].run_id
        delivery.state, delivery.code = _of_steps(steps)
        changed = {change["field"] for step in steps for change in step.changes if step.state == StepState.DONE}
        delivery.fields = [name for name in delivery.fields if name in changed]
        return True
    if waits or not status:
        return False
    agrees = status == RecordStatus.IN_SYNC
    delivery.state = DeliveryState.UNCHANGED if agrees else DeliveryState.SKIPPED
    delivery.code, delivery.fields = "" if agrees else status, []
    return True


def _credit_the_last(deliveries: Sequence[Delivery]) -> None:
    """Of several messages about a record, credit each written field to the last one with a value for it."""
    credited: set[tuple[str, str]] = set()
    written = [one for one in deliveries if one.state == DeliveryState.WRITTEN]
    for one in sorted(written, key=lambda one: (_moment(one), one.pk), reverse=True):
        about = one.message.record
        one.fields = [name for name in one.fields if (about, name) not in credited]
        credited |= {(about, name) for name in one.fields}
        if not one.fields:
            one.state, one.code = DeliveryState.UNCHANGED, OVERTAKEN


def _moment(delivery: Delivery) -> datetime:
    return delivery.message.happened_at or delivery.message.received_at


def _of_steps(steps: Sequence[Step]) -> tuple[DeliveryState, str]:
    refused = [step for step in steps if step.state in _REFUSED]
    if refused:
        outcomes = answers(refused)
        first = refused[0]
        return DeliveryState.REJECTED, (outcomes[first.pk].code if first.pk in outcomes else first.reason_code)[:30]
    if any(step.state == StepState.DONE and step.changes for step in steps):
        return DeliveryState.WRITTEN, ""
    skipped = next((step for step in steps if step.state in (StepState.SKIPPED, StepState.EXCLUDED)), None)
    return (DeliveryState.SKIPPED, skipped.reason_code[:30]) if skipped else (DeliveryState.UNCHANGED, "")
