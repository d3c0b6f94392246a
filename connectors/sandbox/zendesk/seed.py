"""The seeded account: staff, custom fields, then the world's organizations and people."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.vocabulary import DEPARTMENTS, TIERS
from connectors.sandbox.world import START, Company, Person, World
from connectors.sandbox.zendesk import ticket_seed
from connectors.sandbox.zendesk.endpoints.field_routes import define
from connectors.sandbox.zendesk.schema import identities, memberships
from connectors.sandbox.zendesk.schema.custom_objects import CustomObject
from connectors.sandbox.zendesk.schema.fields import Kind
from connectors.sandbox.zendesk.schema.records import Organization, User
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.tokens import ADMIN_EMAIL

# key, type, title; one field of each type a helpdesk has
ORGANIZATION_FIELDS = (
    ("annual_revenue", Kind.DECIMAL, "Annual revenue"),
    ("employees", Kind.INTEGER, "Employees"),
    ("industry", Kind.TEXT, "Industry"),
    ("customer_number", Kind.TEXT, "Customer number"),
    ("briefing", Kind.TEXTAREA, "Briefing"),
    ("active_customer", Kind.CHECKBOX, "Active customer"),
    ("contract_start", Kind.DATE, "Contract start"),
    ("postal_code", Kind.REGEXP, "Postal code"),
    ("account_owner", Kind.LOOKUP, "Account owner"),
)
USER_FIELDS = (
    ("title", Kind.TEXT, "Title"),
    ("assistant", Kind.TEXT, "Assistant"),
    ("biography", Kind.TEXTAREA, "Biography"),
    ("newsletter", Kind.CHECKBOX, "Newsletter"),
    ("birthday", Kind.DATE, "Birthday"),
    ("score", Kind.DECIMAL, "Score"),
    ("logins", Kind.INTEGER, "Logins"),
    ("badge", Kind.REGEXP, "Badge"),
)
PRODUCTS = (("desk", "Desk"), ("chat", "Chat"), ("voice", "Voice"))
PATTERN = "^[A-Z0-9 -]{3,10}$"
DETAILS: dict[str, dict[str, Any]] = {
    "active_customer": {"tag": "active_customer"},
    "newsletter": {"tag": "newsletter"},
    "postal_code": {"pattern": PATTERN},
    "badge": {"pattern": PATTERN},
    "account_owner": {"target": "zen:user"},
}


SITE_FIELDS = (
    ("city", Kind.TEXT, "City"),
    ("phone", Kind.TEXT, "Phone"),
    ("seats", Kind.INTEGER, "Seats"),
    ("opened", Kind.DATE, "Opened"),
    ("active", Kind.CHECKBOX, "Active"),
    ("remarks", Kind.TEXTAREA, "Remarks"),
)
SITE_KINDS = (("office", "Office"), ("plant", "Plant"), ("store", "Store"))


def seed(store: Store) -> None:
    """Fill an empty store. Records are made in the world's own time, oldest first."""
    store.moment = float(START - 86_400)
    _define_fields(store)
    ticket_seed.set_up(store)
    for name, email, role in (
        ("Ada Admin", ADMIN_EMAIL, "admin"),
        ("Abe Agent", "abe@helpdesk.example", "agent"),
        ("Lea Light", "lea@helpdesk.example", "agent"),
    ):
        _add_user(store, User(0, name, 0, 0, email=email, role=role, verified=True))
    organizations = _add_organizations(store, store.world)
    store.moment = float(START)
    for person in store.world.users():
        _add_person(store, person, organizations)
    ticket_seed.fill(store)
    store.moment = None


def _define_fields(store: Store) -> None:
    for key, kind, title in ORGANIZATION_FIELDS:
        define(store, "organization", key, kind, title, **DETAILS.get(key, {}))
    tiers = tuple((f"tier_{tier}", tier.capitalize()) for tier in TIERS)
    define(store, "organization", "tier", Kind.DROPDOWN, "Tier", tiers)
    define(store, "organization", "products", Kind.MULTISELECT, "Products", PRODUCTS)
    for key, kind, title in USER_FIELDS:
        define(store, "user", key, kind, title, **DETAILS.get(key, {}))
    departments = tuple((name.lower(), name) for name in DEPARTMENTS)
    define(store, "user", "department", Kind.DROPDOWN, "Department", departments)
    define(store, "user", "products", Kind.MULTISELECT, "Products", PRODUCTS)
    store.custom_objects["site"] = CustomObject("site", "Site", "Sites", store.now())
    for key, kind, title in SITE_FIELDS:
        define(store, "site", key, kind, title, tag="")
    define(store, "site", "kind", Kind.DROPDOWN, "Kind", SITE_KINDS)


def _add_organizations(store: Store, world: World) -> dict[int, int]:
    """Company index -> organization id."""
    ids = {}
    for company in world.organizations():
        store.moment = max(store.moment or 0, float(company.created))
        ids[company.index] = _add_organization(store, company)
    return ids


def _add_organization(store: Store, company: Company) -> int:
    now = store.now()
    row = Organization(store.next_id("organization"), company.helpdesk_name, now, now)
    row.domain_names = list(company.domains)
    row.notes = company.helpdesk_notes or None
    row.details = f"{company.street}, {company.city}"
    if company.helpdesk_annual_revenue is not None:
        row.fields = {"annual_revenue": company.helpdesk_annual_revenue, "tier": f"tier_{company.tier}"}
        row.tags = [f"tier_{company.tier}"]
    if company.index % 10 == 0:
        row.tags = sorted({*row.tags, "vip"})
    store.index_organization(row)
    store.organization_changes.touch(row.id, now)
    return row.id


def _add_person(store: Store, person: Person, organizations: dict[int, int]) -> None:
    store.moment = max(store.moment or 0, float(person.created))
    row = User(0, person.name, 0, 0, email=person.helpdesk_email, verified=True)
    row.external_id, row.role = person.key or None, person.helpdesk_role
    if person.helpdesk_title:
        row.fields = {"title": person.helpdesk_title}
    if person.index % 15 == 0:
        row.tags = ["newsletter_reader"]
    row.suspended = person.index % 97 == 50
    row.phone, row.shared_phone_number = person.phone, True
    _add_user(store, row)
    home = organizations.get(person.company) if person.company is not None else None
    if home is not None:
        memberships.create(store, row.id, home)


def _add_user(store: Store, row: User) -> None:
    row.id, row.created = store.next_id("user"), store.now()
    row.updated = row.created
    store.index_user(row)
    if row.email:
        identities.add(store, row, "email", row.email, row.verified, primary=True)
    store.user_changes.touch(row.id, row.created)
