"""Moments as the vendor writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(seconds: float) -> str:
    """2025-02-13T10:17:05Z"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def without_zone(seconds: float) -> str:
    """As error bodies have it: 2025-02-13T10:17:05"""
    return iso(seconds).removesuffix("Z")


def day_of(text: str) -> str:
    """A birthday as it is kept: 11:59 of its day, whatever the time that was sent. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return f"{moment.date().isoformat()}T11:59:00Z"
