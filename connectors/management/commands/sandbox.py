"""`manage.py sandbox`: local servers that speak the remote systems' HTTP."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors.sandbox.listening import RemoteHostRefused
from connectors.sandbox.options import Options, add_arguments, from_arguments
from connectors.sandbox.server import Sandbox, first_line, serve
from connectors.sandbox.tls import BadAuthority


class Command(BaseCommand):
    help = "Run local servers for all systems. The first output line is a JSON object with their credentials."
    requires_system_checks: list[str] = []  # needs no database and no settings

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, **given: Any) -> None:
        try:
            asyncio.run(self._serve(from_arguments(given)))
        except (RemoteHostRefused, BadAuthority, OSError) as error:
            raise CommandError(str(error)) from error

    async def _serve(self, options: Options) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await serve(options, self._announce, stop)

    def _announce(self, sandbox: Sandbox) -> None:
        self.stdout.write(first_line(sandbox))
        self.stdout.flush()
