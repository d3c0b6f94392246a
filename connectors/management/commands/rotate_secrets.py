"""`manage.py rotate_secrets`: encrypts stored secrets with the newest key, so that older keys can be removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors import saving
from connectors.api.errors import ConfigError
from syncadmin.web.database import ensure_ready


class Command(BaseCommand):
    help = "Encrypt all stored secrets again, with the first key of ENCRYPTION_KEYS. The others are not needed then."

    def handle(self, **options: Any) -> None:
        ensure_ready()
        try:
            count = saving.rotate_secrets()
        except ConfigError as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        self.stderr.write(f"The secrets of {count} connections are encrypted with the newest key.")
