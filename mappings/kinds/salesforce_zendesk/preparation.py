"""The fields of Zendesk's own Salesforce package, and which of them an org has (S3.8).

SyncAdmin keeps that state itself (S3.9), so nothing here is needed for a sync.
"""

import re
from collections.abc import Iterable, Iterator

from connectors.api.values import FieldSchema
from mappings.kinds.checks import Check
from mappings.kinds.findings import CheckSection, Finding, Severity
from mappings.kinds.subject import Subject

# S3.8, as they are named on the page layouts.
PREPARATION: dict[str, tuple[str, ...]] = {
    "Account": (
        "createdUpdatedFlag",
        "Domain_Mapping",
        "Last Sync Date",
        "Last Sync Status",
        "Notes",
        "Tags",
        "Zendesk_oldTags",
        "Zendesk_OutofSync",
        "Zendesk_Organization",
        "Zendesk_Organization_Id",
        "Zendesk_Result",
    ),
    "Contact": (
        "isCreatedUpdatedFlag",
        "Last Sync Date",
        "Last Sync Status",
        "Notes",
        "Tags",
        "Zendesk_oldTags",
        "Zendesk_OutofSync",
        "Zendesk_Result",
        "Zendesk_User_Id",
    ),
    "Lead": (
        "isCreatedUpdatedFlag",
        "Last Sync Date",
        "Last Sync Status",
        "Notes",
        "Organization",
        "Tags",
        "Zendesk_oldTags",
        "Zendesk_OutofSync",
        "Zendesk_Result",
        "Zendesk_User_Id",
    ),
}
_PACKAGE = "zendesk"
# S3.10: where the package needs these fields, and offers no filters.
_SMALL_EDITIONS = ("Group", "Professional", "Team")
_SIGNS = re.compile(r"[\W_]+")


def present(object_name: str, fields: Iterable[FieldSchema]) -> dict[str, bool]:
    """Each preparation field of the object in the order of S3.8, and whether the package's field exists.

    Compares API name or label. As names such as Notes and Tags are common, only fields with the package's prefix count.
    """
    packaged = [field for field in fields if field.name.casefold().startswith(_PACKAGE)]
    known = {name for field in packaged for name in (_bare(field.name), _plain(field.label))}
    return {name: _plain(name) in known for name in PREPARATION.get(object_name, ())}


def _bare(name: str) -> str:
    """An API name without the prefix of its package and the suffix of custom fields."""
    return _plain(name.removesuffix("__c").rpartition("__")[2])


def _plain(name: str) -> str:
    return _SIGNS.sub("", name).casefold()


def _judge(subject: Subject, _: None) -> Iterator[Finding]:
    """Which preparation fields exist (S3.8, S3.9). Never blocks."""
    left = subject.kind.left
    fields = present(left.object, subject.setup.left_fields)
    if not subject.setup.schemas_read:
        return
    text = (
        f"{sum(fields.values())} of {len(fields)} of Zendesk's own preparation fields are on the {left.object} object."
    )
    hint = "SyncAdmin keeps this state itself; you need them only if Zendesk's package stays in use."
    if str(subject.left.facts.get("edition") or "").startswith(_SMALL_EDITIONS):
        hint += " In this edition the package would need them, and would offer no filters; SyncAdmin does."
    listed = tuple(f"{name}: {'present' if is_there else 'missing'}" for name, is_there in fields.items())
    yield Finding(Severity.NOTE, "Preparation fields", text, hint, examples=listed, complete=True)


PREPARATION_FIELDS = Check("preparation", CheckSection.CONFIGURATION, _judge)
