"""Record ids: 15 case-sensitive characters, 18 with the checksum that makes them case-insensitive."""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
INSTANCE = "5e0"
MASTER_RECORD_TYPE = "012000000000000AAA"


def suffix(id15: str) -> str:
    """The three checksum characters: for each group of five, one bit per upper-case letter."""
    groups = (id15[0:5], id15[5:10], id15[10:15])
    return "".join(CHECKSUM[sum(1 << i for i, c in enumerate(g) if "A" <= c <= "Z")] for g in groups)


def make(prefix: str, number: int) -> str:
    """The 18-character id of the number-th record of the object with this key prefix; ascending with number."""
    digits = []
    while number:
        number, rest = divmod(number, 62)
        digits.append(DIGITS[rest])
    id15 = prefix + INSTANCE + "".join(reversed(digits)).rjust(9, "0")
    return id15 + suffix(id15)


def normal(text: str) -> str | None:
    """The 18-character form of a 15- or 18-character id, None when the text is not an id.

    The checksum repairs the case of an 18-character id that lost it."""
    if not text.isascii() or not text.isalnum():
        return None
    if len(text) == 15:
        return text + suffix(text)
    if len(text) != 18:
        return None
    if suffix(text[:15]) == text[15:]:
        return text
    return _repaired(text)


def _repaired(text: str) -> str | None:
    letters = []
    for group in range(3):
        bits = CHECKSUM.find(text[15 + group].upper())
        if bits < 0:
            return None
        chunk = text[group * 5 : group * 5 + 5]
        letters += [c.upper() if bits >> i & 1 else c.lower() for i, c in enumerate(chunk)]
    id15 = "".join(letters)
    return id15 + suffix(id15) if suffix(id15) == text[15:].upper() else None
