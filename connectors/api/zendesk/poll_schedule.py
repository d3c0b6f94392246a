"""Decides when to poll running jobs: late enough that many have ended, early enough that nobody waits.

A look costs a call whatever it finds, and the plan counts calls. Jobs that were submitted together end together,
so one look at the right moment harvests a wave of them. That moment is learned by halving between the greatest
age at which jobs still ran and the smallest at which they had ended.
"""

import math
from collections.abc import Sequence

# While nothing is known, looks spread out: the first ones for small accounts, later ones overshoot by 40 %.
BLIND = (0.25, 0.6, 1.0)
BLIND_GROWTH = 1.4
# Jobs due within this part of a job's duration are waited for, to be seen by the same look.
SLACK = 0.08
# A look that came too soon is repeated after this part of a job's duration.
AGAIN = 0.12
# Bounds closer than this are as good as equal.
CLOSE = 0.13
# Durations drift: with each look that finds its jobs done, the lower bound is trusted a little less.
FORGET = 0.98
SHORTEST = 0.02


class PollSchedule:
    """Learns the duration of jobs, in seconds, and says when the next look pays."""

    def __init__(self) -> None:
        self._blind_looks = 0
        self._low = 0.0
        self._high = math.inf
        self._last = -math.inf

    @property
    def duration(self) -> float:
        """The age at which a job is worth a look."""
        if math.isinf(self._high):
            return self._blind_age()
        if self._high - self._low <= self._high * CLOSE:
            return self._high
        return (self._low + self._high) / 2

    def next(self, started: Sequence[float]) -> float:
        """The moment of the next look, given when the running jobs were submitted (not empty)."""
        due = sorted(moment + self.duration for moment in started)
        enough = due[(len(due) - 1) // 3]
        together = max(moment for moment in due if moment <= enough + self.duration * SLACK)
        return max(together, self._last + max(SHORTEST, self.duration * AGAIN))

    def learn(self, now: float, started: Sequence[float], ended: Sequence[float]) -> None:
        """What a look at ``now`` found: when the jobs were submitted that ran, and those that had ended."""
        expected = sum(1 for moment in started if moment + self.duration <= now + SHORTEST)
        self._last = now
        if ended and len(ended) * 3 >= expected * 2:
            self._high = max(SHORTEST, min(self._high, now - max(ended)))
            self._low = min(self._low * FORGET, self._high)
        elif expected:
            self._low = max(self._low, self.duration)
            self._blind_looks += 1
            if self._low >= self._high:
                self._high = self._low * (1 + CLOSE / 2)

    def _blind_age(self) -> float:
        if self._blind_looks < len(BLIND):
            return max(BLIND[self._blind_looks], self._low)
        return BLIND[-1] * BLIND_GROWTH ** (self._blind_looks - len(BLIND) + 1)
