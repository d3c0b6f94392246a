"""Webhooks: what is subscribed, what is on its way, and how each delivery ended.

A delivery that is answered with 409, 429, 503 or not at all is tried again, a few times and soon. Where most of them
fail, the circuit breaker drops what comes in the next seconds. Two threads send, which start with the first webhook.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import requests

from connectors.sandbox.zendesk import events
from connectors.sandbox.zendesk.times import iso

if TYPE_CHECKING:
    from connectors.sandbox.zendesk.store import Store

ACCOUNT = 17_000_001
THREADS, TIMEOUT_SECONDS, TRIES, PAUSE_SECONDS = 2, 10.0, 4, 1.0
TRIED_AGAIN = (0, 409, 429, 503)
WINDOW_SECONDS, SHARE, FEWEST, MOST_ERRORS, BROKEN_SECONDS = 300.0, 0.7, 20, 1_000, 5.0
KEPT = 1_000
LOOK_AGAIN_SECONDS = 0.2  # the clock may have been moved meanwhile
KINDS = ("user", "organization", "ticket")


@dataclass(slots=True)
class Webhook:
    """One webhook as it was set up."""

    id: str
    name: str
    endpoint: str
    subscriptions: list[str]
    secret: str
    created: int
    updated: int
    status: str = "active"
    http_method: str = "POST"
    request_format: str = "json"
    description: str = ""

    def wire(self) -> dict[str, Any]:
        shown = ("id", "name", "endpoint", "subscriptions", "status", "http_method", "request_format", "description")
        times = {"created_at": iso(self.created), "updated_at": iso(self.updated)}
        return {name: getattr(self, name) for name in shown} | times | {"created_by": "-1", "updated_by": "-1"}

    def wants(self, type: str) -> bool:
        """Whether it is subscribed to this type of event; either spelling of the subscription counts."""
        return self.status == "active" and any(one[15:].lstrip("/:") == type for one in self.subscriptions)


@dataclass(slots=True)
class Invocation:
    """One event for one webhook. ``due``: when it is tried next, by the sandbox's clock."""

    id: str
    webhook: str
    type: str
    body: dict[str, Any]
    due: float
    created: int
    status: str = "accepted"
    attempts: list[dict[str, Any]] = field(default_factory=list)


class Webhooks:
    """All of an account. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self.forget()

    def forget(self) -> None:
        """No webhook, nothing on its way."""
        with self._changed:
            self.rows: dict[str, Webhook] = {}
            self.invocations: deque[Invocation] = deque(maxlen=KEPT)
            self._known: dict[tuple[str, int], events.Facts | None] = {}
            self._touched: dict[tuple[str, int], None] = {}
            self._queue: deque[Invocation] = deque()
            self._sending = 0
            self._outcomes: deque[tuple[float, bool]] = deque()
            self._broken_until = 0.0

    def add(self, given: Mapping[str, Any]) -> Webhook:
        """A new webhook with a secret of its own. From now on changes are told."""
        now, id = self._store.now(), f"01H{secrets.token_hex(12).upper()[:23]}"
        row = Webhook(id, "", "", [], base64.b64encode(secrets.token_bytes(32)).decode(), now, now)
        with self._changed:
            self._learn()
            self.rows[row.id] = row
            self.change(row, given)
            self._start()
        return row

    def change(self, row: Webhook, given: Mapping[str, Any]) -> None:
        for name in ("name", "endpoint", "subscriptions", "status", "description"):
            if name in given:
                setattr(row, name, given[name])
        row.updated = self._store.now()

    def drop(self, id: str) -> None:
        with self._changed:
            del self.rows[id]

    def touch(self, kind: str, id: int) -> None:
        """A record was changed, or may have been."""
        if self.rows:
            self._touched[kind, id] = None

    def tell(self) -> None:
        """Send what the changes since the last call amount to."""
        if not self._touched:
            return
        with self._changed:
            touched, self._touched = self._touched, {}
            for kind, id in touched:
                before, after = self._known.get((kind, id)), events.facts(self._store, kind, id)
                self._known[kind, id] = after
                for type, said in events.between(kind, before, after):
                    self._queue_event(kind, id, type, said, after)
            self._changed.notify_all()

    def test(self, endpoint: str, body: Mapping[str, Any]) -> int:
        """The status of one delivery now; 0 where no answer came."""
        with requests.Session() as session:
            session.trust_env = False
            return self._post(session, endpoint, secrets.token_hex(8), "", dict(body))

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until nothing is due any more; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._sending and self._due() is None, seconds)

    def pending(self) -> int:
        with self._changed:
            return len(self._queue) + self._sending

    def dump(self) -> list[dict[str, Any]]:
        with self._changed:
            return [asdict(row) for row in self.rows.values()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        with self._changed:
            self.rows = {row["id"]: Webhook(**row) for row in rows}
            if self.rows:
                self._learn()
                self._start()

    def _learn(self) -> None:
        """What all records are now, to tell later what has changed."""
        if not self._known:
            of_all = ((kind, id) for kind in KINDS for id in events.ids(self._store, kind))
            self._known = {(kind, id): events.facts(self._store, kind, id) for kind, id in of_all}

    def _queue_event(self, kind: str, id: int, type: str, said: Mapping[str, Any], after: events.Facts | None) -> None:
        moment = self._store.time()
        for row in self.rows.values():
            if not row.wants(type):
                continue
            about = {"account_id": ACCOUNT, "id": secrets.token_hex(16), "time": events.moment(moment)}
            body = events.body(kind, id, type, said, after, about)
            one = Invocation(secrets.token_hex(13).upper(), row.id, events.PREFIX + type, body, moment, int(moment))
            self.invocations.append(one)
            if moment < self._broken_until:
                one.status = "circuit broken"
            else:
                self._queue.append(one)

    def _start(self) -> None:
        while len(self._threads) < THREADS:
            thread = threading.Thread(target=self._send_all, name="zendesk-webhooks", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _due(self) -> Invocation | None:
        now = self._store.time()
        return next((one for one in self._queue if one.due <= now), None)

    def _send_all(self) -> None:
        session = requests.Session()
        session.trust_env = False
        while True:
            with self._changed:
                while (one := self._due()) is None:
                    self._changed.wait(LOOK_AGAIN_SECONDS)
                self._queue.remove(one)
                row = self.rows.get(one.webhook)
                self._sending += 1
            status, began = 0, time.monotonic()
            with self._store.bugs.ending("a webhook"):
                if row:
                    status = self._post(session, row.endpoint, one.id, row.id, one.body, row.secret)
            self._note(one, status, time.monotonic() - began)

    def _note(self, one: Invocation, status: int, seconds: float) -> None:
        with self._changed:
            self._sending = max(0, self._sending - 1)
            word = _word(status)
            one.attempts.append({"status": word, "response_code": status, "duration_ms": round(seconds * 1_000)})
            one.status = word
            if status in TRIED_AGAIN and len(one.attempts) < TRIES and one.webhook in self.rows:
                one.due = self._store.time() + PAUSE_SECONDS
                self._queue.append(one)
            self._count(word != "success")
            self._changed.notify_all()

    def _count(self, failed: bool) -> None:
        """Open the breaker where too many deliveries of the last minutes failed."""
        now = self._store.time()
        self._outcomes.append((now, failed))
        while self._outcomes and self._outcomes[0][0] < now - WINDOW_SECONDS:
            self._outcomes.popleft()
        errors = sum(bad for _, bad in self._outcomes)
        most = len(self._outcomes) >= FEWEST and errors > SHARE * len(self._outcomes)
        if failed and (most or errors > MOST_ERRORS):
            self._broken_until = now + BROKEN_SECONDS

    def _post(
        self, session: requests.Session, endpoint: str, id: str, webhook: str, body: dict[str, Any], secret: str = ""
    ) -> int:
        """The status of the answer; 0 where none came."""
        # how old it is says how long it was on its way: by the clock of the machine, which both sides share
        content, stamp = orjson.dumps(body), iso(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Zendesk-Account-Id": str(ACCOUNT),
            "X-Zendesk-Webhook-Id": webhook,
            "X-Zendesk-Webhook-Invocation-Id": id,
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
            "X-Zendesk-Webhook-Signature": signature(secret, stamp, content),
        }
        try:
            return session.post(endpoint, data=content, headers=headers, timeout=TIMEOUT_SECONDS).status_code
        except requests.RequestException:
            return 0


def signature(secret: str, stamp: str, content: bytes) -> str:
    """Of timestamp and raw body, with nothing between them."""
    return base64.b64encode(hmac.new(secret.encode(), stamp.encode() + content, hashlib.sha256).digest()).decode()


def _word(status: int) -> str:
    if 200 <= status < 300:
        return "success"
    return {0: "timeout", 4: "client error", 5: "server error"}.get(status // 100, "failed")
