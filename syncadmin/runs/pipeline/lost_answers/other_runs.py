"""Looks up unanswered writes of other runs before anything is planned."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from connectors.api.errors import ConfigError, Transient
from mappings.kinds.registry import kind_of
from mappings.services import configuration
from syncadmin.engine.lifecycle import StepState
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.lost_answers import resolve
from syncadmin.runs.pipeline.progress import Progress, release, take_lease
from syncadmin.runs.pipeline.record import stage as record
from syncadmin.runs.storage import turns

logger = logging.getLogger(__name__)

# So many runs back; what an older one left open has long been read.
MOST_RUNS = 50


def look_up(context: Context) -> Iterator[Run]:
    """Look up what earlier runs of the same records were sending when they stopped, and record what was written.

    Yields those runs. A run whose sync has invalid rules stays open until its mapping is corrected. Raises Transient if
    another worker has one of them: it may still record what this run would plan again.
    """
    held = 0
    for run_id in _left_open(context.run):
        run = take_lease(run_id)
        if run is None:
            held = run_id
            continue
        try:
            kind = kind_of(run.sync.kind).under(run.sync.effective_options())
            other = Context(run, Progress(run), kind, context.left, context.right)
            configuration(run.sync, other.schemas)  # raises ConfigError: what cannot be recorded is not looked up
            resolve.abandon(other)
            resolve.resolve(other)
            record.record(other, refused_creations=False)
        except ConfigError as error:
            logger.warning("what run %s left open cannot be looked up: %s", run.pk, error.message)
            continue
        finally:
            release(run)
        yield run
    if held:
        raise Transient(
            f"Another worker is still looking up what run {held} has written. The next plan is made after that.",
            "The run continues automatically in two minutes.",
        )


def _left_open(run: Run) -> list[int]:
    others = Run.objects.filter(sync__in=turns.sharing(run.sync)).exclude(pk=run.pk)
    recent = list(others.order_by("-pk").values_list("pk", flat=True)[:MOST_RUNS])
    open_ = [StepState.SENDING, StepState.UNKNOWN, StepState.DONE]
    steps = Step.objects.filter(run__in=recent, recorded=False, state__in=open_)
    return sorted(set(steps.values_list("run", flat=True)))
