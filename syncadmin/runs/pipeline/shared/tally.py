"""Counts the steps of a plan while they are stored, and keeps the result with the run."""

from __future__ import annotations

import hashlib
from collections import Counter

import orjson
from django.utils import timezone

from mappings.kinds.declaration import Kind
from syncadmin.engine.guards import Mark, marks, replaced
from syncadmin.engine.steps import PlannedStep
from syncadmin.engine.value_counts import ValueCounts
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.progress import keep
from syncadmin.runs.services import guards
from syncadmin.runs.storage import summary


class Tally:
    """Counts of a plan: operations, guards, values, and the hash of all steps."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.actions: Counter[str] = Counter()
        self.marks: Counter[Mark] = Counter()
        self.values = ValueCounts(kind.parent)
        self.names = hashlib.blake2b(digest_size=16)

    def add(self, draft: PlannedStep) -> None:
        """Count a stored step."""
        self.actions[draft.operation.word] += 1
        self.marks.update(marks(self._kind, draft))
        self.values.add(draft)
        named = (draft.operation.word, draft.left_id, draft.right_id, draft.changes)
        self.names.update(orjson.dumps(named, default=str))


def seal(run: Run, tally: Tally, rules_name: str) -> None:
    """Store the counts of a plan with its run, and which guards hold it. The hash identifies exactly this plan."""
    tally.names.update(rules_name.encode())
    keep(
        run,
        planned=sum(tally.actions.values()),
        actions=dict(tally.actions),
        revision=run.sync.revision,
        plan_hash=tally.names.hexdigest(),
        planned_at=timezone.now(),
        tripped=guards.tripped(run, tally.marks),
        replaced=replaced(tally.marks),
        value_counts=tally.values.most_frequent(),
    )
    summary.recount(run)
