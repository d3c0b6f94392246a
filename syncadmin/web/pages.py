"""Pages that belong to no app: settings, one's own account, the changelog."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.views.generic import TemplateView

from syncadmin.web.access import Role, RoleRequired, role_of
from syncadmin.web.releases import read_sections


class Settings(RoleRequired, TemplateView):
    """Where administrators find people, background jobs and facts about this installation."""

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
    """A person's own sign-in: password, second factor, role."""

    role = Role.VIEWER
    template_name = "web/my_account.html"
    extra_context = {"title": "Your account"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(role=role_of(self.request.user), **kwargs)


class Changelog(RoleRequired, TemplateView):
    """What changed with each version, and what is known not to work."""

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
