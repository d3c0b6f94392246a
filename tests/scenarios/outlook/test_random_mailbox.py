"""Any history of a mailbox and its contacts ends with both sides in step, nothing doubled, nothing private told."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from connectors.sandbox.salesforce.org import INTEGRATION_USER
from mappings.models import Sync
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, at_statement, killed_at_write
from tests.worlds.outlook import OWNER, Mailbox
from tests.worlds.runs import counts, plan, run

STEPS, RUN_EVERY, MOST_RUNS = 40, 5, 4


def kill() -> None:
    raise Killed


class History:
    """Random acts of people on both sides, and what must hold after them."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, self.box = company, Mailbox(company)
        self.random, self.numbers = random.Random(seed), count(1)
        self.private = {row["id"] for row in self.box.private().values()}
        self.folder = self.box.folder
        self.acts = (
            self.new_contact, self.new_contact, self.new_copy, self.new_copy, self.new_marked, self.edit_contact,
            self.edit_copy, self.edit_copy, self.move_out, self.move_in, self.unmark, self.remove_contact,
            self.remove_copy, self.give_away, self.private_one, self.forget, self.lose_an_answer,
        )  # fmt: skip

    def act(self) -> None:
        self.company.control(self.company.salesforce, "POST", "clock", {"advance": 30})
        self.random.choice(self.acts)()

    def copies(self) -> list[dict]:
        return self.box.call("GET", f"contactFolders/{self.folder}/contacts?$top=500")["value"]

    def one(self, rows: list) -> list:
        """One of these, as a list; none where there is none."""
        return [self.random.choice(rows)] if rows else []

    def values(self) -> dict:
        number = next(self.numbers)
        emails = [{"address": f"n{number}@x.example"}]
        return {"givenName": "N", "surname": f"{number}", "emailAddresses": emails, "jobTitle": "First"}

    def new_contact(self) -> None:
        number = next(self.numbers)
        self.company.contact(f"{number}", f"n{number}@x.example", FirstName="S", Title="First")

    def new_copy(self) -> None:
        self.box.add(**self.values())

    def new_marked(self) -> None:
        self.box.add(shared=False, categories=["Salesforce"], **self.values())

    def private_one(self) -> None:
        self.private.add(self.box.add(shared=False, **self.values()))

    def edit_contact(self) -> None:
        for id in self.one(list(self.company.contacts())):
            self.company.edit(id, Title=f"T{next(self.numbers)}", Phone=f"+{next(self.numbers)}")

    def edit_copy(self) -> None:
        for row in self.one(self.copies()):
            self.box.edit(row["id"], jobTitle=f"J{next(self.numbers)}", businessPhones=["+1", f"+{next(self.numbers)}"])

    def move_out(self) -> None:
        for row in self.one([row for row in self.copies() if "Salesforce" in row["categories"]]):
            self.box.move(row["id"], "contacts")

    def move_in(self) -> None:
        rows = [row for row in self.box.private().values() if row["id"] not in self.private]
        for row in self.one(rows):
            self.box.edit(row["id"], categories=["Salesforce"])
            self.box.move(row["id"], self.folder)

    def unmark(self) -> None:
        for row in self.one(self.copies()):
            self.box.edit(row["id"], categories=["Own"])

    def remove_contact(self) -> None:
        for id in self.one(list(self.company.contacts())):
            self.company.remove(id)

    def remove_copy(self) -> None:
        for row in self.one(self.copies()):
            self.box.remove(row["id"])

    def give_away(self) -> None:
        for id, row in self.one(list(self.company.contacts().items())):
            self.company.edit(id, OwnerId=INTEGRATION_USER if row["OwnerId"] == OWNER else OWNER)

    def run(self, sync: Sync) -> None:
        """A run; of two workers one is killed with a call that it sends, or anywhere, and another goes on."""
        begun = services.start(sync, write=True, enqueue=False)
        statement, arrived = self.random.randint(2, 160), self.random.random() < 0.5
        dies = self.random.choice(
            (killed_at_write("$batch", arrived=arrived), at_statement(statement, kill, again=True))
        )
        if self.random.random() < 0.5:
            with contextlib.suppress(Killed), dies:
                jobs.advance_run(begun.pk)
            Run.objects.filter(pk=begun.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.advance_run(begun.pk)

    def forget(self) -> None:
        self.company.control(self.company.graph, "POST", "expire-delta-tokens")

    def lose_an_answer(self) -> None:
        self.company.fault(
            self.company.graph,
            {"method": "POST", "path": "*/$batch", "reset": "after", "skip": self.random.randint(0, 3)},
        )


@pytest.mark.parametrize(("seed", "leaving"), [(0, "keep"), (1, "remove"), (2, "unmark")])
def test_any_history_ends_in_step(company: Company, seed: int, leaving: str) -> None:
    guards = {"deleted": False, "replaced": False, "created": False, "blanked": False}
    sync = outlook.store(company, guards=guards, leaving_view=leaving)
    history = History(company, seed)
    for number in range(STEPS):
        history.act()
        if number % RUN_EVERY == RUN_EVERY - 1:
            contacts = set(company.contacts())
            history.run(sync)
            assert contacts <= set(company.contacts()), "nothing is deleted in Salesforce"
    company.fault(company.graph)
    for _ in range(MOST_RUNS):
        if counts(run(sync))["written"] == 0:
            break
    _check(company, sync, history)


def _check(company: Company, sync: Sync, history: History) -> None:
    last = plan(sync)
    assert [step.label for step in last.steps.all() if not step.operation.tells] == [], "a further run plans nothing"
    contacts, copies = company.contacts(), history.copies()
    private = {row["id"]: row for row in history.box.private().values()}
    for rows in (
        [row["Email"] for row in contacts.values()],
        [email["address"] for row in [*copies, *private.values()] for email in row["emailAddresses"]],
    ):
        assert [email for email, number in Counter(rows).items() if number > 1] == [], "nobody is there twice"
    told = set(MirrorRecord.objects.right_of(sync).values_list("remote_id", flat=True))
    assert not told & history.private, "nothing is kept of private contacts (S2.8)"
    emails = {row["Email"] for row in contacts.values()}
    own = {email["address"] for id in history.private for email in private[id]["emailAddresses"]}
    assert not emails & own, "no private contact was shared"
    by_id = {row["id"]: row for row in copies}
    for link in sync.links.all():
        copy, contact = by_id.get(link.right_id), contacts.get(link.left_id)
        if copy and contact and contact["OwnerId"] == OWNER and "Salesforce" in copy["categories"]:
            assert (copy["jobTitle"], copy["surname"]) == (contact.get("Title"), contact["LastName"]), (
                "both are in step"
            )
    shared = {email["address"] for row in [*copies, *private.values()] for email in row["emailAddresses"]}
    mine = {row["Email"] for row in contacts.values() if row["OwnerId"] == OWNER}
    assert mine <= shared, "every contact of the owner is in the mailbox, or was taken out by its user"
