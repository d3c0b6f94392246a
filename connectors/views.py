"""Connections: list, form, test, switch, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.generic import View

from connectors import drafts, saving, services
from connectors.api.protocol import ConnectorSpec
from connectors.api.registry import CONNECTORS, connector_spec, connector_specs
from connectors.api.values import CheckReport, CheckState, CheckStep
from connectors.badges import STEP_BADGES, failed_step
from connectors.embedding_views import described
from connectors.filters import ConnectionFilter
from connectors.forms import ConnectionForm
from connectors.models import Connection
from connectors.tables import ConnectionTable
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage
from syncadmin.web.partial import wants_part
from syncadmin.web.templatetags.ui import ago


class ConnectionList(ListPage):
    """The systems that SyncAdmin reads and writes."""

    title = "Connections"
    sentence = "The systems that SyncAdmin reads and writes. Test each one before a sync uses it."
    selector = staticmethod(Connection.objects.all)
    filterset = ConnectionFilter
    table = ConnectionTable
    template_name = "connectors/list.html"
    empty = Badge("No system is connected yet", icon="plug-connected")
    empty_sentence = "Connect the systems that you use. Nothing is read or written until you make a plan."


class ChooseKind(RoleRequired, View):
    """The first step of adding a connection: which system."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"title": "Add a connection", "specs": connector_specs()}
        return render(request, "connectors/choose_kind.html", context)


class ConnectionFormPage(RoleRequired, View):
    """Adding and editing. Saves, or tests what stands in the form without saving it."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        drafts.forget(request.session)
        return self._page(request, ConnectionForm(connection=_connection(**where)))

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        waiting = drafts.recall(request.session, request.path)
        form = ConnectionForm(request.POST, connection=_connection(**where), waiting=waiting)
        if "test" in request.POST:
            return self._test(request, form)
        if not form.is_valid():
            drafts.remember(request.session, request.path, form.typed_secrets())
            return self._page(request, form)
        saving.save(form.connection, **form.changes(), by=request.user)
        drafts.forget(request.session)
        tested = services.check(form.connection) if "save_and_test" in request.POST else None
        messages.add_message(request, *_saved(form.connection, tested))
        return redirect(form.connection)

    def _test(self, request: HttpRequest, form: ConnectionForm) -> HttpResponse:
        drafts.remember(request.session, request.path, form.typed_secrets())
        steps: list[CheckStep] = []
        if form.is_valid() or form.can_be_tested():
            draft = saving.filled(form.connection, **form.changes())
            steps = list(services.check_unsaved(draft).steps)
        context = {"steps": shown_steps(steps), "incomplete": not steps, "unsaved": True}
        if wants_part(request):
            return render(request, "connectors/partials/_check.html", {**context, "form": form})
        return self._page(request, form, tested=True, **context)

    def _page(self, request: HttpRequest, form: ConnectionForm, **extra: Any) -> HttpResponse:
        connection = form.connection
        title = f"Edit {connection.name}" if connection.pk else f"Connect {connection.spec.label}"
        context = {"form": form, "connection": connection, "title": title, "steps": stored_steps(connection), **extra}
        return render(request, "connectors/form.html", context)


class ConnectionDetail(RoleRequired, View):
    """One connection: its state, its last test, what is known of it."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        context = {
            "title": connection.name,
            "connection": connection,
            "steps": stored_steps(connection),
            "facts": shown_facts(connection),
            "users": (users := saving.users_of(connection)),
            "switching_off": _switching_off(users),
            "objects": connection.objects_described.order_by("label"),
            **described(connection),
        }
        return render(request, "connectors/detail.html", context)


class TestConnection(RoleRequired, View):
    """Tests the saved connection and keeps the result."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        report = services.check(connection)
        if not wants_part(request):
            return redirect(connection)
        context = {"connection": connection, "steps": shown_steps(report.steps), "facts": shown_facts(connection)}
        return render(request, "connectors/partials/_tested.html", context)


class SwitchConnection(RoleRequired, View):
    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        saving.set_enabled(connection, request.POST.get("enabled") == "yes", by=request.user)
        messages.success(request, f"{connection.name} is switched {'on' if connection.enabled else 'off'}.")
        return redirect(connection)


class DeleteConnection(RoleRequired, View):
    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        connection = get_object_or_404(Connection, slug=slug)
        try:
            left = saving.delete(connection, by=request.user)
        except saving.InUse as refused:
            messages.error(request, str(refused))
            return redirect(connection)
        messages.success(request, f"{connection.name} is deleted.")
        for sentence in left:
            messages.warning(request, sentence)
        return redirect("connectors:list")


def shown_steps(steps: Any) -> list[tuple[CheckStep, Badge]]:
    return [(step, STEP_BADGES[step.state]) for step in steps]


def stored_steps(connection: Connection) -> list[tuple[CheckStep, Badge]]:
    rows = connection.last_check or []
    return shown_steps([CheckStep(**{**row, "state": CheckState(row["state"])}) for row in rows])


def shown_facts(connection: Connection) -> list[tuple[str, Any]]:
    """What is known of the remote system, in words; what it does not have, or did not say, is left out."""
    facts, labels = connection.facts, connection.spec.fact_labels
    known = {name: value for name, value in facts.items() if value is not None and name not in _DISTINGUISHING}
    order = [*(name for name in labels if name in known), *(name for name in known if name not in labels)]
    shown = [(labels.get(name) or name.replace("_", " ").capitalize(), _in_words(known[name])) for name in order]
    return [*shown, *_requests_used(connection), *_clock(connection)]


_DISTINGUISHING = {
    *(services.ANSWERS_AT, services.SETTINGS_READ_AT, services.CLOCK_AHEAD),
    *("daily_used", "daily_limit", "daily_used_at"),
}


def _clock(connection: Connection) -> list[tuple[str, Any]]:
    """How far its clock and that of this server differ; nothing where they agree."""
    seconds = services.clock_ahead(connection).total_seconds()
    return [("Clock", _difference(seconds))] if seconds else []


def _difference(seconds: float) -> str:
    """ "10 minutes ahead of this server's clock"."""
    amount = f"{round(abs(seconds) / 60)} minutes" if abs(seconds) >= 120 else f"{round(abs(seconds))} seconds"
    return f"{amount} {'ahead of' if seconds > 0 else 'behind'} this server's clock"


def _requests_used(connection: Connection) -> list[tuple[str, Any]]:
    """How many of the day's requests are used, and when the system said so."""
    used, limit, at = connection.facts.get("daily_used"), connection.facts.get("daily_limit"), connection.daily_used_at
    if used is None or limit is None:
        return []
    read = format_html(", read {}", ago(at)) if at else ""
    return [("Requests used today", format_html("{} of {}{}", f"{used:,}", f"{limit:,}", read))]


def _saved(connection: Connection, tested: CheckReport | None) -> tuple[int, str]:
    """The message after saving, with what the test of the same press found."""
    if tested is None:
        return messages.SUCCESS, f"{connection.name} is saved. Test it to see that it works."
    if tested.ok:
        return messages.SUCCESS, f"{connection.name} is saved, and its test passed."
    return messages.WARNING, f"{connection.name} is saved. Its test failed at: {failed_step(connection)}."


def _switching_off(users: Sequence[str]) -> str:
    """What switching a connection off means for what uses it."""
    if not users:
        return "Nothing uses it now. It can be switched on again at any time."
    return f"Until it is switched on again, nothing is planned or written for: {', '.join(users)}. A run at work stops."


def _in_words(value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


def _connection(kind: str = "", slug: str = "") -> Connection:
    """The stored connection at ``slug``, or a new one of ``kind``. Raises Http404 for an unknown one."""
    if slug:
        return get_object_or_404(Connection, slug=slug)
    if kind not in CONNECTORS:
        raise Http404(f"There is no system {kind}.")
    spec: ConnectorSpec = connector_spec(kind)
    return Connection(kind=kind, auth=spec.auth_methods[0].key)
