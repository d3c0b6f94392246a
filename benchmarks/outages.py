"""`python -m benchmarks.outages [--forged 10000]`: what live updates lose while a part of them is down.

The listener is killed, Valkey forgets everything, and the web server, which takes webhooks, is away for five minutes of
the sandbox's clock; meanwhile people edit. Then somebody posts forged messages as fast as they are answered. Exit code
1 when a value was lost, when there is not one alert, or when webhooks are not answered within 100 ms.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import requests
from redis import Redis

from benchmarks.lag import LAST_SECONDS, options
from benchmarks.live import LiveProduct, edit, live_product, result, watched

EDITS, SENDERS, SIGNED = 20, 4, 500
MOST_MS = 100
AWAY_SECONDS = 300
HOOK = """
from syncadmin.live import webhooks; from syncadmin.live.models import Webhook
print(webhooks.secret_of(Webhook.objects.get()), Webhook.objects.get().endpoint)
"""
ADMINISTRATOR = """
from django.contrib.auth.models import User
User.objects.create_superuser("bench", "bench@example.com")
"""
ALERTS = """
from syncadmin.live import webhooks; from syncadmin.logs.models import Mail
webhooks.keep_all()
print(Mail.objects.filter(subject__icontains="webhook").count())
"""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forged", type=int, default=10_000)
    given = parser.parse_args(words)
    with live_product(options(zero=False), push=True, interval=1) as live:
        found = [listener_killed(live), queue_emptied(live), web_away(live), forged(live, given.forged)]
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    answered = found[-1]["signed_ms"]["99 %"] <= MOST_MS
    return 0 if answered and found[-1]["alerts"] == 1 and not any(one["lost"] for one in found) else 1


def listener_killed(live: LiveProduct) -> dict[str, Any]:
    """Contacts are edited after it was killed; the next start hears of them."""
    live.kill("listener")
    with watched(live.shown_of_user, LAST_SECONDS) as watch:
        edit(watch, live.edit_contact, live.people, EDITS, EDITS)
        live.start_listener()
    return dict(result(watch, what="listener killed"))


def queue_emptied(live: LiveProduct) -> dict[str, Any]:
    """All keys are deleted in the middle of edits."""
    with watched(live.shown_of_user, LAST_SECONDS) as watch:
        edit(watch, live.edit_contact, live.people, EDITS, EDITS)
        Redis.from_url(live.product.env["REDIS_URL"]).flushall()
        edit(watch, live.edit_contact, live.people, EDITS, EDITS)
    return dict(result(watch, what="Valkey emptied"))


def web_away(live: LiveProduct) -> dict[str, Any]:
    """Users are edited while no webhook is taken; the clock finds them."""
    live.kill("web")
    with watched(live.shown_of_contact, LAST_SECONDS) as watch:
        edit(watch, live.edit_user, [(user, contact) for contact, user in live.people], EDITS, EDITS)
        url = live.sandbox.zendesk.base_url
        requests.post(f"{url}/_sandbox/clock", json={"advance": AWAY_SECONDS}, timeout=60)
        live.start_web()
    return dict(result(watch, what="web server away"))


def forged(live: LiveProduct, number: int) -> dict[str, Any]:
    """Forged messages from several senders, and signed ones from one among them; contacts are edited meanwhile."""
    live.shell(ADMINISTRATOR)
    secret, url = live.shell(HOOK).split()
    body = orjson.dumps({"type": "zen:event-type:user.name_changed", "detail": {"id": live.people[0][1]}})
    with watched(live.shown_of_user, LAST_SECONDS) as watch, ThreadPoolExecutor(SENDERS + 1) as pool:
        quick = pool.submit(_post, url, body, SIGNED, secret)
        floods = [pool.submit(_post, url, body, number // SENDERS, "forged") for _ in range(SENDERS)]
        edit(watch, live.edit_contact, live.people, EDITS, EDITS)
        taken, refused = quick.result(), [one for flood in floods for one in flood.result()]
    alerts = int(live.shell(ALERTS))
    answers = {str(status): count for status, count in Counter(status for status, _ in (*taken, *refused)).items()}
    told = {"signed_ms": _spread(taken), "forged_ms": _spread(refused), "answers": answers, "alerts": alerts}
    return {**result(watch, what="forged messages"), **told}


def _post(url: str, body: bytes, number: int, secret: str) -> list[tuple[int, float]]:
    """Status and milliseconds of each answer."""
    found = []
    with requests.Session() as web:
        for _ in range(number):
            began = time.monotonic()
            answer = web.post(url, body, headers=_signed(body, secret), timeout=60)
            found.append((answer.status_code, (time.monotonic() - began) * 1_000))
    return found


def _signed(body: bytes, secret: str) -> dict[str, str]:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    name = "X-Zendesk-Webhook-Signature"
    return {"Content-Type": "application/json", name: base64.b64encode(made).decode(), f"{name}-Timestamp": stamp}


def _spread(answers: Sequence[tuple[int, float]]) -> dict[str, int]:
    waits = sorted(wait for _, wait in answers)
    return {"half": round(waits[len(waits) // 2]), "99 %": round(waits[len(waits) * 99 // 100])}


if __name__ == "__main__":
    sys.exit(main())
