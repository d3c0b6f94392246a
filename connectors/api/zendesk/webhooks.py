"""Zendesk's webhooks: event subscriptions that SyncAdmin creates, and the messages they send.

A signature is made of the timestamp and the raw body, with nothing between them (developer.zendesk.com, "Verifying
webhook authenticity").
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.api.errors import Transient
from connectors.api.hooks import SIGNED_WITHIN_SECONDS, ChangedRecord, Hooks, KeptHook
from connectors.api.zendesk.client import Json, ZendeskClient

PREFIX = "zen:event-type:"
NAME = "SyncAdmin"
NOT_FOUND = 404
_ID = re.compile(r"\d{1,20}", re.ASCII)
PATH = "webhooks"
TYPES = {
    "user": (
        *("created", "deleted", "merged", "active_changed", "name_changed", "alias_changed", "details_changed"),
        *("notes_changed", "external_id_changed", "role_changed", "tags_changed", "custom_field_changed"),
        *("identity_created", "identity_changed", "identity_deleted"),
        *("organization_membership_created", "organization_membership_deleted", "time_zone_changed"),
    ),
    "organization": (
        *("created", "deleted", "name_changed", "external_id_changed", "tags_changed", "custom_field_changed"),
    ),
    "ticket": (
        *("created", "status_changed", "subject_changed", "priority_changed", "type_changed", "tags_changed"),
        *("comment_added", "custom_field_changed", "agent_assignment_changed", "group_assignment_changed"),
        *("organization_changed", "requester_changed", "merged", "soft_deleted", "undeleted"),
    ),
}
"""The events of each object that tell of what a sync may read."""


def refusal(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why a message is not from Zendesk, or too old; "" where it is neither."""
    given, stamp = (
        headers.get("X-Zendesk-Webhook-Signature", ""),
        headers.get("X-Zendesk-Webhook-Signature-Timestamp", ""),
    )
    made = base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest())
    if not given or not hmac.compare_digest(made, given.encode(errors="replace")):
        return "The signature does not fit."
    try:
        signed = datetime.fromisoformat(stamp)
    except ValueError:
        return "The timestamp cannot be read."
    signed = signed if signed.tzinfo else signed.replace(tzinfo=UTC)
    return "" if abs((now - signed).total_seconds()) <= SIGNED_WITHIN_SECONDS else "It was signed too long ago."


def changes(body: Any) -> Sequence[ChangedRecord]:
    """The record that an event is about; none for one of an object that is not synced. Raises ValueError."""
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise ValueError("it names no type of event")
    object, _, _ = body["type"].removeprefix(PREFIX[:-1]).lstrip(":/").partition(".")
    detail = body.get("detail")
    id = str(detail.get("id") or "") if isinstance(detail, dict) else ""
    if not id:
        _, _, id = str(body.get("subject") or "").rpartition(":")
    named = object in TYPES and bool(_ID.fullmatch(id))
    return [ChangedRecord(object, id, _moment(body.get("time")))] if named else []


def keep(client: ZendeskClient, id: str, endpoint: str, objects: Collection[str]) -> KeptHook:
    """See ``HasHooks``."""
    wanted = _wanted(endpoint, objects)
    found = client.get(f"{PATH}/{id}", accept=(NOT_FOUND,)).get("webhook") if id else None
    done = ""
    if not isinstance(found, dict):
        found, done = _created(client, wanted), "created anew" if id else "created"
    elif _differs(found, wanted):
        client.send("PUT", f"{PATH}/{id}", {"webhook": wanted})
        done = "repaired"
    kept = str(found["id"])
    secret = client.get(f"{PATH}/{kept}/signing_secret").get("signing_secret")
    if not isinstance(secret, dict) or not secret.get("secret"):
        raise Transient("Zendesk did not say how the webhook signs what it sends.", "It is asked again automatically.")
    return KeptHook(kept, str(secret["secret"]), done)


def drop(client: ZendeskClient, id: str) -> None:
    """See ``HasHooks``."""
    client.send("DELETE", f"{PATH}/{id}", accept=(NOT_FOUND,))


def _wanted(endpoint: str, objects: Collection[str]) -> Json:
    return {
        "name": NAME,
        "description": "Tells SyncAdmin that something has changed. SyncAdmin creates and removes it by itself.",
        "endpoint": endpoint,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": [f"{PREFIX}{object}.{type}" for object in sorted(objects) for type in TYPES[object]],
    }


def _differs(found: Json, wanted: Json) -> bool:
    subscribed = {str(type).replace("type/", "type:") for type in found.get("subscriptions") or ()}
    alike = all(found.get(name) == wanted[name] for name in ("endpoint", "status", "http_method", "request_format"))
    return not alike or subscribed != set(wanted["subscriptions"])


def _created(client: ZendeskClient, wanted: Json) -> Json:
    """A new webhook. One that an answer that was lost has left behind is taken over."""
    listed = client.get(PATH, {"filter[name_contains]": NAME}).get("webhooks")
    same = [row for row in listed or () if isinstance(row, dict) and row.get("endpoint") == wanted["endpoint"]]
    if same:
        client.send("PUT", f"{PATH}/{same[0]['id']}", {"webhook": wanted})
        return dict(same[0])
    made = client.written(client.send("POST", PATH, {"webhook": wanted})).get("webhook")
    if not isinstance(made, dict) or not made.get("id"):
        raise Transient("Zendesk's answer about the new webhook cannot be read.", "It is tried again automatically.")
    return made


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


HOOKS = Hooks(objects=frozenset(TYPES), refusal=refusal, changes=changes)
