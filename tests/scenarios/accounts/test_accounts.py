"""Accounts and organizations, end to end over HTTP."""

from __future__ import annotations

import pytest
from django.core import mail

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Link, MirrorRecord, Run, Step
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from syncadmin.web.roles import Role
from tests.personas import person
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run


@pytest.mark.postgres
def test_an_account_without_an_organization_gets_one_with_everything_mapped(company: Company) -> None:
    """S3.40, S3.19-S3.22, S3.C12."""
    id = company.account(
        "Acme", Industry="Energy", Domains__c="acme.example acme.test", Description="Big one", AnnualRevenue=1000
    )
    ended = run(company.configure())
    made = company.organizations()["Acme"]
    assert ended.status is RunState.COMPLETED
    assert made["external_id"] == id
    assert made["tags"] == ["energy"]
    assert sorted(made["domain_names"]) == ["acme.example", "acme.test"]
    assert made["notes"] == "Big one"
    assert made["organization_fields"]["annual_revenue"] == 1000


@pytest.mark.postgres
def test_an_organization_with_the_same_name_is_linked_whatever_its_case_and_blanks(company: Company) -> None:
    """S3.39, S3.C16: folded, never fuzzy; what looks like another organization is made once somebody has approved."""
    id = company.account("Acme  Energy")
    org = company.organization("ACME energy")
    company.account("Acme Energy, Inc.")
    sync = company.configure()
    assert counts(run(sync))["written"] == 1
    assert Link.objects.get(left_id=id).right_id == str(org)
    assert set(company.organizations()) == {"Acme  Energy"}
    assert counts(run(sync, approve_all=True))["written"] == 1
    assert set(company.organizations()) == {"Acme  Energy", "Acme Energy, Inc."}


@pytest.mark.postgres
def test_a_second_run_plans_nothing_and_costs_a_handful_of_calls(company: Company) -> None:
    """S3.C13: re-runnable and idempotent."""
    for number in range(250):
        company.account(f"Company {number}", Industry="Energy")
    sync = company.configure()
    run(sync)
    second = run(sync)
    assert counts(second)["planned"] == 0
    assert sum(second.calls.values()) <= 10
    assert len(company.organizations()) == 250


def test_a_plan_writes_nothing(company: Company) -> None:
    company.account("Acme")
    waiting = plan(company.configure())
    assert waiting.status is RunState.PLANNED
    assert company.organizations() == {}
    assert not [call for call in company.calls(company.zendesk) if call.startswith(("PUT", "DELETE"))]


def test_twins_are_never_guessed_on_either_side(company: Company) -> None:
    """S3.5: ambiguous names are reported, skipped and listed."""
    company.account("Twin")
    company.account("twin ")
    company.organization("Lone")
    company.account("Lone")
    ended = run(company.configure())
    assert counts(ended)["skipped"] == 2
    assert "Twin" not in company.organizations()
    assert set(MirrorRecord.objects.filter(status="ambiguous").values_list("label", flat=True)) == {"Twin", "twin"}
    assert LogEntry.objects.filter(level="warning", code="ambiguous").count() == 2


def test_renaming_one_twin_frees_the_other(company: Company) -> None:
    company.account("Twin")
    second = company.account("Twin")
    sync = company.configure()
    run(sync)
    company.edit_account(second, Name="Unique")
    run(sync)
    assert {"Twin", "Unique"} <= company.organizations().keys()


def test_only_accounts_in_scope_are_synced(company: Company) -> None:
    """S3.15, S3.17."""
    company.account("In", Type="Customer")
    company.account("Out", Type="Competitor")
    ended = run(company.configure(picklist_filter={"field": "Type", "values": ["Customer"]}))
    assert list(company.organizations()) == ["In"]
    assert counts(ended)["planned"] == 1


def test_a_record_that_leaves_the_scope_is_not_updated_any_more(company: Company) -> None:
    """A6: stop updating is the default; nothing is deleted."""
    id = company.account("Acme", Type="Customer", Description="before")
    sync = company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})
    run(sync)
    company.edit_account(id, Type="Other", Description="after")
    ended = run(sync)
    assert company.organizations()["Acme"]["notes"] == "before"
    assert counts(ended)["written"] == 0
    assert MirrorRecord.objects.get(remote_id=id).status == "left_scope"


def test_tags_of_people_stay_and_our_stale_tag_goes(company: Company) -> None:
    """S3.19, acceptance test 5."""
    id = company.account("Acme", Industry="Energy")
    sync = company.configure()
    run(sync)
    org = company.organizations()["Acme"]
    company.edit_organization(org["id"], tags=[*org["tags"], "agent-added"])
    company.edit_account(id, Industry="Banking")
    run(sync)
    assert set(company.organizations()["Acme"]["tags"]) == {"agent-added", "banking"}


def test_an_edit_in_salesforce_reaches_zendesk_and_an_edit_there_is_led_by_salesforce(company: Company) -> None:
    """S3.1, S3.23: one way."""
    id = company.account("Acme", Description="one")
    sync = company.configure()
    run(sync)
    company.edit_account(id, Description="two")
    assert counts(run(sync))["written"] == 1
    assert company.organizations()["Acme"]["notes"] == "two"
    company.edit_organization(company.organizations()["Acme"]["id"], notes="typed by an agent")
    ended = run(sync)
    assert company.organizations()["Acme"]["notes"] == "two"
    reason = Step.objects.get(run=ended).changes[0]["reason"]
    assert reason == "Edited in Zendesk since the last sync; Salesforce wins"


def test_an_edit_of_a_field_nobody_mapped_costs_no_write(company: Company) -> None:
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.edit_account(id, Phone="+1 555 0100")
    assert counts(run(sync))["planned"] == 0


def test_organizations_without_an_account_are_reported_and_nothing_is_created_in_salesforce(company: Company) -> None:
    """S3.48 off, S3.C11, acceptance test 9."""
    company.organization("Stranger")
    ended = run(company.configure())
    assert counts(ended)["skipped"] == 1
    assert company.accounts() == {}
    assert MirrorRecord.objects.get(label="Stranger").status == "unmatched"


def test_accounts_are_created_with_the_first_record_type_and_picklist_value(company: Company) -> None:
    """S3.16, S3.18, S3.41, S3.48, acceptance test 6."""
    company.organization("Newcomer", notes="hello", domain_names=["new.example"])
    sync = company.configure(
        create_left="accounts",
        record_types=["Partner", "Customer"],
        picklist_filter={"field": "Type", "values": ["Prospect", "Customer"]},
    )
    ended = run(sync)
    made = company.accounts()["Newcomer"]
    assert ended.status is RunState.COMPLETED, list(Step.objects.filter(run=ended).values())
    assert made["Type"] == "Prospect"
    assert made["Description"] == "hello"
    assert made["Domains__c"] == "new.example"
    assert company.organizations()["Newcomer"]["external_id"] == made["Id"]
    assert counts(run(sync))["planned"] == 0


def test_an_account_outside_the_scope_is_not_created_again(company: Company) -> None:
    """S3.C16: no duplicate accounts."""
    company.account("Known", Type="Competitor")
    company.organization("Known")
    run(company.configure(create_left="accounts", picklist_filter={"field": "Type", "values": ["Customer"]}))
    assert len(company.salesforce.store.rows("Account")) == 1


def test_person_accounts_are_listed_and_skipped(company: Company) -> None:
    """S3.6."""
    types = company.salesforce.store.rows("RecordType")
    person = next(row for row in types if row.get("IsPersonType"))
    company.salesforce.store.insert("Account", {"LastName": "Doe", "FirstName": "Jo", "RecordTypeId": person["Id"]})
    ended = run(company.configure())
    assert counts(ended)["skipped"] == 1
    assert Step.objects.get(run=ended).reason_code == "person_account"
    assert company.organizations() == {}


def test_accounts_with_a_parent_follow_the_policy(company: Company) -> None:
    """S3.7."""
    parent = company.account("Parent")
    company.account("Child", ParentId=parent)
    run(company.configure(parent_accounts="skip"))
    assert list(company.organizations()) == ["Parent"]
    run(company.configure(parent_accounts="organization"))
    assert set(company.organizations()) == {"Parent", "Child"}


def test_an_organization_deleted_in_zendesk_is_not_created_again(company: Company) -> None:
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.api("DELETE", f"organizations/{company.organizations()['Acme']['id']}")
    company.edit_account(id, Description="still here")
    ended = run(sync)
    assert company.organizations() == {}
    assert Step.objects.get(run=ended).reason_code == "counterpart_deleted"


def test_an_account_whose_organization_is_gone_and_whose_name_is_shared_is_listed_once(company: Company) -> None:
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.account("Acme")
    company.api("DELETE", f"organizations/{company.organizations()['Acme']['id']}")
    company.edit_account(id, Description="still here")
    run(sync)
    ended = run(sync)
    assert (ended.planned, company.organizations()) == (0, {})
    assert {row.status for row in MirrorRecord.objects.left_of(sync)} == {"ambiguous"}


def test_a_deleted_account_leaves_its_organization_alone(company: Company) -> None:
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.salesforce.store.delete(id)
    ended = run(sync)
    assert "Acme" in company.organizations()
    assert Step.objects.get(run=ended).reason_code == "deleted"


@pytest.mark.postgres
def test_undo_takes_back_what_the_run_did_and_nothing_else(company: Company) -> None:
    company.account("Created")
    company.account("Linked", Description="from salesforce")
    linked = company.organization("Linked", notes="from an agent")
    sync = company.configure()
    done = run(sync)
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, [s.reason for s in Step.objects.filter(run=undone)]
    left = company.organizations()
    assert "Created" not in left
    assert left["Linked"]["id"] == linked
    assert left["Linked"]["notes"] == "from an agent"
    assert left["Linked"]["external_id"] is None
    assert not Link.objects.exists()


def test_undo_leaves_alone_what_somebody_changed_since(company: Company) -> None:
    company.account("Acme", Description="ours")
    sync = company.configure()
    done = run(sync)
    company.edit_organization(company.organizations()["Acme"]["id"], notes="edited since")
    advance(services.undo(done, write=True, enqueue=False))
    assert company.organizations()["Acme"]["notes"] == "edited since"


def test_a_changed_mapping_is_planned_again_without_reading_more_than_needed(company: Company) -> None:
    company.account("Acme", Industry="Energy", AnnualRevenue=5)
    sync = company.configure(mappings=[])
    run(sync)
    sync = company.configure()
    ended = run(sync)
    assert counts(ended)["written"] == 1
    assert company.organizations()["Acme"]["organization_fields"]["annual_revenue"] == 5


def test_nothing_at_all_is_a_completed_run(company: Company) -> None:
    ended = run(company.configure())
    assert ended.status is RunState.COMPLETED
    assert counts(ended)["planned"] == 0


NAMES = [
    "n" * 255,
    "Émile 🦊 & Søn",
    "شركة النور",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    'O\'Brien "and" 100% \\ Co',
]


def test_awkward_names_arrive_as_they_are(company: Company) -> None:
    for name in NAMES:
        company.account(name)
    sync = company.configure()
    assert run(sync).status is RunState.COMPLETED
    assert set(company.organizations()) == set(NAMES)
    assert counts(run(sync))["planned"] == 0


def test_a_second_start_is_refused_while_one_runs(company: Company) -> None:
    """S3.C9."""
    sync = company.configure()
    first = Run.objects.create(sync=sync, state=RunState.WRITING)
    with pytest.raises(services.Busy) as refused:
        services.start(sync, enqueue=False)
    assert refused.value.run == first


def test_a_run_may_be_kept_to_one_direction(company: Company) -> None:
    """A1: what is not written in this run is planned in the next."""
    company.account("Only here")
    company.organization("Only there")
    sync = company.configure(create_left="accounts")
    run(sync, direction="to_right")
    assert "Only there" not in company.accounts()
    assert "Only here" in company.organizations()
    run(sync, direction="to_left")
    assert "Only there" in company.accounts()
    assert company.organizations()["Only there"]["external_id"] is None
    run(sync)
    assert company.organizations()["Only there"]["external_id"]


def test_a_plan_above_the_ceiling_waits_for_a_person(company: Company) -> None:
    """S3.46."""
    for number in range(3):
        company.account(f"Company {number}")
    sync = company.configure(ceiling=2)
    waiting = run(sync)
    assert waiting.status is RunState.PLANNED
    assert "2 records" in waiting.message
    assert company.organizations() == {}
    ended = advance(services.approve(waiting, enqueue=False))
    assert ended.status is RunState.COMPLETED
    assert len(company.organizations()) == 3


def test_the_starter_gets_a_mail_with_the_counts_a_link_and_the_rows(company: Company) -> None:
    """S3.53."""
    olaf = person("olaf", Role.OPERATOR)
    company.account("=cmd()")
    ended = advance(services.start(company.configure(), by=olaf, write=True, enqueue=False))
    [message] = mail.outbox
    assert message.to == [olaf.email]
    assert "1 planned = 1 written" in message.body
    assert f"/runs/{ended.pk}/" in message.body
    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("run.csv", "text/csv")
    assert "'=cmd()" in content


def test_rich_notes_and_details_arrive_as_plain_text_and_stay_so(company: Company) -> None:
    """S3.21, S3.27."""
    company.account("Acme", Rich_Notes__c="<p>Hello <b>world</b></p><p>1 &lt; 2</p>")
    sync = company.configure(notes="Rich_Notes__c", details="Rich_Notes__c")
    run(sync)
    acme = company.organizations()["Acme"]
    assert (acme["notes"], acme["details"]) == ("Hello world\n1 < 2", "Hello world\n1 < 2")
    assert counts(run(sync))["planned"] == 0


def test_leaving_one_twin_alone_frees_the_other(company: Company) -> None:
    """S3.C11: a decision survives runs, and the record it is about is no rival any more."""
    first, second = company.account("Twin"), company.account("Twin")
    sync = company.configure()
    run(sync)
    decisions.ignore(sync, side=Side.LEFT, remote_id=first, by=None)
    run(sync)
    assert company.organizations()["Twin"]["external_id"] == second
    assert MirrorRecord.objects.get(remote_id=first).status == "ignored"


def test_an_organization_that_is_left_alone_is_never_made_an_account(company: Company) -> None:
    """S3.C11."""
    org = company.organization("Stranger")
    sync = company.configure(create_left="accounts")
    plan(sync)
    decisions.ignore(sync, side=Side.RIGHT, remote_id=str(org), by=None)
    assert counts(run(sync))["written"] == 0
    assert company.accounts() == {}
    decisions.take_back(sync, side=Side.RIGHT, remote_id=str(org), by=None)
    run(sync)
    assert list(company.accounts()) == ["Stranger"]


def test_a_link_ends_when_the_record_leaves_the_filter_if_the_sync_is_set_so(company: Company) -> None:
    """A6: unlink, seen in the plan first; both records stay as they are."""
    id = company.account("Acme", Type="Customer", Description="before")
    sync = company.configure(picklist_filter={"field": "Type", "values": ["Customer"]}, leaving_scope="unlink")
    run(sync)
    company.edit_account(id, Type="Other", Description="after")
    ended = run(sync)
    assert ended.actions["unlink"] == 1
    assert not Link.objects.exists()
    assert company.organizations()["Acme"]["notes"] == "before"
    assert counts(run(sync))["written"] == 0
    company.edit_account(id, Type="Customer")
    run(sync)
    assert Link.objects.get().left_id == id, "back in the filter, it is matched again"
