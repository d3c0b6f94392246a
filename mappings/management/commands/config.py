"""`manage.py config apply FILE | config export [--output FILE]`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from syncadmin.web.database import ensure_ready


class Command(BaseCommand):
    help = "Store connections and syncs from a YAML file, or write the stored ones to one."
    requires_system_checks: list[str] = []  # they load every page; `check` and `migrate` do it

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        apply = verbs.add_parser("apply", help="Store what the file says; nothing is stored if anything is wrong.")
        apply.add_argument("file", type=Path)
        export = verbs.add_parser("export", help="Write the stored configuration; secrets are named, never shown.")
        export.add_argument("--output", type=Path)

    def handle(self, *, verb: str, **options: Any) -> None:
        ensure_ready()
        if verb == "apply":
            self._apply(options["file"])
        else:
            self._export(options["output"])

    def _apply(self, file: Path) -> None:
        try:
            document = config_store.apply(file.read_text(encoding="utf-8"), ask=True)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is not UTF-8 text; nothing was changed.") from None
        except ConfigFileError as error:
            listed = "\n  ".join(error.problems)
            raise CommandError(f"{file} was not applied; nothing was changed.\n  {listed}") from None
        connections, syncs = len(document.connections), len(document.syncs)
        stored = [ngettext("{n} connection", "{n} connections", connections).format(n=connections)]
        stored += [ngettext("{n} sync", "{n} syncs", syncs).format(n=syncs)]
        self.stderr.write(f"Stored {' and '.join(stored)}.")
        for slug, reason in document.unread.items():
            self.stderr.write(f"The mapping of {slug} was not compared with the connected systems: {reason}")
        for slug, reason in config_store.waiting(document).items():
            self.stderr.write(f"The automatic updates of {slug} wait. {reason}")

    def _export(self, output: Path | None) -> None:
        text = config_store.export()
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
