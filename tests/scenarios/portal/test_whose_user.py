"""Whose user it is, which of several counts, and who is never touched (S0.11, S0.15, S0.19)."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Step
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds import portal
from tests.worlds.company import Company
from tests.worlds.portal import force, forced_user, member, user
from tests.worlds.runs import advance, counts, plan, run


def test_internal_inactive_and_other_users_are_never_touched_and_the_active_one_counts(
    company: Company, sync: Sync, acme: str
) -> None:
    okafor, active = member(company, "Okafor", acme, Title="Buyer")
    lind, second = member(company, "Lind", acme, Title="Clerk")
    inactive = forced_user(company, okafor, "Okafor", IsActive=False, Title="Old")
    internal = forced_user(company, okafor, "Okafor", UserType="Standard", Title="Staff")
    rival = forced_user(company, lind, "Lind", Title="Other")
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    for contact in (okafor, lind):
        company.edit(contact, Title="Director")
    several = run(sync)
    titles = {id: user(company, id)["Title"] for id in (active, inactive, internal, second, rival)}
    assert titles == {active: "Director", inactive: "Old", internal: "Staff", second: "Clerk", rival: "Other"}
    assert several.status is RunState.REJECTIONS
    assert "2 User records have this contact id" in {step.reason for step in Step.objects.filter(run__sync=sync)}

    company.store({**portal.SYNC, "user_types": ["PowerPartner"], "inactive_users": True})
    company.edit(okafor, Title="President")
    run(sync)
    assert user(company, active)["Title"] == "Director"
    company.store({**portal.SYNC, "profiles": ["Customer Community User"], "inactive_users": True})
    run(sync)
    assert user(company, active)["Title"] == "President"
    assert user(company, inactive)["Title"] == "Old", "of several the active one counts"
    second = sync.mirror.get(side="right", remote_id=inactive)
    assert (second.status, second.reason) == ("out_of_scope", "Of the portal users with this contact id, Okafor counts")


def test_the_user_of_a_merged_contact_is_listed_with_what_to_do(company: Company, sync: Sync, acme: str) -> None:
    okafor, hers = member(company, "Okafor", acme, Title="Buyer")
    double, second = member(company, "Okafor-Double", acme, Title="Buyer")
    run(sync)
    company.salesforce.store.merge(okafor, [double])
    told = run(sync).steps.get(left_id=double)
    assert told.reason_code == "merged"
    assert f"user {second} is left alone, since Salesforce merges no users" in told.reason
    assert (user(company, hers)["IsActive"], user(company, second).get("IsActive")) == (True, False)


def test_a_user_who_is_another_contacts_by_now_is_neither_written_nor_written_from(
    company: Company, sync: Sync, acme: str
) -> None:
    """S0.11: whose user it is says its ContactId, before a plan, after it, and whatever the two were linked by."""
    okafor, hers = member(company, "Okafor", acme, Title="Buyer")
    lind, his = member(company, "Lind", acme, Title="Clerk")
    berg, gone = member(company, "Berg", acme, Title="Driver")
    other, third = (company.contact(name, account=acme, Title="Other") for name in ("Other", "Third"))
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head")
    for user_id in (his, gone):
        company.edit(user_id, Title="Mine")
    waiting = plan(sync)
    force(company, hers, ContactId=other)
    force(company, his, ContactId=third)
    force(company, gone, IsActive=False)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    assert counts(advance(services.approve(waiting, enqueue=False)))["conflicts"] == 3
    company.edit(okafor, Title="Chief")
    parted = run(sync)
    assert {step.label for step in parted.steps.filter(verb="unlink")} == {"Okafor", "Lind"}
    assert user(company, hers)["Title"] == "Buyer"
    assert [company.contacts()[id]["Title"] for id in (lind, berg)] == ["Clerk", "Driver"]
    run(sync)
    company.edit(other, Title="Another")
    run(sync)
    assert (company.contacts()[okafor]["Title"], user(company, hers)["Title"]) == ("Chief", "Another")

    company.edit(hers, Title="Her own")
    written = run(sync)
    force(company, hers, IsActive=False)
    advance(services.undo(written, write=True, enqueue=False))
    assert company.contacts()[other]["Title"] == "Another", "what a contact got is taken back all the same"


def test_a_user_linked_by_hand_is_the_contacts_own_and_is_left_alone_once_it_is_anothers(
    company: Company, sync: Sync, acme: str
) -> None:
    okafor, hers = member(company, "Okafor", acme, Title="Buyer")
    rival = forced_user(company, okafor, "Okafor", Title="Buyer")
    other = company.contact("Other", account=acme, Title="Other")
    run(sync)
    with pytest.raises(decisions.Refused, match="another contact"):
        decisions.link(sync, left_id=other, right_id=hers, by=None)
    decisions.link(sync, left_id=okafor, right_id=rival, by=None)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head")
    run(sync)
    assert (user(company, hers)["Title"], user(company, rival)["Title"]) == ("Buyer", "Head")
    force(company, rival, ContactId=other)
    company.edit(okafor, Title="Chief")
    assert "undo the decision" in run(sync).steps.get(left_id=okafor).reason
    assert (user(company, hers)["Title"], user(company, rival)["Title"]) == ("Buyer", "Head")
    assert decisions.take_back(sync, side=Side.LEFT, remote_id=okafor, by=None)
    assert run(sync).steps.get(verb="unlink").right_id == rival
    run(sync)
    assert (user(company, hers)["Title"], user(company, rival)["Title"]) == ("Chief", "Head")
