"""Fills the words of a kind into texts: ``{left_many}`` becomes contacts."""

from collections.abc import Mapping

from mappings.kinds.declaration import Kind
from mappings.rules.texts import with_article

# What records of more than two kinds are called together.
_ANY = {"one": "record", "many": "records"}


def words(*kinds: Kind) -> Mapping[str, str]:
    """The replacement for each placeholder; for two kinds both, as in "contacts or leads"."""
    found: dict[str, str] = {}
    for side in ("left", "right"):
        sides = [kind.left if side == "left" else kind.right for kind in kinds]
        one, many = (_either([getattr(each, number) for each in sides], _ANY[number]) for number in _ANY)
        found |= {
            f"{side}_one": one,
            f"{side}_many": many,
            f"a_{side}_one": with_article(one),
        }
        found[f"{side}_system"] = _either([getattr(kind.names, f"{side}_system") for kind in kinds], "system")
    found["key"] = _either([kind.matched_by for kind in kinds], "key")
    return {**found, **{name.capitalize(): word[0].upper() + word[1:] for name, word in found.items()}}


def worded(text: str, *kinds: Kind) -> str:
    """The text with the words of these kinds."""
    return text.format_map(words(*kinds)) if "{" in text else text


def _either(words: list[str], any: str) -> str:
    different = list(dict.fromkeys(words))
    return " or ".join(different) if len(different) < 3 else any
