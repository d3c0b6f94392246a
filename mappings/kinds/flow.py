"""How a kind describes one direction in a sentence: when it starts, and what it looks up, compares and writes."""

from dataclasses import dataclass

from mappings.rules.configuration import Direction


@dataclass(frozen=True, slots=True)
class Flow:
    """The fields that go in one direction. Texts may contain {fields}, {a_field} and the words of the kind."""

    way: Direction
    """TO_RIGHT or TO_LEFT."""
    title: str
    text: str
    off: str
    """What is said while no field goes this way."""
    equal: str
    """Of a real pair whose values are equal in every field: {record} and {fields}."""
    differs: str
    """Of one that differs in a field: {record}, {field}, {source} and {target}, the values."""
    alone: str
    """Of a real record without a counterpart: {record}."""
