"""Tags: lower case, no spaces, each once, sorted; never in the order they were given."""

from __future__ import annotations

import re
from collections.abc import Iterable


def normalised(given: object) -> list[str]:
    """Tags from a list, or from text separated by spaces or commas."""
    parts: Iterable[object] = re.split(r"[\s,]+", given) if isinstance(given, str) else _listed(given)
    tags = {re.sub(r"[\s,]+", "_", str(part).strip().lower()) for part in parts}
    return sorted(tags - {""})


def _listed(given: object) -> Iterable[object]:
    return given if isinstance(given, list) else ()


def remirrored(stored: list[str], before: set[str], after: set[str]) -> list[str]:
    """The stored tags, with those of the old custom field values replaced by those of the new."""
    if not before and not after:
        return stored
    return sorted((set(stored) - (before - after)) | after)
