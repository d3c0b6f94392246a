"""The pages of kinds with one sync per part of an object, such as a mailbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.generic import View

from mappings import syncs
from mappings.addresses import list_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.pages.below import stand_below
from mappings.pages.views import Syncs
from syncadmin.runs.pages.parts import adding
from syncadmin.runs.pages.parts.adding import PartLine
from syncadmin.runs.pages.parts.tables import PartTable, with_facts
from syncadmin.web.access import Role, RoleRequired

LARGEST_FILE = 1_000_000


class Parts(Syncs):
    """All parts of a kind with state, counts, last error and switch."""

    table = PartTable
    template_name = "parts/list.html"

    def _table(self, rows: Any) -> Any:
        table = super()._table(rows)
        table.request = self.request
        table.columns["label"].column.verbose_name = kind_of(self.kwargs["kind"]).part_word
        return table

    def _paged(self, rows: Any) -> Any:
        table = super()._paged(rows)
        with_facts([row.record for row in table.page.object_list])
        return table


class AddForm(forms.Form):
    """The pasted or uploaded parts, and the sync whose settings the new ones copy."""

    like = forms.ModelChoiceField(Sync.objects.none(), empty_label=None, label="With the settings of")
    lines = forms.CharField(
        required=False,
        label="Addresses",
        max_length=200_000,
        widget=forms.Textarea({"rows": 8, "placeholder": "ann@example.com\nben@example.com, 005000000000002"}),
    )
    file = forms.FileField(required=False, label="Or a CSV file", help_text="The same, without or with a heading.")

    def __init__(self, *args: Any, kind: Kind, **extra: Any) -> None:
        super().__init__(*args, **extra)
        who = kind.owner_word
        self.fields[
            "lines"
        ].help_text = f"One on each line, after a comma its {who}. One with the same email is suggested."
        like: Any = self.fields["like"]
        like.queryset = Sync.objects.filter(kind=kind.slug).select_related("left", "right")
        like.initial = like.queryset.first()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than a megabyte. Send fewer lines at a time.")
        return file

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("lines") or ""
        if file:
            try:
                text = f"{text}\n{file.read().decode('utf-8-sig')}"
            except UnicodeDecodeError:
                self.add_error("file", "The file is not in UTF-8. Save it again as CSV UTF-8.")
        if not self.errors and not text.strip():
            self.add_error("lines", "Type or paste at least one address, or choose a file.")
        self.cleaned_data["text"] = text
        return self.cleaned_data


class AddParts(RoleRequired, View):
    """Adds parts: first a preview with suggestions, then the syncs."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if not Sync.objects.filter(kind=kind).exists():
            return redirect("mappings:add", kind)
        return self._page(request, AddForm(kind=self._kind(kind)), self._kind(kind))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        declared = self._kind(kind)
        if "part" in request.POST:
            return self._add(request, declared)
        form = AddForm(request.POST, request.FILES, kind=declared)
        if not form.is_valid():
            return self._page(request, form, declared, status=422)
        like: Sync = form.cleaned_data["like"]
        assert declared.part_list is not None
        lines = adding.checked(adding.parsed(form.cleaned_data["text"], declared.part_list), declared, like)
        lines, failure = adding.suggested(lines, declared, like)
        return self._page(request, form, declared, lines=lines, like=like, failure=failure)

    def _add(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Create the syncs, or none if a line has a problem."""
        like = Sync.objects.filter(kind=kind.slug, pk=request.POST.get("like") or 0).first()
        if like is None:
            raise Http404("The sync whose settings were chosen is gone.")
        both = zip(request.POST.getlist("part"), request.POST.getlist("owner"), strict=False)
        lines = adding.checked([PartLine(part.strip(), owner.strip()) for part, owner in both], kind, like)
        if any(line.problem for line in lines):
            return self._page(request, AddForm(kind=kind), kind, 422, lines=lines, like=like)
        for line in lines:
            syncs.add_part(like, line.part, line.owner, by=request.user)
        text = ngettext("Added {number} {one}.", "Added {number} {many}.", len(lines))
        messages.success(request, text.format(number=len(lines), one=kind.part_word.lower(), many=_plural(kind)))
        return redirect(list_url(kind.slug))

    def _kind(self, slug: str) -> Kind:
        kind = kind_of(slug)
        if kind.part_list is None:
            raise Http404(f"{kind.title} have no list of parts.")
        stand_below(self.request, slug)
        return kind

    def _page(self, request: HttpRequest, form: AddForm, kind: Kind, status: int = 200, **more: Any) -> HttpResponse:
        lines: list[PartLine] = more.get("lines") or []
        context = {"title": f"Add {_plural(kind)}", "form": form, "kind": kind, "plural": _plural(kind), **more}
        context |= {"wrong": sum(bool(line.problem) for line in lines), "owner_word": kind.owner_word}
        return render(request, "parts/add.html", context, status=status)


def _plural(kind: Kind) -> str:
    return kind.part_list.key if kind.part_list else ""
