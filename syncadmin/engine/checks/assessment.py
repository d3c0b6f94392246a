"""Is it safe to plan, and is this a small, clean org or a complex one? Facts in, checks and sentences out (S3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# S3.46: the size up to which the vendor's own organization sync goes. Here it is a size to take care at, no limit.
LARGE = 20_000
# Above this share of names that are not unique, matching by name leaves too much to people.
AMBIGUOUS_PERCENT = 1.0


class Mark(StrEnum):
    """How a check came out. BLOCKS: nothing may be written until it is mended. NOTE: good to know, nothing to do."""

    FINE = "fine"
    LOOK = "look"
    BLOCKS = "blocks"
    NOTE = "note"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _FACES[self][0]

    @property
    def tone(self) -> str:
        return _FACES[self][1]

    @property
    def icon(self) -> str:
        return _FACES[self][2]


_FACES: dict[Mark, tuple[str, str, str]] = {
    Mark.FINE: ("Fine", "green", "circle-check"),
    Mark.LOOK: ("Look at this", "orange", "alert-triangle"),
    Mark.BLOCKS: ("Blocks writing", "red", "alert-octagon"),
    Mark.NOTE: ("Good to know", "blue", "info-circle"),
    Mark.UNKNOWN: ("Not known yet", "secondary", "circle-dashed"),
}


class Place(StrEnum):
    """Where something can be done about a check. A page turns it into an address."""

    LEFT = "left"
    RIGHT = "right"
    MAPPING = "mapping"
    SCOPE = "scope"
    SETTINGS = "settings"
    FIELDS = "fields"
    AMBIGUOUS = "ambiguous"
    NAMELESS = "nameless"
    UNMATCHED = "unmatched"
    PLAN = "plan"
    FIRST = "first"
    """The sync that has to be complete before this one (S3.43)."""
    MATCHING = "matching"
    DUPLICATES = "duplicates"
    CREATING = "creating"
    HELPDESK = "helpdesk"
    """Where the helpdesk itself keeps its settings for users."""
    NO_EMAIL = "no_email"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class Way:
    """A further place where something can be done, with the words that lead there."""

    place: Place
    link: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the page: what is true now, what to do, and where. ``examples`` are folded under it.

    ``complete``: they are all there are.
    """

    mark: Mark
    title: str
    sentence: str
    hint: str = ""
    place: Place | None = None
    link: str = ""
    examples: tuple[str, ...] = ()
    more: tuple[Way, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """Names that stand more than once on one side: how many names, on how many records. ``capped``: at least."""

    names: int = 0
    records: int = 0
    examples: tuple[str, ...] = ()
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Records with some trait among the ``looked_at`` that were asked, with the first examples."""

    count: int = 0
    examples: tuple[str, ...] = ()
    looked_at: int = 0
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """What the last read of both systems shows. ``left`` counts those in scope, ``right`` those that exist."""

    left: int = 0
    right: int = 0
    left_repeated: Repeated = field(default_factory=Repeated)
    right_repeated: Repeated = field(default_factory=Repeated)
    nameless: int = 0
    persons: Found = field(default_factory=Found)
    parents: Found = field(default_factory=Found)
    unlinked_right: int = 0
    foreign: Found = field(default_factory=Found)
    lookalikes: Found = field(default_factory=Found)

    @property
    def shared_percent(self) -> float:
        """How many of a hundred records in scope share their name with another one."""
        return 100 * self.left_repeated.records / self.left if self.left else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that tells a clean org from a complex one; ``limit`` says how it was judged."""

    label: str
    number: str
    limit: str
    exceeded: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The assessment of S3.2. Without records read there are no measures."""

    complex: bool
    title: str
    sentence: str
    measures: tuple[Measure, ...] = ()


def assess(records: Records | None) -> Verdict:
    """Which of the two the org is by its accounts, and why."""
    if records is None:
        return judge(None, "")
    size = f"{many(records.left, 'account')} in scope, hardly a name that stands twice, nobody with a special nature."
    return judge(_measures(records), size)


def judge(measures: tuple[Measure, ...] | None, clean: str) -> Verdict:
    """The verdict of these measures, None while nothing was read; ``clean`` is said when none of them is exceeded."""
    if measures is None:
        return Verdict(
            False,
            "Small and clean, or complex: not known yet",
            "Make a plan: it reads both systems and writes nothing.",
        )
    reasons = [measure.reason for measure in measures if measure.exceeded]
    if reasons:
        advice = "Begin with a narrow filter, read the plan group by group, and widen it when the first run was right."
        return Verdict(True, "A complex org", f"{_sentence(reasons)} {advice}", measures)
    return Verdict(False, "A small, clean org", f"{clean} The first plan can be applied as it is read.", measures)


def headline(checks: Sequence[Check]) -> str:
    """The answer in one sentence."""
    blocks = sum(check.mark is Mark.BLOCKS for check in checks)
    looks = sum(check.mark is Mark.LOOK for check in checks)
    if blocks:
        return f"{many(blocks, 'thing')} block{'s' * (blocks == 1)} writing"
    return f"{many(looks, 'thing')} to look at" if looks else "Safe to plan"


def worst(checks: Sequence[Check]) -> Mark:
    """The mark of the headline."""
    marks = {check.mark for check in checks}
    return next((mark for mark in (Mark.BLOCKS, Mark.LOOK) if mark in marks), Mark.FINE)


def many(number: int, one: str, plural: str = "") -> str:
    """ "1 account", "1,204 accounts"."""
    return f"{number:,} {one if number == 1 else plural or one + 's'}"


def by_weight(checks: Sequence[Check]) -> list[Check]:
    """What blocks first, then what deserves a look; the order within a mark is kept."""
    weights = [Mark.BLOCKS, Mark.LOOK, Mark.UNKNOWN, Mark.FINE, Mark.NOTE]
    return sorted(checks, key=lambda check: weights.index(check.mark))


def percent(share: float) -> str:
    """Enough digits to tell it from nothing: "0", "0.4", "12"."""
    return f"{share:.0f}" if share == 0 or share >= 10 else f"{share:.2g}"


def _measures(records: Records) -> tuple[Measure, ...]:
    shared, left = records.shared_percent, records.left
    persons, parents = records.persons.count, records.parents.count
    return (
        measure(left > LARGE, "accounts in scope", f"{left:,}", f"{LARGE:,}", f"{many(left, 'account')} are in scope"),
        measure(
            shared > AMBIGUOUS_PERCENT,
            "share their name",
            f"{percent(shared)} %",
            f"{percent(AMBIGUOUS_PERCENT)} %",
            f"{percent(shared)} % of the accounts share their name with another one",
        ),
        measure(
            persons > 0,
            "person accounts",
            f"{persons:,}",
            "",
            f"{many(persons, 'person account')} {is_or_are(persons)} there",
        ),
        measure(
            parents > 0,
            "accounts with a parent",
            f"{parents:,}",
            "",
            f"{many(parents, 'account')} {has_or_have(parents)} a parent",
        ),
    )


def measure(exceeded: bool, label: str, number: str, most: str, reason: str) -> Measure:
    """A number and how it was judged. Without ``most`` a single one is too many."""
    clean, complex = (f"up to {most}", f"over {most}") if most else ("none", "any")
    return Measure(label, number, f"{complex}: complex" if exceeded else f"{clean}: clean", exceeded, reason)


def _sentence(reasons: Sequence[str]) -> str:
    first = ", ".join(reasons[:-1])
    return f"{first}, and {reasons[-1]}." if first else f"{reasons[0]}."


def is_or_are(number: int) -> str:
    """ "1 account is", "2 accounts are"."""
    return "is" if number == 1 else "are"


def has_or_have(number: int) -> str:
    """ "1 account has", "2 accounts have"."""
    return "has" if number == 1 else "have"
