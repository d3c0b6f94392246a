"""What contacts and leads have in common as kinds (S3.30-S3.37)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.api.values import FieldType, Record
from mappings.kinds.agreed import TwoForms
from mappings.kinds.declaration import (
    MASTER_RECORD,
    Admission,
    Criterion,
    Heading,
    ListRule,
    SharedTarget,
    SideSpec,
)
from mappings.kinds.people import person_names
from mappings.kinds.salesforce_zendesk.creation import add_mapped
from mappings.rules import convert, filters, matching, tags
from mappings.rules.configuration import EXTERNAL_ID, Configuration, FieldRule
from mappings.rules.texts import fold

EMAIL = matching.EMAIL
# Contacts and leads with one email are one user (S1.10).
GROUPING = SharedTarget("people")
NOTE = "mappings/kinds/people/_several.html"
"""Whether a user may be in several organizations (S1.16, S1.17)."""
HEADING = Heading("People", "users", page="synced_people", guide="guides/contacts-and-leads")


def same_name(left: Any, right: Any, *, family_first: bool = False) -> bool:
    """Whether Salesforce's name is the user's name as it was split, so that nobody has changed it (S3.C14)."""
    name = person_names.split(right, family_first=family_first)
    return fold(f"{name.first} {name.last}") == fold(left)


NAME_RULE = FieldRule("Name", "name", label="Name", never_blank=True, alike=same_name)
EMAIL_RULE = FieldRule(
    "Email", EMAIL, FieldType.EMAIL, FieldType.EMAIL, transform="lower", label="Email", never_blank=True
)
# Among a user's values: the account of its organization, and that organization's name, where known.
PARENT_ID, PARENT_NAME = "parent.id", "parent.name"
# Zendesk puts a new user into the organization of its email's domain, and memberships are taken back by themselves.
BORN_WITH: Mapping[str, Any] = {
    "role": "end-user", "organization_id": None, "time_zone": None, "locale": None, "created_at": None,
}  # fmt: skip


def left_fields(config: Configuration, *own: str) -> tuple[str, ...]:
    """The fields to read of a contact or lead besides those of options; ``own`` are those of one of them alone."""
    wanted = ["Name", "Email", "CreatedDate", MASTER_RECORD, *own]
    if config.record_type_ids:
        wanted.append("RecordTypeId")
    if config.uses_person_accounts:
        wanted.append("IsPersonAccount")
    wanted += [*config.scope.fields, *(rule.left for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in wanted if name))


def right_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of a user, including its organization and its role."""
    built_in = ["name", EMAIL, config.id_field, "role", "organization_id"]
    compared = [criterion.right for criterion in criteria(config)]
    lists = [rule.field for rule in lists_of(config)]
    return tuple(dict.fromkeys([*built_in, *compared, *lists, *(rule.right for rule in rules_of(config))]))


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """Name and email, which follow the left side, then the mapped fields including Notes and Details (S3.34, S3.35)."""
    name = replace(NAME_RULE, alike=partial(same_name, family_first=config.option("family_first")))
    return (name, EMAIL_RULE, *config.rules)


def lists_of(config: Configuration) -> tuple[ListRule, ...]:
    """Tags: added beside those of Zendesk (S3.33); also without fields for them, so that tags of earlier runs are
    removed.
    """
    sources = config.option("tags")
    return (ListRule("tags", frozenset(sources), lambda values: (tags.tags_of(values, sources), ())),)


def criteria(config: Configuration) -> tuple[Criterion, ...]:
    """The further match criteria (S1.21): a field and its mapped field, else the standard field of the same meaning."""
    mapped = {rule.left: rule.right for rule in config.rules}
    further = [name for name in config.option("match_on") if name != EMAIL]
    return tuple(Criterion(name, matching.compared_with(name, mapped)) for name in further)


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters, then the policies for person accounts (S3.6) and people without an email (S3.4)."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    if not verdict.inside:
        return Admission(False, "out_of_scope", verdict.line)
    if values.get("IsPersonAccount") and config.option("person_accounts") != "user":
        return Admission(False, "person_account", "Person accounts are skipped by this sync's settings", in_plan=True)
    if not fold(values.get("Email")) and config.option("no_email") == "skip":
        return Admission(False, "no_email", "It has no email; users are matched by it", in_plan=True)
    if not fold(values.get("Name")):
        return Admission(False, "no_name", "It has no name; a user needs one", in_plan=True)
    return Admission(True)


def admit_right(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Refuses agents and administrators: staff is never changed."""
    if values.get("role") not in (None, "end-user"):
        return Admission(False, "staff", "Agents and administrators of Zendesk are never changed")
    return Admission(True)


def sent_with(config: Configuration) -> Mapping[str, Any]:
    """Suppresses the welcome mail to new users, unless Zendesk's own setting is to decide (S3.C4)."""
    return {"skip_verify_email": config.option("welcome_mail") == "suppress"}


def new_left(
    config: Configuration, right: Record, *, needed: tuple[tuple[str, Any, str], ...] = ()
) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new contact or lead: split name (S3.C14), email, defaults (S3.32), ``needed`` fields, and mapped fields."""
    values, agreed = _person(config, right)
    values += needed
    if config.scope.record_types:
        first = config.scope.record_types[0]
        values.append(("RecordTypeId", config.record_type_ids.get(first), f"Default for new records: {first}"))
    if config.scope.picklist_field and config.scope.picklist_values and _writable(config):
        values.append((config.scope.picklist_field, config.scope.default, "Default for new records"))
    add_mapped(config, rules_of(config)[2:], right, values, agreed, filled=("Name", "Email"))
    return values, agreed


def _writable(config: Configuration) -> bool:
    return config.scope.picklist_field not in config.filled_by_left


def _person(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """Name and email of a new record."""
    split = person_names.split(right.values.get("name"), family_first=config.option("family_first"))
    name, cut = person_names.fitted(split)
    of_user = "name of the user, cut to what Salesforce takes" if cut else "name of the user"
    values: list[tuple[str, Any, str]] = [("LastName", name.last, f"Last {of_user}")]
    if name.first:
        values.insert(0, ("FirstName", name.first, f"First {of_user}"))
    if email := right.values.get(EMAIL):
        values.append(("Email", email, "Email of the user"))
    agreed = {"name": right.values.get("name"), EMAIL: right.values.get(EMAIL)}
    if not convert.same(whole := f"{name.first} {name.last}".strip(), right.values.get("name")):
        # a title, a comma or a length is no reason to rename the user
        agreed["name"] = TwoForms(left=whole, right=agreed["name"])
    return values, agreed


def new_lead(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new lead of the leads sync, with defaults and mapped fields."""
    account, field = right.values.get(PARENT_ID), config.option("account_field")
    stands = ((field, account, "Account of the user's organization"),) if account and field else ()
    return new_left(config, right, needed=(_company(right), *stands))


def new_bare_lead(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new lead of the contacts sync (S3.51), without a contact's record types and mapped fields."""
    values, agreed = _person(config, right)
    return [*values, _company(right)], agreed


def _company(right: Record) -> tuple[str, Any, str]:
    """The company of a lead, which is required: the user's organization, else the domain of its email, else
    its name.
    """
    if organization := right.values.get(PARENT_NAME):
        return "Company", organization, "Name of the user's organization"
    if domain := str(right.values.get(EMAIL) or "").partition("@")[2]:
        return "Company", domain, "Domain of the user's email"
    return "Company", right.values.get("name"), "Name of the user, who has no organization"


def left_key(values: Mapping[str, Any]) -> str:
    """The email of a contact or lead as it is compared."""
    return fold(values.get("Email"))


def right_key(values: Mapping[str, Any]) -> str:
    return fold(values.get(EMAIL))


USERS = SideSpec(
    system="zendesk",
    system_label="Zendesk",
    object="user",
    one="user",
    many="users",
    label_field="name",
    key_field=EMAIL,
    key=right_key,
    fields=right_fields,
    creatable=("users",),
    link_field=EXTERNAL_ID,
    # Zendesk gives every user one of the account's, and takes none away.
    keeps=frozenset({"time_zone", "locale"}),
)
"""The right side of all of them."""
