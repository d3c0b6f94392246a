"""Decides which sync has to be complete before another may run (S3.43)."""

from collections.abc import Iterable

from mappings.kinds.declaration import Kind


def missing(kind: Kind, complete: Iterable[str]) -> tuple[str, ...]:
    """The kinds that have to be complete first and are not, in order."""
    done = set(complete)
    return tuple(slug for slug in kind.depends_on if slug not in done)
