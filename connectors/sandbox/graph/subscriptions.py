"""Subscriptions to the contacts of a mailbox: made after a handshake, told of changes, and gone at their end.

A change is told without what has changed, with the client state of the subscription. Two threads send.
"""

from __future__ import annotations

import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.schema import ids
from connectors.sandbox.graph.times import iso
from connectors.sandbox.graph.tokens import TENANT_ID

LONGEST_MINUTES = 10_080
TIMEOUT_SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVENTS = ("missed", "subscriptionRemoved", "reauthorizationRequired")


@dataclass(slots=True)
class Subscription:
    """One subscription. seen: the last change of the mailbox that was told. ends: seconds since 1970."""

    id: str
    mailbox: str
    resource: str
    changes: list[str]
    url: str
    lifecycle_url: str
    state: str
    ends: float
    seen: int

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "resource": self.resource,
            "changeType": ",".join(self.changes),
            "notificationUrl": self.url,
            "lifecycleNotificationUrl": self.lifecycle_url or None,
            "clientState": None,
            "expirationDateTime": iso(self.ends),
            "applicationId": "",
        }


class Subscriptions:
    """Those of the tenant."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="graph-notifications")
        self._sending: list[Future[int]] = []
        self.rows: dict[str, Subscription] = {}

    def forget(self) -> None:
        self.rows.clear()

    def current(self, now: float) -> list[Subscription]:
        """Those that have not ended."""
        self.rows = {id: row for id, row in self.rows.items() if row.ends > now}
        return list(self.rows.values())

    def tell(self, box: Mailbox, now: float) -> None:
        """Send what has changed in a mailbox since it was last told."""
        for row in self.current(now):
            if row.mailbox == box.address and row.seen < box.number:
                told = [_item(row, box, *change) for change in _changes(box, row)]
                row.seen = box.number
                if told:
                    self._sending.append(self._threads.submit(send, row.url, {"value": told}))

    def lifecycle(self, event: str, now: float) -> None:
        """Send an event about each subscription; one that is removed is gone."""
        for row in self.current(now):
            if event == "subscriptionRemoved":
                del self.rows[row.id]
            about = {"lifecycleEvent": event, "resource": row.resource, **_about(row)}
            if row.lifecycle_url:
                self._sending.append(self._threads.submit(send, row.lifecycle_url, {"value": [about]}))

    def settle(self) -> list[int]:
        """The answers to all that was sent, 0 where none came, once they are there."""
        done, self._sending = [future.result() for future in self._sending], []
        return done

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.rows.values()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        self.rows = {row["id"]: Subscription(**row) for row in rows}


def send(url: str, body: dict[str, Any]) -> int:
    try:
        with requests.Session() as session:
            session.trust_env = False
            return session.post(url, json=body, timeout=TIMEOUT_SECONDS).status_code
    except requests.RequestException:
        return 0


def handshake(url: str) -> str:
    """Why an address cannot be told of changes; "" where it has sent the token back."""
    parts, token = urlsplit(url), f"Validation: Testing client application reachability {uuid.uuid4()}"
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return "Notification endpoint must use https."
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(url, params={"validationToken": token}, timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return "Subscription validation request timed out."
    plain = answer.headers.get("Content-Type", "").startswith("text/plain")
    if answer.status_code != 200 or not plain or answer.text != token:
        return f"Subscription validation request failed. Response code: {answer.status_code}."
    return ""


def _changes(box: Mailbox, row: Subscription) -> list[tuple[str, int]]:
    """Kind and key of each change, in no order."""
    there = [contact for contact in box.contacts.values() if contact.changed > row.seen]
    found = [("created" if one.created == one.modified else "updated", one.key) for one in there]
    removed = {gone.key for rows in box.removed.values() for gone in rows.values() if gone.changed > row.seen}
    found += [("deleted", key) for key in removed if key not in box.contacts]
    return [change for change in found if change[0] in row.changes]


def _item(row: Subscription, box: Mailbox, change: str, key: int) -> dict[str, Any]:
    id = ids.immutable_id(box.address, key)
    resource = f"Users/{box.id}/Contacts/{id}"
    data = {"@odata.type": "#Microsoft.Graph.Contact", "@odata.id": resource, "id": id}
    return {"changeType": change, "resource": resource, "resourceData": data, **_about(row)}


def _about(row: Subscription) -> dict[str, Any]:
    return {
        "subscriptionId": row.id,
        "subscriptionExpirationDateTime": iso(row.ends),
        "clientState": row.state,
        "tenantId": TENANT_ID,
    }
