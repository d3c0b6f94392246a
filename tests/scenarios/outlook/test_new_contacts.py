"""What administrators say of contacts that are made in Outlook: required fields, defaults, accounts (S2.16)."""

from __future__ import annotations

import pytest
import yaml
from django.test import Client

from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.services import schemas
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.services import decisions
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import Mailbox
from tests.worlds.runs import counts, run


def test_a_contact_without_an_account_is_held_until_there_is_one_or_somebody_has_it_made(company: Company) -> None:
    sync = outlook.store(company, no_account="hold")
    box = Mailbox(company)
    box.add(givenName="Ann", surname="Lee", companyName="Globex")
    bob = box.add(givenName="Bob", surname="Ray")
    done = run(sync)
    assert company.contacts() == {}
    reasons = {step.label: step.reason for step in done.steps.all()}
    assert "makes no contact without Account ID (No account has a name that contains" in reasons["Ann Lee"]
    assert "(It has no company)" in reasons["Bob Ray"]
    assert set(MirrorRecord.objects.right_of(sync).values_list("status", flat=True)) == {"problem"}

    globex = company.account("Globex Corporation")
    run(sync)
    assert [row["AccountId"] for row in company.contacts().values()] == [globex], "an account is there by now"
    decisions.create(sync, side=Side.RIGHT, remote_id=bob, by=None)
    run(sync)
    assert {row["FirstName"]: row.get("AccountId") for row in company.contacts().values()} == {
        "Ann": globex, "Bob": None,
    }  # fmt: skip
    assert counts(run(sync))["planned"] == 0


def test_required_fields_hold_and_defaults_fill_what_is_empty(company: Company) -> None:
    defaults = {"LeadSource": "Web", "Title": "Unknown", "DoNotCall": "true"}
    sync = outlook.store(company, new_required=["Email"], new_defaults=defaults)
    box = Mailbox(company)
    box.add(givenName="Ann", surname="Lee", jobTitle="Buyer", emailAddresses=[{"address": "ann@x.example"}])
    bob = box.add(givenName="Bob", surname="Ray")
    run(sync)
    (ann,) = company.contacts().values()
    assert (ann["Title"], ann["LeadSource"], ann.get("DoNotCall")) == ("Buyer", "Web", True)
    box.edit(bob, emailAddresses=[{"address": "bob@x.example"}])
    run(sync)
    assert {row["FirstName"]: row["Title"] for row in company.contacts().values()} == {"Ann": "Buyer", "Bob": "Unknown"}
    run(sync)
    assert counts(run(sync))["planned"] == 0
    assert box.shared()["Bob Ray"]["jobTitle"] == "Unknown"
    (said,) = yaml.safe_load(config_store.export("outlook"))["syncs"]
    assert (said["new_defaults"], said["new_required"]) == (defaults, ["Email"])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"new_defaults": {"Nothing__c": "x"}}, "Salesforce has no field Nothing__c"),
        ({"new_defaults": {"CreatedDate": "x"}}, "CreatedDate cannot be set"),
        ({"new_defaults": {"Birthdate": "soon"}}, "Birthdate"),
        ({"new_defaults": ["LeadSource"]}, "new_defaults should be a list of name: value"),
        ({"new_required": ["Nothing__c"]}, "Nothing__c"),
    ],
)
def test_what_does_not_fit_the_contact_is_said_with_its_line(company: Company, wrong: object, why: str) -> None:
    outlook.store(company)
    one = outlook.SYNC | {"mailbox": outlook.OLIVIA, **wrong}
    with pytest.raises(ConfigFileError, match=f"line [0-9]+: .*{why}"):
        config_store.apply(yaml.safe_dump({"syncs": [one]}), ask=True)


def test_the_page_takes_a_line_for_each_default(company: Company, as_ada: Client) -> None:
    sync = outlook.store(company)
    schemas(sync)
    form = {"revision": sync.revision, "mailbox": outlook.OLIVIA, "new_defaults": "LeadSource: Web\nNothing__c: x"}
    refused = as_ada.post(f"/syncs/{sync.slug}/standard/", form)
    assert refused.status_code == 422
    assert "Salesforce has no field Nothing__c" in refused.content.decode()
    saved = as_ada.post(f"/syncs/{sync.slug}/standard/", form | {"new_defaults": "LeadSource: Web"})
    assert saved.status_code == 302
    sync.refresh_from_db()
    assert sync.option("new_defaults") == {"LeadSource": "Web"}
    assert "LeadSource: Web" in as_ada.get(f"/syncs/{sync.slug}/").content.decode()
