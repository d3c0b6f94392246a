"""The views of the parts of a sync's page that query remote systems. htmx loads them; each also works as a page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from connectors.api.errors import ConnectorError
from mappings.kinds.registry import kind_of
from mappings.kinds.sentences import LONGEST_INTERVAL, SHORTEST_INTERVAL
from mappings.models import Sync
from mappings.options.forms import refreshed
from mappings.options.polling import daily_calls
from mappings.pages import live
from mappings.pages.below import sync_at
from mappings.pages.sync_page import stored_schemas
from mappings.schemas import Schemas
from syncadmin.web.access import Role, RoleRequired, can
from syncadmin.web.partial import wants_part


class Live(RoleRequired, View):
    """``content`` asks; when it cannot, the part says why, and what to do."""

    role = Role.VIEWER
    http_method_names = ["get"]
    title: str
    template: str

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        known = stored_schemas(sync)
        if known is None:
            return redirect(sync)
        try:
            content = self.content(sync, known)
        except ConnectorError as error:
            content = {"failure": error}
        content["again_url"] = f"{request.path}?{_anew(request)}"
        context = {**self._frame(sync), "known": known, **content}
        return render(request, self.template if wants_part(request) else "mappings/live.html", context)

    def _frame(self, sync: Sync) -> dict[str, Any]:
        kind = kind_of(sync.kind)
        title = self.title.format(many=kind.left.many)
        title = title[:1].upper() + title[1:]
        return {"title": title, "sync": sync, "kind": kind, "part": self.template}

    @property
    def again(self) -> bool:
        """Whether an operator wants the remote system to be asked again."""
        return "again" in self.request.GET and can(self.request.user, "operate")

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        """What the template shows. Raises ConnectorError."""
        raise NotImplementedError


def _anew(request: HttpRequest) -> str:
    """The query of the same question, to be asked again."""
    data = request.GET.copy()
    data["again"] = "1"
    return data.urlencode()


class ScopeCount(Live):
    """How many records the filters in the address let in, saved or not (S3.C6)."""

    title = "{many} in scope"
    template = "mappings/scope/_count.html"

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        return live.scope_count(sync, known, refreshed(self.request.GET, known), again=self.again)


class PolicyCounts(Live):
    """How many records the policies of the kind are about (S3.4 - S3.7)."""

    title = "Special cases of {many}"
    template = "mappings/options/_policies.html"

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        return live.policy_counts(sync, known, again=self.again)


class ExternalIds(Live):
    """How many right records hold somebody else's external id (S3.C12)."""

    role = Role.OPERATOR  # it may cost two hundred calls
    title = "External ids in use"
    template = "mappings/options/_external_ids.html"

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        return {"check": live.external_ids(sync)}


class SamplesPart(Live):
    """What the kind would make of a few real right records (S3.C14)."""

    title = "Samples"
    template = "mappings/options/_samples.html"

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        declared = known.kind.samples
        if declared is None:
            raise Http404(f"{known.kind.title} have no samples.")
        return {**live.samples(sync, declared, again=self.again), "title": declared.title}


class PollingCost(RoleRequired, View):
    """What an interval that is typed would cost in calls a day."""

    role = Role.VIEWER
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        typed = request.GET.get("interval", "")
        minutes = int(typed) if typed.isdecimal() and len(typed) < 4 else sync.minutes
        context: dict[str, Any] = {"sync": sync, "minutes": minutes, "title": "What it costs to look for changes"}
        if SHORTEST_INTERVAL <= minutes <= LONGEST_INTERVAL:
            context["costs"] = daily_calls(sync, minutes)
        template = "mappings/options/_polling.html"
        page = {**context, "kind": kind_of(sync.kind), "part": template}
        return render(request, template if wants_part(request) else "mappings/live.html", page)


class TryIt(Live):
    """One real record through the saved mapping."""

    title = "Try it"
    template = "mappings/fields/_try.html"

    def content(self, sync: Sync, known: Schemas) -> dict[str, Any]:
        data = self.request.GET
        search, id = data.get("search", ""), data.get("record", "")
        return live.try_it(sync, known, search=search, id=id, again=self.again)
