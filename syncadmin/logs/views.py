"""The log pages: the list, the entries of one record, and the logging level."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from syncadmin.logs import selectors, services
from syncadmin.logs.filters import LogFilter
from syncadmin.logs.forms import LoggingLevelForm
from syncadmin.logs.models import LoggingLevel
from syncadmin.logs.tables import LogTable
from syncadmin.logs.tiles import level_tiles
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage

logger = logging.getLogger(__name__)


class LogList(ListPage):
    """Everything that was kept, newest first."""

    title = "Logs"
    sentence = "What happened to each record, and what was not done. Open an entry to see its history."
    selector = staticmethod(selectors.entries)
    filterset = LogFilter
    table = LogTable
    template_name = "logs/list.html"
    part_name = "logs/partials/_list.html"
    empty = Badge("The log is empty", icon="list-details")
    empty_sentence = "Runs add entries here."

    def context(self) -> dict[str, Any]:
        setting = services.logging_level()
        return {
            **super().context(),
            "tiles": level_tiles(self.request.GET),
            "form": LoggingLevelForm(initial={"level": setting.value}, auto_id="logging_%s"),
            "setting": setting,
            "looked": selectors.LOOKED_THROUGH,
        }


class Story(RoleRequired, View):
    """One entry among everything the log knows of its record in its run."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = get_object_or_404(selectors.entries(), pk=pk)
        context = {"entry": entry, "story": selectors.story(entry), "title": entry.label or "Log entry"}
        return render(request, "logs/story.html", context)


class SaveLoggingLevel(RoleRequired, View):
    """The button of S3.11, apart from every other setting."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LoggingLevelForm(request.POST)
        if form.is_valid():
            level = LoggingLevel(form.cleaned_data["level"])
            services.save_logging_level(level)
            logger.info("logging level %s saved by %s", level.value, request.user)
            messages.success(request, f"The logging level is {level.label} from now on.")
        else:
            messages.error(request, "This is not a logging level. Nothing was changed.")
        return redirect("logs:list")
