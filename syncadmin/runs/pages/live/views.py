"""The Live page of a sync."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from mappings.models import Sync
from syncadmin.runs.pages.checks.links import trail
from syncadmin.runs.pages.live.selectors import live_badge, live_page
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.partial import wants_part


class LiveSync(RoleRequired, View):
    """The Live page: how changes arrive, how long they take and what waits. It refreshes every few seconds."""

    role = Role.VIEWER
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        if not sync.is_known:
            return redirect(sync)
        above = trail(sync)
        # below Accounts or People in the navigation, though a page of runs
        request.section = above[0].url  # type: ignore[attr-defined]
        template = "live/_now.html" if wants_part(request) else "live/live.html"
        context = {"title": f"Live updates of {sync}", "sync": sync, "live": live_page(sync), "trail": above}
        return render(request, template, context)


class LiveLine(RoleRequired, View):
    """The badge of that page, loaded into pages that list syncs."""

    role = Role.VIEWER
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.on().select_related("left", "right", "health"), slug=slug)
        if not wants_part(request):
            return redirect("runs:live", slug)
        return render(request, "live/_line.html", {"badge": live_badge(sync)})
