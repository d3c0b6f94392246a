"""Groups a stream of writes into batches of the size a vendor accepts."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from connectors.api.values import Outcome, Write, WriteResult

Lane = Hashable
FRESH_SECONDS = 5.0
"""How long after it was taken a batch may still be sent. Later its rows are given back, to be looked at again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Writes that go out together. All of one lane. ``taken``: when the first of them was, by the monotonic clock."""

    lane: Lane
    writes: tuple[Write, ...]
    taken: float = field(default_factory=time.monotonic, compare=False)

    @property
    def send_by(self) -> float:
        """The moment after which it is too old to be sent."""
        return self.taken + FRESH_SECONDS

    def of(self, lane: Lane, writes: tuple[Write, ...]) -> "Batch":
        """A batch of some of these writes, as old as this one."""
        return Batch(lane, writes, self.taken)

    def halves(self) -> tuple["Batch", "Batch"]:
        """Two batches of the same writes, to find the one that spoils the rest."""
        middle = len(self.writes) // 2
        return self.of(self.lane, self.writes[:middle]), self.of(self.lane, self.writes[middle:])

    def all(self, outcome: Outcome, code: str = "", message: str = "", field: str = "") -> list[WriteResult]:
        """The same result for each row."""
        return [WriteResult(write.tag, outcome, write.id, code, message, field) for write in self.writes]


class Batcher:
    """Hands out batches. It holds no more rows than one open batch a lane and what was given back."""

    def __init__(
        self,
        writes: Iterable[Write],
        lane: Callable[[Write], Lane],
        size: Callable[[Lane], int],
        taken: float | None = None,
    ) -> None:
        """``taken``: when the caller took the writes, if that was before."""
        self._writes: Iterator[Write] = iter(writes)
        self._taken_before = taken
        self._lane = lane
        self._size = size
        self._open: dict[Lane, list[Write]] = {}
        self._taken: dict[Lane, float] = {}
        self._again: deque[Batch] = deque()
        self._exhausted = False

    def next(self) -> Batch | None:
        """The next batch; None when there is none left. Reads just enough rows to fill one."""
        if self._again:
            return self._again.popleft()
        while not self._exhausted:
            write = next(self._writes, None)
            if write is None:
                self._exhausted = True
                break
            lane = self._lane(write)
            rows = self._open.setdefault(lane, [])
            if not rows:
                self._taken[lane] = self._taken_before or time.monotonic()
            rows.append(write)
            if len(rows) >= self._size(lane):
                del self._open[lane]
                return Batch(lane, tuple(rows), self._taken[lane])
        if self._open:
            lane, rows = self._open.popitem()
            return Batch(lane, tuple(rows), self._taken[lane])
        return None

    def give_back(self, *batches: Batch) -> None:
        """These were not sent; they come again, first."""
        self._again.extendleft(reversed(batches))

    def leftover(self) -> list[Batch]:
        """What was taken from the iterable and never sent."""
        left = [*self._again, *(Batch(lane, tuple(rows)) for lane, rows in self._open.items())]
        self._again.clear()
        self._open.clear()
        return left
