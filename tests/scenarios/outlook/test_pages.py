"""The pages of the kind: each mailbox is a row with its state, and speaks of contacts and Outlook alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mappings.models import Sync
from mappings.services import schemas
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, OWNER, Mailbox
from tests.worlds.runs import plan, run

FOREIGN = re.compile(r"\b(Zendesk|organi[sz]ations?|helpdesk|tickets?)\b", re.IGNORECASE)


def main_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert found, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(0)))


@pytest.mark.redis
def test_its_pages_speak_of_contacts_and_mailboxes_alone(company: Company, as_ada: Client) -> None:
    both = [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN, "salesforce_user": OWNER}]
    outlook.apply(company, {"mailboxes": both})
    sync = Sync.objects.get(name=OLIVIA)
    schemas(sync)
    ann = company.contact("Lee", "ann@acme.example", FirstName="Ann")
    Mailbox(company).add(givenName="New", surname="One", emailAddresses=[{"address": "new@x.example"}])
    waiting = plan(sync)
    done = run(sync)
    right = sync.links.get(left_id=ann).right_id
    listed = main_of(as_ada, "/kinds/contacts_outlook/")
    assert OLIVIA in listed
    assert BEN in listed
    page = main_of(as_ada, f"/syncs/{sync.slug}/")
    for words in ("Mailbox", "Salesforce user", "Only my contacts", "Put it back into Outlook"):
        assert words in page, words
    pages = [f"/runs/{waiting.pk}/", f"/runs/{done.pk}/", f"/runs/check/{sync.slug}/", f"/syncs/{sync.slug}/"]
    pages += [f"/records/{sync.slug}/left/{ann}/", f"/records/{sync.slug}/right/{right}/", "/kinds/contacts_outlook/"]
    for address in [*pages, "/kinds/contacts_outlook/add/"]:
        assert not (found := FOREIGN.findall(main_of(as_ada, address))), (address, found)
