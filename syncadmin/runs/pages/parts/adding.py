"""Adds many parts from pasted lines or a CSV file, and suggests the owner of each by its address."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from connectors.api.errors import ConnectorError
from connectors.api.values import Condition, Query
from connectors.services import ask
from mappings.kinds.declaration import Kind
from mappings.kinds.part_list import PartList
from mappings.models import Sync

MOST = 1_000


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part to be added. ``known_as``: the name of its ``owner``; ``problem``: why it cannot be added."""

    part: str
    owner: str = ""
    known_as: str = ""
    problem: str = ""


def parsed(text: str, declared: PartList) -> list[PartLine]:
    """The lines of a text: a part and, after a comma, semicolon or tab, its owner. A heading is skipped."""
    dialect = next((sign for sign in "\t;," if sign in text), ",")
    rows = ([cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=dialect))
    headings = {key.casefold() for key in declared.options}
    found = [PartLine(row[0], row[1] if len(row) > 1 else "") for row in rows if row and row[0]]
    return [line for line in found if line.part.casefold() not in headings][:MOST]


def checked(lines: Iterable[PartLine], kind: Kind, like: Sync) -> list[PartLine]:
    """The lines with their problems: no address, repeated, or existing."""
    declared = kind.part_list
    assert declared is not None
    options = {option.name: option for option in kind.options}
    there = {str(sync.option(declared.name)).casefold() for sync in like.beside([kind.slug])}
    found, seen = list[PartLine](), set[str]()
    for line in lines:
        part = line.part.casefold()
        problem = options[declared.name].misfit(line.part)
        if not problem and (problem := options[declared.owner].misfit(line.owner) if declared.owner else ""):
            problem = f"The {options[declared.owner].label} {problem}"
        elif problem:
            problem = f"It {problem}"
        if part in there:
            problem = "It is there already"
        elif part in seen:
            problem = "It is named twice"
        seen.add(part)
        found.append(replace(line, problem=f"{problem}." if problem else ""))
    return found


def suggested(lines: Sequence[PartLine], kind: Kind, like: Sync) -> tuple[list[PartLine], str]:
    """The lines with an owner suggested by equal address, and why nobody could be suggested."""
    wanted, suggestion = [line.part for line in lines if not line.owner and not line.problem], kind.suggestion
    if suggestion is None or not wanted:
        return list(lines), ""
    where = (Condition(suggestion.by, tuple(wanted)), *suggestion.where)
    query = Query(suggestion.object, (suggestion.by, suggestion.label), where)
    try:
        (answer,) = ask(like.left, query)
    except ConnectorError as error:
        return list(lines), str(error)
    by_address: dict[str, list[PartLine]] = {}
    for record in answer.records:
        address = str(record.values.get(suggestion.by) or "").casefold()
        named = PartLine(address, record.ref.id, str(record.values.get(suggestion.label) or ""))
        by_address.setdefault(address, []).append(named)
    return [_with_owner(line, by_address.get(line.part.casefold(), [])) for line in lines], ""


def _with_owner(line: PartLine, found: Sequence[PartLine]) -> PartLine:
    """The line with the owner of this address, if there is exactly one."""
    if line.owner or len(found) != 1:
        return line
    return replace(line, owner=found[0].owner, known_as=found[0].known_as)
