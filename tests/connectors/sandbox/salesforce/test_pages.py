"""The pages behind deep links to records."""

import re

import pytest

from tests.timeouts import HANG_SECONDS


def look(sf, object, id, method="GET"):
    return sf.session.request(method, f"{sf.endpoint.base_url}/lightning/r/{object}/{id}/view", timeout=HANG_SECONDS)


def text_of(answer):
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return re.sub(r"<[^>]+>", " ", answer.text)


def test_a_contact_is_shown_with_its_fields_and_a_way_to_its_account_without_a_login(sf):
    account = sf.create("Account", Name="Acme & Sons")
    contact = sf.create(
        "Contact", FirstName="Jo", LastName="Doe", Email="jo@x.example", AccountId=account, Status__c="Left",
        Secret_Code__c="hush",
    )  # fmt: skip
    page = look(sf, "Contact", contact)
    assert page.status_code == 200
    shown = text_of(page)
    for part in ("Jo Doe", "jo@x.example", "Left", "Acme &amp; Sons", "Customer Contact", "Salesforce", "sandbox"):
        assert part in shown
    assert "hush" not in shown
    assert f'href="/lightning/r/Account/{account}/view"' in page.text
    assert look(sf, "Contact", contact[:15]).text == page.text


def test_an_account_lists_its_contacts(sf):
    account = sf.create("Account", Name="Acme")
    contact = sf.create("Contact", LastName="Doe", AccountId=account)
    assert f'href="/lightning/r/Contact/{contact}/view"' in look(sf, "Account", account).text


def test_a_converted_lead_leads_to_its_contact(sf):
    lead = sf.create("Lead", LastName="Solo", Company="Falcon Freight")
    made = sf.control("POST", "convert", {"lead": lead})
    page = look(sf, "Lead", lead)
    assert "This lead is converted." in text_of(page)
    assert f'href="/lightning/r/Contact/{made["contact"]}/view"' in page.text


def test_deleted_and_merged_records_say_so(sf):
    gone, winner, loser = (sf.create("Contact", LastName=name) for name in ("Gone", "Winner", "Loser"))
    sf.call("DELETE", f"sobjects/Contact/{gone}")
    sf.control("POST", "merge", {"master": winner, "losers": [loser]})
    assert "This record is deleted." in text_of(look(sf, "Contact", gone))
    merged = look(sf, "Contact", loser)
    assert "merged into another one" in text_of(merged)
    assert f'href="/lightning/r/Contact/{winner}/view"' in merged.text


def test_what_is_not_there_is_a_404_page(sf):
    account = sf.create("Account", Name="Acme")
    for object, id in (("Account", "001000000000000AAA"), ("Account", "x"), ("Contact", account), ("Nothing", account)):
        page = look(sf, object, id)
        assert (page.status_code, "no such record" in text_of(page)) == (404, True)
    assert look(sf, "User", sf.one("SELECT Id FROM User LIMIT 1")["Id"]).status_code == 404


def test_markup_in_a_record_stays_text_and_nothing_is_loaded_from_elsewhere(sf):
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    account = sf.create("Account", Name=attack, Description=f"'\"{attack}", Website="javascript:alert(1)")
    contact = sf.create("Contact", LastName=attack, AccountId=account)
    for object, id in (("Account", account), ("Contact", contact)):
        page = look(sf, object, id)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert not re.search(r"""(src|href)=["']?(https?:|//|javascript:)""", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_page_can_only_be_looked_at(sf, method):
    account = sf.create("Account", Name="Acme")
    assert look(sf, "Account", account, method).status_code == 405
    assert sf.get(f"sobjects/Account/{account}").status_code == 200


def test_looking_costs_no_api_call(sf):
    account = sf.create("Account", Name="Acme")
    before = sf.get("limits").headers["Sforce-Limit-Info"]
    look(sf, "Account", account)
    used = [
        int(text.partition("=")[2].partition("/")[0])
        for text in (before, sf.get("limits").headers["Sforce-Limit-Info"])
    ]
    assert used[1] == used[0] + 1
