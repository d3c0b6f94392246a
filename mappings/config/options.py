"""Which options of the configuration file belong to which kinds of sync, and why not to the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from mappings.config.nodes import is_empty
from mappings.kinds.declaration import Kind
from mappings.models import PersonAccounts
from mappings.rules.matching import EMAIL, MOST

# A3: a domain belongs to an organization; S3.7 is about organizations as well.
_ACCOUNTS_ONLY = {
    "domain_names": "a domain belongs to an organization; set it in the sync of accounts_organizations",
    "parent_accounts": "only accounts have parents; set it in the sync of accounts_organizations",
}
_PEOPLE_ONLY = {
    "accounts": "it says whose contacts or leads take part",
    "account_field": "an account is one; set it in the sync of leads_users",
    "match_on": "accounts are matched by name",
    "no_email": "accounts are matched by name",
    "rank": "two accounts are never one organization",
    "ended_values": "it says that a person has left an account",
    "membership_end": "it says what happens when a person leaves an account",
    "welcome_mail": "only users get welcome mails",
    "welcome_confirmed": "only users get welcome mails",
    "family_first": "an organization has one name",
}


_LEADS_ONLY = {"account_field": "a contact has an account of its own; set it in the sync of leads_users"}


def foreign(kind: Kind) -> Mapping[str, str]:
    """The keys that this kind does not take, each with the reason."""
    if not kind.people:
        return _PEOPLE_ONLY
    return _ACCOUNTS_ONLY if kind.left.object == "Lead" else _ACCOUNTS_ONLY | _LEADS_ONLY


def misplaced(parts: Mapping[str, yaml.Node], kind: Kind) -> Iterator[tuple[yaml.Node, str]]:
    """Options of other kinds, with what to say of each. One that is left empty asks for nothing."""
    for key, reason in foreign(kind).items():
        if key in parts and not _blank(parts[key]):
            yield parts[key], f"{kind.slug} takes no {key}: {reason}"


def person_accounts(kind: Kind | None) -> list[str]:
    """What may be said of person accounts (S3.6); everything while the kind is not known."""
    if kind is None:
        return list(PersonAccounts.values)
    made = PersonAccounts.USER if kind.people else PersonAccounts.ORGANIZATION
    return [PersonAccounts.SKIP.value, made.value]


def match_problems(names: list[str]) -> Iterator[str]:
    """Email is always first and cannot be removed (S1.20); two more may follow (S1.21)."""
    if not names or names[0] != EMAIL:
        yield "match_on must begin with email, which is always first and cannot be removed"
    if any(name.casefold() == EMAIL for name in names[1:]):
        yield "match_on names email a second time; it is always first"
    if len(names) > MOST:
        yield f"match_on may name {MOST} fields, email included"


def _blank(node: yaml.Node) -> bool:
    return is_empty(node) or not node.value
