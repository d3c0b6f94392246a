"""The target of tickets: cases or a custom object, with their parent and owner."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.api.values import Condition, FieldType
from mappings.kinds.declaration import Kind
from mappings.kinds.lookups import LINKED, Lookup
from mappings.rules.configuration import Configuration, FieldRule

CASE = "Case"
ACCOUNT = Lookup(
    field="AccountId",
    label="Account",
    by="organization_id",
    kinds=("accounts_organizations",),
    object="Account",
    sought="organization_name",
    among="Name",
    one="account",
    many="accounts",
    has="are named",
    ambiguous="ticket_accounts_ambiguous",
    demanded="organizations",
)
CONTACT = Lookup(
    field="ContactId",
    label="Contact",
    by="requester_id",
    kinds=("contacts_users",),
    object="Contact",
    sought="requester_email",
    among="Email",
    one="contact",
    many="contacts",
    has="have the email",
    ambiguous="ticket_contacts_ambiguous",
    within="AccountId",
)
OWNER = Lookup(
    field="OwnerId",
    label="Owner",
    by="assignee_id",
    kinds=(),
    object="User",
    sought="assignee_email",
    among="Email",
    one="user",
    many="users",
    has="have the email",
    ambiguous="ticket_owners_ambiguous",
    where=(
        Condition("IsActive", ("true",), type=FieldType.BOOLEAN),
        Condition("UserType", ("Standard",)),
    ),
    keeps=True,
    listed="owners",
)
LOOKUPS = (ACCOUNT, CONTACT)
HOW_TO = (
    "Create it in Salesforce under Setup > Object Manager > {object} > Fields & Relationships: a text field of 40 "
    "characters named {{key}}, with Unique and External ID ticked, and allow the user of the connection to edit it."
)
_OBJECT = re.compile(r"Case|[A-Za-z]\w*__c", re.ASCII)


def no_object(value: Any) -> Iterator[str]:
    """What is wrong with the API name of an object."""
    if value and not _OBJECT.fullmatch(value):
        yield f"is {value!r}, which is neither Case nor a custom object such as Support_Request__c"


def right_fields(lookups: tuple[Lookup, ...], label: str, config: Configuration) -> tuple[str, ...]:
    """The fields to read of a record: its name, key, references, and mapped fields."""
    wanted = [label, config.id_field, *(one.field for one in lookups if one.field)]
    wanted += [rule.right for rule in config.rules]
    return tuple(dict.fromkeys(wanted))


def rules_of(lookups: tuple[Lookup, ...], config: Configuration) -> tuple[FieldRule, ...]:
    """The mapped fields and the references."""
    return (*config.rules, *(one.rule for one in lookups if one.field))


def chosen(kind: Kind, options: Mapping[str, Any]) -> Kind:
    """The kind with the object that these options name, its look-ups, and that of the owner if wanted."""
    object = str(options.get("object") or CASE)
    owner = (OWNER,) if options.get("owner_of") == "assignee" else ()
    if object == CASE and not owner:
        return kind
    lookups = (*(LOOKUPS if object == CASE else _own_lookups(options)), *owner)
    kind = replace(kind, lookups=lookups, rules=partial(rules_of, lookups))
    label = kind.right.label_field if object == CASE else "Name"
    right = replace(kind.right, fields=partial(right_fields, lookups, label))
    return replace(kind, right=right) if object == CASE else _own_object(replace(kind, right=right), object)


def _own_lookups(options: Mapping[str, Any]) -> tuple[Lookup, ...]:
    account, contact = (str(options.get(name) or "") for name in ("account_lookup", "contact_lookup"))
    found = (replace(ACCOUNT, field=account), replace(CONTACT, field=contact, within=account))
    return tuple(one for one in found if one.field or (one.demanded and options.get(one.demanded) == LINKED))


def _own_object(kind: Kind, object: str) -> Kind:
    called = object.removesuffix("__c").replace("_", " ")
    right = replace(
        kind.right,
        object=object,
        one=f"{called} record",
        many=f"{called} records",
        label_field="Name",
        creatable=("records",),
        keeps=frozenset(),
        key_hint=HOW_TO.format(object=object),
    )
    name = (FieldRule("subject", "Name"),)
    return replace(kind, right=right, relations=(), born_with={}, default_fields=name, likely_values={})
