"""The tickets of a record: loaded into the record's page, or as a page of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import View

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pages.runs.actions import busy_message, person
from syncadmin.runs.pages.tickets import scope
from syncadmin.runs.pages.tickets.live import tickets_shown
from syncadmin.runs.pages.tickets.sending import send, sender
from syncadmin.runs.services import runs
from syncadmin.runs.storage.search import whole_id
from syncadmin.web.access import Role, RoleRequired, can
from syncadmin.web.partial import wants_part


class RecordTickets(RoleRequired, View):
    """The tickets of a record, read at most once a minute unless the button is pressed."""

    role = Role.VIEWER
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        remote_id = whole_id(sync, remote_id) if side == Side.LEFT else remote_id
        rows = MirrorRecord.objects.defer("values")
        record = get_object_or_404(rows, sync=sync, side=side, remote_id=remote_id)
        may_send = can(request.user, "operate")
        send_url = reverse("records:send_ticket", args=[sync.slug, side, remote_id]) if may_send else ""
        content = tickets_shown(request, sync, Side(side), remote_id, send_url=send_url)
        context = {"title": f"Tickets of {record}", "sync": sync, "record": record, **content}
        return render(request, "tickets/_list.html" if wants_part(request) else "tickets/page.html", context)


class SendTicket(RoleRequired, View):
    """Sends one ticket at once, by a run of the sync that sends tickets."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        shown = scope.ticket_side(sync)
        sends = shown and sender(scope.system_of(sync, shown), {sync.left_id, sync.right_id})
        ticket = request.POST.get("ticket", "")
        if not sends or not ticket.isdecimal():
            raise Http404("No sync sends this ticket.")
        try:
            return redirect(send(sends, ticket, person(request)))
        except runs.Busy as busy:
            messages.warning(request, busy_message(busy))
        except runs.NotYet as reason:
            messages.warning(request, str(reason))
        return redirect("records:detail", slug, side, remote_id)
