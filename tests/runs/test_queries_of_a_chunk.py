"""What a chunk of a run asks the database is the same number of queries for one record and for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.memberships import OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import UNLINK, Change, Side, Verb
from syncadmin.runs.models import FormerAddress, Link, Run, Step
from syncadmin.runs.pipeline.shared import owned_entries
from syncadmin.runs.storage import former_addresses
from tests.runs.stored import change, stored_run, stored_step, stored_sync

DONE = StepState.DONE


@pytest.fixture
def sync(db: None) -> Sync:
    return stored_sync("contacts", kind="contacts_users")


def cost(work: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def end_link(run: Run, number: int) -> Link:
    """A link that owned a tag and two memberships, until this run ended it and took one of each away."""
    ids = {"left_id": f"003{number}", "right_id": f"7{number}"}
    owned = {"tags": ["vip", "gold"], OWNED: ["41", "42"]}
    taken = Change("tags", None, None, "Added by us", remove=("VIP",))
    stored_step(run, "Ann", UNLINK, taken, state=DONE, owned_values=owned, **ids)
    left = change(PRIMARY, "42", None)
    stored_step(run, "Ann", REMOVE_MEMBERSHIP, left, state=DONE, **ids)
    return Link(sync=run.sync, owned_values={}, active=False, role="syncing", **ids)


def test_links_made_again_take_up_what_was_left_in_a_fixed_number_of_queries(sync: Sync) -> None:
    run = stored_run(sync)
    links, one = [end_link(run, number) for number in range(6)], end_link(run, 9)
    assert cost(lambda: owned_entries.take_up(sync, links)) == cost(lambda: owned_entries.take_up(sync, [one])) == 2
    assert [link.owned_values for link in links] == [{"tags": ["gold"], OWNED: ["41"]}] * 6


def test_only_the_last_end_of_a_link_of_the_same_sync_counts(sync: Sync) -> None:
    other = stored_run(stored_sync("more", kind="contacts_users"))
    first, last = stored_run(sync), stored_run(sync)
    link = end_link(first, 1)
    ids = {"left_id": "0031", "right_id": "71"}
    stored_step(last, "Ann", UNLINK, state=DONE, owned_values={"tags": ["new"], OWNED: ["42"]}, **ids)
    end_link(other, 1)
    owned_entries.take_up(sync, [link])
    assert link.owned_values == {"tags": ["new"], OWNED: ["42"]}, "what another run has removed was given back since"


def address_step(run: Run, user: str, before: str, after: str, *, free: bool = False) -> Step:
    changed = change("email", before, after)
    operation, code = (FREE_ADDRESS, "") if free else (Verb.UPDATE.on(Side.RIGHT), ReasonCode.ADDRESS)
    return stored_step(run, "Ann", operation, changed, state=DONE, right_id=user, reason_code=code)


def test_former_addresses_are_noted_in_a_fixed_number_of_queries(sync: Sync) -> None:
    run, zendesk = stored_run(sync), sync.right
    steps = [address_step(run, f"7{number}", f"Old{number}@x.com", f"new{number}@x.com") for number in range(6)]
    assert cost(lambda: former_addresses.note(zendesk, steps)) <= 2
    again = [address_step(run, f"7{number}", f"new{number}@x.com", f"old{number}@x.com") for number in range(6)]
    assert cost(lambda: former_addresses.note(zendesk, again)) <= 3
    assert FormerAddress.objects.count() == 6
    assert former_addresses.holders(zendesk, ["new3@x.com", "old3@x.com"]) == {"new3@x.com": ["73"]}


def test_the_later_of_two_steps_about_an_address_decides(sync: Sync) -> None:
    run, zendesk = stored_run(sync), sync.right
    moved = address_step(run, "71", "a@x.com", "b@x.com")
    freed = address_step(run, "71", "a@x.com", "", free=True)
    former_addresses.note(zendesk, [moved, freed])
    assert not FormerAddress.objects.exists()
    former_addresses.note(zendesk, [moved, address_step(run, "71", "b@x.com", "c@x.com")])
    former_addresses.note(zendesk, [moved])
    assert former_addresses.holders(zendesk, ["a@x.com", "b@x.com"]) == {"a@x.com": ["71"]}
    former_addresses.note(
        zendesk, [address_step(run, "71", "", "d@x.com"), address_step(run, "71", "x@x.com", "x@x.com")]
    )
    assert former_addresses.holders(zendesk, ["", "x@x.com"]) == {"x@x.com": ["71"]}
