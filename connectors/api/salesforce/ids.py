"""Ids of Salesforce records: 15 characters whose case counts, or 18 that are the same in any case.

Object Reference for the Salesforce Platform, "ID Field Type": the last three characters say which of the others are
upper case.
"""

import re

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?", re.ASCII)


def looks_like_id(text: str) -> bool:
    """15 characters, or 18 with the part that makes them safe in any case."""
    return _ID.fullmatch(text) is not None


def whole_id(text: str) -> str:
    """The 18 characters by which Salesforce itself names the record; what is no id comes back as it is.

    Of 18 characters that lost their case on the way, as in a spreadsheet, the case is restored.
    """
    if not looks_like_id(text):
        return text
    short = text[:15] if len(text) == 15 else _restored(text)
    whole = short + _ending(short)
    return whole if len(text) == 15 or whole[15:] == text[15:].upper() else text


def _ending(short: str) -> str:
    return "".join(_SIGNS[_case(short[start : start + 5])] for start in (0, 5, 10))


def _case(five: str) -> int:
    """A bit for each upper-case letter, the first one lowest."""
    return sum(1 << place for place, sign in enumerate(five) if sign.isupper())


def _restored(text: str) -> str:
    """The first 15 characters in the case that the last three tell."""
    found = []
    for group, sign in enumerate(text[15:].upper()):
        bits = max(_SIGNS.find(sign), 0)
        five = text[group * 5 : group * 5 + 5]
        found += [each.upper() if bits >> place & 1 else each.lower() for place, each in enumerate(five)]
    return "".join(found)
