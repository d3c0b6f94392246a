"""/consents/events and /consents/proofs: events make the status of users, and are told to webhooks."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.didomi.answers import Answer, Refusal, not_found
from connectors.sandbox.didomi.call import Call
from connectors.sandbox.didomi.catalog import ORGANIZATION, REGULATIONS
from connectors.sandbox.didomi.listing import filtered, listed, page
from connectors.sandbox.didomi.store import Json, Store, stamp

RESERVED = ("user_id", "organization_user_id", "status", "regulation")
CHANGEABLE = ("consents", "delegate", "proofs_id", "status", "metadata")


def index(call: Call) -> Answer:
    """The events of one user, whom the query has to name."""
    rows = _asked(call)
    states = listed(call.query, "status") or ["confirmed"]
    rows = [row for row in rows if row["status"] in states and row["regulation"] in call.regulations()]
    rows.sort(key=lambda row: row["created_at"])
    return Answer(page(rows, call.query, call.store.settings))


def create(call: Call) -> Answer:
    event = collect(call.store, call.object(), told=not call.flag("$disable_integrations"))
    return Answer(event)


def show(call: Call) -> Answer:
    return Answer(_found(call))


def update(call: Call) -> Answer:
    """Change an event; the status of its user follows."""
    event, said, before = _found(call), call.object(), _user_row(call.store, _found(call))
    old = dict(event)
    for name in CHANGEABLE:
        if name in said:
            event[name] = said[name]
    _check_consents(event.get("consents"))
    event["updated_at"] = call.store.now()
    call.store.recount(event["user"]["id"], event["regulation"])
    call.store.revision += 1
    told = {"source": {"type": "api"}, "old_entity": old, "new_entity": event}
    call.store.webhooks.tell("event.updated", event["regulation"], told)
    _tell_of_user(call.store, event, before)
    return Answer(event)


def delete(call: Call) -> Answer:
    _remove(call.store, _found(call))
    return Answer(None, 204)


def delete_many(call: Call) -> Answer:
    """The events of one user that fit the filters, of which there must be one."""
    if all(key.startswith("$") or key in ("organization_id", *RESERVED) for key in call.query):
        raise Refusal(400, "A filter is required")
    for event in _asked(call):
        _remove(call.store, event)
    return Answer(None, 204)


def create_proof(call: Call) -> Answer:
    proof = {"id": str(uuid.uuid4()), "organization_id": ORGANIZATION, "data": call.object().get("data", "")}
    call.store.proofs[proof["id"]] = proof
    return Answer(proof)


def show_proof(call: Call) -> Answer:
    proof = call.store.proofs.get(call.params["id"])
    if proof is None:
        raise not_found("proof", call.params["id"])
    return Answer(proof)


def collect(store: Store, said: Json, *, told: bool = True) -> Json:
    """Take an event in, as the API and the sandbox's own page do. Raises Refusal 400, and 409 for a known id."""
    event = _event(store, said)
    before = _user_row(store, event)
    store.add(event)
    if told:
        store.webhooks.tell("event.created", event["regulation"], {"entity": event})
        _tell_of_user(store, event, before)
    return event


def _event(store: Store, said: Json) -> Json:
    user = said.get("user")
    if not isinstance(user, dict) or not (user.get("id") or user.get("organization_user_id")):
        raise Refusal(400, "user.id or user.organization_user_id is required")
    _check_consents(said.get("consents"))
    id, regulation = str(said.get("id") or uuid.uuid4()), str(said.get("regulation") or "gdpr")
    if id in store.events:
        raise Refusal(409, f"Event {id} already exists")
    if regulation not in REGULATIONS:
        raise Refusal(400, f"Unknown regulation {regulation}")
    now = store.now() if store.moment is None else store.moment
    created = _moment(said["created_at"]) if said.get("created_at") else now
    named = {key: user[key] for key in ("id", "organization_user_id") if user.get(key)}
    return {
        "id": id,
        "organization_id": ORGANIZATION,
        "created_at": created,
        "updated_at": now,
        "status": str(said.get("status") or "confirmed"),
        "regulation": regulation,
        "user": {**{key: str(value) for key, value in named.items()}, **_of_user(user)},
        "consents": {"vendors": {}, **(said.get("consents") or {})},
        "proofs_id": [*map(str, said.get("proofs_id") or ()), *(_kept(store, one) for one in said.get("proofs") or ())],
        "delegate": said.get("delegate"),
        "domain": said.get("domain"),
        "metadata": said.get("metadata") or {},
    }


def _of_user(user: Json) -> Json:
    metadata = user.get("metadata")
    return {"metadata": metadata if isinstance(metadata, dict) else {}, "country": user.get("country")}


def _kept(store: Store, data: object) -> str:
    proof = {"id": str(uuid.uuid4()), "organization_id": ORGANIZATION, "data": _text(data)}
    store.proofs[proof["id"]] = proof
    return str(proof["id"])


def _text(data: object) -> str:
    text = str(data)
    return text if text.startswith("data:") else "data:," + base64.b64encode(text.encode(errors="replace")).decode()


def _moment(said: object) -> str:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        raise Refusal(400, "created_at is not a date of ISO 8601") from None
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return stamp(moment.timestamp())


def _check_consents(consents: object) -> None:
    """Raises Refusal 400 for consents that are none."""
    if consents is None:
        return
    if not isinstance(consents, dict):
        raise Refusal(400, "consents must be an object")
    for name in ("purposes", "channels"):
        entries = consents.get(name) or []
        if not isinstance(entries, list) or not all(_is_choice(entry) for entry in entries):
            raise Refusal(400, f"consents.{name} must be a list of objects with an id")
    lists = consents.get("vendors") or {}
    if not isinstance(lists, dict) or not all(_is_names(entry) for entry in lists.values()):
        raise Refusal(400, "consents.vendors must hold lists of ids")


def _is_choice(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        return False
    values, enabled = entry.get("values") or {}, entry.get("enabled")
    good = isinstance(values, dict) and all(isinstance(value, dict) for value in values.values())
    return good and (enabled is None or isinstance(enabled, bool))


def _is_names(entry: Any) -> bool:
    return isinstance(entry, list) and all(isinstance(one, str) for one in entry)


def _asked(call: Call) -> list[Json]:
    user_id, organization = call.one("user_id"), call.one("organization_user_id")
    if not user_id and not organization:
        raise Refusal(400, "user_id or organization_user_id is required")
    ids = [user_id] if user_id else call.store.ids_of.get(organization, [])
    keys = [key for key in call.store.events_of if key[0] in ids]
    rows = [call.store.events[event] for key in keys for event in call.store.events_of[key]]
    return [dict(row) for row in filtered(rows, call.query, reserved=RESERVED)]


def _found(call: Call) -> Json:
    event = call.store.events.get(call.params["id"])
    if event is None:
        raise not_found("event", call.params["id"])
    return event


def _remove(store: Store, event: Json) -> None:
    before = _user_row(store, event)
    store.remove(event["id"])
    gone = {"entity": {"id": event["id"], "created_at": event["created_at"]}}
    store.webhooks.tell("event.deleted", event["regulation"], gone)
    _tell_of_user(store, event, before)


def _user_row(store: Store, event: Json) -> Json | None:
    id, regulation = event["user"].get("id"), event["regulation"]
    if id is None:
        id = next(iter(store.ids_of.get(event["user"].get("organization_user_id"), ())), None)
    return store.user_row(id, regulation) if id else None


def _tell_of_user(store: Store, event: Json, before: Json | None) -> None:
    after = _user_row(store, event)
    if after is None:
        return
    if before is None:
        store.webhooks.tell("user.created", event["regulation"], {"entity": after})
        return
    told = {"source": {"type": "event", "id": event["id"]}, "old_entity": before, "new_entity": after}
    store.webhooks.tell("user.updated", event["regulation"], told)
