"""The Check page of a sync, and the button that tests both connections."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from connectors import services
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.pages.checks import selectors as check_selectors
from syncadmin.runs.pages.checks.links import trail
from syncadmin.web.access import Role, RoleRequired

LONGEST_TITLE = 200


class CheckSync(RoleRequired, View):
    """The check page of a sync. No call."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(check_selectors.checked_syncs(), slug=slug)
        if not sync.is_known:
            return redirect(sync)
        title = f"Check of {kind_of(sync.kind).title_inside}"
        above = trail(sync)
        # below Accounts or People in the navigation, though a page of runs
        request.section = above[0].url  # type: ignore[attr-defined]
        context = {"title": title, "sync": sync, "check": check_selectors.check_page(sync), "trail": above}
        return render(request, "checks/check.html", context)


class ReviewFinding(RoleRequired, View):
    """Accepts a finding, or takes that back. It stays accepted whatever is counted later."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync, title = get_object_or_404(Sync, slug=slug), request.POST.get("title", "")[:LONGEST_TITLE]
        if title:
            check_selectors.review(sync, title, done="undo" not in request.POST)
        return redirect("runs:check", slug)


class TestBoth(RoleRequired, View):
    """Tests both connections and stores the results."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(check_selectors.checked_syncs(), slug=slug)
        failed = [side.name for side in (sync.left, sync.right) if not services.check(side).ok]
        if failed:
            messages.error(request, f"The test of {' and '.join(failed)} failed.")
        else:
            messages.success(request, f"{sync.left.name} and {sync.right.name} passed their test.")
        return redirect("runs:check", slug)
