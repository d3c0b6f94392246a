"""Tickets and cases, without a sync of accounts or contacts: three runs, and what Salesforce must hold after them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.floors import floor_of_tickets
from benchmarks.product import install
from benchmarks.profiles import Profile
from benchmarks.scenarios import FIRST_LOAD, NOTHING_CHANGED, Course, Series
from benchmarks.subjects import Subject
from benchmarks.world import running

TICKETS_A_REQUESTER, TICKETS_AN_ACCOUNT = 10, 20
EDITED = 50
# The sandbox gives its tickets the six statuses in turn; the second of each six is open, and can be edited.
STATUSES, OPEN = 6, 2


def measure(profile: Profile, tickets: int) -> Series:
    """First load, nothing changed, fifty tickets edited. Requesters and organizations are known to Salesforce.

    Raises measure.CommandFailed when the sandbox or the product cannot be started.
    """
    accounts, people = -(-tickets // TICKETS_AN_ACCOUNT), -(-tickets // TICKETS_A_REQUESTER)
    world_of = running(profile, accounts, people, tickets)
    with world_of as world, TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        course = Course(Subject.TICKETS, profile, tickets, world, install(Path(folder), world, Subject.TICKETS))
        course.run(FIRST_LOAD, floor_of_tickets(profile, read=tickets, written=tickets), written=tickets)
        course.run(NOTHING_CHANGED, floor_of_tickets(profile, read=0, written=0), written=0)
        edited = list(range(OPEN, tickets + 1, STATUSES))[:EDITED]
        world.edit_tickets(edited, {"priority": "urgent", "subject": "Edited between two runs"})
        lowest = floor_of_tickets(profile, read=len(edited), written=len(edited))
        course.run(f"{len(edited)} edited", lowest, written=len(edited))
        cases = list(world.cases())
        course.expect("cases", len(cases), tickets)
        course.expect("tickets with a case", len({case["Zendesk_Ticket_Id__c"] for case in cases}), tickets)
        arrived = sum(case["Subject"] == "Edited between two runs" for case in cases)
        course.expect("edited tickets that arrived", arrived, len(edited))
        course.held |= {"cases with an account": sum(case["AccountId"] is not None for case in cases)}
        course.held |= {"cases with a contact": sum(case["ContactId"] is not None for case in cases)}
        return course.series()
