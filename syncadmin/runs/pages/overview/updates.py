"""The switch for automatic updates, and the message while they are paused."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import View

from mappings import editing
from mappings.models import Sync
from mappings.selectors import heading
from syncadmin.runs.services import schedule
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.back import back_to


class _OfSync(RoleRequired, View):
    """Redirects to the page on which the button was."""

    http_method_names = ["post"]

    def sync_at(self, slug: str) -> Sync:
        return get_object_or_404(Sync.objects.on().select_related("left", "right"), slug=slug)

    def back(self, sync: Sync) -> HttpResponse:
        return redirect(back_to(self.request, sync.get_absolute_url()))


class SwitchUpdates(_OfSync):
    """Switches automatic updates on or off and changes nothing else (S3.14)."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync, on = self.sync_at(slug), request.POST.get("on") == "1"
        try:
            if editing.switch_automatic(sync, on=on, by=request.user):
                messages.success(request, f"Automatic updates of {heading(sync)} are {'on' if on else 'off'}.")
        except editing.NotReady as reason:
            messages.error(request, f"Automatic updates were not switched on. {reason}")
        return self.back(sync)


class PauseUpdates(_OfSync):
    """Pauses automatic updates for the chosen hours, or ends the pause. Plans and runs are not affected."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = self.sync_at(slug)
        try:
            until = schedule.pause_end(request.POST.get("hours", ""), timezone.now())
        except ValueError:
            return HttpResponseBadRequest("Choose one of the times that are offered.")
        editing.pause_automatic(sync, until, by=request.user)
        messages.success(request, f"Automatic updates of {heading(sync)} {'are paused' if until else 'go on'}.")
        return self.back(sync)
