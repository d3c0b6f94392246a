"""The kinds of sync, by slug. A kind never imports another."""

from importlib import import_module

from syncadmin.engine.kinds.kind import Kind

KINDS: dict[str, str] = {
    "accounts_organizations": "syncadmin.engine.kinds.accounts_organizations",
    "contacts_users": "syncadmin.engine.kinds.contacts_users",
    "leads_users": "syncadmin.engine.kinds.leads_users",
}


def kind_of(slug: str) -> Kind:
    """The kind with this slug. Raises KeyError that names the known ones."""
    try:
        path = KINDS[slug]
    except KeyError:
        raise KeyError(f"Unknown kind of sync {slug!r}; known: {', '.join(sorted(KINDS))}") from None
    kind: Kind = import_module(path).KIND
    return kind


def relatives(slug: str) -> tuple[str, ...]:
    """The kinds that share their right records with this one, itself among them; none where it shares nothing."""
    family = kind_of(slug).family
    return tuple(other for other in KINDS if family and kind_of(other).family == family)


def kinds_of_people() -> tuple[str, ...]:
    """The kinds whose records are people: those that share right records."""
    return tuple(slug for slug in KINDS if relatives(slug))
