"""Facts about records without a link."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UnmatchedTargets:
    """Facts about right records without a link.

    A code and a sentence by key; look-alike names by id; ids that a person decided to leave alone or to create a
    counterpart of. ``others``: records whose key another record has, which is the counterpart.
    """

    namesakes: Mapping[str, tuple[str, str]]
    lookalikes: Mapping[str, str]
    left_alone: frozenset[str]
    asked: frozenset[str]
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnmatchedSources:
    """Facts about left records without a link: look-alike names by id, and ids to create a counterpart of (S3.C11)."""

    lookalikes: Mapping[str, str] = field(default_factory=dict)
    asked: Collection[str] = ()


NO_UNMATCHED_TARGETS = UnmatchedTargets({}, {}, frozenset(), frozenset())
