"""The endpoint for signed webhooks. A message is verified and turned into nudges; it is not stored."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from connectors.api.hooks import Hooks
from connectors.models import Connection
from connectors.services import clock_ahead
from syncadmin.live import counters, webhooks
from syncadmin.live.models import Webhook
from syncadmin.live.nudge import nudge

MOST_BYTES = 256 * 1024
MOST_TEXT = 1_000


def receive(request: HttpRequest, connection: Connection, hooks: Hooks) -> HttpResponse:
    """401 for what is not signed with the secret of our webhook, or signed too long ago."""
    if wanted := hooks.handshake(request.GET.dict()):
        return _plain(wanted[:MOST_TEXT])
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return _answer("A message has 256 KiB at most.", 413)
    row = Webhook.objects.filter(connection=connection).first()
    if row is None or not (secret := webhooks.secret_of(row)):
        return _answer("No webhook is set up here.", 401)
    now = timezone.now()
    clocks = dict.fromkeys((now, now + clock_ahead(connection)))
    if all(refusals := [hooks.refusal(secret, request.headers, request.body, clock) for clock in clocks]):
        counters.count(row.pk, counters.REFUSED)
        return _answer(refusals[0], 401)
    return _taken(row, connection, hooks, request.body)


def _taken(row: Webhook, connection: Connection, hooks: Hooks, body: bytes) -> JsonResponse:
    try:
        changes = hooks.changes(orjson.loads(body))
    except ValueError as error:
        return _answer(f"This is not a message: {error}", 400)
    counters.count(row.pk, counters.EVENT)
    for change in changes:
        nudge(connection.slug, change.object, [change.record] if change.record else (), at=change.at)
    if any(change.lost for change in changes):
        Webhook.objects.filter(pk=row.pk).update(kept_at=None)  # the clock looks after it next
    return _answer("", 200)


def _plain(text: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


def _answer(error: str, status: int) -> JsonResponse:
    answer = JsonResponse({"error": error} if error else {"status": "ok"}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
