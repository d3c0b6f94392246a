"""What can be done about a record where it is shown: sync it now, unlink it, decide, and plan again."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, SKIP, Side, Verb
from syncadmin.runs.models import Decision, FieldChoice, Link, MirrorRecord, Run
from syncadmin.runs.services import unlinking
from syncadmin.runs.services.decisions import Refused
from tests.runs.stored import change, sealed, stored_record, stored_run, stored_step, stored_sync

LEFT, RIGHT = "0015e0000000001AAA", "71"
PAGE = f"/records/accounts/left/{LEFT}/"


@pytest.fixture
def pair(quiet_sync: Sync) -> Sync:
    """Two linked records of a sync that somebody has had written before."""
    stored_record(quiet_sync, "left", LEFT, "Acme", status="in_sync")
    stored_record(quiet_sync, "right", RIGHT, "Acme", status="in_sync")
    Link.objects.create(sync=quiet_sync, left_id=LEFT, right_id=RIGHT)
    stored_run(quiet_sync, RunState.COMPLETED, write=True)
    return quiet_sync


def test_one_record_is_synced_now_by_a_plan_that_reads_it_and_its_counterpart(as_olaf: Client, pair: Sync) -> None:
    assert "Sync this record now" in as_olaf.get(PAGE).content.decode()
    as_olaf.post(f"{PAGE}sync/")
    run = Run.objects.latest("pk")
    assert (run.asked, run.write) == ({"left": [LEFT], "right": [RIGHT]}, False)
    assert MirrorRecord.objects.filter(needs_planning=True).count() == 2


def test_without_a_counterpart_the_other_side_is_read_for_one(as_olaf: Client, pair: Sync) -> None:
    Link.objects.all().delete()
    as_olaf.post(f"{PAGE}sync/")
    assert Run.objects.latest("pk").asked == {"left": [LEFT], "right": []}


def test_unlinked_records_stay_as_they_are_and_are_left_alone_until_that_is_taken_back(
    as_olaf: Client, pair: Sync
) -> None:
    assert "Unlink these two records?" in as_olaf.get(PAGE).content.decode()
    as_olaf.post(f"{PAGE}unlink/", {"left_id": LEFT})
    assert not Link.objects.exists()
    assert [decision.leaves_alone for decision in Decision.objects.all()] == [True, True]
    shown = as_olaf.get(PAGE).content.decode()
    assert "Plan again" in shown
    assert "Undo the decision" in shown


def test_nothing_is_unlinked_under_a_run_or_a_plan_that_knows_the_link(pair: Sync, olaf: User) -> None:
    run = stored_run(pair)
    with pytest.raises(Refused, match=f"The plan of run {run.pk} was made with this link"):
        unlinking.unlink(pair, left_id=LEFT, by=olaf)
    Run.objects.filter(pk=run.pk).update(state=RunState.WRITING)
    with pytest.raises(Refused, match="is at work"):
        unlinking.unlink(pair, left_id=LEFT, by=olaf)
    assert Link.objects.count() == 1


def test_a_user_that_several_records_share_is_not_unlinked_from_one_of_them(quiet_sync: Sync, olaf: User) -> None:
    contacts = stored_sync("contacts", kind="contacts_users")
    for left_id in ("003A", "003B"):
        Link.objects.create(sync=contacts, left_id=left_id, right_id="9")
    with pytest.raises(Refused, match="Several records share this user"):
        unlinking.unlink(contacts, left_id="003A", by=olaf)


def test_a_row_with_a_problem_has_what_to_do_in_place(as_olaf: Client, pair: Sync) -> None:
    run = stored_run(pair)
    notes = change("notes", "old of Zendesk", "new of Salesforce")
    stored_step(run, "Acme", CONFLICT, notes, left_id=LEFT, right_id=RIGHT, reason_code=ReasonCode.BOTH_CHANGED)
    stored_step(run, "Globex", SKIP, left_id="0015e0000000002AAA", reason_code=ReasonCode.AMBIGUOUS)
    stored_record(pair, "left", "0015e0000000002AAA", "Globex", status="ambiguous")
    sealed(run)
    pages = [as_olaf.get(f"/runs/{run.pk}/steps/{step.pk}/").content.decode() for step in run.steps.order_by("pk")]
    assert f'action="/records/accounts/left/{LEFT}/choose/"' in pages[0]
    assert re.search(r'value="notes left">\s*Keep new of Salesforce \(Salesforce\)', pages[0])
    assert 'href="/records/accounts/left/0015e0000000002AAA/#decide"' in pages[1]
    FieldChoice.objects.create(sync=pair, left_id=LEFT, field="notes", wins="left", left="a", right="b")
    shown = as_olaf.get(f"/runs/{run.pk}/steps/{run.steps.order_by('pk')[0].pk}/").content.decode()
    assert "chose the value in Salesforce" in re.sub(r"\s+", " ", shown)


def test_a_value_that_does_not_fit_leads_to_its_mapping(as_olaf: Client, pair: Sync) -> None:
    run = stored_run(pair)
    tier = change("fields.tier", None, "Platinum")
    stored_step(run, "Acme", Verb.UPDATE.on(Side.RIGHT), tier, left_id=LEFT, reason_code=ReasonCode.VALUE)
    sealed(run)
    shown = as_olaf.get(f"/runs/{run.pk}/steps/{run.steps.get().pk}/").content.decode()
    assert 'href="/syncs/accounts/#map-fields.tier"' in shown
