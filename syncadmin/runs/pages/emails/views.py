"""The pages of email groups: contacts and leads that are one user, and the choice which of them fills it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View
from django_filters import FilterSet

from mappings.kinds.registry import kinds_of_people
from mappings.models import Sync
from mappings.rules.texts import fold
from syncadmin.engine.steps import Side
from syncadmin.runs.pages.emails.selectors import GroupPage, group_page, groups_listed
from syncadmin.runs.pages.emails.simulation import Simulation, simulate
from syncadmin.runs.pages.emails.tables import GroupFilterForm, GroupTable, filled
from syncadmin.runs.pages.runs.actions import person
from syncadmin.runs.services import decisions
from syncadmin.runs.status.labels import family_lefts, group_url, names_of, names_of_parents, record_url
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage


class GroupList(ListPage):
    """Emails that several contacts or leads have, and which record fills the user."""

    title = "Shared emails"
    table = GroupTable
    template_name = "emails/list.html"
    empty = Badge("No email is shared", icon="users")
    empty_sentence = "No two synced records have the same email."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.sync = people_sync(kwargs["slug"])
        self.sentence = list_sentence(self.sync)
        self.form = GroupFilterForm(request.GET, sync=self.sync)
        self.form.is_valid()
        self.table = partial(GroupTable, sync=self.sync)  # type: ignore[assignment]
        return super().get(request, **kwargs)

    def rows(self) -> Any:
        asked = self.form.cleaned_data
        return groups_listed(self.sync, text=asked.get("q") or "", which=asked.get("which") or "")

    def narrowed(self, filtering: FilterSet | None) -> bool:
        return any(self.form.cleaned_data.values())

    def context(self) -> dict[str, Any]:
        return {**super().context(), "filter_form": self.form, "sync": self.sync}

    def _paged(self, rows: Any) -> GroupTable:
        table = super()._paged(rows)
        filled(self.sync, [row.record for row in table.page.object_list])
        return table


class GroupDetail(RoleRequired, View):
    """One group. ``?would=contacts 003…`` shows what would change if that record filled the user."""

    role = Role.VIEWER
    write_role = Role.OPERATOR

    def get(self, request: HttpRequest, slug: str, email: str) -> HttpResponse:
        page = _page_or_404(slug, email)
        simulation = _simulation(page, request.GET.get("would"))
        context = {"title": page.key, "page": page, "simulation": simulation, "names": names_of(page.sync)}
        context["parents"] = names_of_parents(page.sync)
        user = page.user.remote_id if page.user else ""
        context["user_url"] = record_url(page.sync, Side.RIGHT, user)
        return render(request, "emails/detail.html", context)

    def post(self, request: HttpRequest, slug: str, email: str) -> HttpResponse:
        sync, key = people_sync(slug), fold(email)
        try:
            messages.success(request, _decided(sync, key, request))
        except decisions.Refused as refused:
            messages.error(request, str(refused))
        return redirect(group_url(sync, key))


def list_sentence(sync: Sync) -> str:
    """What a group of records is."""
    lefts, one = family_lefts(sync), names_of(sync).right_one
    return f"{lefts.capitalize()} with the same email are one {one}. One of them, the syncing record, fills its fields."


def people_sync(slug: str) -> Sync:
    """A sync whose records come in groups. Raises Http404."""
    return get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug, kind__in=kinds_of_people())


def _page_or_404(slug: str, email: str) -> GroupPage:
    page = group_page(people_sync(slug), fold(email))
    if page is None:
        raise Http404("No record that was read has this email.")
    return page


def _simulation(page: GroupPage, would: str | None) -> Simulation | None:
    """``would``: "contacts 003…" to pin that record, "" to remove the pin, None for no simulation."""
    if would is None:
        return None
    slug, _, left_id = would.partition(" ")
    line = next(
        (line for line in page.lines if (line.record.sync.slug, line.record.remote_id) == (slug, left_id)), None
    )
    if line is None:
        return simulate(page, pin=None) if not would else None
    return simulate(page, pin=(line.record.sync_id, line.record.remote_id))


def _decided(sync: Sync, key: str, request: HttpRequest) -> str:
    slug, _, left_id = request.POST.get("pin", "").partition(" ")
    if left_id:
        decisions.pin(people_sync(slug), left_id=left_id, by=person(request))
        return "Decided: this is the syncing record. The next plan shows what it changes."
    took = decisions.unpin(sync, key=key, by=person(request))
    return "The rules decide again. The next plan shows what that changes." if took else "No record was pinned."
