"""Filters, order and columns of a list that somebody keeps under a name. Each person has their own."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import View

from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.models import SavedView

_NOT_KEPT = ("page", "format")


class SavedViewForm(forms.ModelForm):
    """A name, and the list with its query."""

    class Meta:
        model = SavedView
        fields = ["name", "path", "query"]

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"]
        if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
            raise forms.ValidationError("This is no list of SyncAdmin.")
        return path


def views_of(user: User, path: str) -> QuerySet[SavedView]:
    """What somebody has saved of the list at this address."""
    return SavedView.objects.filter(user=user, path=path)


def kept(query: QueryDict) -> str:
    """The part of a query that is saved: everything but the page."""
    shown = query.copy()
    for name in _NOT_KEPT:
        shown.pop(name, None)
    return shown.urlencode()


class SaveView(RoleRequired, View):
    """Saves a list as it is seen. One of the same name is replaced."""

    role = Role.VIEWER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SavedViewForm(request.POST)
        if not form.is_valid():
            messages.error(request, "The view was not saved. Give it a name of up to 60 characters.")
            return redirect(form.cleaned_data.get("path") or "overview")
        name, path, query = (form.cleaned_data[field] for field in ("name", "path", "query"))
        whose = {"user": cast(User, request.user), "path": path, "name": name}
        SavedView.objects.update_or_create(**whose, defaults={"query": query})
        messages.success(request, f"The view {name} is saved. It stands under Views.")
        return redirect(f"{path}?{query}")


class DeleteView(RoleRequired, View):
    role = Role.VIEWER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView, pk=pk, user=cast(User, request.user))
        view.delete()
        messages.success(request, f"The view {view.name} is deleted.")
        return redirect(view.path)
