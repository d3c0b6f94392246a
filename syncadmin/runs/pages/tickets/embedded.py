"""The tickets of a record, embedded in a page of another system: signed, read-only, without a session."""

from __future__ import annotations

import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from connectors.embedding import secret_of, signing_connection
from connectors.models import Connection
from mappings.kinds.registry import kinds
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link
from syncadmin.runs.pages.tickets import signatures
from syncadmin.runs.pages.tickets.live import tickets_shown
from syncadmin.runs.pages.tickets.scope import system_of, ticket_side
from syncadmin.web.partial import wants_part


# there is no session in a foreign frame: the signature stands for it
@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class EmbeddedTickets(View):
    """The ticket view inside another system. A signed request or link is accepted once and redirects to a temporary
    address.

    Everything else is 403. The view may only be framed by pages of the connection's own system.
    """

    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.signer = _signer(request)
            return self._framed(super().dispatch(request, *args, **kwargs))
        except signatures.Expired as error:
            return self._framed(_refused(request, error))  # whoever looks at it can reload the page around it
        except signatures.NotSigned as error:
            return _refused(request, error)

    def get(self, request: HttpRequest, object: str, remote_id: str) -> HttpResponse:
        record, query = (object, remote_id), request.GET.dict()
        if "view" in query:
            signatures.check_view(self.signer.secret, record, query["view"])
            return _shown(request, self.signer.connection, record)
        slug = self.signer.connection.slug
        return self._opened(record, signatures.check_link(self.signer.secret, slug, record, query, time.time()))

    def post(self, request: HttpRequest, object: str, remote_id: str) -> HttpResponse:
        record, signed = (object, remote_id), request.POST.get("signed_request", "")
        return self._opened(record, signatures.check_request(self.signer.secret, record, signed, time.time()))

    def _opened(self, record: tuple[str, str], signature: str) -> HttpResponse:
        """Redirect to the view's own address, for a signature that was not used before. Raises NotSigned."""
        if not caches["default"].add(f"shown:{signature}", 1, signatures.LIFETIME + 2 * signatures.SKEW):
            raise signatures.Expired("The request was used before.")
        token = signatures.view_token(self.signer.secret, record)
        query = urlencode({"connection": self.signer.connection.slug, "view": token})
        return HttpResponseRedirect(f"{reverse('embedded_tickets', args=record)}?{query}")

    def _framed(self, response: HttpResponseBase) -> HttpResponseBase:
        """The response, with headers that allow framing by the connection's own pages only."""
        connection = self.signer.connection
        vars(response)["xframe_options_exempt"] = True
        vars(response)["_csp_replace"] = {"frame-ancestors": list(connection.spec.frame_origins(connection.base_url))}
        response["Cache-Control"] = "no-store"
        return response


class Signer(NamedTuple):
    """The connection whose system signs requests, and its secret."""

    connection: Connection
    secret: str


def _signer(request: HttpRequest) -> Signer:
    """The signer for the address. Raises NotSigned if the view is not set up."""
    connection = signing_connection(request.GET.get("connection", ""))
    secret = secret_of(connection) if connection else ""
    if connection is None or not secret:
        raise signatures.NotSigned("This view is not set up.")
    return Signer(connection, secret)


def _shown(request: HttpRequest, connection: Connection, record: tuple[str, str]) -> HttpResponse:
    object, remote_id = record[0], connection.spec.whole_id(record[1])
    found = _sync_of(connection, object, remote_id)
    none = {"title": "No tickets", "sentence": f"No sync of {connection.spec.noun(object).many} has tickets."}
    content = tickets_shown(request, *found, remote_id) if found else {"empty": none}
    # without a form there is no token to be made, and no cookie to be set
    context: dict[str, Any] = {"title": "Tickets", "csrf_token": "", **content}
    return render(request, "tickets/_list.html" if wants_part(request) else "tickets/embedded.html", context)


def _refused(request: HttpRequest, error: signatures.NotSigned) -> HttpResponse:
    context = {"title": "Tickets", "csrf_token": "", "reason": str(error)}
    response = render(request, "tickets/refused.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _sync_of(connection: Connection, object: str, remote_id: str) -> tuple[Sync, Side] | None:
    """The sync whose records of this object have tickets, and their side; the one that linked the record
    comes first.
    """
    sides = {
        kind.slug: side
        for kind in kinds()
        for side in Side
        if (kind.side(side).system, kind.side(side).object) == (connection.kind, object)
    }
    rows = Sync.objects.filter(kind__in=sides).select_related("left", "right").order_by("-enabled", "pk")
    found = [(sync, sides[sync.kind]) for sync in rows]
    found = [(sync, side) for sync, side in found if system_of(sync, side) == connection and ticket_side(sync)]
    linked = Q(left_id=remote_id) | Q(right_id=remote_id)
    syncs = set(Link.objects.active_of([sync for sync, _ in found]).filter(linked).values_list("sync", flat=True))
    found.sort(key=lambda pair: pair[0].pk not in syncs)
    return found[0] if found else None
