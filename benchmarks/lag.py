"""`python -m benchmarks.lag [--rates 1,10,50] [--seconds 60] [--to salesforce] [--zero] [--polling]`: lag of edits.

People edit contacts in Salesforce, or with ``--to salesforce`` users in Zendesk, so many a second. Each edit is timed
until its value, or a later one of the same record, is on the other side. The product runs as `deploy/` starts
it: a web server, two workers, cron and the listener, with SQLite and Valkey; the sandbox waits and limits as the real
systems do, unless --zero is given. ``--polling``: by the clock alone, every minute. Exit code 1 when a value was lost.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import orjson

from benchmarks.live import LiveProduct, edit, live_product, result, watched
from connectors.sandbox.options import PROFILE_P1, Options
from connectors.sandbox.world import WorldSize

SIZE = WorldSize(accounts=50, contacts=500)
LAST_SECONDS = 300
NO_LIMITS: dict[str, Any] = {"zendesk_rpm": 1_000_000, "endpoint_limits": False, "job_ms": 0}


def options(*, zero: bool) -> Options:
    """The sandbox of a measurement."""
    return Options(vendors=("salesforce", "zendesk"), size=SIZE, **(NO_LIMITS if zero else PROFILE_P1))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    rates = "edits a second, for example 1,10,50"
    parser.add_argument(
        "--rates", type=lambda text: [int(one) for one in text.split(",")], default=[1, 10, 50], help=rates
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--to", choices=("zendesk", "salesforce"), default="zendesk")
    parser.add_argument("--zero", action="store_true", help="systems that answer at once and have no limits")
    parser.add_argument("--polling", action="store_true", help="without listener and webhook, by the clock alone")
    given = parser.parse_args(words)
    with live_product(options(zero=given.zero), push=not given.polling, interval=1) as live:
        found = [rated(live, given.to, rate, given.seconds) for rate in given.rates]
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    return 1 if any(one["lost"] for one in found) else 0


def rated(live: LiveProduct, to: str, rate: int, seconds: int) -> dict[str, Any]:
    """What so many edits a second took, and cost."""
    back = to == "salesforce"
    shown, act = (live.shown_of_contact, live.edit_user) if back else (live.shown_of_user, live.edit_contact)
    pairs = [(user, contact) for contact, user in live.people] if back else live.people
    live.world.forget_calls()
    with watched(shown, LAST_SECONDS) as watch:
        edit(watch, act, pairs, rate, rate * seconds)
    calls, edits = live.world.calls(), rate * seconds
    cost = {"calls_an_edit": round(calls.total / edits, 2), "rate_limited": calls.rate_limited}
    return {**result(watch, to=to, edits_a_second=rate, edits=edits), **cost}


if __name__ == "__main__":
    sys.exit(main())
