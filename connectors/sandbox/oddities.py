"""The companies and people that break naive software, at fixed indexes so that any world of 250 has them all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass


def _same(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class Oddity:
    """name: instead of the generated one ("" keeps it). twin_of: carries the name of that company.

    in_helpdesk: how the helpdesk spells the name.
    """

    name: str = ""
    twin_of: int | None = None
    in_helpdesk: Callable[[str], str] = _same


LONGEST = "The Very Long Company Name That Nobody Ever Types " * 6

ODD_COMPANIES: dict[int, Oddity] = {
    5: Oddity("Rocket Bakery 🚀🥐"),
    11: Oddity("شركة النخيل للتجارة"),
    17: Oddity("Élan Crème Brûlée S.à r.l.", in_helpdesk=lambda name: unicodedata.normalize("NFD", name)),
    23: Oddity("北京星辰科技有限公司"),
    29: Oddity(in_helpdesk=str.upper),
    31: Oddity(in_helpdesk=lambda name: name.replace(" ", "  ", 1) + " "),
    37: Oddity(twin_of=36),
    41: Oddity(LONGEST[:255]),
    43: Oddity("<b>Bold & Sons</b> <script>alert(1)</script>"),
    47: Oddity("=cmd|' /C calc'!A0"),
    53: Oddity('O\'Reilly "Quoted" \\ Backslash, Ltd.'),
    61: Oddity(twin_of=60),
    83: Oddity(in_helpdesk=lambda name: f"Formerly {name}"),
    199: Oddity(twin_of=36),
}
# natural persons that are customers themselves
PERSON_COMPANIES = frozenset({70, 140, 205, 210})


@dataclass(frozen=True, slots=True)
class OddPerson:
    """email: whether the CRM knows one. key: what both systems know the person by, beside the email.

    helpdesk_email: whether the helpdesk knows the email; private: it is another one than the CRM's there.
    role: of the user.
    """

    email: bool = True
    key: str = ""
    helpdesk_email: bool = True
    private: bool = False
    role: str = "end-user"


ODD_CONTACTS: dict[int, OddPerson] = {
    **{index: OddPerson(email=False, helpdesk_email=False) for index in range(88, 600, 60)},
    24: OddPerson(role="agent"),
    28: OddPerson(email=False, key="P-0028"),
    62: OddPerson(key="P-0062", private=True),
    64: OddPerson(role="admin"),
}
# lead -> the contact that is the same person
TWIN_LEADS = {7: 40, 27: 45, 47: 51}
# lead -> the contact it was converted into
CONVERTED_LEADS = {2: 41, 32: 46, 52: 55}
# The whole names of the first people that only the helpdesk knows; {email} is their address.
STRANGERS = (
    "Prince",
    "Willem van der Berg",
    "Carmen de la Cruz",
    "Okafor, Chidi",
    "Dr. Inès Moreau",
    "山田 太郎",
    "{email}",
    "Harbor Support Team",
)
