"""Pages that belong to no app: settings, account, changelog."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404
from django.views.generic import TemplateView

from syncadmin.web import glossary
from syncadmin.web.access import Role, RoleRequired, role_of
from syncadmin.web.releases import read_sections


class Settings(RoleRequired, TemplateView):
    """The settings page: people, background jobs, facts about the installation."""

    role = Role.VIEWER
    template_name = "web/settings.html"
    extra_context = {"title": "Settings"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            ("Database", connection.display_name),
            ("Time zone", settings.TIME_ZONE),
            ("Address", settings.PUBLIC_URL),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class MyAccount(RoleRequired, TemplateView):
    """The person's own account: password, second factor, role."""

    role = Role.VIEWER
    template_name = "web/my_account.html"
    extra_context = {"title": "Your account"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(role=role_of(self.request.user), **kwargs)


class Help(RoleRequired, TemplateView):
    """The help page: terms and documents."""

    role = Role.VIEWER
    template_name = "web/help.html"
    extra_context = {"title": "Help"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = glossary.known_terms().values()
        return super().get_context_data(terms=found, guides=glossary.guides().values(), **kwargs)


class HelpDocument(RoleRequired, TemplateView):
    """A document."""

    role = Role.VIEWER
    template_name = "web/document.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guide = glossary.guides().get(kwargs["address"])
        if guide is None:
            raise Http404("There is no such document.")
        return super().get_context_data(title=guide.title, text=glossary.text_of(guide), **kwargs)


class Changelog(RoleRequired, TemplateView):
    """The changes of each version, and the known issues."""

    role = Role.VIEWER
    template_name = "web/changelog.html"
    extra_context = {"title": "Changelog and known issues"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        root = Path(settings.BASE_DIR)
        return super().get_context_data(
            changes=read_sections(root / "CHANGELOG.md"),
            issues=read_sections(root / "docs" / "known-issues.md"),
            **kwargs,
        )
