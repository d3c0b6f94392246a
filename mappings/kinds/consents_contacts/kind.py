"""Consents of Didomi in fields of Salesforce contacts (S4.7, S4.8)."""

from collections.abc import Sequence
from typing import Any

from connectors.api.values import Record
from mappings.kinds.consents import consents
from mappings.kinds.consents.options import NOTE, OPTIONS, SECTIONS, new_value
from mappings.kinds.declaration import Kind, SideSpec
from mappings.rules.configuration import Configuration


def new_contact(config: Configuration, left: Record) -> Sequence[tuple[str, Any, str]]:
    return consents.new_record(config, left, "LastName")


KIND = Kind(
    slug="consents_contacts",
    title="Consents and contacts",
    heading=consents.HEADING,
    left=consents.USERS,
    right=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Contact",
        one="contact",
        many="contacts",
        label_field="Name",
        key_field="Email",
        key=lambda values: consents.key_of(values, "Email"),
        key_option="match_field",
        fields=consents.right_fields,
        creatable=("contacts",),
    ),
    matched_by="organization user ID",
    types=consents.TYPES,
    sections=SECTIONS,
    note=NOTE,
    options=(*OPTIONS, new_value("LastName", "Last Name", "Unknown")),
    rules=consents.rules_of,
    lists=consents.no_lists,
    admit=consents.admit,
    new_left=consents.nothing_new,
    new_right=new_contact,
    unmatched="no_match",
    reports_unmatched_right=False,
    rechecked=consents.rechecked,
    converted_from=("consents_leads", "ConvertedContactId"),
    after_deletion=consents.after_deletion,
)
