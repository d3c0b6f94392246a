"""Builds SOQL queries with correct quoting (SOQL and SOSL Reference, "Quoted String Escape Sequences")."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

from connectors.api.errors import ConfigError
from connectors.api.values import Compare, Condition, FieldType

# A GET must stay below 16,384 bytes, headers included (Salesforce Help, 000386264).
LONGEST_IN_URL = 12_000
LONGEST_QUERY = 95_000

_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}", re.ASCII)
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
_BARE = {
    FieldType.BOOLEAN: re.compile(r"true|false", re.IGNORECASE),
    FieldType.INTEGER: re.compile(r"-?\d+(\.\d+)?"),
    FieldType.DECIMAL: re.compile(r"-?\d+(\.\d+)?"),
    FieldType.PERCENT: re.compile(r"-?\d+(\.\d+)?"),
    FieldType.DATE: re.compile(r"\d{4}-\d\d-\d\d"),
    FieldType.DATETIME: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}
"""Literals of these types stand without quotes."""


def quoted(text: str) -> str:
    """``text`` as a SOQL string, whatever it holds."""
    return f"'{text.translate(_ESCAPES)}'"


def name(text: str) -> str:
    """``text`` if it is a field or object name, parent paths included. Raises ConfigError otherwise."""
    if not _NAME.fullmatch(text):
        raise ConfigError(f"{text!r} is not a Salesforce field name.", "Choose the field again.")
    return text


def select(
    fields: Sequence[str], object: str, where: Sequence[str] = (), limit: int | None = None, scope: str = ""
) -> str:
    """A query. ``where`` holds finished conditions, joined by AND; ``scope`` is one of Salesforce's, as ``mine``."""
    columns = ", ".join(name(field) for field in dict.fromkeys(fields))
    text = f"SELECT {columns} FROM {_from_clause(object, scope)}"  # noqa: S608 - names are checked, values quoted
    if where:
        text += " WHERE " + " AND ".join(where)
    return text if limit is None else f"{text} LIMIT {limit}"


def count(object: str, where: Sequence[str] = (), scope: str = "") -> str:
    """A query for the number of records alone."""
    text = f"SELECT COUNT() FROM {_from_clause(object, scope)}"  # noqa: S608 - names are checked, values quoted
    return text + " WHERE " + " AND ".join(where) if where else text


def _from_clause(object: str, scope: str) -> str:
    return f"{name(object)} USING SCOPE {name(scope)}" if scope else name(object)


def count_by(field: str, object: str, where: Sequence[str]) -> str:
    """A query for how many records there are for each value of a field, as ``number``."""
    text = f"SELECT {name(field)}, COUNT(Id) number FROM {name(object)}"  # noqa: S608 - names are checked, values quoted
    return f"{text} WHERE {' AND '.join(where)} GROUP BY {name(field)}"


def condition(asked: Condition, types: Mapping[str, FieldType]) -> str:
    """One condition; an empty value stands for "nothing entered"."""
    if asked.any_of:
        parts = [condition(replace(one, negated=one.negated is not asked.negated), types) for one in asked.any_of]
        return f"({(' AND ' if asked.negated else ' OR ').join(parts)})"
    field, type = name(asked.field), asked.type or types.get(asked.field, FieldType.TEXT)
    if asked.by in (Compare.CONTAINS, Compare.STARTS):
        return _like(field, asked)
    if asked.by is not Compare.EQUALS:
        return _in_order(field, asked, type)
    values = [value for value in dict.fromkeys(asked.values) if value != ""]
    literals = ", ".join(literal(value, type) for value in values)
    one, none_of = ("INCLUDES", "EXCLUDES") if type is FieldType.CHOICES else ("IN", "NOT IN")
    some = f"{field} {none_of if asked.negated else one} ({literals})" if values else ""
    if some and asked.negated and type is FieldType.CHOICES and "" not in asked.values:
        return f"({some} OR {field} = null)"
    none = f"{field} {'!=' if asked.negated else '='} null" if "" in asked.values else ""
    if some and none:
        return f"({some} {'AND' if asked.negated else 'OR'} {none})"
    if not some and not none:
        raise ConfigError(f"The filter on {field} names no value.", "Choose at least one value.")
    return some or none


def _like(field: str, asked: Condition) -> str:
    """LIKE; its wildcards have escapes of their own ("Quoted String Escape Sequences"). An empty field is like nothing,
    which is said in words, since no answer to NOT LIKE is documented for it.
    """
    if not any(asked.values):
        raise ConfigError(f"The search in {field} names no text.", "Type at least one letter.")
    texts = [re.sub("([%_])", r"\\\1", value.translate(_ESCAPES)) for value in asked.values if value]
    before = "" if asked.by is Compare.STARTS else "%"
    some = " OR ".join(f"{field} LIKE '{before}{text}%'" for text in texts)
    return f"((NOT ({some})) OR {field} = null)" if asked.negated else f"({some})"


_OPPOSITES = {
    Compare.BELOW: Compare.AT_LEAST,
    Compare.AT_MOST: Compare.ABOVE,
    Compare.ABOVE: Compare.AT_MOST,
    Compare.AT_LEAST: Compare.BELOW,
}


def _in_order(field: str, asked: Condition, type: FieldType) -> str:
    """Below or above a value; an empty field is neither."""
    (value,) = asked.values
    if asked.negated:
        return f"({field} {_OPPOSITES[asked.by]} {literal(value, type)} OR {field} = null)"
    return f"{field} {asked.by} {literal(value, type)}"


def literal(value: str, type: FieldType) -> str:
    """A value of a condition in SOQL's own spelling. Raises ConfigError for text that cannot be of the type."""
    bare = _BARE.get(type)
    if bare is None:
        return quoted(value)
    if not bare.fullmatch(value):
        raise ConfigError(f"{value!r} is no {type.value} value.", "Correct the filter.")
    return value


def changed_since(watermark: str, overlap: timedelta) -> str:
    """Records written after the watermark. Commits land late, hence the overlap."""
    moment = datetime.fromisoformat(watermark) - overlap
    return f"SystemModstamp >= {moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def fits_url(text: str) -> bool:
    """Whether the query can be sent in a URL."""
    return len(quote_plus(text)) <= LONGEST_IN_URL


def in_pieces(where: Sequence[Condition], room: int) -> Iterator[tuple[Condition, ...]]:
    """The same conditions with the longest list cut up, so that each piece's literals encode to ``room`` bytes.

    The pieces select disjoint records. A negated list cannot be cut: its pieces would select everything.
    """
    cuttable = [asked for asked in where if asked.is_plain and asked.type is not FieldType.CHOICES]
    if not cuttable:
        yield tuple(where)
        return
    longest = max(cuttable, key=_size)
    others = tuple(asked for asked in where if asked is not longest)
    left = max(1000, room - sum(_size(asked) for asked in others))
    for values in _chunks(longest.values, left):
        yield (*others, replace(longest, values=values))


def _chunks(values: Sequence[str], room: int) -> Iterator[tuple[str, ...]]:
    chunk: list[str] = []
    used = 0
    for value in dict.fromkeys(values):
        size = len(quote_plus(quoted(value) + ", "))
        if chunk and used + size > room:
            yield tuple(chunk)
            chunk, used = [], 0
        chunk.append(value)
        used += size
    if chunk:
        yield tuple(chunk)


def _size(asked: Condition) -> int:
    return sum(len(quote_plus(quoted(value) + ", ")) for value in asked.values)
