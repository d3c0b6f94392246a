"""Checks that only leads have."""

from mappings.kinds.checks import counting
from mappings.kinds.findings import CheckLink, Destination, Severity
from mappings.kinds.people.checks import PEOPLE
from mappings.kinds.salesforce_zendesk.preparation import PREPARATION_FIELDS

CONVERTED = counting(
    "converted",
    lambda mirror: mirror.with_status("converted"),
    title="Converted leads",
    none="None of the leads in scope was converted.",
    one="{n} lead was converted.",
    many="{n} leads were converted.",
    hint="They are left out: the contact has the user now.",
    severity=Severity.NOTE,
    links=(CheckLink("Open them", Destination.RECORDS, "left:converted"),),
)

CHECKS = (*PEOPLE, CONVERTED, PREPARATION_FIELDS)
