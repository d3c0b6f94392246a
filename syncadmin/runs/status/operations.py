"""Labels of operations: planned, done, as a group, and the tile that counts them."""

from __future__ import annotations

from typing import NamedTuple

from mappings.kinds.declaration import Kind
from syncadmin.engine.steps import Operation, Side, Verb

Labelled = tuple[str, str]
"""What a tile is called, and its tone."""


class _Words(NamedTuple):
    label: str
    done: str
    tile: str
    tone: str
    group: str = ""


_WORDS = {
    Verb.CREATE: _Words("Create in {system}", "Created in {system}", "Create", "green", "New {many} in {system}"),
    Verb.UPDATE: _Words("Update in {system}", "Updated in {system}", "Update", "blue"),
    Verb.DELETE: _Words("Delete in {system}", "Deleted in {system}", "Delete", "red", "{many} deleted in {system}"),
    Verb.LINK: _Words("Link", "Linked", "Link only", "blue"),
    Verb.UNLINK: _Words("Take the link back", "Unlinked", "Unlink", "yellow"),
    Verb.SKIP: _Words("Skip", "Written", "Skip", "secondary"),
    Verb.CONFLICT: _Words("Conflict", "Written", "Conflict", "purple"),
    Verb.PROBLEM: _Words("Problem", "Written", "Problem", "orange"),
}
_RELATION_TONE = "blue"


def label(operation: Operation, kind: Kind) -> str:
    """A planned operation: "Create in Zendesk", "Add a membership in Zendesk"."""
    system = kind.names.of(operation.side).system
    if operation.relation:
        return f"{kind.relation(operation.relation).step(operation.verb).label} in {system}"
    return _WORDS[operation.verb].label.format(system=system)


def done(operation: Operation, kind: Kind) -> str:
    """A finished operation: "Created in Zendesk", "Added to an organization"."""
    if operation.relation:
        return kind.relation(operation.relation).step(operation.verb).done
    return _WORDS[operation.verb].done.format(system=kind.names.of(operation.side).system)


def group(operation: Operation, kind: Kind, made: str = "") -> str:
    """A group of steps that is not described by its fields: "New organizations in Zendesk"; "" for others.

    ``made`` is what is created on the left, if not the kind's own records.
    """
    side = kind.names.of(operation.side)
    if operation.relation:
        return f"{kind.relation(operation.relation).step(operation.verb).group} in {side.place}"
    many = made if made and operation == Verb.CREATE.on(Side.LEFT) else side.many
    text = _WORDS[operation.verb].group.format(many=many, system=side.place)
    return text[:1].upper() + text[1:]


def tile(operation: Operation, kind: Kind) -> str:
    """The tile that counts an operation."""
    if not operation.relation:
        return operation.verb.value
    relation = kind.relation(operation.relation)
    return relation.name if relation.own_tile else Verb.UPDATE.value


def tile_labels(kind: Kind) -> dict[str, Labelled]:
    """The tiles of a kind, in the order of pages, with label and tone."""
    verbs: dict[str, Labelled] = {verb.value: (words.tile, words.tone) for verb, words in _WORDS.items()}
    own = {
        relation.name: (relation.many.capitalize(), _RELATION_TONE) for relation in kind.relations if relation.own_tile
    }
    return verbs | own
