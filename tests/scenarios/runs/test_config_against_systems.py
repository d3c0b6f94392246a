"""A configuration file is compared with the systems that it connects before anything of it is stored (S3.27, S3.28)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from connectors.models import Connection
from mappings.models import Sync
from tests.worlds.company import Company

MAPPINGS = [
    {"left": "AnnualRevenue", "right": "annual_revenue"},
    {"left": "Industry", "right": "industry"},
    {"left": "Headquarters__c", "right": "employees"},
    {"left": "Site", "right": "nobody_has_this"},
    {"left": "Phone", "right": "industry_2", "direction": "both", "transform": "digits"},
]


def written(company: Company, path: Path, secret: str = "", **options: Any) -> Path:
    connections = [
        {"slug": slug, "kind": kind, "base_url": endpoint.base_url, "client_id": endpoint.credentials["client_id"],
         "client_secret": secret or endpoint.credentials["client_secret"]}
        for slug, kind, endpoint in (("sf", "salesforce", company.salesforce), ("zd", "zendesk", company.zendesk))
    ]  # fmt: skip
    sync = {"slug": "accounts", "kind": "accounts_organizations", "left": "sf", "right": "zd", **options}
    file = path / "config.yaml"
    file.write_text(yaml.safe_dump({"connections": connections, "syncs": [sync]}, sort_keys=False), encoding="utf-8")
    return file


def refused(file: Path) -> dict[str, str]:
    """The lines of the file that are refused, each with the reason."""
    with pytest.raises(CommandError) as caught:
        call_command("config", "apply", str(file))
    lines = file.read_text(encoding="utf-8").splitlines()
    said = [line.strip().removeprefix("line ").partition(": ") for line in str(caught.value).splitlines()[1:]]
    return {lines[int(number) - 1].strip().removeprefix("- "): reason for number, _, reason in said}


def test_what_cannot_work_is_refused_with_its_line_and_nothing_is_stored(company: Company, tmp_path: Path) -> None:
    found = refused(written(company, tmp_path, mappings=MAPPINGS))
    assert list(found) == [f"left: {mapping['left']}" for mapping in MAPPINGS[1:]]
    assert found["left: Industry"] == "Industry → fields.industry: Picklist needs a Drop-down field."
    assert "map one of its parts" in found["left: Headquarters__c"]
    options = {
        "picklist_filter": {"field": "AnnualRevenue", "values": ["5"]},
        "tags": ["Industry", "BillingAddress"],
        "domain_names": "NumberOfEmployees",
        "notes": "Nobody_Has_This__c",
        "record_types": ["Nobody"],
        "id_field": "annual_revenue",
    }
    assert [line.partition(":")[0] for line in refused(written(company, tmp_path, **options))] == [
        "picklist_filter", "tags", "domain_names", "notes", "record_types", "id_field",
    ]  # fmt: skip
    box = {"picklist_filter": {"field": "Active__c", "values": ["yes"]}}
    assert "true and false" in refused(written(company, tmp_path, **box))["picklist_filter:"]
    assert not Connection.objects.exists()
    assert not Sync.objects.exists()


def test_conditions_that_cannot_be_evaluated_are_refused_with_their_lines(company: Company, tmp_path: Path) -> None:
    """S3.54. What no system has to be asked for is refused before anything is asked."""
    rows = [
        {"field": "AnnualRevenue", "op": ">", "value": "many"},
        {"field": "Nobody_Has_This__c", "op": "is", "value": "x"},
        {"field": "NumberOfEmployees", "op": "contains", "value": "1"},
        {"field": "Industry", "op": "any of", "value": ["Banking", "Witchcraft"]},
        {"field": "Description", "op": "contains", "value": "x"},
    ]
    found = refused(written(company, tmp_path, filters={"match": "any", "conditions": rows}))
    assert list(found) == [f"field: {row['field']}" for row in rows]
    assert found["field: AnnualRevenue"] == "Annual Revenue: 'many' is no number."
    assert "has no value 'Witchcraft'; possible: " in found["field: Industry"]
    assert "has no operator 'contains'" in found["field: NumberOfEmployees"]
    assert "records cannot be searched by it" in found["field: Description"]
    wrong = {
        "match": "some",
        "conditions": [{"field": "Industry", "op": "resembles", "value": "x"}, {"field": "Industry", "op": "is"}],
    }
    said = " ".join(refused(written(company, tmp_path, filters=wrong)).values())
    assert "match is 'some'; possible: all, any" in said
    assert "op is 'resembles'; possible: is, is_not, contains" in said
    assert "a condition with is needs value" in said


def test_a_mapping_has_one_source_and_a_constant_fits_its_field(company: Company, tmp_path: Path) -> None:
    mappings = [
        {"constant": "soon", "right": "contract_start"},
        {"template": "{Nobody__c}", "right": "industry"},
        {"template": "{Name}", "right": "customer_number"},
    ]
    found = refused(written(company, tmp_path, mappings=mappings))
    assert list(found) == ["constant: soon", "template: '{Nobody__c}'"]
    assert "'soon'" in found["constant: soon"]
    twice = [{"left": "Name", "constant": "x", "right": "industry"}, {"constant": "{Name}", "right": "customer_number"}]
    said = " ".join(refused(written(company, tmp_path, mappings=twice)).values())
    assert "a mapping has one source: constant, or left" in said
    assert "a constant names no fields; write template instead" in said


def test_a_system_that_does_not_answer_is_named_and_the_file_is_stored(
    company: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("config", "apply", str(written(company, tmp_path, secret="wrong", mappings=MAPPINGS)))
    assert "accounts was not compared with the connected systems: Salesforce refuses" in capsys.readouterr().err
    assert Sync.objects.get().mappings.count() == len(MAPPINGS)


def test_a_field_that_was_made_since_the_last_look_is_known(company: Company, tmp_path: Path) -> None:
    call_command("config", "apply", str(written(company, tmp_path, mappings=MAPPINGS[:1])))
    field = {"key": "new_since", "type": "text", "title": "New"}
    company.api("POST", "organization_fields", {"organization_field": field})
    box = {"picklist_filter": {"field": "Active__c", "values": ["true"]}}
    file = written(company, tmp_path, mappings=[{"left": "Site", "right": "new_since"}], **box)
    call_command("config", "apply", str(file))
    assert Sync.objects.get().mappings.get().right == "fields.new_since"
