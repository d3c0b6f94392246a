"""Where both sides changed, the newest edit of the field wins, whatever else was written to the records (S0.9, A1)."""

from __future__ import annotations

import pytest
import requests

from mappings.models import Sync
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company
from tests.worlds.portal import member, user
from tests.worlds.runs import counts, run


def write_as_ourselves(company: Company, contact: str, **values: str) -> None:
    """Another sync of ours, or another program with our credentials, writes a field of the record."""
    url = f"{company.salesforce.base_url}/services/data/v65.0/sobjects/Contact/{contact}"
    headers = {"Authorization": f"Bearer {company.salesforce.credentials['access_token']}"}
    requests.patch(url, json=values, headers=headers, timeout=HANG_SECONDS).raise_for_status()


@pytest.mark.parametrize(("tracked", "title"), [(["Title"], "Hers"), ([], "")])
def test_a_write_to_another_field_of_the_record_makes_no_edit_the_newest(
    company: Company, sync: Sync, acme: str, tracked: list[str], title: str
) -> None:
    """With the history of the field it is known whose edit is newer; without it a person is asked, and nothing is
    written over.
    """
    company.control(company.salesforce, "PUT", "settings", {"tracked_fields": tracked})
    okafor, hers = member(company, "Okafor", acme, Title="Buyer")
    lind, his = member(company, "Lind", acme, Title="Clerk")
    run(sync)
    steps = (
        lambda: company.edit(okafor, Title="Contact"),
        lambda: company.edit(hers, Title="Hers"),
        lambda: write_as_ourselves(company, okafor, Department="Sales"),
        lambda: company.edit(his, Title="His"),
        lambda: company.edit(lind, Title="Newest"),
    )
    for step in steps:
        company.control(company.salesforce, "POST", "clock", {"advance": 600})
        step()
    ended = run(sync)
    found = company.contacts()[okafor]["Title"], user(company, hers)["Title"]
    assert found == ((title, title) if title else ("Contact", "Hers"))
    assert counts(ended)["conflicts"] == (0 if title else 1)
    assert (company.contacts()[lind]["Title"], user(company, his)["Title"]) == ("Newest", "Newest")
    if not title:
        (conflict,) = ended.steps.filter(verb="conflict")
        assert "it is not known which edit is newer" in conflict.reason


def test_nothing_is_asked_where_no_field_is_contested(company: Company, sync: Sync, acme: str) -> None:
    okafor, hers = member(company, "Okafor", acme, Title="Buyer")
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head")
    company.edit(hers, Phone="7")
    before = company.calls(company.salesforce)
    run(sync)
    made = {path for path, number in company.calls(company.salesforce).items() if number > before.get(path, 0)}
    assert not [path for path in made if "userinfo" in path]
    assert (user(company, hers)["Title"], company.contacts()[okafor]["Phone"]) == ("Head", "7")
