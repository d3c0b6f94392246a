"""The match keys of people: their email and up to two further fields (S1.20, S1.21)."""

from collections.abc import Mapping

EMAIL = "email"
MOST = 3
"""Criteria in all, the email included."""

_LIKE = {"Phone": "phone", "MobilePhone": "phone", "Name": "name"}
_ELSE = "external_id"


def compared_with(left: str, mapped: Mapping[str, str]) -> str:
    """The right field that a match criterion is compared with: the mapped one, else the standard field of the same
    meaning.

    ``mapped``: left field -> right field.
    """
    return mapped.get(left) or _LIKE.get(left, _ELSE)
