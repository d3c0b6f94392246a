"""A community: contacts of one account, and the users who sign in to the portal as them."""

from __future__ import annotations

from itertools import count
from typing import Any

from connectors.sandbox.salesforce.rules.users import LOCALE, PORTAL_PROFILE
from tests.worlds.company import Company

SYNC = {"slug": "portal", "kind": "contacts_portal_users", "left": "sf", "right": "sf"}
_numbers = count(1)


def member(company: Company, last_name: str, account: str, **values: Any) -> tuple[str, str]:
    """A contact with these values and its user, who has the same ones."""
    contact = company.contact(last_name, account=account, **values)
    return contact, portal_user(company, contact, last_name, **values)


def portal_user(company: Company, contact: str | None, last_name: str, **values: Any) -> str:
    """A user who signs in as a contact."""
    number = next(_numbers)
    row = {
        "Username": f"{last_name.lower()}.{number}@portal.example",
        "LastName": last_name,
        "Email": f"{last_name.lower()}@example.com",
        "Alias": f"u{number}"[:8],
        "ProfileId": PORTAL_PROFILE,
        "ContactId": contact,
        "IsActive": True,
        **LOCALE,
    }
    return company.salesforce.store.insert("User", row | values)


def forced_user(company: Company, contact: str, last_name: str, **values: Any) -> str:
    """A user beside another one of the same contact, or of another type, as old orgs have some."""
    other = company.contact(last_name, account=company.contacts()[contact]["AccountId"])
    id = portal_user(company, other, last_name)
    force(company, id, ContactId=contact, **values)
    return id


def force(company: Company, id: str, **values: Any) -> None:
    """Change a user in ways that the API refuses, and administrators and merges have."""
    org = company.salesforce.store.org
    org.table("User").change(org.table("User").rows[id], {**values, "SystemModstamp": org.now()})


def user(company: Company, id: str) -> dict[str, Any]:
    """What is stored of a user."""
    row = company.salesforce.store.get("User", id)
    assert row is not None
    return row
