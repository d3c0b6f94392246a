"""The pages of runs: the list, one run, its status part, one step, and the CSV file of its rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import View

from mappings.models import Sync
from mappings.selectors import with_directions
from syncadmin.runs.models import Step
from syncadmin.runs.pages.runs import run_page
from syncadmin.runs.pages.runs.filters import RunFilter
from syncadmin.runs.pages.runs.selectors import run_shown, runs_listed, steps_exported
from syncadmin.runs.pages.runs.tables import RunTable
from syncadmin.runs.services import automatic
from syncadmin.runs.services.csv_rows import step_rows
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage
from syncadmin.web.lists.spreadsheet import csv_response
from syncadmin.web.partial import wants_part


class RunList(ListPage):
    """All runs of all syncs, and the buttons that make a plan."""

    title = "Runs"
    sentence = (
        "Each run reads both systems and makes a plan. A plan that somebody starts here waits for approval; automatic "
        "updates are written at once, within the guards of their sync."
    )
    selector = staticmethod(runs_listed)
    filterset = RunFilter
    table = RunTable
    template_name = "runs/list.html"
    empty = Badge("No run yet", icon="player-play")
    empty_sentence = "Make a plan: it reads both systems and shows what would be written. It writes nothing."

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "syncs": with_directions(Sync.objects.on().select_related("left", "right")),
        }


class RestingPart(RoleRequired, View):
    """The part of a mapping page that says why automatic updates wait; empty while they run."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        rest = automatic.rests([sync]).get(sync.pk) if sync.automatic_updates else None
        return render(request, "runs/partials/_resting.html", {"rest": rest})


class RunDetail(RoleRequired, View):
    """One run. htmx requests get the part that changes."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(run_shown(), pk=pk)
        context = run_page.context_of(run, run_page.RunQuery.from_query(request.GET), timezone.now())
        return render(request, "runs/partials/_run.html" if wants_part(request) else "runs/detail.html", context)


class StepDetail(RoleRequired, View):
    """One step: what was planned, why, and its outcome."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, pk: int, step: int) -> HttpResponse:
        run = get_object_or_404(run_shown(), pk=pk)
        found = get_object_or_404(Step.objects.select_related("outcome"), run=run, pk=step)
        context = {"run": run, "line": run_page.step_line(run, found), "title": found.label}
        return render(request, "runs/partials/_step.html" if wants_part(request) else "runs/step.html", context)


class RunRows(RoleRequired, View):
    """Rows of a run as CSV: those of the tile, group or search in the address, or all."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        run = get_object_or_404(run_shown(), pk=pk)
        choice = run_page.RunQuery.from_query(request.GET)
        steps = steps_exported(run, tile=choice.tile, group_key=choice.group_key, text=choice.text)
        name = f"run-{run.pk}-chosen" if choice.is_made else f"run-{run.pk}"
        return csv_response(name, step_rows(run, steps), timezone.now())
