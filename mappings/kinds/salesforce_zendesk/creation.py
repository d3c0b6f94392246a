"""The values of a new Salesforce record: defaults from the filters, and fields that map back."""

from collections.abc import Collection, Sequence
from typing import Any

from connectors.api.values import Record
from mappings.rules import convert
from mappings.rules.configuration import Configuration, FieldRule

NewValue = tuple[str, Any, str]
"""A field, its value, and why it gets it."""


def add_mapped(
    config: Configuration,
    rules: Sequence[FieldRule],
    right: Record,
    values: list[NewValue],
    agreed: dict[str, Any],
    *,
    filled: Collection[str] = (),
) -> None:
    """Add values of mapped fields from the right record that nothing has filled yet and that can be converted.

    Side effect: extends ``values`` and ``agreed``.
    """
    taken = {name for name, _, _ in values} | set(filled) | config.filled_by_left
    for rule in rules:
        actual = right.values.get(rule.right)
        if rule.left in taken or convert.empty(actual):
            continue
        try:
            value = convert.to_left(rule, actual, config.time_zone)
        except convert.ValueProblem:
            continue
        values.append((rule.left, value, f"Value of the {right.ref.object}"))
        taken.add(rule.left)
        agreed[rule.right] = actual
