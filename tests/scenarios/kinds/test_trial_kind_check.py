"""The check page of a kind that has no checks of its own, before and after its first plan."""

from __future__ import annotations

import re

from django.core.cache import caches
from django.test import Client

from syncadmin.runs.models import SideState
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.depots import depot
from tests.worlds.runs import plan

STRANGE = r"\baccounts?\b|organi[sz]ation|\bcontacts?\b|\bleads?\b|\busers?\b|\bemails?\b|helpdesk|preparation"


def _page(client: Client) -> str:
    answer = client.get("/runs/check/depots/")
    assert answer.status_code == 200
    page = answer.content.decode().partition("<h1")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_its_page_is_full_and_speaks_its_own_words_alone(company: Company, as_olaf: Client) -> None:
    caches["memo"].clear()
    with depots.registered():
        sync = company.store(depots.SYNC)
        unread = _page(as_olaf)
        assert "Neither system was read yet" in unread
        for name in ("Kiel", "Kiel", "Oslo"):
            depot(company, name)
        company.salesforce.store.insert("Site__c", {"Name": "Rome", "City__c": "Roma"})
        plan(sync)
        assert SideState.objects.filter(sync=sync).count() == 2
        read = _page(as_olaf)
    for text in (unread, read):
        assert re.findall(STRANGE, text, re.I) == []
        assert "depots and branches" in text.lower()
    assert "3 depots in scope, 1 branch in Salesforce." in read
    assert "1 name stands more than once, on 2 depots." in read
    assert "Branches without a depot" in read
    assert "Names in Zendesk" in read
