"""The pages that show the objects and fields of a connected system, and when they were last read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import View

from connectors import services
from connectors.api.errors import ConnectorError
from connectors.filters import FieldFilter
from connectors.models import Connection, RemoteField, RemoteObject
from connectors.tables import FieldTable
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.lists.list_page import ListPage


def fields_of(slug: str, name: str) -> QuerySet[RemoteField]:
    return RemoteField.objects.filter(object__connection__slug=slug, object__name=name).order_by("position")


class FieldList(ListPage):
    """The fields of one object."""

    title = "Fields"
    selector = staticmethod(fields_of)
    filterset = FieldFilter
    table = FieldTable
    template_name = "connectors/fields.html"
    per_page = 100

    def context(self) -> dict[str, Any]:
        found = RemoteObject.objects.select_related("connection")
        described = get_object_or_404(found, connection__slug=self.kwargs["slug"], name=self.kwargs["name"])
        return {**super().context(), "title": described.label, "object": described, "connection": described.connection}


class DescribeObject(RoleRequired, View):
    """Reads an object's fields from the remote system, for the first time or again."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        name = request.POST.get("name", "").strip()
        try:
            described = services.schema(connection, name, refresh=True)
        except ConnectorError as error:
            messages.error(request, f"{name or 'The object'} could not be read. {error}")
            return redirect(connection)
        messages.success(request, f"{described.label}: {len(described.fields)} fields read.")
        return redirect("connectors:fields", slug=slug, name=described.name)
