"""Zendesk tickets, sent to Salesforce as cases (S1.23-S1.25, S1.36, S1.37)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from connectors.api.values import FieldType, Record
from mappings.kinds.declaration import Admission, Heading, Kind, ListRule, SideSpec
from mappings.kinds.tickets_cases import comments, target
from mappings.kinds.tickets_cases.checks import CHECKS
from mappings.kinds.tickets_cases.options import OPTIONS, folded
from mappings.rules import filters
from mappings.rules.borrowed import Borrowed
from mappings.rules.configuration import Configuration, FieldRule

KEY = "Zendesk_Ticket_Id__c"
# By option the field that tells what a ticket belongs to.
OF_TICKETS = {"brands": "brand_name", "groups": "group_name", "forms": "form_name"}
BORROWED = (
    Borrowed("requester_name", "requester_id", "user", "name"),
    Borrowed("requester_email", "requester_id", "user", "email"),
    Borrowed("assignee_name", "assignee_id", "user", "name"),
    Borrowed("assignee_email", "assignee_id", "user", "email"),
    Borrowed("organization_name", "organization_id", "organization", "name"),
)
DEFAULT_FIELDS = (
    FieldRule("subject", "Subject"),
    FieldRule("description", "Description", FieldType.LONG_TEXT, FieldType.LONG_TEXT),
    FieldRule("status", "Status", FieldType.CHOICE, FieldType.CHOICE),
    FieldRule("priority", "Priority", FieldType.CHOICE, FieldType.CHOICE),
    FieldRule("system", "Origin", FieldType.TEXT, FieldType.CHOICE),
    FieldRule("requester_email", "SuppliedEmail", FieldType.EMAIL, FieldType.EMAIL),
)
_AT_WORK = ("Working", "In Progress", "Open", "*")
_WAITING = ("Waiting on Customer", "Waiting", "Pending", "On Hold", *_AT_WORK)
_DONE = ("Closed", "Solved", "Resolved", "Completed", "Done")
LIKELY_VALUES = {
    "Status": {
        "new": ("New", "*"),
        "open": _AT_WORK,
        "pending": _WAITING,
        "hold": ("On Hold", *_WAITING),
        "solved": ("Solved", "Resolved", *_DONE),
        "closed": _DONE,
    },
    "Priority": {
        "low": ("Low",),
        "normal": ("Medium", "Normal"),
        "high": ("High",),
        "urgent": ("Urgent", "Critical", "High"),
    },
}


def left_fields(config: Configuration) -> tuple[str, ...]:
    """The fields to read of a ticket: mapped fields, those it is linked by, and those of filters."""
    wanted = ["id", "subject", *judged_by(config)]
    wanted += comments.fields(config)
    lookups = (*target.LOOKUPS, *((target.OWNER,) if config.option("owner_of") == "assignee" else ()))
    wanted += [name for lookup in lookups for name in (lookup.by, lookup.sought)]
    wanted += [rule.left for rule in config.rules]
    wanted += [one.by for one in BORROWED if one.field in wanted]
    return tuple(dict.fromkeys(name for name in wanted if name))


def judged_by(config: Configuration) -> tuple[str, ...]:
    """The fields of the filters."""
    named = (name for option, name in OF_TICKETS.items() if config.option(option))
    return ("status", "created_at", "tags", *config.scope.fields, *named)


def frozen(values: Mapping[str, Any]) -> str:
    """Why a ticket cannot be written: Zendesk accepts no changes of closed tickets. "" for others."""
    return "The ticket is closed." if values.get("status") == "closed" else ""


def no_lists(config: Configuration) -> tuple[ListRule, ...]:
    return ()


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The filters."""
    verdict = filters.judge(values, config.scope, config.record_type_names)
    reason = verdict.line if not verdict.inside else _left_out(values, config)
    return Admission(False, "out_of_scope", reason) if reason else Admission(True)


def _left_out(values: Mapping[str, Any], config: Configuration) -> str:
    """Why a ticket is outside the filters, "" if it is not."""
    if values.get("status") == "closed" and config.option("closed") is False:
        return "Closed tickets are left out"
    since = config.option("created_since")
    if since and str(values.get("created_at") or "") < since:
        return f"It was created before {since}"
    for option, name in OF_TICKETS.items():
        chosen = folded(config.option(option))
        if chosen and str(values.get(name) or "").strip().lower() not in chosen:
            return f"Its {option.removesuffix('s')} is none of those that take part"
    tags = {str(tag).lower() for tag in values.get("tags") or ()}
    wanted, barred = folded(config.option("tags_any")), folded(config.option("tags_none"))
    if wanted and not tags & wanted:
        return "It has none of the tags that take part"
    if hit := sorted(tags & barred):
        return f"It has the tag {hit[0]}"
    return ""


def nothing_new(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """Creates nothing: no ticket is made from a case."""
    return [], {}


def sent_with(config: Configuration) -> Mapping[str, Any]:
    """The owner and the record type of new records, unless a mapping sets them."""
    owner, record_type = (str(config.option(name) or "").strip() for name in ("owner", "record_type"))
    found = {"OwnerId": owner, "RecordTypeId": config.right_record_type_ids.get(record_type, "")}
    return {name: id for name, id in found.items() if id}


KIND = Kind(
    slug="tickets_cases",
    title="Tickets and cases",
    heading=Heading("Tickets", "ticket", guide="guides/tickets"),
    left=SideSpec(
        system="zendesk",
        system_label="Zendesk",
        object="ticket",
        one="ticket",
        many="tickets",
        label_field="subject",
        key_field="id",
        key=lambda values: str(values.get("id") or ""),
        fields=left_fields,
        borrowed=BORROWED,
        frozen=frozen,
        frozen_by=("status",),
    ),
    right=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Case",
        one="case",
        many="cases",
        label_field="Subject",
        key_field=KEY,
        key=lambda values: str(values.get(KEY) or ""),
        fields=partial(target.right_fields, target.LOOKUPS, "Subject"),
        creatable=("cases",),
        link_field=KEY,
        keeps=frozenset({"Status", "Priority", "Origin", "Type", "Reason"}),
        key_hint=target.HOW_TO.format(object=target.CASE),
        only_linked=True,
    ),
    matched_by="ticket id",
    options=OPTIONS,
    rules=partial(target.rules_of, target.LOOKUPS),
    chosen=target.chosen,
    lists=no_lists,
    admit=admit,
    counted_by=judged_by,
    new_left=nothing_new,
    sent_with=sent_with,
    default_fields=DEFAULT_FIELDS,
    relations=(comments.COMMENT,),
    looks_alike=False,
    lookups=target.LOOKUPS,
    likely_values=LIKELY_VALUES,
    functionality="Ticket Sync",
    # Salesforce gives a case the account of its contact.
    born_with={target.ACCOUNT.field: None},
    spares_edited=True,
    checks=CHECKS,
)
