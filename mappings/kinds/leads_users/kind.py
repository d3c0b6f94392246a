"""Salesforce leads and Zendesk users (S3.36, S3.37, S3.C10): options of their own, one family with the contacts."""

from collections.abc import Mapping
from typing import Any

from mappings.kinds.declaration import Admission, Kind, Names
from mappings.kinds.people import people
from mappings.rules.configuration import Configuration
from mappings.rules.presets import LEADS_USERS

CONVERTED = "IsConverted"


def left_fields(config: Configuration) -> tuple[str, ...]:
    return people.left_fields(config, CONVERTED, config.account_field)


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """A converted lead is a contact from now on, which takes its place."""
    if values.get(CONVERTED):
        return Admission(False, "converted", "It was converted; the contact stands for the user now")
    return people.admit(values, config)


KIND = Kind(
    slug=LEADS_USERS.kind,
    title=LEADS_USERS.title,
    names=Names("lead", "leads", "user", "users", key="email"),
    left_object=LEADS_USERS.left_object,
    right_object=LEADS_USERS.right_object,
    left_name="Name",
    right_name="name",
    left_fields=left_fields,
    right_fields=people.right_fields,
    rules=people.rules_of,
    lists=people.lists_of,
    admit=admit,
    new_left=people.new_lead,
    left_key=people.left_key,
    right_key=people.right_key,
    left_key_field="Email",
    right_key_field=people.EMAIL,
    right_key_survives=True,
    settings_object="account_settings",
    depends_on=("accounts_organizations",),
    family=LEADS_USERS.family,
    admit_right=people.admit_right,
    criteria=people.criteria,
    sent_with=people.sent_with,
    born_with=people.BORN_WITH,
)
