"""Contacts and portal users of one org: five runs, and what both objects must hold after them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.floors import within_one_system
from benchmarks.product import install
from benchmarks.profiles import Profile
from benchmarks.scenarios import ALL_TOUCHED, FIRST_LOAD, NOTHING_CHANGED, Course, Series
from benchmarks.subjects import Subject
from benchmarks.world import PortalUser, running

CONTACTS_AN_ACCOUNT = 10
CHANGED_TITLE = "Changed between two runs"
ONE_IN = 100
MOST_CALLS_FOR_NOTHING = 6
READ_BACK = "read back"
# Longer than the time before a watermark that is read again.
LATER = 600


def measure(profile: Profile, contacts: int) -> Series:
    """First load, what it wrote read back, nothing changed, 1 % of the contacts changed, everything touched, on one
    sandbox and installation.

    Raises measure.CommandFailed when the sandbox or the product cannot be started.
    """
    accounts = -(-contacts // CONTACTS_AN_ACCOUNT)
    with running(profile, accounts, contacts, portal_every=1) as world, TemporaryDirectory() as folder:
        product = install(Path(folder), world, Subject.PORTAL)
        course = Course(Subject.PORTAL, profile, contacts, world, product)
        _run(course)
        return course.series()


def _run(course: Course) -> None:
    world, profile = course.world, course.profile
    users, contacts = world.portal_users(), world.contacts()
    pairs = [user for user in users if user.active]
    differing = [user for user in pairs if user.values != user.contact_values]
    lowest = within_one_system(profile, lefts=len(contacts), rights=len(users), written=len(differing))
    # a step links each pair, and one more corrects each contact whose user has values of its own
    corrected = sum(map(_corrects, differing))
    course.run(FIRST_LOAD, lowest, written=len(pairs) + corrected)
    world.pass_time(LATER)
    course.run(READ_BACK, within_one_system(profile, lefts=corrected, rights=0, written=0), written=0)
    world.pass_time(LATER)
    calls = course.run(NOTHING_CHANGED, within_one_system(profile, lefts=0, rights=0, written=0), written=0)
    if calls.total > MOST_CALLS_FOR_NOTHING:
        course.note(NOTHING_CHANGED, f"{calls.total} calls, where {MOST_CALLS_FOR_NOTHING} are enough")
    changed = [user.contact for user in pairs[::ONE_IN]]
    world.edit(changed, {"Title": CHANGED_TITLE})
    lowest = within_one_system(profile, lefts=len(changed), rights=0, written=len(changed))
    course.run("1 % changed", lowest, written=len(changed))
    world.edit((contact.id for contact in contacts), {"Department": "Touched"})
    course.run(ALL_TOUCHED, within_one_system(profile, lefts=len(contacts), rights=0, written=0), written=0)
    _look(course, world.portal_users(), set(changed))


def _corrects(user: PortalUser) -> bool:
    """Whether its contact gets a value of the user."""
    return any(own and own != other for own, other in _both(user))


def _both(user: PortalUser) -> list[tuple[str, str]]:
    """The values of the user, each with that of the contact."""
    return list(zip(user.values, user.contact_values, strict=True))


def _look(course: Course, users: list[PortalUser], changed: set[str]) -> None:
    """Ask Salesforce itself what is there now."""
    active = [user for user in users if user.active]
    course.expect("pairs that agree", sum(user.values == user.contact_values for user in active), len(active))
    arrived = sum(user.values[0] == CHANGED_TITLE for user in active if user.contact in changed)
    course.expect("changed contacts that arrived", arrived, len(changed))
