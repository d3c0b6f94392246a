"""Compares texts as people see them, without invisible characters; plural forms."""

import re
import unicodedata

# Unicode's default ignorable code points and other signs without a shape: soft hyphens, zero-width signs, byte order
# marks, marks of direction, variation selectors, fillers, tags, control codes that are no blank.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# A braille pattern without dots is a letter to Unicode, and a blank to everybody.
_BLANK = "\u2800"


def visible(text: str) -> str:
    """The text without invisible characters, composed (NFC), so that texts that look equal are equal."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text).replace(_BLANK, " "))


def with_article(noun: str) -> str:
    """ "an account", "a user"."""
    vowel = noun[:1].lower() in tuple("aeiou") and not noun.lower().startswith(("us", "uni", "eu"))
    return f"{'an' if vowel else 'a'} {noun}"


def plural(number: int, one: str, many: str = "") -> str:
    """ "1 account", "1,204 accounts"; without ``many`` the regular plural."""
    return f"{number:,} {one if number == 1 else many or plural_of(one)}"


def plural_of(noun: str) -> str:
    """The regular plural of a noun: "names", "addresses", "companies"."""
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def plain_digits(text: str) -> str:
    """The digits of a text, in ASCII."""
    return "".join(str(value) for sign in text if (value := unicodedata.decimal(sign, None)) is not None)


def fold(text: str | None) -> str:
    """A name or email as it is compared: without case, surrounding blanks and invisible characters (S3.39).

    Nothing else is ignored, as Zendesk ignores nothing else: groß@ and gross@ are two addresses.
    """
    return visible(" ".join(visible(text or "").lower().split()))
