"""Tickets of a company, and the cases they become."""

from __future__ import annotations

from typing import Any

from mappings.models import Sync
from tests.worlds.company import Company

SYNC = {"slug": "tickets", "kind": "tickets_cases", "left": "zd", "right": "sf"}


def tickets_sync(company: Company, **changes: Any) -> Sync:
    return company.store({**SYNC, **changes})


def ticket(company: Company, requester: int | None = None, **values: Any) -> str:
    """A ticket with a first comment; its id."""
    body = {"subject": "Help", "comment": {"body": "It is broken."}, "requester_id": requester, **values}
    return str(company.api("POST", "tickets", {"ticket": body})["ticket"]["id"])


def edit_ticket(company: Company, id: str, **values: Any) -> None:
    company.api("PUT", f"tickets/{id}", {"ticket": values})


def exported(company: Company, seconds: int = 120) -> None:
    """Time passes, so that exports hold what was written."""
    company.control(company.zendesk, "POST", "clock", {"advance": seconds})
    company.control(company.salesforce, "POST", "clock", {"advance": seconds})


def cases(company: Company) -> dict[str, dict[str, Any]]:
    """Cases by the id of their ticket."""
    rows = company.salesforce.store.rows("Case")
    return {row["Zendesk_Ticket_Id__c"]: row for row in rows if "Zendesk_Ticket_Id__c" in row}
