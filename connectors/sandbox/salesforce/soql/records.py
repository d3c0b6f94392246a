"""A stored row as the JSON record of a query: own fields, and parents nested inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.soql.columns import Column, Names, Read
from connectors.sandbox.salesforce.soql.nodes import Path

Render = Callable[[Row], dict[str, Any]]


@dataclass(slots=True)
class Branch:
    """Selected fields of the queried object, or of one parent. Every read takes the queried row."""

    type: str
    id: Read
    fields: list[tuple[str, Read]] = field(default_factory=list)
    parents: dict[str, Branch] = field(default_factory=dict)

    def take(self, names: Names, column: Column, alias: str | None) -> None:
        """Put the column where its path says, making the parents on the way."""
        branch = self
        for depth, name in enumerate(column.parents, start=1):
            if name not in branch.parents:
                id = names.path(Path((*column.parents[:depth], "Id")))
                branch.parents[name] = Branch(id.object.name, id.read)
            branch = branch.parents[name]
        branch.fields.append((alias or column.field.name, column.read))

    def render(self, version: str) -> Render:
        """The function that shows a row; compiled once for a query."""
        type, id, fields = self.type, self.id, list(self.fields)
        fields += [(name, branch._optional(version)) for name, branch in self.parents.items()]
        url = f"/services/data/v{version}/sobjects/{type}/"

        def show(row: Row) -> dict[str, Any]:
            record: dict[str, Any] = {"attributes": {"type": type, "url": url + id(row)}}
            for key, read in fields:
                record[key] = read(row)
            return record

        return show

    def _optional(self, version: str) -> Read:
        id, show = self.id, self.render(version)
        return lambda row: None if id(row) is None else show(row)


def root(names: Names) -> Branch:
    return Branch(names.object.name, lambda row: row["Id"])
