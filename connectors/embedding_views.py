"""The buttons that create, replace and remove the signing secret for embedded pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from connectors import embedding
from connectors.models import Connection
from syncadmin.web.access import Role, RoleRequired

PATH = "/embed/tickets/{object}/{id}"


class SigningSecret(RoleRequired, View):
    """Makes a new secret and shows it in its answer, or removes the one there is. No page shows it again."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        if not embedding.can_embed(connection):
            raise Http404(f"{connection.spec.label} has no pages that could show one of ours.")
        if request.POST.get("verb") == "remove":
            embedding.remove_secret(connection, by=request.user)
            messages.success(request, f"Nothing is shown inside {connection.name} any more.")
            return redirect(connection)
        made = embedding.make_secret(connection, by=request.user)
        context = {"title": "Signing secret", "connection": connection, "made": made, **described(connection)}
        shown = render(request, "connectors/signing_secret.html", context)
        shown["Cache-Control"] = "no-store"
        return shown


def described(connection: Connection) -> dict[str, Any]:
    """What whoever sets up the other system has to know; nothing for a system without such pages."""
    if not embedding.can_embed(connection):
        return {}
    query = f"?connection={connection.slug}"
    return {
        "embedding": {
            "address": f"{settings.PUBLIC_URL}{PATH}{query}",
            "origins": connection.spec.frame_origins(connection.base_url),
        }
    }
