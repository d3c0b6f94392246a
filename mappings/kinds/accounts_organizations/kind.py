"""Salesforce accounts and Zendesk organizations (S3.13-S3.29, S3.38-S3.48)."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Record
from mappings.kinds.accounts_organizations.checks import CHECKS
from mappings.kinds.accounts_organizations.options import LEFT_CREATION, OPTIONS, POLICIES
from mappings.kinds.declaration import MASTER_RECORD, Admission, Heading, Kind, ListRule, SideSpec
from mappings.kinds.salesforce_zendesk.creation import add_mapped
from mappings.rules import domains, filters, tags
from mappings.rules.configuration import EXTERNAL_ID, Configuration, FieldRule
from mappings.rules.texts import fold
from mappings.rules.type_tables import CRM_AND_HELPDESK

NAME_RULE = FieldRule("Name", "name", label="Name")


def left_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of an account: mapped fields, and those of filters and policies."""
    wanted = ["Name", "ParentId", MASTER_RECORD]
    if config.record_type_ids:
        wanted.append("RecordTypeId")
    if config.uses_person_accounts:
        wanted.append("IsPersonAccount")
    wanted += [*config.scope.fields, *(rule.left for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in wanted if name))


def right_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of an organization."""
    lists = [rule.field for rule in lists_of(config)]
    return tuple(dict.fromkeys(["name", config.id_field, *lists, *(rule.right for rule in rules_of(config))]))


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """The name, which follows the account, then the mapped fields including Notes and Details (S3.21, S3.22)."""
    return (NAME_RULE, *config.rules)


def lists_of(config: Configuration) -> tuple[ListRule, ...]:
    """Tags (S3.19) and domain names (S3.20); also without fields for them, so that entries of earlier runs
    are removed.
    """
    source, sources = config.option("domain_names"), config.option("tags")
    return (
        ListRule("tags", frozenset(sources), lambda values: (tags.tags_of(values, sources), ())),
        ListRule("domain_names", frozenset({source} - {""}), lambda values: _domains(values.get(source))),
    )


def _domains(text: str | None) -> tuple[tuple[str, ...], list[str]]:
    good, bad = domains.split(text)
    return good, [f"{word!r} is not a domain name and is left out." for word in bad]


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters, then the policies for person accounts (S3.6), parents (S3.7) and accounts without a name."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    if not verdict.inside:
        return Admission(False, "out_of_scope", verdict.line)
    if values.get("IsPersonAccount") and config.option("person_accounts") == "skip":
        return Admission(False, "person_account", "Person accounts are skipped by this sync's settings", in_plan=True)
    if values.get("ParentId") and config.option("parent_accounts") == "skip":
        line = "Accounts with a parent are skipped by this sync's settings"
        return Admission(False, "has_parent", line, in_plan=True)
    if not fold(values.get("Name")):
        return Admission(False, "no_name", "The account has no name; an organization needs one", in_plan=True)
    return Admission(True)


def new_left(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new account: name, default record type and picklist value (S3.16, S3.18), and mapped fields."""
    values: list[tuple[str, Any, str]] = [("Name", right.values.get("name"), "Name of the organization")]
    agreed: dict[str, Any] = {"name": right.values.get("name")}
    if config.scope.record_types:
        first = config.scope.record_types[0]
        values.append(("RecordTypeId", config.record_type_ids.get(first), f"Default for new records: {first}"))
    if config.scope.picklist_field and config.scope.picklist_values:
        values.append((config.scope.picklist_field, config.scope.default, "Default for new records"))
    if config.option("domain_names") and (listed := right.values.get("domain_names")):
        values.append((config.option("domain_names"), " ".join(listed), "Domain names of the organization"))
    values = [value for value in values if value[0] not in config.filled_by_left]
    add_mapped(config, rules_of(config)[1:], right, values, agreed)
    return values, agreed


KIND = Kind(
    slug="accounts_organizations",
    title="Accounts and organizations",
    heading=Heading("Accounts", "building", guide="concepts/rules"),
    left=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Account",
        one="account",
        many="accounts",
        label_field="Name",
        key_field="Name",
        key=lambda values: fold(values.get("Name")),
        fields=left_fields,
        creatable=LEFT_CREATION.made,
    ),
    right=SideSpec(
        system="zendesk",
        system_label="Zendesk",
        object="organization",
        one="organization",
        many="organizations",
        label_field="name",
        key_field="name",
        key=lambda values: fold(values.get("name")),
        fields=right_fields,
        creatable=("organizations",),
        link_field=EXTERNAL_ID,
    ),
    types=CRM_AND_HELPDESK,
    options=OPTIONS,
    rules=rules_of,
    lists=lists_of,
    admit=admit,
    new_left=new_left,
    policies=POLICIES,
    checks=CHECKS,
)
