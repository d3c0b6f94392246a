"""One number is the same wherever it stands: the pages of one world are walked, and what they say is compared."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Run, Step, StepOutcome
from syncadmin.runs.pages.records.tables import needing_address
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage.unresolved import unresolved
from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance, plan, run


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


class Pages:
    """What somebody reads on the pages of a sync."""

    def __init__(self, client: Client, sync: Sync) -> None:
        self._client, self._sync = client, sync

    def text(self, path: str) -> str:
        answer = self._client.get(path)
        assert answer.status_code == 200, path
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

    def number(self, path: str, pattern: str, none: int = 0) -> int:
        """The first number that the page says in these words; ``none`` where it does not have them."""
        found = re.search(pattern, self.text(path))
        return int(found[1].replace(",", "")) if found else none

    def check(self, pattern: str) -> int:
        return self.number(f"/runs/check/{self._sync.slug}/", pattern)

    def card(self, pattern: str) -> int:
        """What the card of the sync on the overview says."""
        cards = self.text("/").split(f"{self._sync.slug} : ")
        found = re.search(pattern, cards[1]) if len(cards) > 1 else None
        return int(found[1].replace(",", "")) if found else 0

    def listed(self, standing: str = "", side: str = "") -> int:
        path = "/records/" + needing_address(self._sync, side, standing)
        return self.number(path, r"1–[\d,]+ of ([\d,]+)")

    def tile(self, words: str) -> int:
        return self.number(f"/records/?sync={self._sync.slug}", rf"([\d,]+) {words}")

    def last(self) -> Run:
        return Run.objects.filter(sync=self._sync).latest("pk")


def world(company: Company) -> Sync:
    """Contacts of which some have no email, share one, or are staff; users that are known as leads, and to nobody."""
    acme = company.account("Acme")
    company.account("Twin")
    company.account("Twin")
    company.account("Child", ParentId=acme)
    for number in range(7):
        company.organization(f"Stranger {number}")
    contacts = ready(company, unresolved=2)
    for number in range(6):
        company.contact(f"Person {number}", f"p{number}@test.com", acme)
    company.contact("Silent", None, acme)
    company.contact("Shared", "p1@test.com", acme)
    company.user("Person 1", "p1@test.com")
    for number in range(3):
        company.user(f"Lead {number}", f"lead{number}@test.com")
        company.lead(f"Lead {number}", f"lead{number}@test.com")
    for number in range(2):
        company.user(f"Nobody {number}", f"nobody{number}@test.com")
    return contacts


def test_who_is_in_scope_is_the_same_number_everywhere(company: Company, as_ada: Client) -> None:
    """Who is skipped by a policy is not in scope."""
    contacts = world(company)
    accounts = company.configure(parent_accounts="skip")
    for sync, kind, many in ((accounts, "accounts", "accounts"), (contacts, "people/contacts", "contacts")):
        plan(sync, out_of_order=True)
        pages = Pages(as_ada, sync)
        inside = pages.check(rf"([\d,]+) {many} in scope")
        assert inside == pages.number(f"{sync.get_absolute_url()}count/", rf"([\d,]+) of [\d,]+ {many} in scope"), kind
        left = sync.mirror.filter(side=Side.LEFT, in_scope=True, deleted=False).count()
        assert inside == left > 2


def test_who_is_unknown_to_salesforce_is_the_same_number_everywhere(company: Company, as_ada: Client) -> None:
    contacts = world(company)
    leads = company.configure_people("leads")
    plan(contacts)
    first = Pages(as_ada, contacts)
    steps_of = first.number(first.last().get_absolute_url(), r"([\d,]+) users without a contact")
    assert steps_of == first.check(r"([\d,]+) users? ha(?:s|ve) no contact in scope") == 5
    completed(contacts)
    completed(leads)
    for sync, one in ((contacts, "contact"), (leads, "lead")):
        pages = Pages(as_ada, sync)
        number = pages.check(rf"([\d,]+) users? ha(?:s|ve) no {one} in scope")
        assert number == 2, "the other three are leads"
        assert number == pages.listed("unmatched", "right") == pages.tile("Users unknown to Salesforce")
        if not unresolved(sync):
            assert number == pages.card(r"([\d,]+) users are unknown to Salesforce")
    accounts = Sync.objects.get(slug="accounts")
    pages = Pages(as_ada, accounts)
    number = pages.check(r"([\d,]+) organizations have no account in scope")
    assert number == pages.listed("unmatched", "right") == pages.tile("Organizations unknown to Salesforce") == 7
    assert "both sides are in sync" not in pages.text("/")


def test_who_needs_a_person_is_the_same_number_everywhere(company: Company, as_ada: Client) -> None:
    world(company)
    accounts = Sync.objects.get(slug="accounts")
    run(accounts)
    pages = Pages(as_ada, accounts)
    number = unresolved(accounts)
    assert number == 2, "the two of one name"
    assert number == pages.card(r"([\d,]+) records need you") == pages.listed() == pages.tile("Ambiguous")
    last = pages.last().get_absolute_url()
    assert number == pages.number(last, r"(\d[\d,]*) records need a person")
    said = manage("sync", "run", "accounts", "--inline", "--json").json
    assert said["unresolved"] == number


def test_what_a_run_has_done_is_the_same_number_everywhere(company: Company, as_ada: Client) -> None:
    contacts = world(company)
    ended = completed(contacts)
    pages = Pages(as_ada, contacts)
    page, written = ended.get_absolute_url(), ended.counts["written"]
    assert written > 0
    assert written == pages.number(page, r"([\d,]+) written")
    assert written == pages.number(page, r"Write [\d.]+ \w+ ([\d,]+) written")
    assert written == pages.card(r"([\d,]+) written")
    assert written == pages.number(page, r"([\d,]+) Written"), "the tile"
    assert f" {written} " in pages.text("/runs/")
    rows = as_ada.get(f"{page}rows.csv?tile=written")
    assert b"".join(rows.streaming_content).count(b"\n") - 1 == written


def test_one_write_has_one_time(company: Company, as_ada: Client) -> None:
    """The record says that it was brought in step when its step was written, however long the plan had waited."""
    contacts = world(company)
    waiting = plan(contacts)
    Run.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(days=2))
    advance(services.approve(waiting, enqueue=False))
    done = list(Step.objects.filter(run=waiting, state=StepState.DONE).select_related("outcome"))
    assert done
    for step in done:
        right = step.right_id or step.outcome.remote_id
        link = Link.objects.get(sync=contacts, left_id=step.left_id, right_id=right)
        last = StepOutcome.objects.filter(step__run=waiting, step__left_id=step.left_id).latest("at")
        assert link.synced_at == last.at, step
        text = Pages(as_ada, contacts).text(f"/records/contacts/left/{step.left_id}/")
        assert "2 days ago" not in text, text
