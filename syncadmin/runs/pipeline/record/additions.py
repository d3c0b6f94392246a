"""Stage 5 for what belongs to records, such as comments: the link remembers what was created, so it is created once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mappings.kinds.people.relations import MEMBERSHIP
from mappings.kinds.relation import Relation
from syncadmin.engine.steps import Verb
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.record import memberships
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import Answer


def record_related(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Store the results of these steps about what belongs to records."""
    for relation in context.kind.relations:
        related = [step for step in steps if step.relation == relation.name]
        if relation == MEMBERSHIP:
            memberships.record(context, related, outcomes)
        elif relation.wanted:
            _record_additions(context, relation, related)


def _record_additions(context: Context, relation: Relation, steps: Sequence[Step]) -> None:
    """Remember what was created with each link. An undo does not delete it; it goes with its record."""
    made: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.verb == Verb.CREATE:
            made[step.left_id] += step.owned_values.get(relation.link_key, ())
    if not made:
        return
    links = list(Link.objects.of_sync(context.sync, left_id__in=made))
    for link in links:
        known = [*link.owned_values.get(relation.link_key, ()), *made[link.left_id]]
        link.owned_values = {**link.owned_values, relation.link_key: list(dict.fromkeys(known))}
        link.run_id = context.run.pk
    Link.objects.bulk_update(links, ["owned_values", "run_id"], batch_size=200)
    lefts = MirrorRecord.objects.left_of(context.sync, remote_id__in=made, in_scope=True).alive()
    lefts.update(needs_planning=False, status=RecordStatus.IN_SYNC, reason="", failures=0)
