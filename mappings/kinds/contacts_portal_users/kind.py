"""The kind for Salesforce contacts and portal users, in the same org or in two (S0.1-S0.18)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.api.values import Condition, FieldType, Record
from mappings.kinds.contacts_portal_users.checks import CHECKS
from mappings.kinds.contacts_portal_users.options import EXTERNAL, OPTIONS, SECTIONS, WRITE
from mappings.kinds.declaration import MASTER_RECORD, Admission, Heading, Kind, SideSpec
from mappings.kinds.flow import Flow
from mappings.rules import filters
from mappings.rules.configuration import Configuration, Conflict, Direction, FieldRule
from mappings.rules.guards import Guard
from mappings.rules.type_tables import GENERAL, TypeTables

T = FieldType
CONTACT, PROFILE, EMAIL = "ContactId", "Profile.Name", "Email"
TYPES = tuple(choice.value for choice in EXTERNAL)
WITHIN_ONE_SYSTEM = TypeTables(replace(GENERAL, targets={**GENERAL.targets, T.CHOICES: frozenset({T.CHOICES})}))
_LICENSE = "a license is given in Salesforce"
NEVER_WRITTEN = {
    "Username": "it is what the user signs in with",
    "IsActive": "who may sign in is decided in Salesforce",
    "IsPortalEnabled": "who may sign in is decided in Salesforce",
    "ProfileId": "what a user may do is decided in Salesforce",
    "UserRoleId": "what a user may do is decided in Salesforce",
    "FederationIdentifier": "single sign-on finds the user by it",
    **dict.fromkeys(
        (
            "UserPermissionsMarketingUser",
            "UserPermissionsSupportUser",
            "UserPermissionsKnowledgeUser",
            "UserPermissionsInteractionUser",
            "UserPermissionsMobileUser",
            "UserPermissionsOfflineUser",
            "UserPermissionsSFContentUser",
            "UserPermissionsLiveAgentUser",
        ),
        _LICENSE,
    ),
}
"""Fields of a user that no mapping writes, each with the reason."""

TITLE = FieldRule("Title", "Title", direction=Direction.BOTH, conflict=Conflict.NEWEST)
PHONE = FieldRule(
    "Phone", "Phone", FieldType.PHONE, FieldType.PHONE, direction=Direction.BOTH, conflict=Conflict.NEWEST
)


def left_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of a contact: mapped fields and those of filters."""
    wanted = ["Id", "Name", MASTER_RECORD, *(["RecordTypeId"] if config.record_type_ids else [])]
    wanted += [*config.scope.fields, *(rule.left for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in wanted if name))


def right_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of a user: mapped fields and those that decide whether it is synced."""
    names = ("Name", CONTACT, "CreatedDate", *judged_by(config))
    return tuple(dict.fromkeys([*names, *(rule.right for rule in config.rules)]))


def judged_by(config: Configuration) -> tuple[str, ...]:
    """The fields that decide whether a user is synced."""
    return ("UserType", "IsActive", *((PROFILE,) if config.option("profiles") else ()))


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """Only what is mapped (S0.4), in the directions that mapping, flows and the consent to mails all allow."""
    return tuple(rule for mapped in config.rules if (rule := _flowing(mapped, config)))


def _flowing(rule: FieldRule, config: Configuration) -> FieldRule | None:
    """The rule in the directions that its flows allow, None if there are none.

    In one direction it waits for a change of its source: an edit on the other side stays until then (S0.3, S0.7).
    """
    to_user = rule.direction is not Direction.TO_LEFT and config.option("contact_to_user")
    to_contact = rule.direction is not Direction.TO_RIGHT and config.option("user_to_contact")
    if rule.right == EMAIL and not may_write_emails(config):
        to_user = False
    if to_user and to_contact:
        return rule
    if not to_user and not to_contact:
        return None
    return replace(rule, direction=Direction.TO_RIGHT if to_user else Direction.TO_LEFT, on_change=True)


def may_write_emails(config: Configuration) -> bool:
    """Whether an administrator accepted the mails that Salesforce sends when the email of a user changes."""
    return config.option("email_changes") == WRITE and bool(config.option("email_changes_confirmed"))


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    return Admission(True) if verdict.inside else Admission(False, "out_of_scope", verdict.line)


def admit_right(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Accepts the users that the options select (S0.15). Internal users are never changed, whatever their contact."""
    kind, profile = values.get("UserType"), values.get(PROFILE)
    if kind not in TYPES:
        return Admission(False, "out_of_scope", "The user is no portal user")
    if (wanted := config.option("user_types")) and kind not in wanted:
        return Admission(False, "out_of_scope", f"The user type {kind} is not synced")
    if (named := config.option("profiles")) and profile not in named:
        return Admission(False, "out_of_scope", f"The profile {profile or 'of the user'} is not synced")
    if not values.get("IsActive") and not config.option("inactive_users"):
        return Admission(False, "out_of_scope", "The user is not active")
    return Admission(True)


def as_found(left: Record, right: Record, config: Configuration) -> bool:
    """Whether neither a new user nor its contact was edited since the user was created (S0.5)."""
    created = right.values.get("CreatedDate")
    if config.option("also_on_creation") or not created or not right.modified_at:
        return False
    born = datetime.fromisoformat(str(created))
    return right.modified_at <= born and (left.modified_at is None or left.modified_at <= born)


FLOWS = (
    Flow(
        Direction.TO_RIGHT,
        "Contact → User",
        "When a contact's {fields} changes, find the user who signs in as this contact. If there is one, and its value "
        "differs, then update the user. If there is none, nothing happens.",
        "No change of a contact is written to its user.",
        "{record} has the same {fields} as the user: nothing would happen.",
        "For example, a change that makes {record}'s {field} {source} would update the user, where it is {target}.",
        "{record} has no portal user: nothing would happen.",
    ),
    Flow(
        Direction.TO_LEFT,
        "User → Contact",
        "When a portal user's {fields} changes, and the user has a contact, if it differs from the contact's value, "
        "then update the contact.",
        "No change of a user is written to its contact.",
        "The user of {record} has the same {fields} as the contact: nothing would happen.",
        "For example, a change that makes the {field} of {record}'s user {source} would update the contact, where it "
        "is {target}.",
        "{record} has no portal user.",
    ),
)

KIND = Kind(
    slug="contacts_portal_users",
    title="Contacts and portal users",
    heading=Heading("Portal users", "user-shield", guide="guides/portal-users"),
    left=SideSpec(
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
    right=SideSpec(
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
        never_written=NEVER_WRITTEN,
        reads=(Condition("UserType", TYPES),),
    ),
    matched_by="contact id",
    types=WITHIN_ONE_SYSTEM,
    options=OPTIONS,
    sections=SECTIONS,
    rules=rules_of,
    admit=admit,
    admit_right=admit_right,
    leaves_out_refused=True,
    linked_by_key=True,
    judged_by=judged_by,
    preferred=lambda values: bool(values.get("IsActive")),
    as_found=as_found,
    flows=FLOWS,
    automatic=Direction.BOTH,
    checks=CHECKS,
    default_fields=(TITLE, PHONE),
    fields_apart=True,
    second_right="user {id} is left alone, since Salesforce merges no users; deactivate it unless it is needed",
    unguarded=frozenset({Guard.RENAMED, Guard.CREATED, Guard.DELETED}),
)
