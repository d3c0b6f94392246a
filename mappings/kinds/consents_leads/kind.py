"""Consents of Didomi in fields of Salesforce leads (S4.7, S4.8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.api.values import Record
from mappings.kinds.consents import consents
from mappings.kinds.consents.options import NOTE, OPTIONS, SECTIONS, new_value
from mappings.kinds.declaration import Admission, Kind, SideSpec
from mappings.rules.configuration import Configuration

CONVERTED, CONTACT = "IsConverted", "ConvertedContactId"


def right_fields(config: Configuration) -> tuple[str, ...]:
    return consents.right_fields(config, CONVERTED, CONTACT)


def admit_right(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Refuses converted leads: Salesforce accepts no changes of them (S4.16)."""
    if values.get(CONVERTED):
        contact = values.get(CONTACT) or "a contact"
        line = f"Its lead was converted to {contact}; a sync of consents and contacts writes to that one"
        return Admission(False, "converted", line)
    return Admission(True)


def new_lead(config: Configuration, left: Record) -> Sequence[tuple[str, Any, str]]:
    return consents.new_record(config, left, "LastName", "Company")


KIND = Kind(
    slug="consents_leads",
    title="Consents and leads",
    heading=consents.HEADING,
    left=consents.USERS,
    right=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Lead",
        one="lead",
        many="leads",
        label_field="Name",
        key_field="Email",
        key=lambda values: consents.key_of(values, "Email"),
        key_option="match_field",
        fields=right_fields,
        creatable=("leads",),
    ),
    matched_by="organization user ID",
    types=consents.TYPES,
    sections=SECTIONS,
    note=NOTE,
    options=(*OPTIONS, new_value("LastName", "Last Name", "Unknown"), new_value("Company", "Company", "Unknown")),
    rules=consents.rules_of,
    lists=consents.no_lists,
    admit=consents.admit,
    admit_right=admit_right,
    judged_by=lambda config: (CONVERTED,),
    leaves_out_refused=True,
    new_left=consents.nothing_new,
    new_right=new_lead,
    unmatched="no_match",
    reports_unmatched_right=False,
    rechecked=consents.rechecked,
    after_deletion=consents.after_deletion,
)
