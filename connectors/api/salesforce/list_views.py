"""Reads list views: which ones the API may query, and which records each contains (REST API Developer Guide, "List
Views").

What a view shows is said by the query that Salesforce describes for it, in Salesforce's own words: its scope and its
conditions are taken over as they are. The rows of the results endpoint end at 2,000.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.api.errors import ConfigError
from connectors.api.salesforce import soql
from connectors.api.salesforce.client import Json, SalesforceClient
from connectors.api.special_fields import LIST_VIEW, LIST_VIEWS
from connectors.api.values import FieldSchema, FieldType, ObjectSchema, PicklistValue, Query

NAME, LABEL = "name", "List views"
_OTHER = "Choose another list view under Filters, or share this one with the connection's user in Salesforce."
# The order stands at the end and holds no text of anybody's.
_QUERY = re.compile(
    r"\sFROM\s+\w+(?:\s+USING\s+SCOPE\s+(?P<scope>\w+))?(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s[^']*)?\s*$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ViewRows:
    """What of an object is asked for: the ``scope`` of a query, "" for everything, and conditions in SOQL.

    ``nothing``: no query can ask for it, so it is taken as empty.
    """

    scope: str = ""
    where: tuple[str, ...] = ()
    nothing: bool = False


def described(client: SalesforceClient, object: str) -> ObjectSchema:
    """The views of ``@list_views/OBJECT`` as the choices of one field."""
    views = _views(client, object.removeprefix(LIST_VIEWS))
    choices = tuple(
        PicklistValue(str(view["developerName"]), str(view.get("label") or view["developerName"]), id=str(view["id"]))
        for view in views
        if view.get("soqlCompatible", True)
    )
    field = FieldSchema(NAME, LABEL, FieldType.CHOICE, creatable=False, updatable=False, choices=choices)
    return ObjectSchema(object, LABEL, (field,))


def resolved(client: SalesforceClient, query: Query) -> tuple[Query, ViewRows]:
    """The query without its condition on a list view, and what that view shows. Raises ConfigError for a view that is
    not there, is not shown to the connection's user, or cannot be read by programs.
    """
    asked = next((one for one in query.where if one.field == LIST_VIEW), None)
    if asked is None:
        return query, ViewRows()
    shown = _shown(client, query.object, asked.values[0])
    rest = tuple(one for one in query.where if one is not asked)
    return replace(query, where=rest), _reversed(shown) if asked.negated else shown


def _reversed(shown: ViewRows) -> ViewRows:
    if shown.scope or not shown.where:
        return ViewRows(nothing=True)
    return ViewRows(where=(f"(NOT {shown.where[0]})",))


def _shown(client: SalesforceClient, object: str, name: str) -> ViewRows:
    found = next((view for view in _views(client, object) if view.get("developerName") == name), None)
    if found is None:
        raise ConfigError(
            f"Salesforce has no list view {name} of {object}, or does not show it to the connection's user.", _OTHER
        )
    if not found.get("soqlCompatible", True):
        raise ConfigError(f"Salesforce lets no program read the list view {found.get('label') or name}.", _OTHER)
    described = client.get(f"sobjects/{soql.name(object)}/listviews/{found['id']}/describe")
    text = described.get("query") if isinstance(described, dict) else None
    query = _QUERY.search(text) if isinstance(text, str) else None
    if query is None:
        raise client.unreadable()
    scope = (query["scope"] or "").lower()
    return ViewRows("" if scope == "everything" else scope, (f"({query['where']})",) if query["where"] else ())


def _views(client: SalesforceClient, object: str) -> Iterator[Json]:
    """Every list view of an object that the connection's user sees."""
    path: Any = f"sobjects/{soql.name(object)}/listviews"
    page = client.get(path)
    while True:
        views: Sequence[Json] | None = page.get("listviews") if isinstance(page, dict) else None
        if not isinstance(views, list) or not all(isinstance(view, dict) and view.get("id") for view in views):
            raise client.unreadable()
        yield from views
        if not (following := page.get("nextRecordsUrl")):
            return
        page = client.query_more(following)
