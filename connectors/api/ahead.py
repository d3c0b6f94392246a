"""Runs calls in parallel, a few ahead of the caller, and returns the answers in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def map_ahead(call: Callable[[Item], Answer], items: Iterable[Item], workers: int) -> Iterator[Answer]:
    """``map(call, items)`` in order, with ``workers`` calls in flight and no more answers held than that.

    The first call is made by the thread of the reader, who may know a token that the others would ask for anew.
    """
    waiting = iter(items)
    for item in islice(waiting, 1):
        yield call(item)
    ahead: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            ahead.extend(pool.submit(call, item) for item in islice(waiting, workers))
            while ahead:
                answer = ahead.popleft().result()
                ahead.extend(pool.submit(call, item) for item in islice(waiting, 1))
                yield answer
        finally:
            for future in ahead:
                future.cancel()
