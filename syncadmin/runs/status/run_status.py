"""How a run ended, in words that say what is left to do: rejected rows and conflicts are different work."""

from __future__ import annotations

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.web.badges import Badge

CONFLICTS = "arrows-split-2"
PERSON = "user-question"
OUTDATED = Badge("Outdated", "orange", "clock-exclamation")


def waits_for_approval(run: Run) -> bool:
    """Whether it is a plan that somebody can approve."""
    return run.status is RunState.PLANNED and not run.is_outdated


def is_outdated_plan(run: Run) -> bool:
    """Whether it is a plan that nobody can approve any more: it can only be discarded, or made again."""
    return run.status is RunState.PLANNED and run.is_outdated


def ending_now(run: Run, unresolved: int) -> Badge:
    """The same for the last run of a sync that has so many ``unresolved`` records now: what was solved is not told."""
    solved = run.status is RunState.REJECTIONS and not unresolved and not any(run.counts.get(word) for word in _OPEN)
    done = RunState.COMPLETED
    return Badge(done.label, done.tone, done.icon) if solved else ending(run)


def ending(run: Run) -> Badge:
    """The state of a run as a badge. One that ended with leftovers names them, and a plan that nobody can approve any
    more is outdated. No query where the run's sync is known.
    """
    status = run.status
    if is_outdated_plan(run):
        return OUTDATED
    if status is not RunState.REJECTIONS:
        return Badge(status.label, status.tone, status.icon)
    left = [word for word in ("rejections", "conflicts") if run.counts.get(_COUNTED[word])]
    if not left and not run.counts.get("remaining"):
        return Badge("Completed, records need a person", status.tone, PERSON)
    return Badge(f"Completed with {' and '.join(left) or 'rows left over'}", status.tone, _icon(left, status))


_OPEN = ("rejected", "conflicts", "remaining")
_COUNTED = {"rejections": "rejected", "conflicts": "conflicts"}


def _icon(left: list[str], status: RunState) -> str:
    return CONFLICTS if left == ["conflicts"] else status.icon
