"""A list that no field fills any more loses what the sync had put there, and nothing else (S3.19, S3.20)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.worlds.company import Company
from tests.worlds.people import ready
from tests.worlds.runs import counts, run


@pytest.mark.parametrize("leaving_scope", ["stop", "mark"])
def test_the_last_field_of_the_tags_and_the_domains_are_taken_away(company: Company, leaving_scope: str) -> None:
    options: dict[str, Any] = {"leaving_scope": leaving_scope, "notes": ""}
    company.account("Acme", Industry="Energy", Rating="Hot", Domains__c="acme.example")
    run(company.configure(tags=["Industry", "Rating"], **options))
    made = company.organizations()["Acme"]
    assert (made["tags"], made["domain_names"]) == (["energy", "hot"], ["acme.example"])
    theirs = {"tags": [*made["tags"], "by_hand"], "domain_names": [*made["domain_names"], "by-hand.example"]}
    company.edit_organization(made["id"], **theirs)
    sync = company.configure(tags=[], domain_names="", **options)
    run(sync)
    left = company.organizations()["Acme"]
    assert (left["tags"], left["domain_names"]) == (["by_hand"], ["by-hand.example"])
    assert counts(run(sync))["planned"] == 0
    assert counts(run(sync))["planned"] == 0


def test_the_same_with_the_tags_of_users(company: Company) -> None:
    sync = ready(company, tags=["Department"])
    company.contact("One", "a@test.com", Department="Sales")
    run(sync)
    assert company.users()["a@test.com"]["tags"] == ["sales"]
    sync = company.configure_people(tags=[])
    run(sync)
    assert company.users()["a@test.com"]["tags"] == []
    again = run(sync)
    assert not again.planned, list(again.steps.values_list("verb", "label", "reason_code", "reason", "changes"))
