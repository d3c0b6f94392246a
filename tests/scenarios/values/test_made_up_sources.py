"""Mappings whose source is no field of the record: constants, templates, fields one look-up away; only if empty."""

from __future__ import annotations

import yaml

from mappings.config import store as config_store
from mappings.models import Sync
from tests.worlds.company import SYNC, Company
from tests.worlds.runs import counts, run

MAPPINGS = [
    {"template": "{Name} ({Industry})", "right": "fields.industry"},
    {"left": "Owner.Email", "right": "fields.customer_number"},
    {"constant": "tier_gold", "right": "fields.tier", "only_if_empty": True},
]


def test_constants_templates_and_look_ups_follow_their_fields_and_come_to_rest(company: Company) -> None:
    sync = company.store(SYNC | {"mappings": MAPPINGS})
    acme = company.account("Acme", Industry="Banking")
    done = run(sync)
    assert done.status == "completed", f"{done.message} {done.hint}"
    found = company.organizations()["Acme"]
    assert found["organization_fields"]["industry"] == "Acme (Banking)"
    assert "@" in found["organization_fields"]["customer_number"]
    assert found["organization_fields"]["tier"] == "tier_gold"
    assert counts(run(sync))["planned"] == 0

    company.edit_account(acme, Industry="Energy")
    company.edit_organization(int(company.organizations()["Acme"]["id"]), organization_fields={"tier": "tier_silver"})
    run(sync)
    found = company.organizations()["Acme"]
    assert found["organization_fields"]["industry"] == "Acme (Energy)"
    assert found["organization_fields"]["tier"] == "tier_silver", "only an empty field is written"
    assert counts(run(sync))["planned"] == 0
    company.edit(company.accounts()["Acme"]["OwnerId"], Email="new.owner@acme.example")
    run(sync)
    found = company.organizations()["Acme"]
    assert found["organization_fields"]["customer_number"] == "new.owner@acme.example", "of the account nothing changed"
    assert counts(run(sync))["planned"] == 0

    exported = yaml.safe_load(config_store.export("accounts"))["syncs"]
    listed = {str(item["right"]): item for item in exported[0]["mappings"]}
    assert listed["fields.tier"] == MAPPINGS[2]
    config_store.apply(yaml.safe_dump({"syncs": exported}))
    assert Sync.objects.get(pk=sync.pk).revision == sync.revision
