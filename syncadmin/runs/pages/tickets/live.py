"""Reads the tickets of a record from their system. Results are cached for a minute."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict

from connectors.api.errors import ConnectorError
from connectors.api.tickets import MOST_TICKETS, TicketList
from connectors.services import tickets_of
from mappings.kept import Kept, kept
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.pages.tickets.cases import sent_as
from syncadmin.runs.pages.tickets.scope import NoTickets, TicketScope, scope_of, words_of
from syncadmin.runs.pages.tickets.sending import sender
from syncadmin.runs.pages.tickets.tables import TicketTable, bar_of, rows_of, table_of, tiles_of
from syncadmin.web.lists.pagination import CappedPaginator

FRESH = 60
"""Seconds for which an answer is shown again to anybody."""
PER_PAGE = 50


def tickets_shown(
    request: HttpRequest, sync: Sync, side: Side, remote_id: str, *, send_url: str = ""
) -> dict[str, Any]:
    """Context for tickets/_list.html: the tickets of the record, or why there are none. A fixed number of queries.

    With ``send_url`` each ticket gets a button that sends it at once, if a sync sends tickets. ``?sort=``, ``?status=``
    and ``?page=`` select from what was read; ``?again=`` reads it again.
    """
    again = "again" in request.GET
    # links are made of what the page was asked for
    request.GET = _lasting(request.GET)  # type: ignore[assignment]  # an immutable QueryDict in its stubs
    try:
        scope = scope_of(sync, side, remote_id)
        answer = _read(scope, again=again)
    except NoTickets as none:
        return {"empty": {"title": none.title, "sentence": str(none)}}
    except ConnectorError as error:
        return {"failure": error, "again_url": _again(request)}
    if answer.value.gone:
        return {"empty": _gone(scope)}
    send_url = send_url if send_url and sender(scope.connection, {sync.left_id, sync.right_id}) else ""
    return {"at": answer.at, "again_url": _again(request), **_shown(request, scope, answer.value, send_url)}


def _gone(scope: TicketScope) -> dict[str, str]:
    title = f"The {scope.connection.spec.noun(scope.owner.object).one} is gone"
    return {"title": title, "sentence": f"{scope.connection.name} does not have it any more, so it has no tickets."}


def _read(scope: TicketScope, *, again: bool) -> Kept[TicketList]:
    what = ("tickets", str(scope.owner), scope.within)
    return kept(
        scope.connection, what, lambda: tickets_of(scope.connection, scope.owner, scope.within), FRESH, again=again
    )


def _shown(request: HttpRequest, scope: TicketScope, found: TicketList, send_url: str) -> dict[str, Any]:
    words, status = words_of(scope.connection), request.GET.get("status", "")
    chosen = [ticket for ticket in found.tickets if status in ("", ticket.status)]
    rows = rows_of(scope.connection, chosen, sent_as(scope.connection, [ticket.id for ticket in chosen]))
    table = table_of(scope.connection, rows, request.GET.getlist("sort"), request.path, sends=bool(send_url))
    query = {name: str(value) for name, value in request.GET.items() if name not in ("page", "status")}
    return {
        "sentence": scope.sentence,
        "send_url": send_url,
        "total": len(found.tickets),
        "most": None if found.complete else MOST_TICKETS,
        "tiles": tiles_of(words, found.tickets, status, request.path, query),
        "bar": bar_of(words, found.tickets),
        "table": _paged(table, request.GET.get("page") or 1),
    }


def _paged(table: TicketTable, page: int | str) -> TicketTable:
    table.paginate(paginator_class=CappedPaginator, page=page, per_page=PER_PAGE)
    return table


def _lasting(asked: QueryDict) -> QueryDict:
    """The query parameters that links of the page keep: all but the one that reads again."""
    query = asked.copy()
    query.pop("again", None)
    return query


def _again(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["again"] = "1"
    return f"{request.path}?{query.urlencode()}"
