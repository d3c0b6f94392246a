"""The options of tickets and cases (S1.23, S1.37)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from mappings.kinds import shared_options as shared
from mappings.kinds.option import Choice, Option, OptionType, yes_no


def folded(texts: object) -> frozenset[str]:
    """The texts of a list as they are compared."""
    return frozenset(str(text).strip().lower() for text in texts) if isinstance(texts, list | tuple) else frozenset()


def _no_day(value: Any) -> Iterator[str]:
    try:
        if value:
            date.fromisoformat(value)
    except ValueError:
        yield f"is {value!r}, which is no day such as 2026-01-31"


CLOSED = Option(
    "closed",
    OptionType.YES_NO,
    "Closed tickets",
    "A closed ticket does not change any more.",
    section=shared.SCOPE,
    default=True,
    reference="whether closed tickets take part",
    choices=yes_no("Closed tickets become cases, too.", "Closed tickets are left out; a case that is there stays."),
    admits=True,
)
CREATED_SINCE = Option(
    "created_since",
    OptionType.TEXT,
    "Created since",
    "A day such as 2026-01-31. Older tickets are left out. Empty for all.",
    section=shared.SCOPE,
    reference="a day such as `2026-01-31`; older tickets are left out",
    problems=_no_day,
    admits=True,
)
GROUPS = Option(
    "groups",
    OptionType.TEXTS,
    "Groups",
    "Names of groups in Zendesk. None for all.",
    section=shared.SCOPE,
    reference="names of groups; tickets of others are left out",
    admits=True,
)
TAGS_ANY = Option(
    "tags_any",
    OptionType.TEXTS,
    "With any of these tags",
    "Tickets with none of them are left out. None for all.",
    section=shared.SCOPE,
    reference="tags; tickets with none of them are left out",
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
OWNER = Option(
    "owner",
    OptionType.TEXT,
    "Owner of new cases",
    "The Salesforce id of a user or of a queue that may own cases. Empty for the user of the connection. Assignment "
    "rules of Salesforce do not run.",
    section=shared.STANDARD,
    reference="the Salesforce id of the user or queue that owns new cases; the user of the connection otherwise",
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
            "Not where people have edited it or hung anything on it. A guard holds a plan that deletes many.",
        ),
    ),
)
BRANDS = Option(
    "brands",
    OptionType.TEXTS,
    "Brands",
    "Names of brands in Zendesk. None for all.",
    section=shared.SCOPE,
    reference="names of brands; tickets of others are left out",
    admits=True,
)
FORMS = Option(
    "forms",
    OptionType.TEXTS,
    "Forms",
    "Names of ticket forms in Zendesk. None for all.",
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
    "Each comment becomes a comment of the case, once, in order; what is redacted later stays as it was sent. Reading "
    "them takes a request a ticket.",
    section=shared.STANDARD,
    default="none",
    reference="which comments become comments of the case, each once, in order",
    choices=(
        Choice("none", "None", "Comments stay in Zendesk."),
        Choice("public", "Public ones", "What requesters see becomes a published comment of the case."),
        Choice("all", "Public and internal ones", "Internal notes become comments that are not published."),
    ),
)
ID_FIELD = replace(
    shared.ID_FIELD,
    label="Field with the ticket's id",
    help="An External ID of Case that is unique. By it each ticket has one case, however often it is sent.",
    reference="the field of Case that keeps the ticket's id: an External ID that is unique",
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
    COMMENTS,
    OWNER,
    ID_FIELD,
)
