"""Names that differ in form only are never matched, and never doubled without asking; nor are unseen twins (S3.C16)."""

from __future__ import annotations

from syncadmin.runs.models import Step
from tests.worlds.company import Company
from tests.worlds.runs import run


def test_a_lookalike_holds_a_new_account_back_until_somebody_approves(company: Company) -> None:
    """S3.C16."""
    company.account("Acme, Inc.")
    company.organization("ACME")
    sync = company.configure(create_left="accounts", create_right=False)
    held = run(sync)
    assert Step.objects.get(run=held, verb="create").state == "excluded"
    assert list(company.accounts()) == ["Acme, Inc."]
    run(sync, approve_all=True)
    assert set(company.accounts()) == {"Acme, Inc.", "ACME"}


def test_a_lookalike_holds_a_new_organization_back_until_somebody_approves(company: Company) -> None:
    """S3.C16, the other way round; two accounts that look like one organization are each told of it."""
    company.organization("ACME, Gmbh.")
    company.organization("Lodz Trade")
    for name in ("Acme GmbH", "The Acme Company", "Other", "Łódź Trade"):
        company.account(name)
    sync = company.configure()
    held = run(sync)
    steps = Step.objects.filter(run=held, verb="create").order_by("label")
    assert list(steps.values_list("label", "state")) == [
        ("Acme GmbH", "excluded"), ("Other", "done"), ("The Acme Company", "excluded"), ("Łódź Trade", "excluded"),
    ]  # fmt: skip
    assert all("ACME, Gmbh." in step.warnings[0] for step in steps if "Acme" in step.label)
    assert "Lodz Trade" in steps.get(label="Łódź Trade").warnings[0]
    run(sync, approve_all=True)
    assert set(company.organizations()) == {
        "ACME, Gmbh.",
        "Acme GmbH",
        "The Acme Company",
        "Other",
        "Lodz Trade",
        "Łódź Trade",
    }


def test_a_name_that_differs_in_what_nobody_can_see_is_the_same_name(company: Company) -> None:
    ours = company.organization("Software Haus")
    company.account("Soft\u00adware\u00a0Ha\u200bus")
    run(company.configure())
    assert [row["id"] for row in company.organizations().values()] == [ours]
