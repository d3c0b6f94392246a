"""What callers give, brought to the type an attribute has. Anything may come; what does not fit is refused or None."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.answers import invalid


def text(name: str, value: object) -> str | None:
    """Text of an attribute: numbers and booleans as they are written. Raises Invalid for a list or an object."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise invalid(name, f"{name.replace('_', ' ').capitalize()}: is invalid")


def key(name: str, value: object) -> str | None:
    """Text that finds a record, such as an external id; None where it is empty. Raises Invalid."""
    return text(name, value) or None


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; whatever else is given is left out."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
