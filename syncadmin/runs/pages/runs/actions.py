"""The buttons of run pages. Each calls one service, shows a message and redirects to the run."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.views.generic import View

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, WrongMove
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.pages.runs import run_page, selectors
from syncadmin.runs.services import runs as services
from syncadmin.runs.status.labels import is_of_people
from syncadmin.runs.storage import mirror, summary
from syncadmin.web.access import Role, RoleRequired

logger = logging.getLogger(__name__)
# Digits of the largest id; a database refuses a longer number with an error.
LONGEST_ID = 18


class PlanSync(RoleRequired, View):
    """Starts a plan. If another run of the sync is active, shows a link to it instead (S3.C9).

    ``out_of_order``: the user was warned that another sync is not complete yet, and confirmed (S3.43).
    """

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        try:
            direction, anyway = chosen_direction(request), "out_of_order" in request.POST
            return redirect(services.start(sync, by=person(request), direction=direction, out_of_order=anyway))
        except services.Busy as busy:
            messages.warning(request, busy_message(busy))
        except services.NotYet as reason:
            messages.warning(request, str(reason))
            return redirect("synced_people" if is_of_people(sync) else "runs:list")
        return redirect("runs:list")


class SyncRecord(RoleRequired, View):
    """Plans one pair of records: only these two are read, and whatever waits to be planned."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        record = get_object_or_404(MirrorRecord, sync=sync, side=side, remote_id=remote_id)
        try:
            return redirect(services.start(sync, by=person(request), asked=mirror.pair_to_read(record)))
        except services.Busy as busy:
            messages.warning(request, busy_message(busy))
        except services.NotYet as reason:
            messages.warning(request, str(reason))
        return redirect("records:detail", slug, side, remote_id)


class RunButton(RoleRequired, View):
    """A button on the page of a run. A refusal is shown as a message on the same page."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(selectors.run_shown(), pk=pk)
        logger.info("%s of run %s pressed by %s", type(self).__name__, run.pk, request.user)
        try:
            return self.pressed(run)
        except services.Busy as busy:
            messages.warning(request, busy_message(busy))
        except (services.NotYet, services.Stale, WrongMove) as refused:
            messages.error(request, str(refused))
        return redirect(run)

    def pressed(self, run: Run) -> HttpResponse:
        """Perform the action. May raise Busy, NotYet, Stale or WrongMove."""
        raise NotImplementedError


class Approve(RunButton):
    """Writes exactly the plan that was shown; one that changed meanwhile is shown again.

    If it deletes many records, their number has to be typed.
    """

    def pressed(self, run: Run) -> HttpResponse:
        seen = self.request.POST.get("seen")
        if run.status is RunState.PLANNED and seen != run_page.seen_now(run):
            raise services.Stale("The plan was changed since you opened it. Read it again, then approve it.")
        number = run_page.number_to_type(summary.groups(run)) if run.status is RunState.PLANNED else 0
        if number and _digits(self.request.POST.get("typed", "")) != str(number):
            raise services.NotYet(
                f"It deletes {number:,} records. Type that number to approve it; nothing was written."
            )
        return redirect(services.approve(run, by=person(self.request)))


class Discard(RunButton):
    def pressed(self, run: Run) -> HttpResponse:
        services.discard(run)
        messages.success(self.request, "The plan is discarded. Nothing was written.")
        return redirect(run)


class Cancel(RunButton):
    def pressed(self, run: Run) -> HttpResponse:
        services.cancel(run)
        messages.info(self.request, "Cancelling. The current batch is finished first.")
        return redirect(run)


class Resume(RunButton):
    """Continues a paused, cancelled or failed run, or takes over one whose worker died."""

    def pressed(self, run: Run) -> HttpResponse:
        return redirect(services.resume(run))


class Undo(RunButton):
    """Plans the inverse of a run. The plan is approved like any other."""

    def pressed(self, run: Run) -> HttpResponse:
        return redirect(services.undo(run, by=person(self.request)))


class ChooseSteps(RunButton):
    """Excludes steps from a waiting plan, or includes them again: one, or all that are shown."""

    def pressed(self, run: Run) -> HttpResponse:
        posted, choice = self.request.POST, run_page.RunQuery.from_query(self.request.POST)
        act = services.include if posted.get("verb") == "include" else services.exclude
        if "all" in posted:
            act(run, selectors.steps_listed(run, tile=choice.tile, group_key=choice.group_key, text=choice.text))
        else:
            act(run, [int(pk) for pk in posted.getlist("step") if pk.isdecimal() and len(pk) <= LONGEST_ID])
        return redirect(f"{run.get_absolute_url()}{choice.address(page=choice.page)}")


def _digits(typed: str) -> str:
    """A typed number without separators."""
    return typed.strip().replace(",", "")


def person(request: HttpRequest) -> User | None:
    """The signed-in user."""
    return request.user if isinstance(request.user, User) else None


def chosen_direction(request: HttpRequest) -> RunDirection:
    """The direction chosen with the button; what the mapping allows without a choice (A1)."""
    direction = request.POST.get("direction", RunDirection.BOTH)
    return RunDirection(direction) if direction in list(RunDirection) else RunDirection.BOTH


def busy_message(busy: services.Busy) -> str:
    """The refusal of a second run, with a link to the active one."""
    return format_html(
        '{} Nothing was started. <a href="{}">Open run {}</a>', busy, busy.run.get_absolute_url(), busy.run.pk
    )
