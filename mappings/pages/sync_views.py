"""Adding, naming and copying a sync."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from mappings import syncs
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.options.forms import NameForm, SetupForm
from mappings.pages.below import stand_below, sync_at
from mappings.pages.views import read
from mappings.selectors import candidates
from syncadmin.web.access import Role, RoleRequired


class SetUp(RoleRequired, View):
    """Add a sync: name it and choose the two connections."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        return setup_page(request, SetupForm(kind=kind_of(kind)))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        form = SetupForm(request.POST, kind=kind_of(kind))
        if not form.is_valid():
            return setup_page(request, form, status=422)
        return made(request, syncs.create(kind_of(kind), **form.cleaned_data, by=request.user))


class Copy(RoleRequired, View):
    """Make another sync with the same filters, options and mappings, between these or other connections."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        return setup_page(request, SetupForm(kind=kind_of(sync.kind)), of=sync)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        form = SetupForm(request.POST, kind=kind_of(sync.kind))
        if not form.is_valid():
            return setup_page(request, form, of=sync, status=422)
        return made(request, syncs.copy(sync, **form.cleaned_data, by=request.user))


class Rename(RoleRequired, View):
    """Call a sync something else."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        return self._page(request, sync, NameForm(kind=kind_of(sync.kind), initial={"name": sync.name}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = sync_at(request, slug)
        form = NameForm(request.POST, kind=kind_of(sync.kind), sync=sync)
        if not form.is_valid():
            return self._page(request, sync, form, status=422)
        syncs.rename(sync, form.cleaned_data["name"], by=request.user)
        messages.success(request, f"The sync is called {sync}.")
        return redirect(sync)

    def _page(self, request: HttpRequest, sync: Sync, form: NameForm, status: int = 200) -> HttpResponse:
        context = {"title": f"Name of {sync}", "sync": sync, "kind": form.kind, "form": form}
        return render(request, "mappings/name.html", context, status=status)


def setup_page(request: HttpRequest, form: SetupForm, *, of: Sync | None = None, status: int = 200) -> HttpResponse:
    """The form of a new sync, made from nothing or ``of`` another one."""
    kind: Kind = form.kind
    stand_below(request, kind.slug)
    title = f"Copy {of}" if of else f"Add a sync: {kind.title_inside}"
    context: dict[str, Any] = {"title": title, "kind": kind, "form": form, "copied": of}
    return render(request, "mappings/setup.html", {**context, "unconnected": _unconnected(kind)}, status=status)


def _unconnected(kind: Kind) -> tuple[str, str] | None:
    """What stands on the page while there is nothing to choose from: which system is missing, and what to do."""
    found = candidates(kind)
    lacking = list(dict.fromkeys(kind.side(name).system_label for name in found if not found[name]))
    if not lacking:
        return None
    if len(lacking) == 1:
        sentence = f"A sync joins two systems. Connect {lacking[0]}, test it, then come back."
        return f"{lacking[0]} is not connected yet", sentence
    both = " and ".join(lacking)
    return "Nothing is connected yet", f"A sync joins two systems. Connect {both}, test both, then come back."


def made(request: HttpRequest, sync: Sync) -> HttpResponse:
    """To the page of a new sync, with its fields read, and why it is switched off where it is."""
    read(request, sync)
    if not sync.enabled:
        messages.warning(
            request,
            f"{sync} starts switched off, since {sync.rival()} joins the same two systems and would write the same "
            "records. Switch one of them off before the other is switched on.",
        )
    return redirect(sync)
