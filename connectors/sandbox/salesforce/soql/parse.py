"""SOQL text -> nodes, with the vendor's MALFORMED_QUERY messages."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.soql.nodes import (
    Call,
    Comparison,
    Condition,
    Item,
    Literal,
    Logic,
    Order,
    Path,
    Place,
    Query,
    TypeOf,
)

MAX_LENGTH = 100_000
_GRAMMAR = FilePath(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "N": "\n", "R": "\r", "T": "\t"}
_ESCAPES |= {"B": "\b", "F": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        _GRAMMAR,
        start=["query", "condition"],
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=True,
    )


def parse(text: str) -> Query:
    """The query's nodes. Raises ApiError 400 MALFORMED_QUERY."""
    if len(text) > MAX_LENGTH:
        raise malformed("SOQL statement is too long")
    return _parsed(text, "query")


@lru_cache(maxsize=256)
def parse_condition(text: str) -> Condition:
    """The nodes of what may stand after WHERE. Raises ApiError 400 MALFORMED_QUERY."""
    return _parsed(text, "condition")


def _parsed(text: str, start: str) -> Any:
    try:
        tree = _parser().parse(text, start=start)
        return _Nodes(text).transform(tree)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from error
    except VisitError as error:
        if isinstance(error.orig_exc, ApiError):
            raise error.orig_exc from error
        if isinstance(error.orig_exc, ValueError | OverflowError):
            raise malformed("For input string: a number is out of range") from error
        raise
    except RecursionError as error:
        raise malformed("SOQL statement is too complex") from error


def malformed(message: str) -> ApiError:
    return ApiError(400, "MALFORMED_QUERY", message)


def at(text: str, place: Place, message: str) -> str:
    """The vendor's error layout: a piece of the query, a caret under the place, then the message."""
    lines = text.split("\n")
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    from_ = max(0, place.column - 40)
    caret = " " * (place.column - 1 - from_) + "^"
    shown = line[from_ : place.column + 40]
    return f"\n{shown}\n{caret}\nERROR at Row:{place.line}:Column:{place.column}\n{message}"


def _unexpected(text: str, error: UnexpectedInput) -> ApiError:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return malformed("unexpected token: '<EOF>'")
    place = Place(error.line, error.column)
    if isinstance(error, UnexpectedToken):
        found = str(error.token)
    elif isinstance(error, UnexpectedCharacters):
        rest = text[error.pos_in_stream or 0 :]
        word = re.match(r"[\w.]+|.", rest, re.DOTALL)
        found = word.group() if word else "<EOF>"
    else:
        found = "<EOF>"
    return malformed(at(text, place, f"unexpected token: '{found}'"))


def unquoted(token: str, *, pattern: bool) -> str:
    """The text of a quoted string; in a LIKE pattern `\\_` and `\\%` stay escaped. Raises ApiError."""

    def meaning(found: re.Match[str]) -> str:
        code = found.group(1)
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if code in _ESCAPES:
            return _ESCAPES[code]
        if code in "_%":
            return "\\" + code if pattern else code
        raise malformed(f"Invalid string literal {token}. Illegal character sequence '\\{code}' in string literal.")

    text = _ESCAPE.sub(meaning, token[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a sign come together


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _word(token: Any) -> str:
    return str(token).upper()


class _Nodes(Transformer[Token, Any]):
    """One method a grammar rule."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def query(self, parts: list[Any]) -> Query:
        _, items, _, (object, place, alias), *rest = parts
        clauses: dict[str, Any] = dict(part for part in rest if isinstance(part, tuple))
        return Query(tuple(items), object, place, alias, text=self._text, **clauses)

    def items(self, parts: list[Item]) -> list[Item]:
        return parts

    def item(self, parts: list[Any]) -> Item:
        return Item(parts[0], str(parts[1]) if parts[1] else None)

    def child(self, parts: list[Query]) -> Item:
        return Item(parts[0])

    def type_of(self, parts: list[Any]) -> Item:
        branches = tuple(p for p in parts if isinstance(p, tuple) and p[0] != "")
        otherwise = next((p[1] for p in parts if isinstance(p, tuple) and p[0] == ""), ())
        return Item(TypeOf(parts[1], branches, otherwise))

    def when(self, parts: list[Any]) -> tuple[str, tuple[Path, ...]]:
        return str(parts[1]), tuple(parts[3:])

    def else_(self, parts: list[Any]) -> tuple[str, tuple[Path, ...]]:
        return "", tuple(parts[1:])

    def source(self, parts: list[Token | None]) -> tuple[str, Place, str | None]:
        names = [p for p in parts if p is not None]
        if len(names) > 2:
            raise malformed(at(self._text, _place(names[2]), "only one object can be queried"))
        return str(names[0]), _place(names[0]), str(names[1]) if len(names) == 2 else None

    def using(self, parts: list[Token]) -> tuple[str, str]:
        return "scope", str(parts[2])

    def where(self, parts: list[Any]) -> tuple[str, Condition]:
        return "where", parts[1]

    def having(self, parts: list[Any]) -> tuple[str, Condition]:
        return "having", parts[1]

    def group(self, parts: list[Any]) -> tuple[str, Any]:
        return "group", tuple(parts[2:])

    def order(self, parts: list[Any]) -> tuple[str, Any]:
        return "order", tuple(parts[2:])

    def order_item(self, parts: list[Any]) -> Order:
        words = {_word(p) for p in parts[1:] if p is not None}
        return Order(parts[0], "DESC" in words, "LAST" not in words)

    def limit(self, parts: list[Token]) -> tuple[str, int]:
        return "limit", int(parts[1])

    def offset(self, parts: list[Token]) -> tuple[str, int]:
        return "offset", int(parts[1])

    def both(self, parts: list[Any]) -> Logic:
        return Logic("AND", tuple(p for p in parts if not isinstance(p, Token)))

    def either(self, parts: list[Any]) -> Logic:
        return Logic("OR", tuple(p for p in parts if not isinstance(p, Token)))

    def negation(self, parts: list[Any]) -> Logic:
        return Logic("NOT", (parts[1],))

    def compare(self, parts: list[Any]) -> Comparison:
        left, operator, literal = parts
        word = _word(operator)
        if literal.kind == "string":
            literal = Literal("string", unquoted(literal.value, pattern=word == "LIKE"), literal.place)
        return Comparison(left, "!=" if word == "<>" else word, literal)

    def member(self, parts: list[Any]) -> Comparison:
        operator = " ".join(_word(p) for p in parts[1:] if isinstance(p, Token))
        literals = [p for p in parts if isinstance(p, Literal)]
        plain = tuple(
            Literal("string", unquoted(p.value, pattern=False), p.place) if p.kind == "string" else p for p in literals
        )
        return Comparison(parts[0], operator, plain)

    def semi_join(self, parts: list[Any]) -> Comparison:
        operator = " ".join(_word(p) for p in parts[1:] if isinstance(p, Token))
        return Comparison(parts[0], operator, parts[-1])

    def path(self, parts: list[Token]) -> Path:
        return Path(tuple(str(parts[0]).split(".")), _place(parts[0]))

    def call(self, parts: list[Any]) -> Call:
        return Call(str(parts[0]), parts[1], _place(parts[0]))

    def distance(self, parts: list[Any]) -> Call:
        word, path, *spot, unit = (part for part in parts if getattr(part, "type", "") != "GEOLOCATION")
        there = spot[0] if isinstance(spot[0], Path) else (float(spot[0]), float(spot[1]))
        return Call("DISTANCE", path, _place(word), (there, unquoted(str(unit), pattern=False).lower()))

    def string(self, parts: list[Token]) -> Literal:
        return Literal("string", str(parts[0]), _place(parts[0]))

    def datetime(self, parts: list[Token]) -> Literal:
        return Literal("datetime", str(parts[0]), _place(parts[0]))

    def date(self, parts: list[Token]) -> Literal:
        return Literal("date", str(parts[0]), _place(parts[0]))

    def number(self, parts: list[Token]) -> Literal:
        text = re.sub("^[A-Z]{3}", "", str(parts[0]))
        value = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
        return Literal("number", value, _place(parts[0]))

    def true(self, parts: list[Token]) -> Literal:
        return Literal("boolean", True, _place(parts[0]))

    def false(self, parts: list[Token]) -> Literal:
        return Literal("boolean", False, _place(parts[0]))

    def null(self, parts: list[Token]) -> Literal:
        return Literal("null", None, _place(parts[0]))

    def range(self, parts: list[Token]) -> Literal:
        return Literal("range", str(parts[0]).upper(), _place(parts[0]))
