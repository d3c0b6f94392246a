"""What happened to a record, as the events that webhooks subscribe to: told by comparing it with what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connectors.sandbox.zendesk.times import iso

if TYPE_CHECKING:
    from connectors.sandbox.zendesk.store import Store

Facts = Mapping[str, Any]
PREFIX = "zen:event-type:"
VERSION = "2022-06-20"
_CHANGES = {
    "user": {
        **{name: f"{name}_changed" for name in ("name", "alias", "details", "notes", "external_id", "role", "tags")},
        **{"fields": "custom_field_changed", "email": "identity_changed", "phone": "phone_changed"},
        **{"time_zone": "time_zone_changed", "suspended": "suspended_changed"},
    },
    "organization": {
        **{"name": "name_changed", "external_id": "external_id_changed", "tags": "tags_changed"},
        **{"fields": "custom_field_changed"},
    },
    "ticket": {
        **{name: f"{name}_changed" for name in ("subject", "priority", "status", "tags", "external_id")},
        **{"kind": "type_changed", "organization_id": "organization_changed", "requester_id": "requester_changed"},
        **{"assignee_id": "agent_assignment_changed", "group_id": "group_assignment_changed"},
        **{"fields": "custom_field_changed", "comments": "comment_added"},
    },
}
"""By kind of record: the attributes that events tell of. An organization's details and domains have none."""
_SETS = {"organizations": "organization_membership", "identities": "identity"}


def facts(store: Store, kind: str, id: int) -> Facts | None:
    """What events of a record are told from; None for one that is not there any more."""
    if kind == "user":
        return _user(store, id)
    row: Any = store.organizations.get(id) if kind == "organization" else store.tickets.get(id)
    if row is None:
        return None
    found = {name: _copy(getattr(row, name)) for name in _CHANGES[kind] if name not in ("fields", "comments")}
    found["fields"] = dict(row.fields)
    if kind == "ticket":
        found["comments"] = len(row.comments)
    return found


def ids(store: Store, kind: str) -> list[int]:
    """All records of a kind."""
    if kind == "user":
        return store.active_user_ids()
    return list(store.organizations.ids if kind == "organization" else store.tickets.ids)


def between(kind: str, before: Facts | None, after: Facts | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The types of the events that tell of this change, each with its content."""
    if before is None or after is None:
        if before is not after:
            gone = "soft_deleted" if kind == "ticket" else "deleted"
            yield f"{kind}.{gone if after is None else 'created'}", {}
        return
    for name, word in _CHANGES[kind].items():
        if before[name] == after[name]:
            continue
        if name == "fields":
            keys = [key for key in after[name] if before[name].get(key) != after[name][key]]
            for key in keys:
                said = {"current": after[name][key], "previous": before[name].get(key), "field": {"key": key}}
                yield f"{kind}.{word}", said
        else:
            yield f"{kind}.{word}", {"current": after[name], "previous": before[name]}
    for name, word in _SETS.items():
        old, new = before.get(name, frozenset()), after.get(name, frozenset())
        yield from ((f"{kind}.{word}_created", {"id": str(one)}) for one in sorted(new - old))
        yield from ((f"{kind}.{word}_deleted", {"id": str(one)}) for one in sorted(old - new))


def body(kind: str, id: int, type: str, said: Mapping[str, Any], after: Facts | None, about: Mapping[str, Any]) -> Any:
    """An event as it is sent. Ids are texts, and what is empty is "" or "0"."""
    known = after or {}
    detail = {"id": str(id), "external_id": known.get("external_id") or "", "updated_at": about["time"]}
    if kind == "user":
        detail |= {"email": known.get("email") or "", "role": known.get("role") or "", "default_group_id": "0"}
        detail["organization_id"] = str(known.get("organization_id") or 0)
    return {
        **about,
        "type": PREFIX + type,
        "subject": f"zen:{kind}:{id}",
        "detail": detail,
        "event": dict(said),
        "zendesk_event_version": VERSION,
    }


def moment(seconds: float) -> str:
    """2023-09-18T23:38:13.123Z."""
    return f"{iso(int(seconds))[:-1]}.{int(seconds % 1 * 1_000):03}Z"


def _user(store: Store, id: int) -> Facts | None:
    row = store.users.get(id)
    if row is None or not row.active:
        return None
    joined = (store.memberships.rows[one] for one in store.memberships_of_user.get(id, ()))
    found = {name: _copy(getattr(row, name)) for name in _CHANGES["user"] if name not in ("fields",)}
    return {
        **found,
        "fields": dict(row.fields),
        "organization_id": row.organization_id,
        "organizations": frozenset(one.organization_id for one in joined),
        "identities": frozenset(store.identities_of.get(id, ())),
    }


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
