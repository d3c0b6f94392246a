"""What is synced in a series of runs."""

from __future__ import annotations

from enum import StrEnum


class Subject(StrEnum):
    """The value is the sync's slug, and the word that people choose it by."""

    ACCOUNTS = "accounts"
    CONTACTS = "contacts"
    TICKETS = "tickets"
    PORTAL = "portal"

    @property
    def heading(self) -> str:
        return {
            "accounts": "Accounts and organizations",
            "contacts": "Contacts and users",
            "tickets": "Tickets and cases",
            "portal": "Contacts and portal users",
        }[self]
