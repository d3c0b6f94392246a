"""Seconds since 1970 to the vendor's time formats."""

from __future__ import annotations

import time
from functools import lru_cache


@lru_cache(maxsize=65_536)
def iso(seconds: int) -> str:
    """2023-09-18T23:26:10Z"""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def in_job_message(seconds: float) -> str:
    """2023-09-18 23:26:10 +0000"""
    return time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(seconds))
