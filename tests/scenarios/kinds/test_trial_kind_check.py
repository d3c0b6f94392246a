"""The check page of a kind that has no checks of its own, before and after its first plan."""

from __future__ import annotations

from django.core.cache import caches
from django.test import Client

from syncadmin.runs.models import SideState
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.depots import depot
from tests.worlds.pages import text
from tests.worlds.runs import plan
from tests.worlds.words import foreign


def test_its_page_is_full_and_speaks_its_own_words_alone(company: Company, as_olaf: Client) -> None:
    caches["memo"].clear()
    with depots.registered():
        sync = company.store(depots.SYNC)
        unread = text(as_olaf, "/runs/check/depots/")
        assert "Neither system was read yet" in unread
        for name in ("Kiel", "Kiel", "Oslo"):
            depot(company, name)
        company.salesforce.store.insert("Site__c", {"Name": "Rome", "City__c": "Roma"})
        plan(sync)
        assert SideState.objects.filter(sync=sync).count() == 2
        read = text(as_olaf, "/runs/check/depots/")
    for page in (unread, read):
        assert foreign(depots.KIND, page) == []
        assert "depots and branches" in page.lower()
    assert "3 depots in scope, 1 branch in Salesforce." in read
    assert "1 name is used more than once, on 2 depots." in read
    assert "Branches without a depot" in read
    assert "Names in Zendesk" in read
