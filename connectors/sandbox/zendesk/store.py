"""The helpdesk's data: tables, unique indexes, settings, jobs, tokens and sent mail, on an injectable clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from connectors.sandbox.bugs import Bugs
from connectors.sandbox.options import Options
from connectors.sandbox.world import World
from connectors.sandbox.zendesk.jobs import Jobs
from connectors.sandbox.zendesk.limits import Limits
from connectors.sandbox.zendesk.schema.custom_objects import CustomObject
from connectors.sandbox.zendesk.schema.fields import Definition, Definitions, Kind, Option
from connectors.sandbox.zendesk.schema.records import Identity, Membership, Organization, User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.schema.ticket_setup import TicketSetup
from connectors.sandbox.zendesk.table import ChangeLog, Table
from connectors.sandbox.zendesk.tokens import Tokens
from connectors.sandbox.zendesk.webhooks import Webhooks

# What PUT /_sandbox/settings may change; the first six are account settings of the vendor.
SETTINGS: dict[str, Any] = {
    "multiple_organizations": True,
    "agent_created_welcome_emails": False,
    "assign_default_organization": True,
    "end_user_phone_number_validation": False,
    "tagging": True,
    "time_zone_selection": True,
    "bulk_user_import": True,  # create_many and create_or_update_many of users; 403 when off
    "refuse_unknown_options": True,  # an unknown dropdown value is an error; otherwise it clears the field
}
# Each kind of record counts its ids from here.
FIRST_IDS = {
    "organization": 22_000_000_000_000,
    "user": 36_000_000_000_000,
    "identity": 40_000_000_000_000,
    "membership": 44_000_000_000_000,
    "field": 48_000_000_000_000,
    "option": 52_000_000_000_000,
    "ticket": 0,
    "comment": 56_000_000_000_000,
    "audit": 58_000_000_000_000,
    "attachment": 60_000_000_000_000,
}


class Store:
    """Everything one Zendesk account holds. `now` is in seconds; jobs see the moment they end."""

    def __init__(self, options: Options, world: World, seed: Callable[[Store], None]) -> None:
        self.options = options
        self.world = world
        self.tokens = Tokens()
        self.bugs = Bugs()
        self.limits = Limits(options.zendesk_rpm, options.endpoint_limits)
        self._seed = seed
        self.hooks = Webhooks(self)
        self.revision = 0
        self.reset()

    def reset(self) -> None:
        """Seeded data again. Tokens stay valid, and the printed ones work again."""
        self._empty()
        self.tokens.reopen()
        self._seed(self)
        self.revision += 1

    def now(self) -> int:
        return int(self.time())

    def time(self) -> float:
        return self.moment if self.moment is not None else self.options.clock.now()

    def settle(self) -> None:
        """Run the jobs that are due."""
        self.jobs.settle(self)
        self.hooks.tell()

    def next_id(self, kind: str) -> int:
        self.last_ids[kind] += 1
        return self.last_ids[kind]

    def active_user_ids(self) -> list[int]:
        """Ascending; deleted users stay in the table but in no list."""
        if self.deleted_users == 0:
            return self.users.ids
        return [row.id for row in self.users if row.active]

    def organization_of_domain(self, email: str) -> int | None:
        """The organization that owns the email's domain."""
        return self.organization_by_domain.get(email.rpartition("@")[2].lower())

    def dump(self) -> dict[str, Any]:
        """All data as JSON values, jobs and tokens included."""
        self.settle()
        return {
            "settings": self.settings,
            "last_ids": self.last_ids,
            "organizations": _rows(self.organizations),
            "deleted_organizations": _rows(self.deleted_organizations),
            "users": _rows(self.users),
            "identities": _rows(self.identities),
            "memberships": _rows(self.memberships),
            "tickets": _rows(self.tickets),
            "deleted_tickets": _rows(self.deleted_tickets),
            "ticket_setup": self.ticket_setup.dump(),
            "ticket_fields": [asdict(definition) for definition in self.ticket_fields.table],
            "user_fields": [asdict(definition) for definition in self.user_fields.table],
            "organization_fields": [asdict(definition) for definition in self.organization_fields.table],
            "custom_objects": [found.dump() for found in self.custom_objects.values()],
            "changes": {name: log.dump() for name, log in self.logs().items()},
            "jobs": self.jobs.dump(),
            "tokens": self.tokens.dump(),
            "mails": self.mails,
            "webhooks": self.hooks.dump(),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Take over what `dump` gave."""
        self._empty()
        self.settings.update(state["settings"])
        self.last_ids.update(state["last_ids"])
        for row in state["user_fields"]:
            self.user_fields.put(_definition(row))
        for row in state["organization_fields"]:
            self.organization_fields.put(_definition(row))
        for row in state["organizations"]:
            self.index_organization(Organization(*row))
        for row in state["deleted_organizations"]:
            self.deleted_organizations.put(Organization(*row))
        for row in state["users"]:
            self.index_user(User(*row))
        for row in state["identities"]:
            self.index_identity(Identity(*row))
        for row in state["memberships"]:
            self.index_membership(Membership(*row))
        self._load_tickets(state)
        for row in state.get("custom_objects", ()):
            found = self.custom_objects[row["key"]] = CustomObject.loaded(row)
            for definition in row["definitions"]:
                found.definitions.put(_definition(definition))
        for name, log in self.logs().items():
            log.load(state["changes"][name])
        self.jobs.load(state["jobs"])
        self.tokens.load(state["tokens"])
        self.mails.extend(state["mails"])
        self.hooks.load(state.get("webhooks", []))
        self.revision += 1

    def _load_tickets(self, state: dict[str, Any]) -> None:
        for row in state["tickets"]:
            self.tickets.put(Ticket(*row))
        for row in state["deleted_tickets"]:
            self.deleted_tickets.put(Ticket(*row))
        self.ticket_setup = TicketSetup.loaded(state["ticket_setup"])
        for row in state["ticket_fields"]:
            self.ticket_fields.put(_definition(row))

    def touch_ticket(self, row: Ticket) -> None:
        """Let the export have the ticket again, as it is now."""
        row.generated = self.now()
        self.ticket_changes.touch(row.id, row.generated)

    def logs(self) -> dict[str, ChangeLog]:
        return {
            "organizations": self.organization_changes,
            "users": self.user_changes,
            "tickets": self.ticket_changes,
        }

    def index_organization(self, row: Organization) -> None:
        """Put a row into the table and every index."""
        self.organizations.put(row)
        self.organization_by_name[name_key(row.name)] = row.id
        if row.external_id:
            self.organization_by_external_id[row.external_id.lower()] = row.id
        for domain in row.domain_names:
            self.organization_by_domain.setdefault(domain.lower(), row.id)

    def unindex_organization(self, row: Organization) -> None:
        """Take a row's unique values out of the indexes; the row stays in the table."""
        self.organization_by_name.pop(name_key(row.name), None)
        if row.external_id:
            self.organization_by_external_id.pop(row.external_id.lower(), None)
        for domain in row.domain_names:
            if self.organization_by_domain.get(domain.lower()) == row.id:
                del self.organization_by_domain[domain.lower()]

    def index_user(self, row: User) -> None:
        self.users.put(row)
        self.deleted_users += not row.active
        if row.external_id and row.active:
            self.user_by_external_id[row.external_id.lower()] = row.id
        if row.phone and row.active:
            self.user_by_phone.setdefault(row.phone, row.id)

    def index_identity(self, row: Identity) -> None:
        self.identities.put(row)
        self.identities_of.setdefault(row.user_id, []).append(row.id)
        if row.kind == "email":
            self.user_by_email[row.value.lower()] = row.user_id

    def index_membership(self, row: Membership) -> None:
        self.memberships.put(row)
        self.hooks.touch("user", row.user_id)
        self.memberships_of_user.setdefault(row.user_id, []).append(row.id)
        self.memberships_of_organization.setdefault(row.organization_id, {})[row.id] = None

    def _empty(self) -> None:
        self.moment: float | None = None
        self.settings = dict(SETTINGS)
        self.last_ids = dict(FIRST_IDS)
        self.organizations: Table[Organization] = Table()
        self.deleted_organizations: Table[Organization] = Table()
        self.users: Table[User] = Table()
        self.identities: Table[Identity] = Table()
        self.memberships: Table[Membership] = Table()
        self.tickets: Table[Ticket] = Table()
        self.deleted_tickets: Table[Ticket] = Table()
        self.ticket_setup = TicketSetup()
        self.ticket_fields = Definitions("ticket")
        self.organization_by_name: dict[str, int] = {}
        self.organization_by_external_id: dict[str, int] = {}
        self.organization_by_domain: dict[str, int] = {}
        self.user_by_email: dict[str, int] = {}
        self.user_by_external_id: dict[str, int] = {}
        self.user_by_phone: dict[str, int] = {}
        self.deleted_users = 0
        self.mails: list[dict[str, Any]] = []
        self.identities_of: dict[int, list[int]] = {}
        self.memberships_of_user: dict[int, list[int]] = {}
        self.memberships_of_organization: dict[int, dict[int, None]] = {}
        self.user_fields = Definitions("user")
        self.organization_fields = Definitions("organization")
        self.custom_objects: dict[str, CustomObject] = {}
        self.hooks.forget()
        self.organization_changes = ChangeLog(partial(self.hooks.touch, "organization"))
        self.user_changes = ChangeLog(partial(self.hooks.touch, "user"))
        self.ticket_changes = ChangeLog(partial(self.hooks.touch, "ticket"))
        self.jobs = Jobs()
        self.limits.forget()


def name_key(name: str) -> str:
    """What must be unique of an organization's name."""
    return name.strip().lower()


def _rows(table: Table[Any]) -> list[list[Any]]:
    return [[getattr(row, name) for name in row.__slots__] for row in table]


def _definition(row: dict[str, Any]) -> Definition:
    options = [Option(**option) for option in row["options"]]
    return Definition(**{**row, "kind": Kind(row["kind"]), "options": options})
