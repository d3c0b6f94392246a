"""The pages of sent mails and mail settings."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import View

from syncadmin.logs import mails
from syncadmin.logs.models import Mail
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, TimeColumn
from syncadmin.web.lists.list_page import ListPage

DELIVERING = "smtp"


class MailTable(tables.Table):
    at = TimeColumn("Time", order_by="pk")
    subject = tables.Column(
        orderable=False, linkify=("logs:mail", [tables.A("pk")]), attrs={"a": {"class": "row-link"}}
    )
    to = tables.Column("To", orderable=False)
    state = BadgeColumn(lambda mail: Badge("Not sent", Tone.RED) if mail.error else Badge("Sent", Tone.GREEN), "State")
    error = tables.Column("Why not", orderable=False, default="–")

    class Meta:
        caption = "Mails"


class MailList(ListPage):
    """The latest mails, also those that no mail server took."""

    role = Role.ADMINISTRATOR
    title = "Sent mails"
    table = MailTable
    template_name = "logs/mails.html"
    empty = Badge("No mail was sent yet", icon="mail")
    empty_sentence = "A mail is sent when a run that somebody started has ended, and when a system cannot be used."

    @staticmethod
    def selector() -> QuerySet[Mail]:
        return Mail.objects.all()

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "delivers": DELIVERING in settings.EMAIL_BACKEND,
            "backend": settings.EMAIL_BACKEND,
        }


class MailDetail(RoleRequired, View):
    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mail = get_object_or_404(Mail, pk=pk)
        return render(request, "logs/mail.html", {"mail": mail, "title": mail.subject})


class MailChoiceForm(forms.Form):
    alerts = forms.BooleanField(label="a system cannot be used, or an automatic update waits for you", required=False)
    refused = forms.BooleanField(
        label="an automatic update could not write some records (once for each change of them)", required=False
    )


class ChooseMails(RoleRequired, View):
    """Which mails the one who is signed in gets, beside those about their own runs."""

    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest) -> HttpResponse:
        return _form(request, MailChoiceForm(initial=mails.choice_of(request.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailChoiceForm(request.POST)
        if not form.is_valid():
            return _form(request, form)
        mails.choose(request.user, **form.cleaned_data)
        messages.success(request, "Your choice was saved.")
        return redirect("logs:choose_mails")


def _form(request: HttpRequest, form: MailChoiceForm) -> HttpResponse:
    context = {"form": form, "title": "Your mails", "back": reverse("my_account")}
    return render(request, "logs/choose_mails.html", context)
