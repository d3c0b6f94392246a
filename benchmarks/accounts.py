"""Accounts and organizations: four runs, and what the helpdesk must hold after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.expected import in_scope
from benchmarks.floors import floor
from benchmarks.product import install
from benchmarks.profiles import Profile
from benchmarks.scenarios import ALL_TOUCHED, FIRST_LOAD, NOTHING_CHANGED, Course, Series
from benchmarks.subjects import Subject
from benchmarks.world import running

CHANGED_NOTES = "Changed between two runs"
ONE_IN = 100


def measure(profile: Profile, accounts: int) -> Series:
    """First load, nothing changed, 1 % changed, everything touched, on one sandbox and one installation.

    Raises measure.CommandFailed when the sandbox or the product cannot be started.
    """
    with running(profile, accounts) as world, TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        product = install(Path(folder), world, Subject.ACCOUNTS)
        course = Course(Subject.ACCOUNTS, profile, accounts, world, product)
        _run(course)
        return course.series()


def _run(course: Course) -> None:
    world, profile = course.world, course.profile
    accounts = world.accounts()
    ids = [account.id for account in in_scope(accounts)]
    changed = ids[::ONE_IN]
    course.run(FIRST_LOAD, floor(profile, read=len(accounts), written=len(ids)), written=len(ids))
    course.run(NOTHING_CHANGED, floor(profile, read=0, written=0), written=0)
    world.edit(changed, {"Description": CHANGED_NOTES})
    lowest = floor(profile, read=len(changed), written=len(changed))
    course.run("1 % changed", lowest, written=len(changed))
    world.edit((account.id for account in accounts), {"Phone": "+1 555 0100"})
    course.run(ALL_TOUCHED, floor(profile, read=len(accounts), written=0), written=0)
    _look(course, ids, set(changed))


def _look(course: Course, ids: Sequence[str], changed: set[str]) -> None:
    """Ask Zendesk itself what is there now."""
    found: Counter[str] = Counter()
    arrived = 0
    for organization in course.world.known_as("organizations", ids):
        found[organization["external_id"]] += 1
        arrived += organization["external_id"] in changed and organization["notes"] == CHANGED_NOTES
    course.expect("organizations", course.world.count("organizations"), len(ids))
    course.expect("accounts with an organization", len(found), len(ids))
    course.expect("changed accounts that arrived", arrived, len(changed))
