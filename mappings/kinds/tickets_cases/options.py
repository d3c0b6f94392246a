"""The options of tickets and cases (S1.23, S1.37)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from mappings.kinds import shared_options as shared
from mappings.kinds.option import Choice, Option, OptionType, yes_no
from mappings.kinds.tickets_cases import target


def folded(texts: object) -> frozenset[str]:
    """The texts of a list as they are compared."""
    return frozenset(str(text).strip().lower() for text in texts) if isinstance(texts, list | tuple) else frozenset()


def _no_day(value: Any) -> Iterator[str]:
    try:
        if value:
            date.fromisoformat(value)
    except ValueError:
        yield f"is {value!r}, which is not a date such as 2026-01-31"


CLOSED = Option(
    "closed",
    OptionType.YES_NO,
    "Closed tickets",
    "A closed ticket can no longer change.",
    section=shared.SCOPE,
    default=True,
    reference="whether closed tickets are sent",
    choices=yes_no("Closed tickets become cases as well.", "Closed tickets are left out. Existing cases stay."),
    admits=True,
)
CREATED_SINCE = Option(
    "created_since",
    OptionType.TEXT,
    "Created since",
    "A date such as 2026-01-31. Older tickets are left out. Leave empty for all.",
    section=shared.SCOPE,
    reference="a date such as `2026-01-31`; older tickets are left out",
    problems=_no_day,
    admits=True,
)
GROUPS = Option(
    "groups",
    OptionType.TEXTS,
    "Groups",
    "Names of groups in Zendesk. Leave empty for all.",
    section=shared.SCOPE,
    reference="names of groups; tickets of others are left out",
    admits=True,
)
TAGS_ANY = Option(
    "tags_any",
    OptionType.TEXTS,
    "With any of these tags",
    "Tickets without any of them are left out. Leave empty for all.",
    section=shared.SCOPE,
    reference="tags; tickets without any of them are left out",
    admits=True,
)
TAGS_NONE = Option(
    "tags_none",
    OptionType.TEXTS,
    "With none of these tags",
    "Tickets with one of them are left out.",
    section=shared.SCOPE,
    reference="tags; tickets with one of them are left out",
    admits=True,
)


def _no_owner(value: Any) -> Iterator[str]:
    if value and not _OWNER.fullmatch(value.strip()):
        yield f"is {value!r}, which is not the id of a user (005…) or a queue (00G…)"


def _no_owners(value: Any) -> Iterator[str]:
    for email, id in value.items():
        if "@" not in email or not _OWNER.fullmatch(id.strip()):
            yield f"holds {email}: {id}; expected is an email and the id of a user (005…) or a queue (00G…)"


_OWNER = re.compile(r"00[5G][0-9A-Za-z]{12}([0-9A-Za-z]{3})?", re.ASCII)
OBJECT = Option(
    "object",
    OptionType.TEXT,
    "Object",
    "The API name of what tickets become: Case, or a custom object such as Support_Request__c. Empty for Case.",
    section=shared.STANDARD,
    reference="the API name of what tickets become: `Case`, or a custom object such as `Support_Request__c`",
    problems=target.no_object,
    elsewhere="only tickets become records of an object of your choice",
    admits=True,
)
ACCOUNT_LOOKUP = Option(
    "account_lookup",
    OptionType.RIGHT_LOOKUP,
    "Look-up to the account",
    "For custom objects only. Cases use their standard field.",
    section=shared.STANDARD,
    reference="for custom objects, the look-up field that is filled with the account",
    none="None",
    leads_to="Account",
    needs_option="object",
    elsewhere="only tickets become records of an object of your choice",
    admits=True,
)
CONTACT_LOOKUP = replace(
    ACCOUNT_LOOKUP,
    name="contact_lookup",
    label="Look-up to the contact",
    reference="for custom objects, the look-up field that is filled with the contact",
    leads_to="Contact",
)
RECORD_TYPE = Option(
    "record_type",
    OptionType.RIGHT_RECORD_TYPE,
    "Record type of new {right_many}",
    section=shared.STANDARD,
    reference="the developer name of the record type of new cases; the default of the connection's user otherwise",
    none="The default of the connection's user",
    elsewhere="only tickets become records of a record type of your choice",
)
OWNER_OF = Option(
    "owner_of",
    OptionType.CHOICE,
    "Who owns them",
    section=shared.STANDARD,
    default="fixed",
    reference="who owns the cases",
    elsewhere="only cases are given an owner",
    choices=(
        Choice("fixed", "The same for all new ones", "New ones get the owner below. It is not changed later."),
        Choice(
            "assignee",
            "The Salesforce user with the assignee's email",
            "The owner changes when the assignee does. Owners chosen in Salesforce stay until then. New ones whose "
            "assignee has no active user get the owner below.",
        ),
    ),
)
OWNER = Option(
    "owner",
    OptionType.TEXT,
    "Owner of new {right_many}",
    "The Salesforce id of a user or a queue. Leave empty for the user of the connection. Assignment rules do not run.",
    section=shared.STANDARD,
    reference="the Salesforce id of the user or queue that owns new cases; the user of the connection otherwise",
    problems=_no_owner,
)
OWNERS = Option(
    "owners",
    OptionType.PAIRS,
    "Owners by the assignee's email",
    "For assignees whose email differs in Salesforce, or whose cases go to a queue: al@us.example: 005000000000001AAA.",
    section=shared.STANDARD,
    reference="with `owner_of: assignee`, owners of certain assignees: `{{al@us.example: 005000000000001AAA}}`",
    problems=_no_owners,
    of_fields=False,
    elsewhere="only cases are given an owner",
)
WHEN_DELETED = Option(
    "when_deleted",
    OptionType.CHOICE,
    "When a ticket is deleted in Zendesk",
    section=shared.STANDARD,
    default="keep",
    reference="what happens to the case of a ticket that is deleted in Zendesk",
    choices=(
        Choice("keep", "Keep its case", "The case stays as it is and is no longer updated."),
        Choice("mark", "Mark its case", "Its subject then begins with [Deleted in Zendesk]."),
        Choice(
            "delete",
            "Delete its case",
            "Unless people have edited it or added to it. A guard holds plans that delete many.",
        ),
    ),
)
BRANDS = Option(
    "brands",
    OptionType.TEXTS,
    "Brands",
    "Names of brands in Zendesk. Leave empty for all.",
    section=shared.SCOPE,
    reference="names of brands; tickets of others are left out",
    admits=True,
)
FORMS = Option(
    "forms",
    OptionType.TEXTS,
    "Forms",
    "Names of ticket forms in Zendesk. Leave empty for all.",
    section=shared.SCOPE,
    reference="names of ticket forms; tickets of others are left out",
    admits=True,
)
ORGANIZATIONS = Option(
    "organizations",
    OptionType.CHOICE,
    "Organizations",
    section=shared.SCOPE,
    default="all",
    reference="of whose organizations tickets become cases",
    choices=(
        Choice("all", "All tickets", "Tickets of every organization, and of people in none."),
        Choice(
            "linked",
            "Tickets of linked organizations only",
            "Once an organization is linked to an account, the next run sends its tickets.",
        ),
    ),
)
COMMENTS = Option(
    "comments",
    OptionType.CHOICE,
    "Comments",
    "Comments are copied once, in order. Comments that are redacted later stay as they were sent. Reading them takes "
    "one request per ticket.",
    section=shared.STANDARD,
    default="none",
    reference="which comments become comments of the case, each once, in order",
    choices=(
        Choice("none", "None", "Comments stay in Zendesk."),
        Choice("public", "Public ones", "Comments that requesters can see become published comments."),
        Choice("all", "Public and internal ones", "Internal notes become comments that are not published."),
    ),
)
ID_FIELD = replace(
    shared.ID_FIELD,
    label="Field with the ticket's id",
    help="A unique External ID field of Case. It ensures that each ticket has only one case.",
    reference="the field of Case that holds the ticket's id: a unique External ID",
    none="",
    beside="",
)
LEAVING = replace(shared.LEAVING, choices=tuple(choice for choice in shared.LEAVING.choices if choice.value != "mark"))

OPTIONS = (
    CLOSED,
    CREATED_SINCE,
    BRANDS,
    GROUPS,
    FORMS,
    ORGANIZATIONS,
    TAGS_ANY,
    TAGS_NONE,
    LEAVING,
    WHEN_DELETED,
    OBJECT,
    ACCOUNT_LOOKUP,
    CONTACT_LOOKUP,
    RECORD_TYPE,
    COMMENTS,
    OWNER_OF,
    OWNER,
    OWNERS,
    ID_FIELD,
)
