"""What cannot go along is said before and after a run, and never replaced by something else (S3.27, S3.28)."""

from __future__ import annotations

from typing import Any

from mappings.services import schemas
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Step
from syncadmin.runs.pages.checks.subject import setup_of
from tests.worlds.company import Company
from tests.worlds.runs import counts, run


def said(level: str = "warning") -> list[str]:
    return list(LogEntry.objects.filter(level=level, code="field").values_list("message", flat=True))


def in_zendesk(company: Company, name: str) -> dict[str, Any]:
    return company.organizations()[name]["organization_fields"]


def test_a_masked_text_is_left_alone_in_both_systems(company: Company) -> None:
    field = {"key": "secret", "type": "text", "title": "Secret"}
    company.api("POST", "organization_fields", {"organization_field": field})
    company.account("Vault", Secret_Code__c="4711-0815")
    sync = company.configure(mappings=[{"left": "Secret_Code__c", "right": "secret", "direction": "both"}])
    run(sync)
    vault = company.organizations()["Vault"]
    assert vault["organization_fields"]["secret"] is None
    company.edit_organization(vault["id"], organization_fields={"secret": "typed by an agent"})
    assert counts(run(sync))["planned"] == 0
    assert in_zendesk(company, "Vault")["secret"] == "typed by an agent"
    assert company.accounts()["Vault"]["Secret_Code__c"] == "4711-0815"
    assert [text.startswith("Secret Code → Secret: It is shown masked") for text in said()] == [True]


def test_what_does_not_fit_is_told_of_with_the_labels_of_its_fields(company: Company) -> None:
    company.account("Bronze", Tier__c="Bronze")
    tier = {"left": "Tier__c", "right": "tier", "value_map": {"Gold": "tier_gold"}}
    sync = company.configure(mappings=[{**tier, "on_problem": "field"}])
    first = run(sync)
    (warned,) = LogEntry.objects.filter(run_id=first.pk, level="warning")
    sync = company.configure(mappings=[tier])
    company.edit_account(warned.left_id, Tier__c="Tin")
    second = run(sync)
    (refused,) = LogEntry.objects.filter(run_id=second.pk, level="error", step_id__isnull=False)
    step = Step.objects.get(pk=refused.step_id)
    assert refused.not_done == "Nothing was written (Tier)"
    for text in (warned.message, refused.message, step.reason):
        assert text.startswith("Tier → Tier: No choice has the tag"), text


def test_amounts_in_several_currencies_are_told_of_until_the_currency_goes_along(company: Company) -> None:
    change = {"object": "Account", "field": "CurrencyIsoCode", "type": "picklist", "values": ["EUR", "JPY"]}
    company.control(company.salesforce, "PUT", "schema", {**change, "label": "Account Currency"})
    company.account("Yen", Support_Budget__c=1000, CurrencyIsoCode="JPY")
    amount = {"left": "Support_Budget__c", "right": "annual_revenue"}
    sync = company.configure(mappings=[amount])
    run(sync)
    run(sync)
    (message,) = said()
    assert "without its currency, which CurrencyIsoCode holds" in message
    assert message in setup_of(sync, schemas(sync)).cautions
    options = [{"name": code, "value": code.lower()} for code in ("EUR", "JPY")]
    field = {"key": "currency", "type": "dropdown", "title": "Currency", "custom_field_options": options}
    company.api("POST", "organization_fields", {"organization_field": field})
    code = {"left": "CurrencyIsoCode", "right": "currency", "value_map": {"EUR": "eur", "JPY": "jpy"}}
    sync = company.configure(mappings=[amount, code])
    run(sync)
    assert in_zendesk(company, "Yen")["currency"] == "jpy"
    assert len(said()) == 1
    assert not setup_of(sync, schemas(sync)).cautions
