"""The sections of a sync's page, each with its own Save button."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from mappings import editing
from mappings.drift import drift
from mappings.fields import form as fieldform
from mappings.fields import rows
from mappings.kinds.registry import kind_of
from mappings.kinds.section import Section
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options.condition_rows import ACTION, acted
from mappings.options.forms import AutomaticForm, ScopeForm, refreshed
from mappings.options.section_form import chosen_anew
from mappings.pages.below import sync_at
from mappings.pages.sync_page import form_of, page, section, stored_schemas
from mappings.schemas import Schemas
from mappings.scope.leaving import question
from mappings.scope.stored import scope_of
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.duallist import is_move
from syncadmin.web.partial import wants_part


class SectionView(RoleRequired, View):
    """What the sections share: finding the sync, showing the section again, leading back after a save."""

    role = Role.ADMINISTRATOR
    http_method_names = ["get", "post"]
    name = ""
    part: Section

    def get(self, request: HttpRequest, slug: str, name: str = "") -> HttpResponse:
        """The address of a refused save, opened anew: the section as it is stored."""
        return redirect(f"{self.found(slug, name).get_absolute_url()}#{self.part.name}")

    def found(self, slug: str, name: str = "") -> Sync:
        """The sync; ``part`` is the section of this name. Raises Http404, also where its kind has no such section."""
        sync = sync_at(self.request, slug)
        wanted = self.name or name
        part = next((part for part in kind_of(sync.kind).parts if part.name == wanted), None)
        if part is None:
            raise Http404(f"{kind_of(sync.kind).title} have no section {wanted}.")
        self.part = part
        return sync

    def again(self, sync: Sync, known: Schemas | None, content: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The section alone for htmx, else the whole page, with what was typed."""
        part = section(sync, known, self.part, content, **extra)
        if wants_part(self.request):
            return render(self.request, self.part.template, part)
        whole = page(sync, known, **{self.part.name: content})
        context = {**whole, **part, "title": whole["title"]}
        return render(self.request, "mappings/detail.html", context, status=status)

    def saved(self, sync: Sync, changed: bool) -> HttpResponse:
        query = f"?saved={self.part.name}{'' if changed else '&unchanged'}#{self.part.name}"
        return redirect(sync.get_absolute_url() + query)

    def outdated(self, sync: Sync) -> bool:
        """Whether somebody saved another revision since this form was shown."""
        return self.request.POST.get("revision", str(sync.revision)) != str(sync.revision)


class Automatic(SectionView):
    """Enable Automatic Updates (S3.14, S3.31), with a switch of its own for each kind (S3.C10)."""

    name = "automatic"

    def post(self, request: HttpRequest, slug: str, name: str = "") -> HttpResponse:
        sync = self.found(slug, name)
        known, form = stored_schemas(sync), AutomaticForm(request.POST, sync=sync)
        if not form.is_valid() or self.outdated(sync):
            return self.again(sync, known, form, 422, refused=True, outdated=self.outdated(sync))
        lost = drift(sync, known).all if known else ("Its fields were never read.",)
        try:
            changed = editing.set_automatic(sync, **form.values, misfits=lost, by=request.user)
        except editing.NotReady as reason:
            return self.again(sync, known, form, 422, refused=True, not_ready=str(reason))
        return self.saved(sync, changed)


class KnownSection(SectionView):
    """A section that needs both schemas; without them the page says so."""

    def post(self, request: HttpRequest, slug: str, name: str = "") -> HttpResponse:
        sync = self.found(slug, name)
        known = stored_schemas(sync)
        return self.edit(sync, known) if known else redirect(sync)

    def edit(self, sync: Sync, known: Schemas) -> HttpResponse:
        raise NotImplementedError


class ScopeSection(KnownSection):
    """Set sync filters (S3.15 - S3.18)."""

    name = "scope"

    def edit(self, sync: Sync, known: Schemas) -> HttpResponse:
        data = self.request.POST
        if is_move(data) or "refresh" in data or ACTION in data:
            typed = acted(refreshed(data, known), sync)
            return self.again(sync, known, ScopeForm(typed, sync=sync, known=known))
        form = ScopeForm(data, sync=sync, known=known)
        if not form.is_valid() or self.outdated(sync):
            return self.again(sync, known, form, 422, refused=True, outdated=self.outdated(sync))
        asked = question(sync, scope_of(sync, known), form.scope, known)
        if asked and data.get("confirmed") != asked.answer:
            return self.again(sync, known, form, 422, question=asked)
        changed = editing.set_scope(sync, scope=form.scope, options=form.values(), by=self.request.user)
        return self.saved(sync, changed)


class OptionsSection(KnownSection):
    """A section that is one form over options: the address tells which."""

    def edit(self, sync: Sync, known: Schemas) -> HttpResponse:
        form = form_of(self.part, self.request.POST, sync=sync, known=known)
        if is_move(self.request.POST):
            return self.again(sync, known, form)
        if "refresh" in self.request.POST:
            data = chosen_anew(form, self.request.POST)
            return self.again(sync, known, form_of(self.part, data, sync=sync, known=known))
        if not form.is_valid() or self.outdated(sync):
            return self.again(sync, known, form, 422, refused=True, outdated=self.outdated(sync))
        return self.saved(sync, self.save(sync, form))

    def save(self, sync: Sync, form: Any) -> bool:
        kept = {"values": form.values(), "placed": form.placed()}
        return editing.set_options(
            sync, **kept, what=f"section {worded(self.part.word, kind_of(sync.kind))}", by=self.request.user
        )


class Guards(OptionsSection):
    """How much one plan may change before somebody has to approve it."""

    name = "guards"

    def save(self, sync: Sync, form: Any) -> bool:
        return editing.set_guards(sync, guards=form.values(), by=self.request.user)


class Fields(KnownSection):
    """Field mappings (S3.22 - S3.29, S3.35). Every button submits all rows; only Save all stores them."""

    name = "fields"

    def edit(self, sync: Sync, known: Schemas) -> HttpResponse:
        data = self.request.POST
        if data.get("action") != "save":
            return self.again(sync, known, fieldform.edited(data, sync, known))
        wanted, picked = fieldform.submitted(data, sync, known)
        if picked.problem or rows.problems(wanted, known, rows.placed(sync).values()) or self.outdated(sync):
            content = fieldform.refused(data, sync, known)
            return self.again(sync, known, content, 422, outdated=self.outdated(sync))
        changed = editing.set_mappings(sync, wanted=wanted, by=self.request.user)
        return self.saved(sync, changed)
