"""What somebody has decided about a record holds in every run (S3.C11): created, or left alone for good."""

from __future__ import annotations

import pytest

from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import decisions
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import run


def status(remote_id: str | int, side: Side = Side.LEFT) -> tuple[str, str]:
    row = MirrorRecord.objects.get(remote_id=str(remote_id), side=side, sync__slug__in=["contacts", "accounts"])
    return row.status, row.reason


def test_one_of_two_accounts_of_one_name_is_created_because_somebody_asked_for_it(company: Company) -> None:
    chosen, other = company.account("Twin"), company.account("Twin")
    sync = company.configure()
    run(sync)
    assert company.organizations() == {}
    decisions.create(sync, side=Side.LEFT, remote_id=chosen, by=None)
    made = completed(sync, unresolved=1)
    assert actions(made) == {"create_right": 1, "skip": 1}
    assert company.organizations()["Twin"]["external_id"] == chosen
    run(sync)
    assert Link.objects.get(sync=sync).left_id == chosen
    assert status(other)[0] == "ambiguous"
    quiet(sync)


def test_no_second_account_is_promised_beside_one_outside_the_filter(company: Company) -> None:
    account = company.account("Acme", Type="Other")
    organization = company.organization("Acme")
    sync = company.configure(create_left=True, picklist_filter={"field": "Type", "values": ["Customer"]})
    run(sync)
    refusal = rf"Salesforce has Acme \({account}\) with this name already, outside the filter"
    with pytest.raises(decisions.Refused, match=refusal):
        decisions.create(sync, side=Side.RIGHT, remote_id=str(organization), by=None)


@pytest.mark.parametrize("slug", ["contacts", "leads"])
def test_a_user_that_is_left_alone_is_never_linked_nor_renamed(company: Company, slug: str) -> None:
    sync = ready(company, slug)
    user = company.user("Their own name", "zoe@test.com")
    run(sync)
    decisions.ignore(sync, side=Side.RIGHT, remote_id=str(user), by=None)
    made = company.contact("Zoe", "zoe@test.com") if slug == "contacts" else company.lead("Zoe", "zoe@test.com")
    run(sync)
    left = company.users()["zoe@test.com"]
    assert (left["name"], left["external_id"]) == ("Their own name", None)
    row = MirrorRecord.objects.get(sync=sync, side=Side.LEFT, remote_id=made)
    assert (row.status, row.reason) == (
        "ignored",
        "Somebody decided to leave the Zendesk record with this email alone",
    )
    quiet(sync)
    decisions.take_back(sync, side=Side.RIGHT, remote_id=str(user), by=None)
    completed(sync)
    assert company.users()["zoe@test.com"]["name"] == "Zoe"


def test_an_organization_that_is_left_alone_is_never_linked(company: Company) -> None:
    organization = company.organization("Acme", notes="theirs")
    sync = company.configure()
    run(sync)
    decisions.ignore(sync, side=Side.RIGHT, remote_id=str(organization), by=None)
    account = company.account("Acme", Description="ours")
    run(sync)
    assert company.organizations()["Acme"]["notes"] == "theirs"
    assert status(account) == ("ignored", "Somebody decided to leave the Zendesk record with this name alone")
    quiet(sync)


def test_nobody_is_promised_a_second_user_with_one_email(company: Company) -> None:
    """Zendesk would refuse it; the record can be linked instead."""
    sync = ready(company)
    user = company.user("Zoe", "zoe@test.com")
    run(sync)
    decisions.ignore(sync, side=Side.RIGHT, remote_id=str(user), by=None)
    contact = company.contact("Zoe", "zoe@test.com")
    run(sync)
    with pytest.raises(decisions.Refused, match="with this email already"):
        decisions.create(sync, side=Side.LEFT, remote_id=contact, by=None)
