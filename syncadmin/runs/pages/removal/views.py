"""The confirmation pages before a sync or the demo is deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from connectors.models import Connection
from mappings.addresses import list_url
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.services import removal
from syncadmin.runs.status.labels import names_of
from syncadmin.web.access import Role, RoleRequired


class DeleteSync(RoleRequired, View):
    """Shows what is forgotten with a sync, and deletes it."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        context = {"title": f"Delete {sync}?", "kind": kind_of(sync.kind), "names": names_of(sync)}
        return render(request, "removal/sync.html", {**context, "going": removal.what_goes(sync)})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        try:
            removal.delete(sync, by=request.user)
        except removal.StillAtWork as refused:
            messages.error(request, str(refused))
            return redirect("delete_sync", slug)
        messages.success(request, f"The sync {sync} is deleted. Nothing was changed in either system.")
        return redirect(list_url(sync.kind))


class RemoveDemo(RoleRequired, View):
    """ "Start with your own accounts": shows what the demo added, and removes it."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest) -> HttpResponse:
        connections = list(Connection.objects.filter(demo=True))
        if not connections:
            return redirect("overview")
        going = [removal.what_goes(sync) for sync in removal.demo_syncs()]
        context = {"title": "Start with your own accounts", "connections": connections, "going": going}
        return render(request, "removal/demo.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            removal.remove_demo(by=request.user)
        except removal.StillAtWork as refused:
            messages.error(request, str(refused))
            return redirect("remove_demo")
        messages.success(request, "The demo is removed. Connect your own systems next.")
        return redirect("overview")
