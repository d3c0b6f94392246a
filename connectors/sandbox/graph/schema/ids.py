"""The ids of the vendor: long, case-sensitive, and in two formats for one contact."""

from __future__ import annotations

import base64
from hashlib import sha512

# What every id of one of these begins with.
FOLDER, ITEM, IMMUTABLE = "AAMkAD", "AAMkAD", "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"


def folder_id(mailbox: str, number: int) -> str:
    return f"{FOLDER}{_signs(mailbox, 30)}AuAAAAAAD{_signs(f'{mailbox}/folder/{number}', 46)}AAA="


def immutable_id(mailbox: str, key: int) -> str:
    """The id that stays when the contact moves."""
    return f"{IMMUTABLE}{_signs(f'{mailbox}/item/{key}', 30)}AAA="


def regular_id(mailbox: str, key: int, moves: int) -> str:
    """The id that another one takes the place of with each move."""
    return f"{ITEM}{_signs(mailbox, 58)}BGAAAAAAD{_signs(f'{mailbox}/item/{key}/{moves}', 70)}AAA="


def change_key(changed: int, key: int) -> str:
    return f"EQAAABYAAAC{_signs(f'{key}/{changed}', 18)}AAA{changed % 10_000:04d}"


def _signs(text: str, number: int) -> str:
    digest = sha512(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:number]
