"""Settings > People and roles, for administrators."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import View

from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, TimeColumn
from syncadmin.web.lists.list_page import ListPage
from syncadmin.web.lists.text_search import TextSearch
from syncadmin.web.people.forms import NewPersonForm, PersonForm
from syncadmin.web.people.services import (
    LastAdministrator,
    add_person,
    change_person,
    listed_role,
    password_link,
    people,
)


class PeopleTable(tables.Table):
    username = tables.Column("Name", linkify=("change_person", [tables.A("pk")]), attrs={"a": {"class": "row-link"}})
    email = tables.Column("E-mail address")
    role = tables.Column(empty_values=(), orderable=False)
    state = BadgeColumn(
        lambda person: Badge("May sign in", Tone.GREEN) if person.is_active else Badge("Locked out"), "State"
    )
    last_login = TimeColumn("Last sign-in")

    def render_role(self, record: User) -> str:
        role = listed_role(record)
        return role.label if role else "No role"


class PeopleFilter(django_filters.FilterSet):
    """Filters people by part of name or email."""

    text = TextSearch("username", "email", label="Name or e-mail address")

    class Meta:
        model = User
        fields = ["text"]


class UserList(ListPage):
    """All people, including those who may no longer sign in."""

    role = Role.ADMINISTRATOR
    title = "People and roles"
    sentence = "There is no self-registration: add people here and send them the link to choose a password."
    selector = staticmethod(people)
    filterset = PeopleFilter
    table = PeopleTable
    template_name = "web/people.html"


class AddPerson(RoleRequired, View):
    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest) -> HttpResponse:
        return _form(request, NewPersonForm(), "Add a person")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPersonForm(request.POST)
        if not form.is_valid():
            return _form(request, form, "Add a person")
        person = add_person(**form.cleaned_data, by=request.user)
        return _show_link(request, person)


class ChangePerson(RoleRequired, View):
    role = Role.ADMINISTRATOR

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        role = listed_role(person) or Role.VIEWER
        initial = {"email": person.email, "role": role.value, "active": person.is_active}
        return _form(request, PersonForm(initial=initial, person=person), person.get_username(), person)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        form = PersonForm(request.POST, person=person)
        if form.is_valid():
            try:
                change_person(person, **form.cleaned_data, by=request.user)
            except LastAdministrator as refused:
                form.add_error("role", str(refused))
            else:
                messages.success(request, f"{person.get_username()} was changed.")
                return redirect("people")
        return _form(request, form, person.get_username(), person)


class PasswordLink(RoleRequired, View):
    """Creates a link for a person to choose a new password."""

    role = Role.ADMINISTRATOR

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _show_link(request, get_object_or_404(User, pk=pk))


def _show_link(request: HttpRequest, person: User) -> HttpResponse:
    link = request.build_absolute_uri(password_link(person, by=request.user))
    context = {"title": f"Password link for {person.get_username()}", "person": person, "link": link}
    return render(request, "web/password_link.html", context)


def _form(request: HttpRequest, form: Any, title: str, person: User | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "person": person, "back": reverse("people")}
    return render(request, "web/person_form.html", context)
