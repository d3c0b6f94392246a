"""A person's word about a record (S3.C11): it is heard at the next plan, survives runs, and can be taken back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.services import decisions
from tests.runs.stored import stored_record, stored_sync


@pytest.fixture
def twins(quiet_sync: Sync) -> list[MirrorRecord]:
    """Two accounts and one organization with the same name: nobody can tell which is which."""
    words = {"status": "ambiguous", "reason": "1 other Salesforce record in scope has the same name"}
    lefts = [stored_record(quiet_sync, "left", id, "Acme", **words) for id in ("001A", "001B")]
    return [*lefts, stored_record(quiet_sync, "right", "71", "Acme", status="ambiguous")]


def again(record: MirrorRecord) -> MirrorRecord:
    record.refresh_from_db()
    return record


def test_linking_by_hand_has_all_namesakes_planned_again(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User
) -> None:
    decision = decisions.link(quiet_sync, left_id="001A", right_id="71", by=olaf)
    assert (decision.left_id, decision.right_id, decision.by) == ("001A", "71", olaf)
    assert [again(record).needs_planning for record in twins] == [True, True, True]
    assert again(twins[0]).status == ""
    assert again(twins[1]).status == "ambiguous"


def test_a_second_word_about_a_record_replaces_the_first(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User
) -> None:
    decisions.link(quiet_sync, left_id="001A", right_id="71", by=olaf)
    decisions.ignore(quiet_sync, side=Side.LEFT, remote_id="001A", by=olaf)
    assert Decision.objects.get().right_id == ""


def test_one_record_is_created_whatever_the_settings_say(quiet_sync: Sync, olaf: User) -> None:
    stranger = stored_record(quiet_sync, "right", "72", "Initech", status="unmatched")
    decision = decisions.create(quiet_sync, side=Side.RIGHT, remote_id="72", by=olaf)
    assert (decision.right_id, decision.left_id, decision.create) == ("72", "", True)
    assert not decision.leaves_alone
    assert again(stranger).needs_planning
    assert decisions.ignore(quiet_sync, side=Side.RIGHT, remote_id="72", by=olaf).leaves_alone
    assert Decision.objects.count() == 1


def test_nothing_is_created_beside_a_namesake(quiet_sync: Sync, twins: list[MirrorRecord], olaf: User) -> None:
    with pytest.raises(decisions.Refused, match=r"Salesforce has Acme \(001A\) with this name already\. Link Acme"):
        decisions.create(quiet_sync, side=Side.RIGHT, remote_id="71", by=olaf)
    with pytest.raises(decisions.Refused, match=r"Zendesk has Acme \(71\) with this name already"):
        decisions.create(quiet_sync, side=Side.LEFT, remote_id="001B", by=olaf)


def test_what_a_refusal_advises_can_be_done(quiet_sync: Sync, olaf: User) -> None:
    """S3.C11: nobody is sent to link a record with one that is linked or chosen already."""
    left = stored_record(quiet_sync, "left", "001L", "Acme")
    taken = stored_record(quiet_sync, "right", "71", "Acme")
    stored_record(quiet_sync, "left", "001N", "Acme", status="ambiguous")
    Link.objects.create(sync=quiet_sync, left_id=left.remote_id, right_id=taken.remote_id)
    told = "belongs to another record. Change the name of one of the two"
    with pytest.raises(decisions.Refused, match=told):
        decisions.create(quiet_sync, side=Side.LEFT, remote_id="001N", by=olaf)
    free = stored_record(quiet_sync, "right", "72", "Acme")
    with pytest.raises(decisions.Refused, match=r"Acme \(72\) .* Link Acme with that one instead"):
        decisions.create(quiet_sync, side=Side.LEFT, remote_id="001N", by=olaf)
    other = stored_record(quiet_sync, "left", "001O", "Other")
    decisions.link(quiet_sync, left_id=other.remote_id, right_id=free.remote_id, by=olaf)
    with pytest.raises(decisions.Refused, match=told):
        decisions.create(quiet_sync, side=Side.LEFT, remote_id="001N", by=olaf)


def test_a_user_is_given_to_every_record_of_its_email(olaf: User, db: None) -> None:
    """S1.22: duplicates are linked to the user of the syncing record; a stranger is not."""
    sync = stored_sync("contacts", kind="contacts_users")
    for remote_id, email in (("003A", "a@test.com"), ("003B", "a@test.com"), ("003C", "c@test.com")):
        stored_record(sync, "left", remote_id, "Ann", match_key=email)
    stored_record(sync, "right", "71", "Ann", match_key="a@test.com")
    Link.objects.create(sync=sync, left_id="003A", right_id="71")
    assert decisions.link(sync, left_id="003B", right_id="71", by=olaf).right_id == "71"
    with pytest.raises(decisions.Refused, match="linked to another record"):
        decisions.link(sync, left_id="003C", right_id="71", by=olaf)


def test_a_counterpart_is_given_away_once(quiet_sync: Sync, twins: list[MirrorRecord], olaf: User) -> None:
    decisions.link(quiet_sync, left_id="001A", right_id="71", by=olaf)
    with pytest.raises(decisions.Refused, match="chosen for another record"):
        decisions.link(quiet_sync, left_id="001B", right_id="71", by=olaf)


def test_a_linked_record_needs_no_decision(quiet_sync: Sync, twins: list[MirrorRecord], olaf: User) -> None:
    Link.objects.create(sync=quiet_sync, left_id="001A", right_id="71")
    with pytest.raises(decisions.Refused, match="linked already"):
        decisions.ignore(quiet_sync, side=Side.LEFT, remote_id="001A", by=olaf)
    with pytest.raises(decisions.Refused, match="linked to another record"):
        decisions.link(quiet_sync, left_id="001B", right_id="71", by=olaf)


@pytest.mark.parametrize("left_id, right_id", [("nobody", "71"), ("001A", "nobody"), ("", ""), ("71", "001A")])
def test_a_record_that_is_not_known_is_refused(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User, left_id: str, right_id: str
) -> None:
    with pytest.raises(decisions.Refused, match="is not known"):
        decisions.link(quiet_sync, left_id=left_id, right_id=right_id, by=olaf)
    assert not Decision.objects.exists()


def test_nobody_decides_about_a_record_outside_the_filter(quiet_sync: Sync, olaf: User) -> None:
    stored_record(quiet_sync, "left", "001X", "Elsewhere", in_scope=False, status="out_of_scope")
    with pytest.raises(decisions.Refused, match="outside the filter"):
        decisions.ignore(quiet_sync, side=Side.LEFT, remote_id="001X", by=olaf)


def test_taking_a_decision_back_has_both_records_matched_again(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User
) -> None:
    decisions.link(quiet_sync, left_id="001A", right_id="71", by=olaf)
    MirrorRecord.objects.update(needs_planning=False)
    assert decisions.take_back(quiet_sync, side=Side.LEFT, remote_id="001A", by=olaf)
    assert not Decision.objects.exists()
    assert again(twins[0]).needs_planning
    assert again(twins[2]).needs_planning


def test_taking_back_what_was_never_decided_changes_nothing(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User
) -> None:
    assert not decisions.take_back(quiet_sync, side=Side.LEFT, remote_id="001A", by=olaf)
    assert not again(twins[0]).needs_planning


def test_a_link_that_came_of_a_decision_stays_when_it_is_taken_back(
    quiet_sync: Sync, twins: list[MirrorRecord], olaf: User
) -> None:
    decisions.link(quiet_sync, left_id="001A", right_id="71", by=olaf)
    Link.objects.create(sync=quiet_sync, left_id="001A", right_id="71")
    MirrorRecord.objects.update(needs_planning=False)
    decisions.take_back(quiet_sync, side=Side.LEFT, remote_id="001A", by=olaf)
    assert Link.objects.filter(active=True).exists()
    assert not again(twins[0]).needs_planning
