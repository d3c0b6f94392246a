"""The tickets of a record: a part of its page that loads after it, and a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pages.tickets.live import tickets_shown
from syncadmin.runs.storage.search import whole_id
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.partial import wants_part


class RecordTickets(RoleRequired, View):
    """Reads only, and asks no more than once a minute unless somebody presses the button."""

    role = Role.VIEWER
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        remote_id = whole_id(sync, remote_id) if side == Side.LEFT else remote_id
        rows = MirrorRecord.objects.defer("values")
        record = get_object_or_404(rows, sync=sync, side=side, remote_id=remote_id)
        content = tickets_shown(request, sync, Side(side), remote_id)
        context = {"title": f"Tickets of {record}", "sync": sync, "record": record, **content}
        return render(request, "tickets/_list.html" if wants_part(request) else "tickets/page.html", context)
