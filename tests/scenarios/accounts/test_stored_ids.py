"""Where the helpdesk keeps the Salesforce id, what it is good for, and whose ids stay (S3.C12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Step
from syncadmin.runs.storage.search import named
from tests.worlds.company import Company
from tests.worlds.runs import counts, run


def test_somebody_elses_external_id_is_left_alone(company: Company) -> None:
    """S3.C12: collision check."""
    company.account("Acme")
    company.organization("Acme", external_id="erp-17")
    ended = run(company.configure())
    assert company.organizations()["Acme"]["external_id"] == "erp-17"
    assert "erp-17" in Step.objects.get(run=ended).warnings[0]


def test_a_stored_id_matches_before_the_name(company: Company) -> None:
    id = company.account("New name")
    org = company.organization("Old name", external_id=id)
    run(company.configure())
    assert company.organizations()["New name"]["id"] == org


@pytest.mark.parametrize("spelled", [lambda id: id[:15], str.lower, str.upper], ids=["15", "lower", "upper"])
def test_an_id_in_another_spelling_is_the_same_id(company: Company, spelled: Callable[[str], str]) -> None:
    """By the id, though names and emails have moved on; nothing is made a second time, and nothing warns (S3.C12)."""
    account = company.account("Harbour Holding SE")
    contact = company.contact("Neu", "maria.neu@example.com", account)
    org = company.organization("Harbor (Key account)", external_id=spelled(account))
    user = company.user("Maria Alt", "maria.alt@example.com", external_id=spelled(contact))
    for sync in (company.configure(), company.configure_people()):
        ended = run(sync)
        assert not any(warnings for warnings in Step.objects.filter(run=ended).values_list("warnings", flat=True))
        assert counts(run(sync))["planned"] == 0
        assert [found.remote_id for found in named(sync, spelled(account if sync.slug == "accounts" else contact))]
    assert [row["id"] for row in company.organizations().values()] == [org]
    assert company.users()["maria.neu@example.com"]["id"] == user


def test_the_id_of_a_record_that_was_deleted_and_made_again_is_that_of_the_living_one(company: Company) -> None:
    first = company.account("Phoenix", Description="old")
    sync = company.configure()
    run(sync)
    company.remove(first)
    second = company.account("Phoenix", Description="new")
    run(sync)
    phoenix = company.organizations()["Phoenix"]
    assert (phoenix["external_id"], phoenix["notes"]) == (second, "new")
    assert counts(run(sync))["planned"] == 0


def test_the_salesforce_id_may_be_kept_in_a_field_of_ones_own(company: Company) -> None:
    """S3.C12: where another tool uses the external id."""
    sync = company.configure(id_field="customer_number")
    id = company.account("Acme")
    other = company.account("Globex")
    company.organization("Globex", external_id="erp-17")
    assert run(sync).status is RunState.COMPLETED
    made = company.organizations()
    assert [made[name]["organization_fields"]["customer_number"] for name in ("Acme", "Globex")] == [id, other]
    assert [made[name]["external_id"] for name in ("Acme", "Globex")] == [None, "erp-17"]
    company.edit_organization(made["Acme"]["id"], name="Acme renamed by an agent")
    Link.objects.all().delete()
    run(sync, full=True)
    assert company.organizations()["Acme"]["id"] == made["Acme"]["id"]


@pytest.mark.parametrize("key", ["annual_revenue", "nobody_has_this"])
def test_a_field_that_cannot_keep_the_id_stops_the_run_with_a_word(company: Company, key: str) -> None:
    ended = run(company.configure(id_field=key, mappings=[]))
    assert ended.status is RunState.FAILED
    assert key in ended.message
