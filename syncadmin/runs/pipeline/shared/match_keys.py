"""Columns derived from the values of a record: label, match keys, digest."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from mappings.kinds.declaration import Criterion
from mappings.rules.texts import fold, plain_digits
from syncadmin.engine.lookalike import address_look, skeleton
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import Side
from syncadmin.runs.storage.mirror import MirrorRow

LOOKUP_KEYS = ("parent_key", "criterion_2_key")
"""The columns that keep what the look-ups of a kind go by, in the order of their declaration."""


def derive(row: MirrorRow, book: Rulebook) -> None:
    """Set the derived columns of a row."""
    kind, values = book.kind, row.values
    left = row.side == Side.LEFT
    label = str(values.get(kind.left_name if left else kind.right_name) or row.remote_id)[:300]
    if label != row.label:
        row.label, row.lookalike_key = label, skeleton(label) if kind.looks_alike else ""
    row.match_key = (kind.left_key(values) if left else kind.right_key(values))[:300]
    if kind.people:
        look = address_look(row.match_key)
        row.address_look = look[:300] if look != row.match_key else ""
    if left:
        row.parent_key = str(values.get(kind.parent_field(book.config)) or "")
        for lookup, name in zip(kind.lookups, LOOKUP_KEYS, strict=False):
            setattr(row, name, str(values.get(lookup.by) or ""))
    else:
        row.external_key = book.whole_id(str(values.get(book.config.id_field) or ""))[:255]
    if kind.lookups:
        return
    keys = [comparable(_compared(values, pair, book, left=left), pair) for pair in kind.criteria(book.config)]
    row.criterion_2_key, row.criterion_3_key = (*keys, "", "")[:2]


def _compared(values: Mapping[str, Any], pair: Criterion, book: Rulebook, *, left: bool) -> Any:
    value = values.get(pair.left if left else pair.right)
    return book.whole_id(value) if pair.right == book.config.id_field and isinstance(value, str) else value


def comparable(value: Any, pair: Criterion) -> str:
    """A value as further criteria compare it: without case, blanks and full width; of a phone number only
    the digits.
    """
    text = unicodedata.normalize("NFKC", fold("" if value is None else str(value)))
    return (plain_digits(text) if pair.right == "phone" else fold(text))[:255]


def digest(values: Any) -> str:
    """A short hash of a record's values, independent of their order."""
    return blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str), digest_size=16).hexdigest()
