"""Calculates the pause before a failed stream is opened again."""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 120.0


@dataclass(slots=True)
class Retries:
    """Pauses that double, each up to a half shorter, so that many listeners do not come back at the same moment."""

    first: float = FIRST_SECONDS
    longest: float = LONGEST_SECONDS
    failures: int = 0

    def pause(self) -> float:
        """Seconds before the next try; one more failure is counted."""
        base = min(self.first * 2**self.failures, self.longest)
        self.failures = min(self.failures + 1, 30)
        return base * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    def worked(self) -> None:
        self.failures = 0
