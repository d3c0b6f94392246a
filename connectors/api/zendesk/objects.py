"""The Zendesk objects that SyncAdmin knows: paths, standard fields, and what can be queried."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from connectors.api.errors import ConfigError
from connectors.api.values import FieldSchema, FieldType, PicklistValue

CUSTOM = "fields."
"""Before the key of a custom field, whatever Zendesk calls the object it keeps them in."""
CUSTOM_OBJECT = "custom_object"
"""Before the key of an object that the account has added: ``custom_object.site``."""
_KEY = re.compile(r"\w[\w:-]*", re.ASCII)
ACCOUNT_ID = "account"
"""The id of the one record of the account's settings."""


@dataclass(frozen=True, slots=True)
class ZendeskObject:
    """One object. ``plural``: the key of its records in answers, and their path unless ``at`` names another.

    ``custom``: the key under which a record keeps its custom fields, and that of their definitions; empty where it has
    none. ``export``: the incremental stream, empty where there is none. ``null_is_false``: check boxes that Zendesk
    leaves empty in lists when they are off. ``key``: that of a custom object.
    """

    name: str
    label: str
    plural: str
    fields: tuple[FieldSchema, ...]
    custom: str = ""
    export: str = ""
    null_is_false: tuple[str, ...] = ()
    by_cursor: bool = False
    """Its export leads on by a cursor, others by time."""
    key: str = ""
    read_only: bool = False
    updated_only: bool = False
    """Its records cannot be created or deleted."""
    exported: bool = False
    """Read whole by its export too, since its list leaves some out."""
    sides: str = ""
    """What is asked to come along in answers, from which fields of its records are filled."""

    @property
    def by_id(self) -> bool:
        """Its custom fields have no keys, and are written by their ids."""
        return self.custom == "ticket_fields"

    @property
    def path(self) -> str:
        """Where its records are."""
        return f"custom_objects/{self.key}/records" if self.key else self.plural

    @property
    def definitions(self) -> str:
        """Where its custom fields are described."""
        return f"custom_objects/{self.key}/fields" if self.key else self.custom

    @property
    def wrapper(self) -> str:
        """The key of one record in a call or an answer."""
        return "custom_object_record" if self.key else self.name


def _read_only(
    name: str, label: str, type: FieldType = FieldType.TEXT, reason: str = "Zendesk sets it", **rest: Any
) -> FieldSchema:
    return FieldSchema(name, label, type, creatable=False, updatable=False, read_only_reason=reason, **rest)


STATUSES = {
    "new": "New",
    "open": "Open",
    "pending": "Pending",
    "hold": "On hold",
    "solved": "Solved",
    "closed": "Closed",
}
PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent"}
TYPES = {"question": "Question", "incident": "Incident", "problem": "Problem", "task": "Task"}


def _choices(words: Mapping[str, str]) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(value, label) for value, label in words.items())


def _updatable(name: str, label: str, words: Mapping[str, str]) -> FieldSchema:
    """A list of values that only records which are there take."""
    return FieldSchema(name, label, FieldType.CHOICE, creatable=False, restricted=True, choices=_choices(words))


ORGANIZATION = ZendeskObject(
    name="organization",
    label="Organization",
    plural="organizations",
    custom="organization_fields",
    export="incremental/organizations",
    fields=(
        _read_only("id", "ID", FieldType.ID),
        FieldSchema("name", "Name", FieldType.TEXT, required=True, length=255),
        FieldSchema("external_id", "External ID", FieldType.TEXT, length=255),
        FieldSchema("domain_names", "Domain names", FieldType.CHOICES, native="Domain names"),
        FieldSchema("details", "Details", FieldType.LONG_TEXT),
        FieldSchema("notes", "Notes", FieldType.LONG_TEXT),
        FieldSchema("tags", "Tags", FieldType.CHOICES, native="Tags"),
        FieldSchema("group_id", "Group", FieldType.REFERENCE),
        FieldSchema("shared_tickets", "Shared tickets", FieldType.BOOLEAN),
        FieldSchema("shared_comments", "Shared comments", FieldType.BOOLEAN),
        _read_only("created_at", "Created", FieldType.DATETIME),
        _read_only("updated_at", "Updated", FieldType.DATETIME),
    ),
)

USER = ZendeskObject(
    name="user",
    label="User",
    plural="users",
    custom="user_fields",
    export="incremental/users/cursor",
    by_cursor=True,
    fields=(
        _read_only("id", "ID", FieldType.ID),
        FieldSchema("name", "Name", FieldType.TEXT, required=True, length=255),
        FieldSchema("email", "Email", FieldType.EMAIL),
        FieldSchema("external_id", "External ID", FieldType.TEXT, length=255),
        FieldSchema("phone", "Phone", FieldType.PHONE),
        FieldSchema("alias", "Alias", FieldType.TEXT),
        FieldSchema("details", "Details", FieldType.LONG_TEXT),
        FieldSchema("notes", "Notes", FieldType.LONG_TEXT),
        FieldSchema("tags", "Tags", FieldType.CHOICES, native="Tags"),
        _read_only(
            "role",
            "Role",
            FieldType.CHOICE,
            "roles are given in Zendesk",
            restricted=True,
            choices=(
                PicklistValue("end-user", "End user"),
                PicklistValue("agent", "Agent"),
                PicklistValue("admin", "Administrator"),
            ),
        ),
        # An update of it takes every other membership away, so memberships are written on their own.
        FieldSchema("organization_id", "Organization", FieldType.REFERENCE, updatable=False),
        FieldSchema("time_zone", "Time zone", FieldType.CHOICE),
        FieldSchema("locale", "Locale", FieldType.CHOICE),
        FieldSchema("verified", "Verified", FieldType.BOOLEAN),
        FieldSchema("suspended", "Suspended", FieldType.BOOLEAN),
        _read_only("active", "Active", FieldType.BOOLEAN),
        _read_only("shared_phone_number", "Shared phone number", FieldType.BOOLEAN),
        _read_only("last_login_at", "Last login", FieldType.DATETIME),
        _read_only("created_at", "Created", FieldType.DATETIME),
        _read_only("updated_at", "Updated", FieldType.DATETIME),
    ),
)

MEMBERSHIP = ZendeskObject(
    name="organization_membership",
    label="Organization membership",
    plural="organization_memberships",
    null_is_false=("default",),
    fields=(
        _read_only("id", "ID", FieldType.ID),
        FieldSchema("user_id", "User", FieldType.REFERENCE, required=True, updatable=False),
        FieldSchema("organization_id", "Organization", FieldType.REFERENCE, required=True, updatable=False),
        FieldSchema("default", "Primary", FieldType.BOOLEAN),
        _read_only("organization_name", "Organization name"),
        _read_only("created_at", "Created", FieldType.DATETIME),
        _read_only("updated_at", "Updated", FieldType.DATETIME),
    ),
)

IDENTITY = ZendeskObject(name="identity", label="Identity", plural="identities", fields=())

ACCOUNT_SETTINGS = ZendeskObject(
    name="account_settings",
    label="Account settings",
    plural="settings",
    read_only=True,
    fields=(
        _read_only("id", "ID", FieldType.ID),
        _read_only("account_name", "Name of the account"),
        _read_only("multiple_organizations", "Users may belong to several organizations", FieldType.BOOLEAN),
        _read_only("welcome_emails", "Users that agents create get a welcome mail", FieldType.BOOLEAN),
    ),
)

TICKET = ZendeskObject(
    name="ticket",
    label="Ticket",
    plural="tickets",
    custom="ticket_fields",
    export="incremental/tickets/cursor",
    by_cursor=True,
    updated_only=True,
    exported=True,
    sides="users,organizations,groups,metric_sets",
    fields=(
        _read_only("id", "ID", FieldType.ID),
        _read_only("subject", "Subject"),
        _read_only("description", "Description", FieldType.LONG_TEXT),
        _read_only("status", "Status", FieldType.CHOICE, restricted=True, choices=_choices(STATUSES)),
        _read_only("custom_status_id", "Custom status (id)", FieldType.REFERENCE, target="custom_status"),
        # Its values stand in the account's definition of the field.
        _read_only("custom_status", "Custom status", FieldType.CHOICE),
        # What may go back to tickets: who works on one, and what it says, is up to agents.
        _updatable("priority", "Priority", PRIORITIES),
        _updatable("type", "Type", TYPES),
        _read_only("requester_id", "Requester", FieldType.REFERENCE, target="user"),
        _read_only("requester_name", "Requester's name"),
        _read_only("requester_email", "Requester's email", FieldType.EMAIL),
        _read_only("organization_id", "Organization", FieldType.REFERENCE, target="organization"),
        _read_only("organization_name", "Organization's name"),
        _read_only("assignee_id", "Assignee", FieldType.REFERENCE, target="user"),
        _read_only("assignee_name", "Assignee's name"),
        _read_only("assignee_email", "Assignee's email", FieldType.EMAIL),
        _read_only("group_id", "Group", FieldType.REFERENCE, target="group"),
        _read_only("group_name", "Group's name"),
        _read_only("brand_id", "Brand", FieldType.REFERENCE, target="brand"),
        _read_only("brand_name", "Brand's name"),
        _read_only("ticket_form_id", "Form", FieldType.REFERENCE, target="ticket_form"),
        _read_only("form_name", "Form's name"),
        _read_only("tags", "Tags", FieldType.CHOICES, native="Tags"),
        _read_only("external_id", "External ID"),
        _read_only("channel", "Channel"),
        _read_only("satisfaction", "Satisfaction rating"),
        _read_only("due_at", "Due", FieldType.DATETIME),
        _read_only("created_at", "Created", FieldType.DATETIME),
        _read_only("updated_at", "Updated", FieldType.DATETIME),
        _read_only("solved_at", "Solved", FieldType.DATETIME),
        _read_only("url", "Address for agents", FieldType.URL),
        # Of a merged ticket a call.
        _read_only("merged_into", "Merged into (ticket id)"),
        _read_only("merged_into_url", "Merged into (address for agents)", FieldType.URL),
        # A call a ticket: read only where it is asked for.
        _read_only("comments", "Comments", FieldType.OTHER, "comments are sent as what belongs to a case"),
        _read_only("system", "Name of the system"),
    ),
)

KINDS = {kind.name: kind for kind in (ORGANIZATION, USER, MEMBERSHIP, IDENTITY, ACCOUNT_SETTINGS, TICKET)}


def kind_of(object: str) -> ZendeskObject:
    """The object of that name. Raises ConfigError for one that Zendesk does not have or we do not know."""
    prefix, _, key = object.partition(".")
    if prefix == CUSTOM_OBJECT and _KEY.fullmatch(key):
        return _custom_object(key)
    try:
        return KINDS[object]
    except KeyError:
        raise ConfigError(
            f"Zendesk has no object {object!r} that can be synced.",
            f"Known: {', '.join(KINDS)}, and custom objects as {CUSTOM_OBJECT}.KEY.",
        ) from None


def field_name(object: str, name: str) -> str:
    """The full name of a field: a bare key that no standard field has is that of a custom field."""
    kind = kind_of(object)
    full = name.startswith(CUSTOM) or not kind.custom or any(field.name == name for field in kind.fields)
    return name if full or not name else CUSTOM + name


@cache
def _custom_object(key: str) -> ZendeskObject:
    """An object that the account has added (developer.zendesk.com, "Custom Object Records")."""
    return ZendeskObject(
        name=f"{CUSTOM_OBJECT}.{key}",
        label=key.replace("_", " ").capitalize(),
        plural="custom_object_records",
        custom="custom_object_fields",
        export=f"incremental/custom_objects/{key}/cursor",
        by_cursor=True,
        key=key,
        fields=(
            _read_only("id", "ID", FieldType.ID),
            FieldSchema("name", "Name", FieldType.TEXT, required=True, length=255),
            FieldSchema("external_id", "External ID", FieldType.TEXT, length=255),
            _read_only("created_at", "Created", FieldType.DATETIME),
            _read_only("updated_at", "Updated", FieldType.DATETIME),
        ),
    )
