"""Taking a part off the list: what was made for it stays, or a run takes it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from mappings import editing
from mappings.addresses import list_url
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.pages.below import sync_at
from syncadmin.runs.pages.runs.actions import person
from syncadmin.runs.pipeline.plan import leaving
from syncadmin.runs.services import runs as services
from syncadmin.web.access import Role, RoleRequired


class TakeOff(RoleRequired, View):
    """Asks what becomes of the records that were made for a part, and takes it off the list."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = _part(request, slug)
        kind = kind_of(sync.kind)
        context = {"sync": sync, "kind": kind, "number": leaving.made(sync).count()}
        context["removes"] = kind.part_list and sync.option(kind.part_list.leaving) == "remove"
        return render(request, "parts/leaving.html", {"title": f"Take {sync} off the list", **context})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = _part(request, slug)
        removes = request.POST.get("made") == "remove" and leaving.made(sync).exists()
        editing.take_off(sync, removes=removes, by=request.user)
        if not removes:
            messages.success(request, f"{sync} is off the list. What was written to it stays.")
            return redirect(list_url(sync.kind))
        try:
            return redirect(services.start(sync, by=person(request), write=True))
        except services.Busy as busy:
            messages.info(request, f"{busy} Its records are removed with the next run after it.")
            return redirect(list_url(sync.kind))


def _part(request: HttpRequest, slug: str) -> Sync:
    """Raises Http404 for a sync of a kind without a list of parts."""
    sync = sync_at(request, slug)
    if kind_of(sync.kind).part_list is None:
        raise Http404(f"{sync} is no part of a list.")
    return sync
