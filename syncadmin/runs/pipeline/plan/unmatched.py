"""What is known of records that have no link yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UnmatchedTargets:
    """What is known of helpdesk records without a link: a code and a sentence by match key, a name that looks alike by
    id, and the ids that somebody decided to leave alone, or to create a counterpart of. Of ``others`` another record
    with the same key is the counterpart.
    """

    namesakes: Mapping[str, tuple[str, str]]
    lookalikes: Mapping[str, str]
    left_alone: frozenset[str]
    asked: frozenset[str]
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnmatchedSources:
    """What is known of left records without a link: lookalikes by id, and the ids that somebody decided to create
    a counterpart of (S3.C11).
    """

    lookalikes: Mapping[str, str] = field(default_factory=dict)
    asked: Collection[str] = ()


NO_UNMATCHED_TARGETS = UnmatchedTargets({}, {}, frozenset(), frozenset())
