"""Pairs of fields that probably belong together: by equal names, by equal labels, by names that mean the same."""

import re
from collections.abc import Callable, Iterable

from connectors.api.values import FieldSchema

Pair = tuple[FieldSchema, FieldSchema]

STANDARDS = (
    ("phone", "phonenumber", "telephone", "businessphone"),
    ("mobile", "mobilephone", "cellphone"),
    ("website", "url", "homepage"),
    ("employees", "numberofemployees", "employeecount"),
    ("revenue", "annualrevenue", "arr"),
    ("language", "locale", "preferredlanguage"),
    ("jobtitle", "title", "position"),
    ("accountnumber", "customernumber", "customerid"),
    ("plan", "plantier", "tier", "subscription"),
    ("description", "details"),
)
"""Names that mean the same, folded."""
_MEANINGS = {name: names[0] for names in STANDARDS for name in names}


def suggested(left: Iterable[FieldSchema], right: Iterable[FieldSchema], fits: Callable[[Pair], bool]) -> list[Pair]:
    """Pairs of fields that may be mapped, the surest first. No field stands in two of them."""
    left, right = list(left), list(right)
    found: list[Pair] = []
    for same in (_name, _label, _meaning):
        by_key: dict[str, list[FieldSchema]] = {}
        for field in right:
            by_key.setdefault(same(field), []).append(field)
        for field in left:
            pairs = ((field, other) for other in by_key.get(same(field), ()) if same(field))
            taken = {one.name for pair in found for one in pair}
            free = (pair for pair in pairs if field.name not in taken and pair[1].name not in taken and fits(pair))
            found += [pair for pair in [next(free, None)] if pair]
    return found


def _name(field: FieldSchema) -> str:
    bare = field.name.rpartition(".")[2].removesuffix("__c")
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _label(field: FieldSchema) -> str:
    return re.sub(r"\W", "", field.label.casefold())


def _meaning(field: FieldSchema) -> str:
    return _MEANINGS.get(_name(field)) or _MEANINGS.get(_label(field)) or ""
