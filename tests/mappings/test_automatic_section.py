"""Automatic updates and the ceiling: when they may be switched on, and what they wait for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from connectors.models import Connection
from mappings.models import Sync
from mappings.options.polling import daily_calls
from mappings.schemas import Schemas

PAGE = "/syncs/accounts/"
Post = Callable[..., Any]


@pytest.fixture
def send(as_ada: Client, known: Schemas) -> Post:
    """Submit a section as Ada."""

    def post(section: str, **values: Any) -> Any:
        return as_ada.post(f"{PAGE}{section}/", values)

    return post


def text(response: Any) -> str:
    """The page as text, blanks squeezed."""
    return re.sub(r"\s+", " ", response.content.decode())


def reloaded(sync: Sync) -> Sync:
    return Sync.objects.get(pk=sync.pk)


def test_automatic_updates_are_switched_on_and_off(send: Post, sync: Sync) -> None:
    """S3.14."""
    assert send("automatic", automatic_updates="yes").url.endswith("?saved=automatic#automatic")
    assert reloaded(sync).automatic_updates
    send("automatic", automatic_updates="no")
    assert not reloaded(sync).automatic_updates
    send("automatic", automatic_updates="yes", interval="5")
    assert reloaded(sync).interval == 5
    assert reloaded(sync).revision == sync.revision, "a plan that waits stays good"
    send("automatic", automatic_updates="yes", interval="5", ceiling="500")
    assert reloaded(sync).revision == sync.revision + 1


def test_an_untested_connection_cannot_be_made_automatic(send: Post, sync: Sync) -> None:
    """S3.3."""
    Connection.objects.filter(kind="zendesk").update(last_check_ok=False)
    answer = send("automatic", automatic_updates="yes")
    assert answer.status_code == 422
    assert "has not passed a test" in text(answer)
    assert not reloaded(sync).automatic_updates


def test_updates_are_not_switched_over_somebody_elses_revision_unasked(send: Post, sync: Sync) -> None:
    refused = send("automatic", automatic_updates="yes", ceiling="500", revision=str(sync.revision - 1))
    assert refused.status_code == 422
    assert "Someone else saved a newer revision" in text(refused)
    assert 'value="500"' in text(refused)
    assert not reloaded(sync).automatic_updates
    assert f'name="revision" value="{sync.revision}"' in text(refused)
    assert send("automatic", automatic_updates="yes", revision=str(sync.revision)).status_code == 302


def test_automatic_updates_over_an_untested_connection_are_said_to_wait(as_vera: Client, sync: Sync) -> None:
    """S3.3: a file asked for them, or the connection changed since."""
    Sync.objects.update(automatic_updates=True)
    assert "Automatic updates wait" not in text(as_vera.get(PAGE))
    Connection.objects.filter(kind="zendesk").update(last_check_ok=None)
    assert "Automatic updates wait until both connections" in text(as_vera.get(PAGE))


def test_a_mapping_that_no_longer_fits_cannot_be_made_automatic(send: Post, sync: Sync) -> None:
    sync.mappings.create(position=0, left="Gone__c", right="fields.industry")
    answer = send("automatic", automatic_updates="yes")
    assert answer.status_code == 422
    assert "Gone__c does not exist in Salesforce any more" in text(answer)


def test_the_ceiling_is_saved_kept_when_refused_and_taken_away_again(send: Post, sync: Sync) -> None:
    """S3.46: a configurable ceiling."""
    send("automatic", automatic_updates="no", ceiling="500")
    assert reloaded(sync).ceiling == 500
    refused = send("automatic", automatic_updates="no", ceiling="-3")
    assert refused.status_code == 422
    assert 'value="-3"' in refused.content.decode()
    assert reloaded(sync).ceiling == 500
    send("automatic", automatic_updates="no", ceiling="")
    assert reloaded(sync).ceiling is None


def test_an_interval_is_chosen_and_a_way_back_where_a_field_has_one(send: Post, sync: Sync, as_ada: Client) -> None:
    """A1: one way unless an administrator says otherwise; a way back is offered where the mapping has one."""
    assert "both_ways" not in text(as_ada.get(PAGE))
    sync.mappings.update(direction="both")
    sync.mappings.create(position=9, left="Rating", right="fields.industry", direction="both")
    assert 'name="both_ways"' in text(as_ada.get(PAGE))
    assert send("automatic", automatic_updates="no", both_ways="on", interval="1").status_code == 302
    assert (reloaded(sync).automatic_both_ways, reloaded(sync).minutes) == (True, 1)
    send("automatic", automatic_updates="no", interval="2")
    assert (reloaded(sync).automatic_both_ways, reloaded(sync).interval) == (False, None)
    for minutes in ("0", "61", "often"):
        assert send("automatic", automatic_updates="no", interval=minutes).status_code == 422
    assert reloaded(sync).minutes == 2


def test_what_an_interval_costs_is_said_before_it_is_saved(as_vera: Client, sync: Sync) -> None:
    """Calls a day, beside what each system has told that it allows."""
    Connection.objects.filter(kind="salesforce").update(facts={"daily_limit": 100_000})
    Connection.objects.filter(kind="zendesk").update(facts={"rate_limit": 700})
    said = text(as_vera.get(f"{PAGE}polling-cost/?interval=2"))
    assert "Salesforce: about 912 calls a day, " in said
    assert "0.9 % of the 100,000 that it allows" in said
    assert "Zendesk: about 912 calls a day" in said
    tickets = Sync(kind="tickets_cases", left=sync.right, right=sync.left)
    calls = {one.system: one.calls for one in daily_calls(tickets, 2)}
    assert calls == {"Zendesk": 912 + 2 * 720, "Salesforce": 912}, (
        "what changed in users and organizations is asked, too"
    )
    assert "Type 1 to 60 minutes" in text(as_vera.get(f"{PAGE}polling-cost/?interval=61"))
