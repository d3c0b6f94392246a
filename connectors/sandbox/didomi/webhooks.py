"""Webhooks to whoever is configured: a token from the receiver's own OAuth server, retries, and duplicates on demand.

A delivery that is not answered with 2xx is tried again each minute, six times in all, and is then parked. All of it is
done by one thread, which starts with the first webhook.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import requests

if TYPE_CHECKING:
    from connectors.sandbox.didomi.store import Store

TRIES, PAUSE_SECONDS, TIMEOUT_SECONDS = 6, 60.0, 10.0
LOOK_AGAIN_SECONDS = 0.5  # the clock may have been moved meanwhile


@dataclass(slots=True)
class Webhook:
    """A receiver. Without a ``token_url`` nothing is sent for identification; no ``types`` are all of them."""

    id: str
    url: str
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    types: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Delivery:
    """One message to one receiver. ``due``: when it is tried next, in seconds since 1970."""

    webhook: str
    body: dict[str, Any]
    due: float
    tries: int = 0
    statuses: list[int] = field(default_factory=list)


class Webhooks:
    """The configured receivers and what is on its way to them. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._tokens: dict[str, str] = {}
        self._session = requests.Session()
        self._session.trust_env = False
        self.forget()

    def forget(self) -> None:
        """No receiver, nothing on its way."""
        with self._changed:
            self.configured: dict[str, Webhook] = {}
            self._queue: deque[Delivery] = deque()
            self._held: list[Delivery] = []
            self._sending: Delivery | None = None
            self.delivered: list[Delivery] = []
            self.parked: list[Delivery] = []
            self._tokens.clear()
            self._changed.notify_all()

    def configure(self, said: Mapping[str, Any]) -> Webhook:
        """Add a receiver; one with an ``id`` takes the place of the former one with it."""
        texts = {name: str(said.get(name) or "") for name in ("url", "token_url", "client_id", "client_secret")}
        types = [str(one) for one in said.get("types") or ()]
        with self._changed:
            webhook = Webhook(str(said.get("id") or f"webhook-{len(self.configured) + 1}"), **texts, types=types)
            self._tokens.pop(webhook.id, "")
            self.configured[webhook.id] = webhook
            self._start()
        return webhook

    def tell(self, type: str, regulation: str, parameters: Mapping[str, Any]) -> None:
        """Send a message about a change to every receiver that wants it."""
        settings = self._store.settings
        if regulation != "gdpr" and not settings["multi_regulation"]:
            return
        body = orjson.loads(orjson.dumps({"type": type, "regulation": regulation, "parameters": parameters}))
        with self._changed:
            for webhook in self.configured.values():
                if not webhook.types or type in webhook.types:
                    times = 1 + settings["webhook_duplicates"]
                    self._held += [Delivery(webhook.id, body, self._store.time()) for _ in range(times)]
            if len(self._held) >= settings["webhook_reorder"]:
                self._release()

    def settle(self, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until nothing is due any more, what was held to be reordered included."""
        with self._changed:
            self._release()
            self._changed.wait_for(lambda: self._sending is None and self._due() is None, seconds)
            return self.described()

    def described(self) -> dict[str, Any]:
        with self._changed:
            return {
                "webhooks": [asdict(webhook) | {"client_secret": ""} for webhook in self.configured.values()],
                "pending": len(self._queue) + len(self._held) + (self._sending is not None),
                "delivered": [asdict(one) for one in self.delivered],
                "parked": [asdict(one) for one in self.parked],
            }

    def dump(self) -> dict[str, Any]:
        with self._changed:
            queue = [asdict(one) for one in (*self._queue, *self._held)]
            return {"configured": [asdict(one) for one in self.configured.values()], "queue": queue}

    def load(self, state: Mapping[str, Any]) -> None:
        with self._changed:
            self.configured = {row["id"]: Webhook(**row) for row in state["configured"]}
            self._queue.extend(Delivery(**row) for row in state["queue"])
            if self.configured:
                self._start()

    def _release(self) -> None:
        held, self._held = self._held, []
        self._queue.extend(reversed(held) if self._store.settings["webhook_reorder"] else held)
        self._changed.notify_all()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._send_all, name="didomi-webhooks", daemon=True)
            self._thread.start()

    def _due(self) -> Delivery | None:
        now = self._store.time()
        return next((one for one in self._queue if one.due <= now), None)

    def _send_all(self) -> None:
        while True:
            with self._changed:
                while (delivery := self._due()) is None:
                    self._changed.wait(LOOK_AGAIN_SECONDS)
                self._queue.remove(delivery)
                self._sending, webhook = delivery, self.configured[delivery.webhook]
            with self._store.bugs.ending(f"webhook to {webhook.url}"):
                delivery.statuses.append(self._send(webhook, delivery.body))
            self._settled(delivery)

    def _settled(self, delivery: Delivery) -> None:
        with self._changed:
            if self._sending is not delivery:
                return  # everything was forgotten meanwhile
            self._sending = None
            delivery.tries += 1
            if delivery.statuses and 200 <= delivery.statuses[-1] < 300:
                self.delivered.append(delivery)
            elif delivery.tries < TRIES:
                delivery.due = self._store.time() + PAUSE_SECONDS
                self._queue.append(delivery)
            else:
                self.parked.append(delivery)
            self._changed.notify_all()

    def _send(self, webhook: Webhook, body: Mapping[str, Any]) -> int:
        """The status of the answer; 0 where none came."""
        try:
            status = self._post(webhook, body)
            if status == 401 and self._tokens.pop(webhook.id, ""):
                status = self._post(webhook, body)
        except requests.RequestException:
            return 0
        return status

    def _post(self, webhook: Webhook, body: Mapping[str, Any]) -> int:
        headers = {"Content-Type": "application/json"}
        if webhook.token_url:
            token = self._token(webhook)
            if token is None:
                return 401
            headers["Authorization"] = f"Bearer {token}"
        answer = self._session.post(webhook.url, data=orjson.dumps(body), headers=headers, timeout=TIMEOUT_SECONDS)
        return answer.status_code

    def _token(self, webhook: Webhook) -> str | None:
        if webhook.id not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": webhook.client_id,
                "client_secret": webhook.client_secret,
            }
            answer = self._session.post(webhook.token_url, data=form, timeout=TIMEOUT_SECONDS)
            try:
                self._tokens[webhook.id] = str(answer.json()["access_token"])
            except (ValueError, KeyError, TypeError):
                return None
        return self._tokens[webhook.id]
