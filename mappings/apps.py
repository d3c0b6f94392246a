from django.apps import AppConfig
from django.core import checks

from mappings.checks import check_kinds


class MappingsConfig(AppConfig):
    name = "mappings"

    def ready(self) -> None:
        checks.register(check_kinds, checks.Tags.database)
