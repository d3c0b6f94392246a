"""The overview page, and the buttons of the first-run path. Above the apps, because it reads from all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import TemplateView, View

from connectors import services
from connectors.api.errors import ConnectorError
from connectors.models import Connection
from mappings import editing
from mappings.models import Sync
from mappings.selectors import heading, known_schemas, sides
from mappings.services import schemas
from syncadmin.firststeps import HIDDEN, connections_to_test, on_the_way, steps_shown
from syncadmin.runs.pages.overview.cards import cards, leading
from syncadmin.runs.pages.overview.groups import grouped
from syncadmin.runs.services import automatic
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.partial import wants_part


class Overview(RoleRequired, TemplateView):
    """How every sync stands; before that, where this installation stands on the way to going live."""

    role = Role.VIEWER
    template_name = "web/overview.html"
    extra_context = {"title": "Overview"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps, (found_cards, groups) = steps_shown(self.request), grouped(cards())
        # the way to go live has the button that stands out as long as it is there
        stands_out = None if steps else leading(found_cards)
        demo = Connection.objects.filter(demo=True).exists()
        shown = {"cards": found_cards, "groups": groups, "leading": stands_out}
        return super().get_context_data(way=steps, demo=demo, **shown, **kwargs)


class TestConnections(RoleRequired, View):
    """Tests all connections of the first steps, and reads the fields of the syncs between those that passed."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        enabled, syncs = on_the_way()
        passed = {row.pk for row in connections_to_test(list(enabled), syncs) if services.check(row).ok}
        unread = [problem for sync in syncs if {sync.left_id, sync.right_id} <= passed and (problem := _read(sync))]
        if wants_part(request):
            return render(request, "components/first_steps.html", {"problems": unread})
        for problem in unread:
            messages.error(request, problem)
        return redirect("overview")


def _read(sync: Sync) -> str:
    """Read the fields of both sides where they were never read; why that failed, "" where they are known."""
    try:
        if known_schemas(sync, sides(sync)) is None:
            schemas(sync)
    except ConnectorError as error:
        return f"The fields of {heading(sync)} could not be read. {error}"
    return ""


class GoLive(RoleRequired, View):
    """Switches automatic updates on for every sync of the first steps of which a plan was written."""

    role = Role.ADMINISTRATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        _, syncs = on_the_way()
        written = automatic.applied(syncs)
        for sync in syncs:
            if sync.pk in written and not sync.automatic_updates:
                self._switch_on(request, sync)
        return redirect("overview")

    def _switch_on(self, request: HttpRequest, sync: Sync) -> None:
        try:
            editing.switch_automatic(sync, on=True, by=request.user)
        except editing.NotReady as reason:
            messages.error(request, f"{heading(sync)} was not switched on. {reason}")
        else:
            messages.success(request, f"{heading(sync)} is live: changes are written automatically.")


class HideSteps(RoleRequired, View):
    """Hides the first steps from this person until the next sign-in."""

    role = Role.VIEWER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session[HIDDEN] = True
        return redirect("overview")
