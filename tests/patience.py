"""How long a test waits for what has to happen: a limit that only ends a hang, however slow the machine is."""

import os

HANG_SECONDS = float(os.environ.get("HANG_SECONDS", 600))
"""Set HANG_SECONDS=20 while you write a test, to see at once what it waits for."""
