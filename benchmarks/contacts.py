"""Contacts and users, after their accounts: four runs, and what the helpdesk must hold after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.expected import User, in_scope, users
from benchmarks.floors import floor
from benchmarks.measure import CommandFailed
from benchmarks.product import Product, install
from benchmarks.profiles import Profile
from benchmarks.scenarios import ALL_TOUCHED, FIRST_LOAD, NOTHING_CHANGED, Course, Series, ended_well
from benchmarks.subjects import Subject
from benchmarks.world import World, running

CONTACTS_AN_ACCOUNT = 10
EDITED = 50
CHANGED_TITLE = "Changed between two runs"


def measure(profile: Profile, contacts: int) -> Series:
    """First load, nothing changed, fifty contacts edited, everything touched. The accounts are synced before.

    Raises measure.CommandFailed when the sandbox or the product cannot be started, or the accounts not be synced.
    """
    accounts = -(-contacts // CONTACTS_AN_ACCOUNT)
    with running(profile, accounts, contacts) as world, TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        product = install(Path(folder), world, *Subject)
        course = Course(Subject.CONTACTS, profile, contacts, world, product)
        _sync_accounts(product)
        _run(course)
        return course.series()


def _sync_accounts(product: Product) -> None:
    spent, report = product.run(Subject.ACCOUNTS)
    if not ended_well(report):
        raise CommandFailed(f"The accounts are {report['state']}: {spent.last_words}")


def _run(course: Course) -> None:
    world, profile = course.world, course.profile
    staff, contacts = world.count("users"), world.contacts()
    wanted = users(contacts, {account.id for account in in_scope(world.accounts())})
    edited = [user.contact for user in wanted[:: max(1, len(wanted) // EDITED)][:EDITED]]
    further = sum(max(0, len(user.accounts) - 1) for user in wanted)
    duplicates = sum(user.duplicates for user in wanted)

    lowest = floor(profile, read=len(contacts), written=len(wanted), followers=further)
    course.run(FIRST_LOAD, lowest, written=len(wanted) + duplicates + further)
    course.run(NOTHING_CHANGED, floor(profile, read=0, written=0), written=0)
    world.edit(edited, {"Title": CHANGED_TITLE})
    course.run(f"{len(edited)} edited", floor(profile, read=len(edited), written=len(edited)), written=len(edited))
    world.edit((contact.id for contact in contacts), {"Phone": "+1 555 0100"})
    course.run(ALL_TOUCHED, floor(profile, read=len(contacts), written=0), written=0)

    course.held |= {"contacts": len(contacts), "contacts with the email of another": duplicates}
    course.expect("users", world.count("users") - staff, len(wanted))
    course.expect("memberships", world.membership_count(), sum(len(user.accounts) for user in wanted))
    _look(course, wanted, set(edited))


def _look(course: Course, wanted: Sequence[User], edited: set[str]) -> None:
    """Ask Zendesk itself who is there now, with which email, at which organizations.

    A user with one organization shows it. Together with the number of memberships that leaves none unseen.
    """
    by_contact = {user.contact: user for user in wanted}
    organizations = _organizations(course.world, wanted)
    right = arrived = 0
    several: dict[int, User] = {}
    for row in course.world.known_as("users", list(by_contact)):
        user = by_contact.pop(row["external_id"])
        right += row["email"] == user.email and row["organization_id"] == organizations.get(user.account)
        arrived += user.contact in edited and row["user_fields"]["title"] == CHANGED_TITLE
        if len(user.accounts) > 1:
            several[row["id"]] = user
    held = course.world.organizations_of(list(several))
    both = sum(
        {organizations[account] for account in user.accounts} == ids
        for user, ids in zip(several.values(), held, strict=True)
    )
    course.expect("users with the right email and primary organization", right, len(wanted))
    course.expect("users at all of several organizations", both, sum(len(user.accounts) > 1 for user in wanted))
    course.expect("edited contacts that arrived", arrived, len(edited))


def _organizations(world: World, wanted: Sequence[User]) -> Mapping[str, int]:
    """The organizations of these users by account id."""
    accounts = sorted({account for user in wanted for account in user.accounts})
    return {row["external_id"]: row["id"] for row in world.known_as("organizations", accounts)}
