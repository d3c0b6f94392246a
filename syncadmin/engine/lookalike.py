"""Detects different names that probably mean the same company (S3.C16). Used for warnings, never for matching."""

import re
import unicodedata
from contextlib import suppress
from functools import cache

from mappings.rules.texts import visible

_LEGAL = {
    *("inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "the"),
    *("gmbh", "ag", "kg", "sa", "sas", "sarl", "bv", "nv", "oy", "ab", "plc"),
}
# The dots of S.A. and G.m.b.H.
_INITIAL = re.compile(r"\b(\w)\.")
_WORD = re.compile(r"\w+")
# The name that Unicode gives a letter which is a plain one with something added, or another shape of it.
_VARIANT = re.compile(
    r"LATIN (?:SMALL |CAPITAL )?(?:LETTER |LIGATURE )?(?:(?:SMALL CAPITAL|DOTLESS|SCRIPT|INSULAR|LONG|OPEN|AFRICAN) )*"
    r"([A-Z]{1,2})(?: WITH .+| BAR|)"
)
# Letters that people write with others where a keyboard lacks them, and whose names do not say with which.
_SPELLED = {"ß": "ss", "ð": "d", "þ": "th", "ŋ": "n", "ĸ": "k", "ə": "a", "ƒ": "f", "ɑ": "a", "ɩ": "i"}
# Mueller for Müller, Soerensen for Sørensen, Aeroe for Ærø.
_UMLAUT = re.compile(r"([aou])e(?!e)")
# Cyrillic, Greek and Armenian letters that are drawn as Latin ones.
_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУҮХҺԌԚԜавеѕіјкмнорстуүхһԁԛԝӏѵѡ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικμνορτυχωϲϳ" + "Օօոսհ",
    "ABESIJKMHOPCTYYXHGQWabesijkmhopctyyxhdqwlvw" + "ABEZHIKMNOPTYXabenikuvoptuxwcj" + "Oonuh",
)

# The dot of Chinese and Japanese texts, which separates the parts of a domain too.
_FULL_STOP = "\u3002"


def skeleton(name: str | None) -> str:
    """A name reduced to what look-alikes share: no accents, punctuation, legal forms or case, letters of other scripts
    that look Latin as Latin ones. "" if nothing is left.
    """
    bare = visible(name or "")
    if not bare.isascii():
        bare = _WORD.sub(lambda found: _in_latin(found[0]), _plain(bare))
    text = _INITIAL.sub(r"\1", bare.casefold())
    words = [word for word in _WORD.findall(text) if word not in _LEGAL]
    return " ".join(map(_without_umlaut, words) if _UMLAUT.search(text) else words)


def address_look(address: str) -> str:
    """A case-folded email address as it looks to people: letters that look Latin as Latin ones, an encoded domain
    decoded, without a final dot. Visible signs, such as a dot before the @, stay.
    """
    if address.isascii() and "xn--" not in address and not address.endswith("."):
        return address
    local, at, domain = address.rpartition("@")
    labels = map(_decoded, _plain(domain).replace(_FULL_STOP, ".").rstrip(".").split("."))
    readable = f"{local}{at}{'.'.join(labels)}"
    return _WORD.sub(lambda found: _in_latin(found[0]), _plain(visible(readable))).casefold()


def _decoded(label: str) -> str:
    """A label of a domain name, decoded from punycode."""
    if not label.startswith("xn--"):
        return label
    with suppress(UnicodeError):
        return label[4:].encode("ascii").decode("punycode").lower()
    return label


def _without_umlaut(word: str) -> str:
    """A word with "ae", "oe" and "ue" as one letter. "Coe" stays: shortened it would be a legal form."""
    short = _UMLAUT.sub(r"\1", word)
    return word if short in _LEGAL else short


def _plain(text: str) -> str:
    """The text with each variant of a Latin letter replaced by the one or two plain letters."""
    flat = unicodedata.normalize("NFKD", text)
    return "".join(sign if sign.isascii() else _letter(sign) for sign in flat if not unicodedata.combining(sign))


@cache
def _letter(sign: str) -> str:
    low = sign.lower()
    if unicodedata.category(sign) == "Lm":
        return "'" if unicodedata.name(sign, "").startswith("MODIFIER LETTER") else sign
    if spelled := _SPELLED.get(low):
        return spelled
    found = _VARIANT.fullmatch(unicodedata.name(low, "")) if len(low) == 1 else None
    return found[1].lower() if found else sign


def _in_latin(word: str) -> str:
    """A word whose letters all look Latin, in Latin letters; any other word unchanged.

    The capitals decide for a word of another script, so that its case makes no difference.
    """
    if word.isascii():
        return word
    mixed = any(sign.isascii() and sign.isalpha() for sign in word)
    twin = (word if mixed else word.upper()).translate(_TWINS).casefold().translate(_TWINS)
    return twin if twin.isascii() else word
