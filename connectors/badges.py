"""The badges that show the state of a connection and of a test step."""

from connectors.api.values import CheckState
from connectors.models import Connection
from syncadmin.web.badges import Badge, Tone

STEP_BADGES = {
    CheckState.OK: Badge("OK", Tone.GREEN),
    CheckState.WARNING: Badge("Warning", Tone.ORANGE),
    CheckState.FAILED: Badge("Failed", Tone.RED),
    CheckState.NOT_REACHED: Badge("Not reached", Tone.SECONDARY),
}
DEMO = Badge("Demo", Tone.PURPLE, "flask")
"""Marks what the demo brought: it leads to the sandbox on this machine."""


def connection_badge(connection: Connection) -> Badge:
    """One word for the connection: switched off, not tested, failed at which step, or tested."""
    if not connection.enabled:
        return Badge("Switched off", Tone.SECONDARY, "plug-off")
    match connection.last_check_ok:
        case None:
            return Badge("Not tested", Tone.ORANGE, "help-circle")
        case False:
            return Badge(f"Failed: {failed_step(connection)}", Tone.RED)
        case _:
            return Badge("Tested", Tone.GREEN)


def failed_step(connection: Connection) -> str:
    """The name of the step at which the last test failed; empty when it passed."""
    steps = connection.last_check or []
    return next((step["name"] for step in steps if step["state"] == CheckState.FAILED), "")
