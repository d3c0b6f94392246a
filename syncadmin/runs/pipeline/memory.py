"""Garbage collection at 100,000 records: looking for cycles among rows that have none costs a quarter of the time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Young objects between two looks. Rows die by themselves; what is left over is small.
YOUNG = 200_000


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles rarely inside the block, as before it afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
