"""The kind for Salesforce contacts and Zendesk users (S3.30-S3.35, S1.1-S1.22)."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Record
from mappings.kinds.contacts_users.checks import CHECKS
from mappings.kinds.contacts_users.options import LEFT_CREATION, OPTIONS
from mappings.kinds.declaration import Kind, SideSpec
from mappings.kinds.people import people
from mappings.kinds.people.relations import RELATIONS
from mappings.kinds.people.samples import NAMES, POLICIES
from mappings.kinds.people.sections import SECTIONS
from mappings.rules.configuration import Configuration
from mappings.rules.type_tables import CRM_AND_HELPDESK

ACCOUNT = "AccountId"


def left_fields(config: Configuration) -> tuple[str, ...]:
    return people.left_fields(config, ACCOUNT)


def new_object(config: Configuration) -> str:
    """What is created for users without a counterpart: contacts or, if chosen, leads (S3.51)."""
    return "Lead" if config.option("create_left") == "leads" else ""


def new_left(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new contact of the account of the user's organization, or a new lead with a company."""
    if new_object(config):
        return people.new_bare_lead(config, right)
    return people.new_left(config, right, needed=_account(right.values))


def _account(values: Mapping[str, Any]) -> tuple[tuple[str, Any, str], ...]:
    account = values.get(people.PARENT_ID)
    return ((ACCOUNT, account, "Account of the user's organization"),) if account else ()


KIND = Kind(
    slug="contacts_users",
    title="Contacts and users",
    heading=people.HEADING,
    left=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Contact",
        one="contact",
        many="contacts",
        label_field="Name",
        key_field="Email",
        key=people.left_key,
        fields=left_fields,
        creatable=LEFT_CREATION.made,
    ),
    right=people.USERS,
    matched_by="email",
    types=CRM_AND_HELPDESK,
    options=OPTIONS,
    sections=SECTIONS,
    note=people.NOTE,
    policies=POLICIES,
    samples=NAMES,
    rules=people.rules_of,
    lists=people.lists_of,
    admit=people.admit,
    new_left=new_left,
    right_key_survives=True,
    settings_object="account_settings",
    depends_on=("accounts_organizations",),
    grouping=people.GROUPING,
    relations=RELATIONS,
    parent=ACCOUNT,
    admit_right=people.admit_right,
    criteria=people.criteria,
    sent_with=people.sent_with,
    born_with=people.BORN_WITH,
    new_object=new_object,
    checks=CHECKS,
    large=10_000,
)
