"""The account that a contact from Outlook stands at: four steps, a tie-break, two that contain (S2.12-S2.15, A5)."""

import pytest

from mappings.kinds.contacts_outlook.companies import account_of

ACME = {"Id": "1", "Name": "Acme", "CreatedDate": "2024-02-01T00:00:00Z"}
OLDER = {"Id": "2", "Name": "ACME ", "CreatedDate": "2023-02-01T00:00:00Z"}
CORP = {"Id": "3", "Name": "The Acme Corporation", "CreatedDate": "2022-02-01T00:00:00Z"}
UNITED = {"Id": "4", "Name": "Acme United", "CreatedDate": "2021-02-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("company", "found", "account", "why"),
    [
        ("acme", [CORP, ACME], "1", "which is its company"),
        ("Acme", [ACME, OLDER], "2", "oldest of 2"),
        ("Acme", [CORP], "3", "the only account"),
        ("Acme", [CORP, UNITED], None, "Several accounts"),
        ("Acme", [], None, "No account has a name"),
        ("Ac", [CORP], None, "too short"),
        ("Ac", [{**ACME, "Name": "AC"}], "1", "which is its company"),
        ("The Acme Corporation Ltd", [CORP], None, "No account has a name"),
        ("  ", [ACME], None, "no company"),
        (None, [ACME], None, "no company"),
    ],
)
def test_the_company_names_the_account(company, found, account, why):
    chosen, reason = account_of(company, found)
    assert chosen == account
    assert why in reason
