"""Where the helpdesk keeps the Salesforce id, what it is good for, and whose ids stay (S3.C12)."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Step
from tests.scenarios.conftest import Company, run

pytestmark = pytest.mark.postgres


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
