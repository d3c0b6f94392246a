"""The kinds of sync, by slug. A kind never imports another."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from mappings.kinds import option
from mappings.kinds.declaration import Heading, Kind
from mappings.kinds.relation import Relation
from mappings.kinds.unknown import unknown

KINDS: dict[str, str] = {
    "accounts_organizations": "mappings.kinds.accounts_organizations.kind",
    "contacts_users": "mappings.kinds.contacts_users.kind",
    "leads_users": "mappings.kinds.leads_users.kind",
    "tickets_cases": "mappings.kinds.tickets_cases.kind",
    "contacts_portal_users": "mappings.kinds.contacts_portal_users.kind",
    "consents_contacts": "mappings.kinds.consents_contacts.kind",
    "consents_leads": "mappings.kinds.consents_leads.kind",
    "contacts_outlook": "mappings.kinds.contacts_outlook.kind",
}


def known_kind(slug: str) -> Kind | None:
    """The kind with this slug; None without one."""
    path = KINDS.get(slug)
    return _declared(path) if path else None


def kind_of(slug: str) -> Kind:
    """The kind with this slug; a placeholder without one, because a stored sync may be older."""
    return known_kind(slug) or unknown(slug)


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order in which they are offered."""
    return tuple(_declared(path) for path in KINDS.values())


@cache
def _declared(path: str) -> Kind:
    kind: Kind = import_module(path).KIND
    return kind


def under(heading: Heading) -> tuple[Kind, ...]:
    """The kinds below a heading of the navigation."""
    return tuple(kind for kind in kinds() if kind.heading == heading)


def list_title(kind: Kind) -> str:
    """The title of the list of a kind's syncs: its heading, or its left records if the heading has a page for all."""
    many = kind.left.many
    return many[:1].upper() + many[1:] if kind.heading.page else kind.heading.title


def headings() -> tuple[Heading, ...]:
    """The headings of the navigation, in the order of their first kinds."""
    return tuple(dict.fromkeys(kind.heading for kind in kinds()))


def defaults(slug: str) -> Mapping[str, Any]:
    """The default value of each option of the kind."""
    return _defaults(KINDS[slug]) if slug in KINDS else {}


@cache
def _defaults(path: str) -> Mapping[str, Any]:
    return MappingProxyType(option.effective(_declared(path).options, {}))


def relatives(slug: str) -> tuple[str, ...]:
    """The kinds that share their right records with this one, including it; none if it shares nothing."""
    grouping = kind_of(slug).grouping
    return tuple(other for other in KINDS if grouping and kind_of(other).grouping == grouping)


def related(slug: str) -> frozenset[str]:
    """The kinds that share records with this one, directly or through others: by shared target, or by dependency."""
    found = {slug}
    while True:
        more = {other for other in KINDS if other not in found and any(_touches(other, one) for one in found)}
        if not more:
            return frozenset(found)
        found |= more


def _touches(one: str, other: str) -> bool:
    depends = one in kind_of(other).depends_on or other in kind_of(one).depends_on
    return depends or other in relatives(one)


def kinds_of_people() -> tuple[str, ...]:
    """The kinds whose records are people, who share right records."""
    return tuple(slug for slug in KINDS if relatives(slug))


def relations() -> tuple[Relation, ...]:
    """All relations of all kinds, each once."""
    return tuple({relation.name: relation for kind in kinds() for relation in kind.relations}.values())
