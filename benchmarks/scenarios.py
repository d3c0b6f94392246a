"""Runs of one sync after each other, each with what it did, what it cost, and what was wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.floors import Floor
from benchmarks.measure import Spent
from benchmarks.product import Product, install
from benchmarks.profiles import Profile
from benchmarks.subjects import Subject
from benchmarks.world import Calls, World, running

logger = logging.getLogger(__name__)

FIRST_LOAD, NOTHING_CHANGED, ALL_TOUCHED = "first load", "nothing changed", "all touched"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run. ``records`` is the number of accounts or contacts, ``written`` that of steps that were written.

    ``reported`` are the calls that the product itself counted, ``stages`` the seconds it says each stage took.
    """

    subject: Subject
    scenario: str
    profile: Profile
    records: int
    written: int
    floor: Floor
    spent: Spent
    calls: Calls
    reported: int
    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """All runs of a sync at one size under one profile.

    ``wrong`` are sentences about results that are not what they must be, ``held`` what there is in the end, by name.
    """

    subject: Subject
    profile: Profile
    records: int
    measurements: tuple[Measurement, ...]
    held: Mapping[str, int]
    wrong: tuple[str, ...]


def start_up(profile: Profile, subject: Subject) -> Spent:
    """A run over two systems without a record: what starting, signing in and describing fields take."""
    with running(profile, 0) as world, TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        product = install(Path(folder), world, *Subject)
        if subject is Subject.CONTACTS:
            product.run(Subject.ACCOUNTS)
        spent, _ = product.run(subject)
        return spent


@dataclass(slots=True)
class Course:
    """The runs of one installation against one world, as they come."""

    subject: Subject
    profile: Profile
    records: int
    world: World
    product: Product
    held: dict[str, int] = field(default_factory=dict)
    _measurements: list[Measurement] = field(default_factory=list)
    _wrong: list[str] = field(default_factory=list)

    def run(self, scenario: str, lowest: Floor, *, written: int) -> Calls:
        """Run the sync once; the calls that it took. ``written`` steps have to be written, else it is noted; without
        any, no call may write.
        """
        self.world.forget_calls()
        spent, report = self.product.run(self.subject)
        calls = self.world.calls()
        self._judge(scenario, report, spent, calls, written)
        where = f"{self.profile.name}, {self.records:,} {self.subject}"
        logger.info("%s: %s, %d calls, %.1f s", where, scenario, calls.total, spent.seconds)
        self._measurements.append(
            Measurement(
                subject=self.subject,
                scenario=scenario,
                profile=self.profile,
                records=self.records,
                written=report["counts"]["written"],
                floor=lowest,
                spent=spent,
                calls=calls,
                reported=sum(report["calls"].values()),
                stages=report["seconds"],
            )
        )
        return calls

    def note(self, scenario: str, sentence: str) -> None:
        """Something is wrong."""
        self._wrong.append(f"{self.profile.name}, {self.records:,} {self.subject}, {scenario}: {sentence.rstrip('.')}.")

    def expect(self, what: str, found: int, wanted: int) -> None:
        """Note it when a number at the end is another one; ``held`` has it in any case."""
        self.held[what] = found
        if found != wanted:
            self.note("at the end", f"{found} {what}, not {wanted}")

    def series(self) -> Series:
        """What was measured so far."""
        return Series(
            self.subject, self.profile, self.records, tuple(self._measurements), self.held, tuple(self._wrong)
        )

    def _judge(self, scenario: str, report: Mapping[str, Any], spent: Spent, calls: Calls, written: int) -> None:
        counts = report["counts"]
        if not ended_well(report):
            self.note(scenario, f"the run is {report['state']}: {spent.last_words}")
        if counts["written"] != written:
            self.note(scenario, f"{counts['written']} steps were written, not {written}")
        if not written and (counts["planned"] or calls.writes):
            self.note(scenario, f"{counts['planned']} steps and {calls.writes} writing calls for nothing")


def ended_well(report: Mapping[str, Any]) -> bool:
    """Whether a run wrote all that it planned. Namesakes of the world, which need a person, are nothing wrong."""
    left = sum(report["counts"][word] for word in ("rejected", "conflicts", "remaining"))
    return report["state"] in ("completed", "completed_with_rejections") and not left
