"""Maps picklist values to drop-down tags, and suggests similar ones (S3.25, A12)."""

from collections.abc import Collection, Mapping, Sequence

from connectors.api.values import FieldSchema
from mappings.rules.tags import tag


def target(value: str, value_map: Mapping[str, str], choices: Collection[str]) -> str:
    """The tag for ``value``: by the map, else by its own name; "" if no choice has that tag."""
    hit = value_map.get(value, value)
    return hit if hit in choices else ""


def likely(candidates: Mapping[str, Sequence[str]], right: FieldSchema) -> dict[str, str]:
    """A value map to the choices of the right field: for each source value the first candidate that exists, ``*`` for
    any.

    Values without one are left out.
    """
    active = [choice.value for choice in right.choices if choice.active]
    known = {value.lower(): value for value in reversed(active)}
    found = {}
    for value, names in candidates.items():
        hits = (active[0] if name == "*" and active else known.get(name.lower(), "") for name in names)
        if hit := next(filter(None, hits), ""):
            found[value] = hit
    return found


def suggestions(left: FieldSchema, right: FieldSchema) -> dict[str, str]:
    """A value map for values without a choice of their own that have a likely one: same tag form, or same label."""
    active = [choice for choice in right.choices if choice.active]
    tags = {choice.value for choice in active}
    by_label = {tag(choice.label): choice.value for choice in reversed(active)}
    found: dict[str, str] = {}
    for choice in left.choices:
        if choice.value in tags:
            continue
        own = tag(choice.value)
        likely = own if own in tags else by_label.get(own) or by_label.get(tag(choice.label))
        if likely:
            found[choice.value] = likely
    return found
