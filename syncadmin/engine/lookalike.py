"""Names that differ, yet mean the same company. Used to warn before a record is created, never to match (S3.C16)."""

import re
import unicodedata

from mappings.rules.texts import visible

_LEGAL = {
    *("inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "the"),
    *("gmbh", "ag", "kg", "sa", "sas", "sarl", "bv", "nv", "oy", "ab", "plc"),
}
# The dots of S.A. and G.m.b.H.
_INITIAL = re.compile(r"\b(\w)\.")
_WORD = re.compile(r"\w+")


def skeleton(name: str | None) -> str:
    """A name without accents, punctuation, legal forms and case; "" when nothing is left."""
    bare = visible(name or "")
    if not bare.isascii():
        flat = unicodedata.normalize("NFKD", bare)
        bare = "".join(sign for sign in flat if not unicodedata.combining(sign))
    words = _WORD.findall(_INITIAL.sub(r"\1", bare.casefold()))
    return " ".join(word for word in words if word not in _LEGAL)
