"""Any history of a mailbox and its contacts ends with both sides in step, nothing doubled, nothing private told."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
from collections import Counter
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from connectors.sandbox.salesforce.org import INTEGRATION_USER
from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, at_statement, killed_at_write
from tests.worlds.outlook import BEN, OLIVIA, OWNER, Mailbox
from tests.worlds.runs import counts, plan, run

STEPS, RUN_EVERY, MOST_RUNS = int(os.environ.get("STEPS", "40")), 5, 5
# Each policy for contacts that leave the view, with deletions allowed and not, in either direction.
POLICIES = tuple(itertools.product(("keep", "remove", "unmark"), ("never", "allowed"), ("allowed", "never")))


def kill() -> None:
    raise Killed


class History:
    """Random acts of people on both sides, and what must hold after them."""

    def __init__(self, company: Company, seed: int, address: str = OLIVIA, beside: History | None = None) -> None:
        self.company, self.box = company, Mailbox(company, address)
        self.random, self.numbers = random.Random(seed), beside.numbers if beside else count(1)
        self.private = {row["id"]: row for row in self.box.private().values()}
        self.folder = self.box.folder
        self.acts = (
            self.new_contact, self.new_contact, self.new_copy, self.new_copy, self.new_marked, self.edit_contact,
            self.edit_copy, self.edit_copy, self.move_out, self.move_in, self.unmark, self.remove_contact,
            self.remove_copy, self.give_away, self.private_one, self.forget, self.lose_an_answer, self.edit_email,
            self.mark_again, self.rename_folder, self.move_elsewhere, self.change_categories,
        )  # fmt: skip
        self.removed_contacts: set[str] = beside.removed_contacts if beside else set()
        self.removed_copies: set[str] = set()
        self.given_away: set[str] = beside.given_away if beside else set()

    def act(self) -> None:
        self.company.control(self.company.salesforce, "POST", "clock", {"advance": 30})
        self.random.choice(self.acts)()

    def everywhere(self) -> dict[str, dict]:
        """All contacts of the mailbox, in whatever folder."""
        found = (self.box.call("GET", f"contactFolders/{id}/contacts?$top=500")["value"] for id in self.box.folders())
        return {row["id"]: row for rows in found for row in rows}

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
        self.add(**self.values())

    def add(self, **values: Any) -> None:
        """A contact in the shared folder, whatever that is called."""
        self.box.call("POST", f"contactFolders/{self.folder}/contacts", values)

    def new_marked(self) -> None:
        self.box.add(shared=False, categories=["Salesforce"], **self.values())

    def private_one(self) -> None:
        id = self.box.add(shared=False, **self.values())
        self.private[id] = self.everywhere()[id]

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
            self.removed_contacts.add(id)
            self.company.remove(id)

    def remove_copy(self) -> None:
        for row in self.one(self.copies()):
            self.removed_copies.add(row["id"])
            self.box.remove(row["id"])

    def edit_email(self) -> None:
        """On one of both sides: the pair stays one."""
        email = f"e{next(self.numbers)}@x.example"
        if self.random.random() < 0.5:
            for id in self.one(list(self.company.contacts())):
                self.company.edit(id, Email=email)
        else:
            for row in self.one(self.copies()):
                self.box.edit(row["id"], emailAddresses=[{"address": email}, *row["emailAddresses"][1:]])

    def mark_again(self) -> None:
        for row in self.one([row for row in self.copies() if "Salesforce" not in row["categories"]]):
            self.box.edit(row["id"], categories=[*row["categories"], "Salesforce"])

    def change_categories(self) -> None:
        for row in self.one(self.copies()):
            self.box.edit(row["id"], categories=[*row["categories"], f"C{next(self.numbers)}"])

    def rename_folder(self) -> None:
        self.box.call("PATCH", f"contactFolders/{self.folder}", {"displayName": f"Folder {next(self.numbers)}"})

    def move_elsewhere(self) -> None:
        """Into a folder of the user's own, with the category: it comes back."""
        own = self.box.call("POST", "contactFolders", {"displayName": f"Own {next(self.numbers)}"})["id"]
        for row in self.one([row for row in self.copies() if "Salesforce" in row["categories"]]):
            self.box.move(row["id"], own)

    def give_away(self) -> None:
        for id, row in self.one(list(self.company.contacts().items())):
            self.given_away.add(id)
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


@pytest.mark.parametrize("seed", range(int(os.environ.get("FIRST", "0")), int(os.environ.get("WORLDS", "3"))))
def test_any_history_ends_in_step(company: Company, seed: int) -> None:
    leaving, in_salesforce, in_outlook = POLICIES[(seed * 5 + 2) % len(POLICIES)]
    guards = {"deleted": False, "replaced": False, "created": False, "blanked": False}
    deletes = {"salesforce": in_salesforce, "outlook": in_outlook}
    sync = outlook.store(company, guards=guards, leaving_view=leaving, deletes=deletes)
    history = History(company, seed)
    history.new_contact()
    run(sync)  # from its first write on the folder is ours under any name
    for number in range(STEPS):
        history.act()
        if number % RUN_EVERY == RUN_EVERY - 1:
            history.run(sync)
    company.fault(company.graph)
    for _ in range(MOST_RUNS):
        if counts(run(sync))["written"] == 0:
            break
    _all_holds(company, sync, history)


@pytest.mark.parametrize("seed", range(int(os.environ.get("FIRST", "0")), int(os.environ.get("WORLDS", "2"))))
def test_any_history_of_two_mailboxes_of_one_user_ends_in_step(company: Company, seed: int) -> None:
    """The same contacts in both; what is deleted in one may go in the other."""
    leaving, in_salesforce, in_outlook = POLICIES[(seed * 7 + 3) % len(POLICIES)]
    guards = {"deleted": False, "replaced": False, "created": False, "blanked": False}
    mailboxes = [{"address": address, "salesforce_user": OWNER} for address in (OLIVIA, BEN)]
    deletes = {"salesforce": in_salesforce, "outlook": in_outlook}
    outlook.apply(company, {"mailboxes": mailboxes, "guards": guards, "leaving_view": leaving, "deletes": deletes})
    syncs, first = list(Sync.objects.order_by("pk")), History(company, seed)
    histories = (first, History(company, seed + 1_000, BEN, beside=first))
    first.new_contact()
    for sync in syncs:  # from its first write on the folder is ours under any name
        run(sync)
    for number in range(STEPS):
        first.random.choice(histories).act()
        if first.random.random() < 0.1:
            same = first.values()
            for history in histories:
                history.add(**same)
        if number % RUN_EVERY == RUN_EVERY - 1:
            for history, sync in zip(histories, syncs, strict=True):
                history.run(sync)
    company.fault(company.graph)
    for _ in range(2 * MOST_RUNS):
        if sum(counts(run(sync))["written"] for sync in syncs) == 0:
            break
    for history, sync in zip(histories, syncs, strict=True):
        _all_holds(company, sync, history)


def _all_holds(company: Company, sync: Sync, history: History) -> None:
    _nothing_is_left_to_do_and_nobody_is_there_twice(company, sync, history)
    _nothing_private_is_told(company, sync, history)
    _only_what_the_policies_allow_is_deleted(sync, history)
    _linked_pairs_are_equal(company, sync, history)


def _nothing_is_left_to_do_and_nobody_is_there_twice(company: Company, sync: Sync, history: History) -> None:
    steps = plan(sync).steps.all()
    assert [(step.operation.word, step.label, step.reason) for step in steps if not step.operation.informational] == []
    copies, contacts = history.everywhere().values(), company.contacts().values()
    for emails in (
        [row["Email"] for row in contacts],
        [email["address"] for row in copies for email in row["emailAddresses"]],
    ):
        assert [email for email, number in Counter(emails).items() if number > 1] == []
    there = sync.links.filter(right_id__in=history.everywhere()).values_list("left_id", flat=True)
    mine = {id for id, row in company.contacts().items() if row["OwnerId"] == OWNER}
    assert mine <= set(there), "every contact of the owner is in the mailbox, or was taken out by its user"


def _nothing_private_is_told(company: Company, sync: Sync, history: History) -> None:
    """S2.8: they are as they were, where they were, and neither Salesforce nor we know of them."""
    everywhere = history.everywhere()
    assert {id: everywhere[id] for id in history.private} == history.private
    assert not set(MirrorRecord.objects.right_of(sync).values_list("remote_id", flat=True)) & history.private.keys()
    own = {email["address"] for row in history.private.values() for email in row["emailAddresses"]}
    assert not {row["Email"] for row in company.contacts().values()} & own


def _only_what_the_policies_allow_is_deleted(sync: Sync, history: History) -> None:
    options, done = sync.effective_options(), Step.objects.filter(run__sync=sync, state=StepState.DONE)
    for step in done:
        if step.operation == Verb.DELETE.on(Side.LEFT):
            assert options["delete_left"] == "allowed"
            assert step.right_id in history.removed_copies, step.label
        elif step.operation == Verb.DELETE.on(Side.RIGHT):
            left_the_view = step.left_id in history.given_away and options["leaving_view"] == "remove"
            others = Step.objects.doing(Verb.DELETE.on(Side.LEFT)).filter(left_id=step.left_id, state=StepState.DONE)
            by_somebody = step.left_id in history.removed_contacts or others.exists()
            deleted = by_somebody and options["delete_right"] == "allowed"
            assert left_the_view or deleted, step.label


def _linked_pairs_are_equal(company: Company, sync: Sync, history: History) -> None:
    copies, contacts = {row["id"]: row for row in history.copies()}, company.contacts()
    for link in sync.links.filter(active=True):
        copy, contact = copies.get(link.right_id), contacts.get(link.left_id)
        if copy and contact and contact["OwnerId"] == OWNER and "Salesforce" in copy["categories"]:
            (email,) = copy["emailAddresses"]
            ours = (contact.get("Title"), contact["LastName"], contact["Email"])
            assert (copy["jobTitle"], copy["surname"], email["address"]) == ours
