"""The page of received messages: state, addresses to enter in the other system, and the list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from connectors.models import Connection
from syncadmin.inbox import credentials, selectors
from syncadmin.inbox.models import DeliveryState, Message
from syncadmin.inbox.tables import MessageTable
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage


class MessageFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=[*DeliveryState.choices, ("unknown", "Unknown type")],
        label="Result",
        empty_label="Any",
        method="in_state",
    )
    record = django_filters.CharFilter(label="About: the whole id", lookup_expr="iexact")
    type = django_filters.CharFilter(label="Type", lookup_expr="icontains")

    class Meta:
        model = Message
        fields = ["state", "record", "type"]

    def in_state(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        return rows.filter(known=False) if value == "unknown" else rows.filter(deliveries__state=value).distinct()


class MessageList(ListPage):
    """Status, addresses and messages of one connection."""

    title = "Messages"
    sentence = "What the system sends when something changes, and the result."
    selector = staticmethod(selectors.messages_of)
    filterset = MessageFilter
    table = MessageTable
    template_name = "inbox/messages.html"
    empty = Badge("No messages yet", icon="inbox")
    empty_sentence = "Enter the addresses above in the other system. Until then, runs look for changes."

    def context(self) -> dict[str, Any]:
        connection = connection_at(self.kwargs["slug"])
        about = {
            "title": f"Messages of {connection.name}",
            "connection": connection,
            "receiver": getattr(connection, "receiver", None),
            "counts": selectors.message_counts(connection),
            "chart": selectors.chart(connection),
            "days": selectors.DAYS,
            "syncs": selectors.concerned(connection),
        }
        return {**super().context(), **about, **addresses(connection)}


class MakeCredentials(RoleRequired, View):
    """Makes a new id and secret and shows them in its answer. No page shows the secret again."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = connection_at(slug)
        client_id, secret = credentials.make(connection, by=request.user)
        context = {
            "title": "Credentials for messages",
            "connection": connection,
            "client_id": client_id,
            "secret": secret,
        }
        shown = render(request, "inbox/credentials.html", {**context, **addresses(connection)})
        shown["Cache-Control"] = "no-store"
        return shown


def connection_at(slug: str) -> Connection:
    """Raises Http404 also for a system that sends nothing by itself."""
    connection = get_object_or_404(Connection, slug=slug)
    if connection.spec.pushes is None:
        raise Http404(f"{connection.spec.label} sends nothing by itself.")
    return connection


def addresses(connection: Connection) -> dict[str, str]:
    """What an administrator enters in the other system."""
    where = [connection.kind, connection.slug]
    return {
        "hook_url": f"{settings.PUBLIC_URL}{reverse('inbox:hook', args=where)}",
        "token_url": f"{settings.PUBLIC_URL}{reverse('inbox:token', args=where)}",
    }
