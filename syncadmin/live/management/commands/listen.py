"""`manage.py listen`: runs the process that receives changes as they happen."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from syncadmin.live.listener.process import ListenerProcess


class Command(BaseCommand):
    help = "Receive changes from systems that report them, and start a run for each. Ends with SIGTERM."

    def handle(self, **options: Any) -> None:
        listener = ListenerProcess()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: listener.stopping.set())
        listener.run()
