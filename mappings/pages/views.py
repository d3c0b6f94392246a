"""The syncs of each kind: their list, and the page that configures one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from connectors.api.errors import ConnectorError
from mappings import editing, resting
from mappings.addresses import list_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of, list_title, under
from mappings.models import Sync
from mappings.options import wording
from mappings.pages.below import stand_below, sync_at
from mappings.pages.filters import SyncFilter
from mappings.pages.sync_page import page, stored_schemas
from mappings.pages.tables import SyncTable
from mappings.scope import list_views
from mappings.selectors import sync_of, syncs_of
from mappings.services import schemas
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage


class Syncs(ListPage):
    """The syncs of one kind."""

    title = "Syncs"
    filterset = SyncFilter
    table = SyncTable
    template_name = "mappings/list.html"

    def rows(self) -> Any:
        return syncs_of(self.kwargs["kind"])

    def _paged(self, rows: Any) -> Any:
        table = super()._paged(rows)
        resting.with_reasons([row.record for row in table.page.object_list])
        return table

    def context(self) -> dict[str, Any]:
        kind = kind_of(self.kwargs["kind"])
        stand_below(self.request, kind.slug)
        return {
            "kind": kind,
            "title": list_title(kind),
            "beside": _beside(kind),
            "sentence": f"Keep {kind.right.system_label} {kind.right.many} in step with "
            f"{kind.left.system_label} {kind.left.many}.",
            "empty": Badge(f"No {kind.left.one} sync is set up", icon=kind.heading.icon),
            "empty_sentence": "Choose the two systems first. Nothing is read or written until you make a plan.",
        }


def _beside(kind: Kind) -> tuple[Kind, ...]:
    """The kinds to choose among on the list of one: those of its heading, where that has no page for all of them."""
    kinds = () if kind.heading.page else under(kind.heading)
    return kinds if len(kinds) > 1 else ()


class Detail(RoleRequired, View):
    """The configuration of one sync. Asks no remote system."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_of(slug)
        if not sync.is_known:
            return render(request, "mappings/unknown.html", {"title": str(sync), "sync": sync})
        stand_below(request, sync.kind)
        saved = {"saved": request.GET.get("saved", "").split(","), "unchanged": "unchanged" in request.GET}
        return render(request, "mappings/detail.html", {**page(sync, stored_schemas(sync)), **saved})


class Switch(RoleRequired, View):
    """Switches a sync off, and on again (S3.C10)."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        on = request.POST.get("on") == "1"
        try:
            if editing.switch(sync, on=on, by=request.user):
                messages.success(request, wording.switched(kind_of(sync.kind), on=on))
        except editing.NotReady as reason:
            messages.error(request, str(reason))
        return redirect(list_url(sync.kind) if request.POST.get("back") == "list" else sync)


class ReadFields(RoleRequired, View):
    """Reads the fields of both sides, for the first time or again."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        read(request, sync)
        return redirect(sync)


def read(request: HttpRequest, sync: Sync) -> None:
    """Refresh both schemas and say how that went."""
    try:
        known = schemas(sync, refresh=True)
        list_views.refresh(sync)
    except ConnectorError as error:
        messages.error(request, f"The fields could not be read. {error}")
        return
    left, right = len(known.left.fields), len(known.right.fields)
    messages.success(request, f"Read {left} fields of {sync.left.name} and {right} of {sync.right.name}.")
