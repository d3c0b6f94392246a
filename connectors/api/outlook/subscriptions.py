"""Change notifications: creates a subscription for each mailbox and reads the notifications ("Receive change
notifications through webhooks").

The client state, which comes back with each notification, proves that Graph sends it and names the mailbox. No record
is named to callers: of a contact that is not shared nothing may be read, and only the change queries tell which is.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from connectors.api.errors import ConfigError, ConnectorError
from connectors.api.hooks import ChangedRecord, Hooks, KeptHook
from connectors.api.outlook.client import GraphClient, Json, rows
from connectors.api.outlook.objects import CONTACT, contacts_of

PATH, ALL = "subscriptions", "subscriptions"
LIFETIME, RENEWED_BEFORE = timedelta(days=3), timedelta(days=1)
CHANGES = "created,updated,deleted"
STATE_LENGTH, PROOF_LENGTH = 128, 32
# The subscription itself needs a look.
LOST = ("subscriptionRemoved", "reauthorizationRequired")


def handshake(query: Mapping[str, str]) -> str:
    """What Graph wants back before it sends anything to an address; "" where it asks for nothing."""
    return query.get("validationToken", "")


def refusal(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why a message is not about a subscription of ours; "" where all of it is."""
    try:
        items = _items(orjson.loads(body))
    except ValueError as error:
        return str(error)
    states = [str(item.get("clientState") or "") for item in items]
    known = [hmac.compare_digest(_state(secret, _mailbox(state)).encode(), state.encode()) for state in states]
    return "" if all(known) else "The client state does not fit."


def changes(body: Any) -> Sequence[ChangedRecord]:
    """The mailboxes that notifications are about, each once. Raises ValueError."""
    items = _items(body)
    lost = {_mailbox(str(item["clientState"])) for item in items if item.get("lifecycleEvent") in LOST}
    named = dict.fromkeys(_mailbox(str(item.get("clientState") or "")) for item in items)
    return [ChangedRecord(f"{CONTACT}/{mailbox}", "", lost=mailbox in lost) for mailbox in named if mailbox]


def keep(client: GraphClient, endpoint: str, objects: Collection[str]) -> KeptHook:
    """See ``HasHooks``. A mailbox that cannot be subscribed holds up no other; the last one's error is raised then."""
    secret = _secret(client, endpoint)
    ours = {row["resource"].lower(): row for row in _listed(client) if row.get("notificationUrl") == endpoint}
    now = client.session.server_time or datetime.now(UTC)
    ends = (now + LIFETIME).strftime("%Y-%m-%dT%H:%M:%SZ")
    done, failure = list[str](), None
    for object in sorted(objects):
        owner = contacts_of(object)
        row = ours.pop(f"{owner.path}/contacts".lower(), None)
        try:
            if row is None:
                state = _state(secret, owner.address)
                client.post(PATH, _wanted(f"{owner.path}/contacts", endpoint, state, ends))
                done.append("created")
            elif _ends(row) < now + RENEWED_BEFORE:
                client.patch(f"{PATH}/{row['id']}", {"expirationDateTime": ends})
                done.append("renewed")
        except ConnectorError as error:
            failure = error
    for row in ours.values():
        client.delete(f"{PATH}/{row['id']}")
    if failure is not None:
        raise failure
    return KeptHook(ALL, secret, ", ".join(dict.fromkeys(done)))


def drop(client: GraphClient, endpoint: str) -> None:
    """End every subscription that sends there."""
    for row in _listed(client):
        if row.get("notificationUrl") == endpoint:
            client.delete(f"{PATH}/{row['id']}")


def _wanted(resource: str, endpoint: str, state: str, ends: str) -> Json:
    return {
        "changeType": CHANGES,
        "notificationUrl": endpoint,
        "lifecycleNotificationUrl": endpoint,
        "resource": resource,
        "expirationDateTime": ends,
        "clientState": state,
    }


def _listed(client: GraphClient) -> list[Json]:
    return [row for page in client.pages(PATH, {}, "subscriptions") for row in rows(page)]


def _ends(row: Json) -> datetime:
    return datetime.fromisoformat(str(row["expirationDateTime"]))


def _secret(client: GraphClient, endpoint: str) -> str:
    """The same for every process, and known to nobody else: it is made of the secret of the connection."""
    settings = client.connection.settings
    key = settings.get("client_secret") or settings.get("private_key") or ""
    if not key:
        raise ConfigError("The connection has no secret.", "Enter its secret under Connections.")
    return hmac.new(key.encode(), endpoint.encode(), hashlib.sha256).hexdigest()


def _state(secret: str, mailbox: str) -> str:
    """What is sent back with notifications about a mailbox, and proves that they are about ours."""
    proof = hmac.new(secret.encode(), mailbox.lower().encode(), hashlib.sha256).hexdigest()[:PROOF_LENGTH]
    return f"{proof}.{mailbox}"[:STATE_LENGTH]


def _mailbox(state: str) -> str:
    return state.partition(".")[2]


def _items(body: Any) -> list[Json]:
    """Raises ValueError."""
    items = body.get("value") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise ValueError("It holds no notifications.")
    return items


HOOKS = Hooks(objects=frozenset({CONTACT}), refusal=refusal, changes=changes, handshake=handshake)
