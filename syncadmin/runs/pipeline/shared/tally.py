"""What a plan holds, counted while its steps are stored, and kept with the run once all of them are."""

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
    """What a plan holds, counted while its steps are stored: what they do, what the guards count, values, a name."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.actions: Counter[str] = Counter()
        self.marks: Counter[Mark] = Counter()
        self.values = ValueCounts(kind.parent)
        self.names = hashlib.blake2b(digest_size=16)

    def add(self, draft: PlannedStep) -> None:
        """Count a step that is stored."""
        self.actions[draft.operation.word] += 1
        self.marks.update(marks(self._kind, draft))
        self.values.add(draft)
        named = (draft.operation.word, draft.left_id, draft.right_id, draft.changes)
        self.names.update(orjson.dumps(named, default=str))


def seal(run: Run, tally: Tally, rules_name: str) -> None:
    """Note on the run what its plan holds and which guards hold it; the hash names exactly this plan."""
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
        value_counts=tally.values.told(),
    )
    summary.recount(run)
