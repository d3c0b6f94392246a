"""The kind for Salesforce leads and Zendesk users (S3.36, S3.37, S3.C10). It shares users with the contacts."""

from collections.abc import Mapping
from typing import Any

from mappings.kinds.declaration import Admission, Kind, SideSpec
from mappings.kinds.leads_users.checks import CHECKS
from mappings.kinds.leads_users.options import LEFT_CREATION, OPTIONS
from mappings.kinds.people import people
from mappings.kinds.people.relations import RELATIONS
from mappings.kinds.people.samples import NAMES, POLICIES
from mappings.kinds.people.sections import SECTIONS
from mappings.rules.configuration import Configuration
from mappings.rules.type_tables import CRM_AND_HELPDESK

CONVERTED = "IsConverted"


def left_fields(config: Configuration) -> tuple[str, ...]:
    return people.left_fields(config, CONVERTED)


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Refuses converted leads: their contact takes their place."""
    if values.get(CONVERTED):
        return Admission(False, "converted", "It was converted; the contact has the user now")
    return people.admit(values, config)


KIND = Kind(
    slug="leads_users",
    title="Leads and users",
    heading=people.HEADING,
    left=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Lead",
        one="lead",
        many="leads",
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
    admit=admit,
    new_left=people.new_lead,
    right_key_survives=True,
    settings_object="account_settings",
    depends_on=("accounts_organizations",),
    grouping=people.GROUPING,
    relations=RELATIONS,
    admit_right=people.admit_right,
    criteria=people.criteria,
    sent_with=people.sent_with,
    born_with=people.BORN_WITH,
    checks=CHECKS,
    large=10_000,
)
