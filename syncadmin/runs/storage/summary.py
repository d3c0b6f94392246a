"""Counts of steps by group and state, stored with the run so that no page counts a million rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Value
from django.db.models.functions import Coalesce

from syncadmin.engine.conservation import Counts, count
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import ACTIVE, FINAL_STEPS, StepState
from syncadmin.engine.steps import Operation
from syncadmin.runs.models import Run, Step

Row = tuple[str, str, bool, int]


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Steps of one run with the same group key and state."""

    group_key: str
    state: StepState
    needs_approval: bool
    count: int

    @property
    def operation(self) -> Operation:
        return self.key.operation

    @property
    def key(self) -> GroupKey:
        return GroupKey.parse(self.group_key)

    @property
    def replaces(self) -> bool:
        """Whether its steps replace values that people wrote."""
        return self.key.replaces


def recount(run: Run) -> None:
    """Count the rows again and store the result. Called when steps of an inactive run change.

    Nothing is stored if another worker has taken the run over since it was read.
    """
    run.groups = _counted(run)
    refused = any(group.state is StepState.REJECTED for group in groups(run))
    run.causes = _causes(run) if refused else []
    Run.objects.filter(pk=run.pk, lease=run.lease).update(groups=run.groups, causes=run.causes)


def groups(run: Run) -> list[StepGroup]:
    """The groups as last counted: exact while a plan waits and after the end. No query."""
    return [StepGroup(group, StepState(state), held, number) for group, state, held, number in run.groups]


def groups_now(run: Run) -> list[StepGroup]:
    """The present groups: an active run is counted, by one query on an index."""
    at_work = run.planned and run.status in ACTIVE
    return (
        [StepGroup(group, StepState(state), held, number) for group, state, held, number in _counted(run)]
        if at_work
        else groups(run)
    )


def counts_of(run: Run, found: Sequence[StepGroup]) -> Counts:
    """The counts of a run, from groups that were counted before. No query."""
    return _counts(run, [(group.group_key, group.state, group.needs_approval, group.count) for group in found])


def written(found: Sequence[StepGroup]) -> tuple[int, int]:
    """How many steps of a plan were answered, and how many there are to write, without those excluded or held."""
    listed = [group for group in found if not group.operation.informational and group.state is not StepState.EXCLUDED]
    to_write = [group for group in listed if not (group.needs_approval and group.state is StepState.PLANNED)]
    answered = sum(group.count for group in to_write if group.state in FINAL_STEPS)
    return answered, sum(group.count for group in to_write)


def by_operation(found: Iterable[StepGroup]) -> Counter[Operation]:
    """The number of steps by operation."""
    counted: Counter[Operation] = Counter()
    for group in found:
        counted[group.operation] += group.count
    return counted


def counts(run: Run) -> Counts:
    """The counts of a run as last stored. No query."""
    return _counts(run, run.groups)


def _counts(run: Run, rows: Sequence[Row]) -> Counts:
    by_state: Counter[str] = Counter()
    for _, state, _, number in rows:
        by_state[state] += number
    return count(run.planned, by_state)


def _counted(run: Run) -> list[Row]:
    rows = (
        Step.objects.filter(run=run)
        .order_by("group_key", "state", "needs_approval")
        .values_list("group_key", "state", "needs_approval")
    )
    return list(rows.annotate(Count("id")))


def _causes(run: Run) -> list[tuple[str, str, int, str]]:
    """Code and field of the answers that refused steps, with their number and an example; most frequent first."""
    refused = Step.objects.filter(run=run, state=StepState.REJECTED)
    cause = (Coalesce("outcome__code", "reason_code"), Coalesce("outcome__field", Value("")))
    example = Min(Coalesce("outcome__message", "reason"))
    return list(refused.values_list(*cause).annotate(number=Count("pk"), example=example).order_by("-number", *cause))


def tally(run: Run) -> Counts:
    """The counts of a run, from its rows."""
    by_state = Counter(dict(Step.objects.filter(run=run).values_list("state").annotate(Count("id"))))
    return count(run.planned, by_state)
