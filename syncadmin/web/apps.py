from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_migrate

from syncadmin.web.database import check_version
from syncadmin.web.roles import Role


class WebConfig(AppConfig):
    """What all pages share: layout, roles, list pages, icons."""

    name = "syncadmin.web"
    label = "web"

    def ready(self) -> None:
        # the groups' table belongs to that app
        post_migrate.connect(make_role_groups, sender=apps.get_app_config("auth"), dispatch_uid="make_role_groups")
        checks.register(check_version, checks.Tags.database)


def make_role_groups(*, using: str = "default", **_: object) -> None:
    """Signal handler: create the groups of the roles after each migrate."""
    from django.contrib.auth.models import Group  # models load after the app registry

    for role in Role:
        Group.objects.using(using).get_or_create(name=role.value)
