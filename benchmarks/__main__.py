"""`python -m benchmarks [--subjects tickets] [--sizes 1000] [--profiles zero,p1] [--peers] [--pages] [--write]`.

Measures, checks, prints tables.

Exit code 0, or 1 when a result is wrong; slow is not wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks import accounts, contacts, machine, portal, tables, tickets
from benchmarks.comparison import Comparison, compare
from benchmarks.measure import PYTHON, Spent, environment, measured
from benchmarks.profiles import P1, PROFILES, Profile
from benchmarks.scenarios import Series, start_up
from benchmarks.subjects import Subject

logger = logging.getLogger(__name__)

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
SIZES = {"zero": (1_000, 10_000, 100_000), "p1": (1_000, 10_000)}
MEASURE = {
    Subject.ACCOUNTS: accounts.measure,
    Subject.CONTACTS: contacts.measure,
    Subject.TICKETS: tickets.measure,
    Subject.PORTAL: portal.measure,
}
# The profile that waits like the real systems; without waiting a comparison of programs says little.
COMPARED_UNDER = P1


def main(words: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    found = _measured(given.profiles, given.subjects, given.sizes, peers=given.peers, pages=given.pages)
    text = tables.document(found)
    sys.stdout.write(text)
    if given.write:
        README.write_text(inserted(README.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 1 if found.wrong else 0


def inserted(page: str, text: str) -> str:
    """The page with ``text`` between its markers. Raises ValueError when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page lacks the markers {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def _measured(
    profiles: Sequence[Profile], subjects: Sequence[Subject], sizes: Sequence[int], *, peers: bool, pages: bool
) -> tables.Findings:
    start_ups: dict[tuple[str, Subject], Spent] = {}
    series: list[Series] = []
    comparisons: list[Comparison] = []
    for profile in profiles:
        for subject in subjects:
            logger.info("%s, %s: an empty run", profile.name, subject)
            start_ups[profile.name, subject] = start_up(profile, subject)
            for size in sizes or SIZES[profile.name]:
                series.append(_timed(profile, subject, size))
                if peers and profile is COMPARED_UNDER and subject is Subject.ACCOUNTS:
                    comparisons += compare(profile, size)
    logger.info("deciding alone")
    engine = measured([PYTHON, "-m", "benchmarks.engine"], environment())
    answers = _pages() if pages else []
    return tables.Findings(
        profiles=profiles,
        start_ups=start_ups,
        series=series,
        comparisons=comparisons,
        engine=orjson.loads(engine.output),
        pages=answers,
        facts=machine.facts(),
    )


def _pages() -> list[dict[str, Any]]:
    """How each page answered with a million rows behind it. Takes minutes, most of them to store the rows."""
    logger.info("pages")
    spent = measured([PYTHON, "-m", "benchmarks.pages"], environment())
    return [orjson.loads(line) for line in spent.output.splitlines()]


def _timed(profile: Profile, subject: Subject, size: int) -> Series:
    """One series. Side effect: says how long it took with all that lies between the runs."""
    started = time.monotonic()
    found = MEASURE[subject](profile, size)
    logger.info("%s, %s %s: all in %.0f s", profile.name, f"{size:,}", subject, time.monotonic() - started)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the product from outside.")
    parser.add_argument(
        "--subjects", type=_subjects, default=tuple(Subject), help="accounts, contacts, tickets, portal; all by default"
    )
    parser.add_argument("--sizes", type=_sizes, default=(), help="numbers of records, for example 1000,10000")
    parser.add_argument("--profiles", type=_profiles, default=tuple(PROFILES.values()), help="zero, p1 or both")
    parser.add_argument("--peers", action="store_true", help="compare with plain scripts, under p1 (minutes more)")
    parser.add_argument("--pages", action="store_true", help="time pages over a million rows (minutes more)")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {README.name}")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(word) for word in text.replace("_", "").split(","))
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError("a world has at least one record")
    return sizes


def _subjects(text: str) -> tuple[Subject, ...]:
    try:
        return tuple(Subject(word) for word in text.split(","))
    except ValueError as unknown:
        raise argparse.ArgumentTypeError(f"{unknown}: choose from {', '.join(Subject)}") from None


def _profiles(text: str) -> tuple[Profile, ...]:
    try:
        return tuple(PROFILES[word] for word in text.split(","))
    except KeyError as unknown:
        raise argparse.ArgumentTypeError(f"{unknown} is none of {', '.join(PROFILES)}") from None


if __name__ == "__main__":
    sys.exit(main())
