"""Contacts, leads and users in memory, and where a record stands in its email group."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Record, RecordRef
from mappings.kinds.registry import kind_of
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.people.plan import Place
from syncadmin.engine.plan import Rulebook, rulebook
from syncadmin.engine.steps import PlannedStep
from tests.options import configured

CONTACTS = kind_of("contacts_users")
LEADS = kind_of("leads_users")
ACME, BETA = "100", "200"
NAMES = {ACME: "Acme", BETA: "Beta"}
EMAIL = "ann@x.example"


def book(*, kind: str = CONTACTS.slug, **options: Any) -> Rulebook:
    return rulebook(kind_of(kind), configured(kind, **options))


def contact(id: str = "003A", **values: Any) -> Record:
    return Record(RecordRef("Contact", id), {"Name": "Ann Bell", "Email": EMAIL} | values)


def lead(id: str = "00QA", **values: Any) -> Record:
    return Record(RecordRef("Lead", id), {"Name": "Ann Bell", "Email": EMAIL} | values)


def user(id: str = "9", **values: Any) -> Record:
    here = {"name": "Ann Bell", "email": EMAIL, "external_id": "003A", "role": "end-user", "organization_id": None}
    return Record(RecordRef("user", id), here | values)


def place(role: LinkRole = LinkRole.SYNCING, **more: Any) -> Place:
    """A record's place; the other one of its group, if it is a duplicate, is Bob."""
    syncing = ("003A", "Ann Bell") if role is LinkRole.SYNCING else ("003S", "Bob Cole")
    return Place(EMAIL, role, *syncing, **{"names": NAMES, "held_role": role} | more)


def link_state(
    last_synced: Mapping[str, Any] | None = None, owned_values: tuple[str, ...] = (), **more: Any
) -> LinkState:
    """A link that is known already: name and email are agreed on."""
    agreed = {"name": "Ann Bell", "email": EMAIL} | dict(last_synced or {})
    return LinkState(agreed, {OWNED: owned_values} if owned_values else {}, **more)


def said(drafts: list[PlannedStep]) -> list[tuple[str, list[str]]]:
    """Each draft's action and the fields that it changes."""
    return [(draft.operation.word, [change.field for change in draft.changes]) for draft in drafts]
