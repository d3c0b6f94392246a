"""The fields of the right object that an option may use and no mapping fills."""

from __future__ import annotations

from connectors.api.values import FieldType
from mappings.kinds.option import Option, OptionType
from mappings.schemas import Schemas


def on_the_right(option: Option, known: Schemas) -> list[tuple[str, str]]:
    """Record types, or look-ups that lead to the object that the option names; each with its label."""
    if option.type is OptionType.RIGHT_RECORD_TYPE:
        return [(one.name, one.label) for one in known.right.record_types]
    lookups = (f for f in known.right.fields if f.type is FieldType.REFERENCE and f.creatable)
    fields = [f for f in lookups if f.target == option.leads_to]
    return [(f.name, f.label if f.label == f.name else f"{f.label} · {f.name}") for f in fields]
