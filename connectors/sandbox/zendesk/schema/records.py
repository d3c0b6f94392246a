"""The rows the sandbox keeps, and how the API shows them. Times are whole seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.zendesk.times import iso


@dataclass(slots=True)
class Organization:
    id: int
    name: str
    created: int
    updated: int
    external_id: str | None = None
    domain_names: list[str] = field(default_factory=list)
    details: str | None = None
    notes: str | None = None
    group_id: int | None = None
    tags: list[str] = field(default_factory=list)
    shared_tickets: bool = False
    shared_comments: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    deleted: int | None = None

    def wire(self, base: str, fields: dict[str, Any]) -> dict[str, Any]:
        """`fields`: the custom fields with their defaults put in."""
        body: dict[str, Any] = {
            "url": f"{base}/api/v2/organizations/{self.id}.json",
            "id": self.id,
            "name": self.name,
            "shared_tickets": self.shared_tickets,
            "shared_comments": self.shared_comments,
            "external_id": self.external_id,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "domain_names": self.domain_names,
            "details": self.details,
            "notes": self.notes,
            "group_id": self.group_id,
            "tags": self.tags,
            "organization_fields": fields,
        }
        if self.deleted is not None:
            body["deleted_at"] = iso(self.deleted)
        return body


@dataclass(slots=True)
class User:
    """organization_id: the default membership's. extra: rarely set attributes by API name."""

    id: int
    name: str
    created: int
    updated: int
    email: str | None = None
    external_id: str | None = None
    phone: str | None = None
    shared_phone_number: bool | None = None
    organization_id: int | None = None
    role: str = "end-user"
    verified: bool = False
    active: bool = True
    suspended: bool = False
    tags: list[str] = field(default_factory=list)
    alias: str | None = None
    details: str | None = None
    notes: str | None = None
    time_zone: str = "Berlin"
    locale: str = "en-US"
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def wire(self, base: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The administrator's view. `fields`: the custom fields with their defaults put in."""
        agent = self.role in ("agent", "admin")
        return {
            "id": self.id,
            "url": f"{base}/api/v2/users/{self.id}.json",
            "name": self.name,
            "email": self.email,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "time_zone": self.time_zone,
            "iana_time_zone": "Europe/Berlin",
            "phone": self.phone,
            "shared_phone_number": self.shared_phone_number,
            "photo": None,
            "locale_id": 1,
            "locale": self.locale,
            "organization_id": self.organization_id,
            "role": self.role,
            "verified": self.verified,
            "external_id": self.external_id,
            "tags": self.tags,
            "alias": self.alias,
            "active": self.active,
            "shared": False,
            "shared_agent": False,
            "last_login_at": None,
            "two_factor_auth_enabled": False,
            "signature": None,
            "details": self.details,
            "notes": self.notes,
            "role_type": {"agent": 0, "admin": 4}.get(self.role),
            "custom_role_id": None,
            "moderator": agent,
            "ticket_restriction": None if agent else "requested",
            "only_private_comments": False,
            "restricted_agent": not agent,
            "suspended": self.suspended,
            "default_group_id": None,
            "report_csv": False,
            "user_fields": fields,
            **self.extra,
        }


@dataclass(slots=True)
class Identity:
    """One way to recognise a user. kind: email, phone_number, google, ..."""

    id: int
    user_id: int
    kind: str
    value: str
    created: int
    updated: int
    verified: bool = False
    primary: bool = False

    def wire(self, base: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "url": f"{base}/api/v2/users/{self.user_id}/identities/{self.id}.json",
            "id": self.id,
            "user_id": self.user_id,
            "type": self.kind,
            "value": self.value,
            "verified": self.verified,
            "primary": self.primary,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "verification_method": "full" if self.verified else "none",
            "verified_at": iso(self.updated) if self.verified else None,
        }
        if self.kind == "email":
            body |= {"undeliverable_count": 0, "deliverable_state": "deliverable"}
        return body


@dataclass(slots=True)
class Membership:
    id: int
    user_id: int
    organization_id: int
    default: bool
    created: int
    updated: int
    view_tickets: bool = True

    def wire(self, base: str, organization_name: str | None, in_list: bool = False) -> dict[str, Any]:
        """`default` is null instead of false in lists."""
        return {
            "url": f"{base}/api/v2/organization_memberships/{self.id}.json",
            "id": self.id,
            "user_id": self.user_id,
            "organization_id": self.organization_id,
            "default": self.default or (None if in_list else False),
            "created_at": iso(self.created),
            "organization_name": organization_name,
            "updated_at": iso(self.updated),
            "view_tickets": self.view_tickets,
        }
