"""Rules of random worlds, and how many of them there are."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings


def only_if(holds: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule does nothing in a world where this does not hold.

    What is drawn never depends on the world, which need not come out the same each time it is built; a precondition
    of Hypothesis would.
    """

    def decorate(work: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(work)
        def guarded(world: Any, **drawn: Any) -> None:
            if holds(world):
                work(world, **drawn)

        return guarded

    return decorate


def how_many(worlds: int, steps: int) -> settings:
    """So many worlds, the same each time. WORLDS=100 STEPS=40 in the environment looks for faults in others."""
    hunt = int(os.environ.get("WORLDS", "0"))
    return settings(
        max_examples=hunt or worlds,
        stateful_step_count=int(os.environ.get("STEPS", steps)),
        deadline=None,
        derandomize=not hunt,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
