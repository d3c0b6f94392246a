"""What opening a sync's page costs in calls: nothing, once somebody has read what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.core.cache import caches
from django.test import Client

from connectors.api.values import Query
from connectors.models import RemoteField, RemoteObject
from connectors.sandbox.server import Sandbox
from connectors.services import ask, schema
from mappings.kept import COUNTS, kept
from mappings.models import Sync
from mappings.schemas import Schemas
from tests.timeouts import HANG_SECONDS

# The parts that a browser loads with the page, by kind.
PARTS = {
    "/syncs/accounts/": ("count/", "policies/", "try/"),
    "/syncs/contacts/": ("count/", "policies/", "samples/", "try/"),
    "/syncs/leads/": ("count/", "policies/", "samples/", "try/"),
}


def calls(remote: Sandbox) -> int:
    addresses = (remote.salesforce.base_url, remote.zendesk.base_url)
    return sum(requests.get(f"{url}/_sandbox/stats", timeout=HANG_SECONDS).json()["total"] for url in addresses)


def opened(client: Client, page: str) -> list[str]:
    """The page and its parts, as a browser asks for them."""
    addresses = ["", *PARTS[page], *(["count/?filters=1&record_types=Partner"] if "accounts" in page else [])]
    answers = [client.get(page + part, headers={"HX-Request": "true"} if part else {}) for part in addresses]
    return [re.sub(r"\s+", " ", answer.content.decode()) for answer in answers]


@pytest.mark.parametrize("page", PARTS)
def test_a_page_that_somebody_has_read_is_opened_without_a_call(
    as_ada: Client, as_vera: Client, remote: Sandbox, known: Schemas, contacts: Sync, leads: Sync, page: str
) -> None:
    first = opened(as_ada, page)
    before = calls(remote)
    caches["memo"].clear()  # another process
    second = opened(as_vera, page)
    assert calls(remote) == before
    for mine, theirs in zip(first[1:], second[1:], strict=True):
        assert "Asked" in theirs
        assert "Ask again" in mine
        assert "Ask again" not in theirs
    assert re.search(r"\d+</strong> of \d+", second[1])


def test_an_operator_has_it_asked_again_and_a_viewer_has_not(
    as_olaf: Client, as_vera: Client, remote: Sandbox, sync: Sync, known: Schemas
) -> None:
    for part in PARTS["/syncs/accounts/"]:
        address = f"/syncs/accounts/{part}"
        as_vera.get(address)
        before = calls(remote)
        as_vera.get(f"{address}?again=1")
        assert calls(remote) == before, part
        as_olaf.get(f"{address}?again=1")
        assert calls(remote) > before, part


def test_other_filters_and_another_address_are_another_question(
    as_vera: Client, remote: Sandbox, sync: Sync, known: Schemas
) -> None:
    page = "/syncs/accounts/count/"
    everything = as_vera.get(page).content.decode()
    sync.record_type_filters.create(name="Partner", position=0)
    assert as_vera.get(page).content.decode() != everything
    before = calls(remote)
    type(sync.left).objects.filter(pk=sync.left.pk).update(base_url=f"{sync.left.base_url}/")
    as_vera.get(page)
    assert calls(remote) > before


def test_an_answer_is_kept_until_it_is_asked_again_and_nothing_to_show_is_not(sync: Sync) -> None:
    answers: Iterator[str | None] = iter([None, "first", "second"])

    def answer(*, again: bool = False) -> str | None:
        return kept(sync.left, ("question",), lambda: next(answers), COUNTS, again=again).value

    assert [answer(), answer(), answer(), answer(again=True), answer()] == [None, "first", "first", "second", "second"]


def test_a_schema_that_is_read_again_is_written_where_it_changed(
    sync: Sync, known: Schemas, django_assert_max_num_queries: Any
) -> None:
    """Rows of unchanged fields stay the same rows; what changed, went or came back is put right."""
    rows = RemoteField.objects.filter(object__name="Account")
    before = dict(rows.values_list("name", "pk"))
    read_at = RemoteObject.objects.get(name="Account").fetched_at
    with django_assert_max_num_queries(14) as asked:
        assert schema(sync.left, "Account", refresh=True) == known.left
    written = [query["sql"] for query in asked if "connectors_remotefield" in query["sql"]]
    assert not [sql for sql in written if not sql.startswith("SELECT")]
    assert dict(rows.values_list("name", "pk")) == before
    assert RemoteObject.objects.get(name="Account").fetched_at > read_at
    rows.filter(name="Industry").update(label="Old", attributes={})
    rows.filter(name="Name").delete()
    RemoteField.objects.create(
        object=RemoteObject.objects.get(name="Account"), name="Gone__c", label="Gone", type="text", position=999
    )
    RemoteObject.objects.filter(name="Account").update(record_types=[], digest="of another schema")
    assert schema(sync.left, "Account", refresh=True) == known.left
    assert schema(sync.left, "Account") == known.left
    after = dict(rows.values_list("name", "pk"))
    assert after.keys() == before.keys()
    assert {name for name in before if after[name] != before[name]} == {"Name"}
    assert ask(sync.left, Query("Account", ("Name",), limit=1))
