"""Reads domain names from a text field (S3.20)."""

import re

_DOMAIN = re.compile(r"^(?=.{1,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$")


def split(text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The domains in a text, lower case and unique, and the words that are no domains."""
    good: dict[str, None] = {}
    bad: list[str] = []
    for word in (text or "").split():
        domain = word.lower()
        if _DOMAIN.match(domain.encode("idna").decode() if not domain.isascii() and _encodable(domain) else domain):
            good[domain] = None
        else:
            bad.append(word)
    return tuple(good), tuple(bad)


def _encodable(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True
