"""How events make the consent status of a user: by item, the latest event decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Event = Mapping[str, Any]


def merged(events: Iterable[Event]) -> dict[str, Any]:
    """The consents that these events of one user and regulation add up to, oldest first by their own date."""
    channels: dict[str, dict[str, Any]] = {}
    purposes: dict[str, dict[str, Any]] = {}
    vendors: dict[str, dict[str, bool]] = {"": {}, "_li": {}}
    for event in sorted(events, key=lambda event: (event["created_at"], event["id"])):
        consents = event.get("consents") or {}
        for channel in consents.get("channels") or ():
            channels[channel["id"]] = {**channels.get(channel["id"], {}), **channel}
        for purpose in consents.get("purposes") or ():
            purposes[purpose["id"]] = _with(purposes.get(purpose["id"], {}), purpose)
        _take_vendors(vendors, consents.get("vendors") or {})
    return {
        "channels": list(channels.values()),
        "purposes": list(purposes.values()),
        "vendors": _listed_vendors(vendors),
    }


def _with(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A purpose after an event: what the event does not name stays."""
    values = {**(known.get("values") or {}), **(said.get("values") or {})}
    return {**known, **said, **({"values": values} if values else {})}


def _take_vendors(vendors: dict[str, dict[str, bool]], said: Mapping[str, Any]) -> None:
    for suffix, known in vendors.items():
        known.update(dict.fromkeys(said.get(f"enabled{suffix}") or (), True))
        known.update(dict.fromkeys(said.get(f"disabled{suffix}") or (), False))


def _listed_vendors(vendors: Mapping[str, Mapping[str, bool]]) -> dict[str, list[str]]:
    return {
        f"{word}{suffix}": sorted(id for id, enabled in known.items() if enabled is (word == "enabled"))
        for suffix, known in vendors.items()
        for word in ("enabled", "disabled")
    }
