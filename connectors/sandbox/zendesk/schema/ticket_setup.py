"""What an account has set up for its tickets: custom statuses, brands, groups and forms."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.sandbox.zendesk.times import iso

CATEGORIES = ("new", "open", "pending", "hold", "solved")
FIRST_STATUS, FIRST_FORM, FIRST_BRAND, FIRST_GROUP = (60_000_000_000_001 + 100 * number for number in range(4))


@dataclass(slots=True)
class CustomStatus:
    """A status with a name of the account's own. category: the status that it counts as."""

    id: int
    category: str
    label: str
    created: int
    default: bool = False
    active: bool = True
    end_user_label: str = ""

    def wire(self, base: str) -> dict[str, Any]:
        shown = self.end_user_label or self.label
        return {
            "url": f"{base}/api/v2/custom_statuses/{self.id}.json",
            "id": self.id,
            "status_category": self.category,
            "agent_label": self.label,
            "raw_agent_label": self.label,
            "end_user_label": shown,
            "raw_end_user_label": shown,
            "description": "",
            "raw_description": "",
            "end_user_description": "",
            "raw_end_user_description": "",
            "active": self.active,
            "default": self.default,
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
        }


@dataclass(slots=True)
class Brand:
    id: int
    name: str
    subdomain: str
    created: int
    default: bool = False
    active: bool = True

    def wire(self, base: str) -> dict[str, Any]:
        return {
            "url": f"{base}/api/v2/brands/{self.id}.json",
            "id": self.id,
            "name": self.name,
            "brand_url": f"https://{self.subdomain}.zendesk.com",
            "subdomain": self.subdomain,
            "active": self.active,
            "default": self.default,
            "is_deleted": False,
            "has_help_center": False,
            "help_center_state": "disabled",
            "ticket_form_ids": [],
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
        }


@dataclass(slots=True)
class Group:
    id: int
    name: str
    created: int
    default: bool = False
    deleted: bool = False

    def wire(self, base: str) -> dict[str, Any]:
        return {
            "url": f"{base}/api/v2/groups/{self.id}.json",
            "id": self.id,
            "is_public": True,
            "name": self.name,
            "description": "",
            "default": self.default,
            "deleted": self.deleted,
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
        }


@dataclass(slots=True)
class Form:
    id: int
    name: str
    created: int
    default: bool = False
    active: bool = True
    position: int = 1

    def wire(self, base: str, fields: list[int]) -> dict[str, Any]:
        """`fields`: the ids of the ticket fields it shows."""
        return {
            "url": f"{base}/api/v2/ticket_forms/{self.id}.json",
            "id": self.id,
            "name": self.name,
            "raw_name": self.name,
            "display_name": self.name,
            "raw_display_name": self.name,
            "position": self.position,
            "active": self.active,
            "default": self.default,
            "end_user_visible": True,
            "in_all_brands": True,
            "restricted_brand_ids": [],
            "ticket_field_ids": fields,
            "agent_conditions": [],
            "end_user_conditions": [],
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
        }


@dataclass(slots=True)
class TicketSetup:
    """All of it, by id. Each status category has one default status; brands, groups and forms have one each."""

    statuses: dict[int, CustomStatus] = field(default_factory=dict)
    brands: dict[int, Brand] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    forms: dict[int, Form] = field(default_factory=dict)

    def fill(self, now: int) -> None:
        """What every account has from its first day, and a little more."""
        for number, category in enumerate(CATEGORIES):
            label = "On-hold" if category == "hold" else category.capitalize()
            self.add_status(CustomStatus(FIRST_STATUS + number, category, label, now, default=True))
        for category, label in (("pending", "Waiting for parts"), ("open", "With the engineers")):
            self.add_status(CustomStatus(self.next_id(self.statuses, 0), category, label, now))
        for number, (name, subdomain) in enumerate((("SyncAdmin Support", "syncadmin"), ("Partner Desk", "partners"))):
            self.brands[FIRST_BRAND + number] = Brand(FIRST_BRAND + number, name, subdomain, now, default=not number)
        for number, name in enumerate(("Support", "Billing", "Escalations")):
            self.groups[FIRST_GROUP + number] = Group(FIRST_GROUP + number, name, now, default=not number)
        for number, name in enumerate(("Default Ticket Form", "Return a product")):
            self.forms[FIRST_FORM + number] = Form(FIRST_FORM + number, name, now, not number, position=number + 1)

    def add_status(self, row: CustomStatus) -> None:
        self.statuses[row.id] = row

    def default_status(self, status: str) -> int:
        """The custom status of a ticket that was given a plain one; a closed ticket keeps that of a solved one."""
        category = "solved" if status == "closed" else status
        return next(row.id for row in self.statuses.values() if row.default and row.category == category)

    def default_of(self, rows: dict[int, Any]) -> int | None:
        return next((row.id for row in rows.values() if row.default), None)

    def next_id(self, rows: dict[int, Any], first: int) -> int:
        return max(rows, default=first - 1) + 1

    def dump(self) -> dict[str, Any]:
        return {name: [asdict(row) for row in getattr(self, name).values()] for name in ROWS}

    @classmethod
    def loaded(cls, state: dict[str, Any]) -> TicketSetup:
        """What ``dump`` gave."""
        made = cls()
        for name, row_class in ROWS.items():
            getattr(made, name).update({row["id"]: row_class(**row) for row in state[name]})
        return made


ROWS: dict[str, type[Any]] = {"statuses": CustomStatus, "brands": Brand, "groups": Group, "forms": Form}
