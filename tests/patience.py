"""How long a test waits for what has to happen: a limit that only ends a hang, however slow the machine is."""

HANG_SECONDS = 600.0
