"""How a run ended, in words that say what is left to do: rejected rows and conflicts are different work."""

from __future__ import annotations

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.web.badges import Badge

CONFLICTS = "arrows-split-2"


def ending(run: Run) -> Badge:
    """The state of a run as a badge. One that ended with leftovers names them. No query."""
    status = run.status
    if status is not RunState.REJECTIONS:
        return Badge(status.label, status.tone, status.icon)
    left = [word for word in ("rejections", "conflicts") if run.counts.get(_COUNTED[word])]
    return Badge(f"Completed with {' and '.join(left) or 'rows left over'}", status.tone, _icon(left, status))


_COUNTED = {"rejections": "rejected", "conflicts": "conflicts"}


def _icon(left: list[str], status: RunState) -> str:
    return CONFLICTS if left == ["conflicts"] else status.icon
