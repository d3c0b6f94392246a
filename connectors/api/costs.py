"""The number of calls and seconds that reads and writes take in a system. Plans are estimated from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """``batch`` rows go in one call, be it one that looks or one that writes.

    ``jobs`` bulk jobs are worked on at once, a wave of them in ``wave_seconds``; without jobs a call writes at once.
    ``single_seconds`` is what a row takes that must go alone, ``email_calls`` how many calls make another address the
    primary one. ``a_minute`` are the calls of the smallest plan. Up to ``related`` kinds of things hang on a record,
    and they are counted for ``related_batch`` records at a time.
    """

    batch: int = 100
    jobs: int = 1
    wave_seconds: float = 0.0
    single_seconds: float = 1.0
    email_calls: int = 1
    a_minute: int = 200
    looked_at: int = 1_000
    """So many records are looked at in one piece before they are written."""
    fetched: int = 100
    """So many records one call reads by their ids."""
    look: int = 1
    """Calls of a look for changes that finds none."""
    related: int = 0
    related_batch: int = 1

    @property
    def reads_back(self) -> bool:
        """Whether new records are read once after they were made: a call reads ten times what one writes."""
        return self.fetched >= 10 * self.batch


UNKNOWN = Costs()
"""What is reckoned with where a system declares nothing."""
