"""Salesforce contacts, and the users of a portal in the same org or another one (S0.1-S0.18)."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Condition, FieldType, Record
from mappings.kinds.declaration import MERGED_INTO, Admission, Heading, Kind, ListRule, Side
from mappings.rules import filters
from mappings.rules.configuration import Configuration, Conflict, Direction, FieldRule

CONTACT = "ContactId"
EXTERNAL = ("CspLitePortal", "CustomerSuccess", "PowerCustomerSuccess", "PowerPartner")
"""The user types of customers and partners. Nobody else is read, whatever contact a user has."""

TITLE = FieldRule("Title", "Title", direction=Direction.BOTH, conflict=Conflict.NEWEST)
PHONE = FieldRule(
    "Phone", "Phone", FieldType.PHONE, FieldType.PHONE, direction=Direction.BOTH, conflict=Conflict.NEWEST
)


def left_fields(config: Configuration) -> tuple[str, ...]:
    """What has to be read of a contact: mapped fields, and what the filters look at."""
    wanted = ["Id", "Name", MERGED_INTO, *(["RecordTypeId"] if config.record_type_ids else [])]
    wanted += [config.scope.picklist_field, *(rule.left for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in wanted if name))


def right_fields(config: Configuration) -> tuple[str, ...]:
    """What has to be read of a user: mapped fields, and what tells whether it takes part."""
    return tuple(dict.fromkeys(["Name", CONTACT, "UserType", "IsActive", *(rule.right for rule in config.rules)]))


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """Nothing but what is mapped: names and emails follow nobody by themselves (S0.4)."""
    return config.rules


def no_lists(config: Configuration) -> tuple[ListRule, ...]:
    return ()


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    return Admission(True) if verdict.inside else Admission(False, "out_of_scope", verdict.line)


def admit_right(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Active users of a portal (S0.15). Internal users are never touched, whatever their contact."""
    if values.get("UserType") not in EXTERNAL:
        return Admission(False, "out_of_scope", "The user is no portal user")
    if not values.get("IsActive"):
        return Admission(False, "out_of_scope", "The user is not active")
    return Admission(True)


def nothing_new(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """No contact is made of a user."""
    return [], {}


KIND = Kind(
    slug="contacts_portal_users",
    title="Contacts and portal users",
    heading=Heading("Portal users", "user-shield"),
    left=Side(
        system="salesforce",
        system_label="Salesforce",
        object="Contact",
        one="contact",
        many="contacts",
        called="Contact",
        label_field="Name",
        key_field="Id",
        key=lambda values: str(values.get("Id") or ""),
        fields=left_fields,
    ),
    right=Side(
        system="salesforce",
        system_label="Salesforce",
        object="User",
        one="portal user",
        many="portal users",
        called="User",
        label_field="Name",
        key_field=CONTACT,
        key=lambda values: str(values.get(CONTACT) or ""),
        fields=right_fields,
        reads=(Condition("UserType", EXTERNAL),),
    ),
    matched_by="contact id",
    rules=rules_of,
    lists=no_lists,
    admit=admit,
    new_left=nothing_new,
    admit_right=admit_right,
    leaves_out_refused=True,
    judged_by=("UserType", "IsActive"),
    default_fields=(TITLE, PHONE),
)
