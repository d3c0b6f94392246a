"""The platform's data: events, the users whose status they make, sessions, limits, webhooks; on an injectable clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.bugs import Bugs
from connectors.sandbox.didomi import catalog
from connectors.sandbox.didomi.limits import Limits
from connectors.sandbox.didomi.sessions import Sessions
from connectors.sandbox.didomi.status import merged
from connectors.sandbox.didomi.webhooks import Webhooks
from connectors.sandbox.options import Options
from connectors.sandbox.world import World

# What PUT /_sandbox/settings may change.
SETTINGS: dict[str, Any] = {
    "plain_lists": False,  # lists are arrays, as the document has them, instead of {"data": [...], "total": ...}
    "ignores_sort": False,  # lists come in the order in which rows were made, whatever is asked
    "webhook_duplicates": 0,  # how many times more each webhook is sent
    "webhook_reorder": 0,  # webhooks are held until there are so many, then sent in the reverse order
    "status_lags": False,  # the status of users does not follow events until this is off again
    "multi_regulation": True,  # webhooks also tell of regulations other than GDPR
}
Json = dict[str, Any]
# A user's status under one regulation: the Didomi id and the regulation.
Key = tuple[str, str]


class Store:
    """Everything one organization holds. Events are the truth; the status of a user follows from them."""

    def __init__(self, options: Options, world: World, seed: Callable[[Store], None]) -> None:
        self.options = options
        self.world = world
        self.bugs = Bugs()
        self.sessions = Sessions()
        self.limits = Limits(options.endpoint_limits)
        self.webhooks = Webhooks(self)
        self._seed = seed
        self.revision = 0
        self.reset()

    def reset(self) -> None:
        """Seeded data again. Tokens stay valid, and the printed one works again; no webhook is configured."""
        self._empty()
        self.sessions.reopen()
        self._seed(self)
        self.revision += 1

    def time(self) -> float:
        return self.options.clock.now()

    def now(self) -> str:
        """The present moment as the vendor writes it."""
        return stamp(self.time())

    def add(self, event: Json) -> Json:
        """Keep an event, and the status that follows from it."""
        self.events[event["id"]] = event
        user = self.of_user(event["user"], create=True)
        self.events_of.setdefault((user["id"], event["regulation"]), []).append(event["id"])
        self._identify(user, event)
        self.recount(user["id"], event["regulation"])
        self.revision += 1
        return event

    def remove(self, id: str) -> Json:
        """Forget an event; the status is what it would be without it."""
        event = self.events.pop(id)
        key = (event["user"]["id"], event["regulation"])
        self.events_of[key].remove(id)
        self.recount(*key)
        self.revision += 1
        return event

    def of_user(self, said: Json, *, create: bool = False) -> Json:
        """The user that an event names, by Didomi id or by the organization's; its id is filled in."""
        organizations = said.get("organization_user_id")
        id = said.get("id") or next(iter(self.ids_of.get(organizations, ())), None)
        if id is None or id not in self.users:
            if not create:
                raise KeyError(organizations)
            id = id or str(uuid.uuid4())
            self.users[id] = {"id": id, "organization_user_id": None, "metadata": {}, "country": None}
        said["id"] = id
        return self.users[id]

    def _identify(self, user: Json, event: Json) -> None:
        said = event["user"]
        if (name := said.get("organization_user_id")) and name != user["organization_user_id"]:
            if user["organization_user_id"]:
                self.ids_of[user["organization_user_id"]].remove(user["id"])
            user["organization_user_id"] = name
            self.ids_of.setdefault(name, []).append(user["id"])
        said["organization_user_id"] = user["organization_user_id"]
        user["metadata"].update(said.get("metadata") or {})
        user["country"] = said.get("country") or user["country"]

    def recount(self, id: str, regulation: str) -> None:
        """Work the status of a user under a regulation out again; without events there is none."""
        if self.settings["status_lags"]:
            self.lagging.add((id, regulation))
            return
        ids = self.events_of.get((id, regulation), ())
        events = [self.events[one] for one in ids if self.events[one]["status"] == "confirmed"]
        if not events:
            self.statuses.pop((id, regulation), None)
            return
        before = self.statuses.get((id, regulation))
        self.statuses[id, regulation] = {
            "created_at": before["created_at"] if before else min(event["created_at"] for event in events),
            "updated_at": self.now() if self.moment is None else self.moment,
            "consents": merged(events),
            "version": before["version"] + 1 if before else 1,
        }

    def catch_up(self) -> None:
        """Statuses that lagged behind follow their events."""
        lagging = sorted(self.lagging)
        self.lagging.clear()
        for key in lagging:
            self.recount(*key)

    def user_rows(self) -> Iterable[Json]:
        """The users as the API shows them, a row for each regulation."""
        return (self._row(*key) for key in self.statuses)

    def user_row(self, id: str, regulation: str) -> Json | None:
        return self._row(id, regulation) if (id, regulation) in self.statuses else None

    def _row(self, id: str, regulation: str) -> Json:
        user = self.users[id]
        own = {"organization_id": catalog.ORGANIZATION, "regulation": regulation, "last_seen_country": user["country"]}
        return {**user, **own, **self.statuses[id, regulation]}

    def forget_user(self, id: str) -> list[Json]:
        """Delete a user with all events; gives the rows that are gone."""
        gone = [self._row(*key) for key in self.statuses if key[0] == id]
        user = self.users.pop(id)
        if user["organization_user_id"]:
            self.ids_of[user["organization_user_id"]].remove(id)
        for key in [key for key in self.events_of if key[0] == id]:
            for event in self.events_of.pop(key):
                del self.events[event]
            self.statuses.pop(key, None)
        self.revision += 1
        return gone

    def dump(self) -> Json:
        """All data as JSON values."""
        return {
            "settings": self.settings,
            "events": list(self.events.values()),
            "users": list(self.users.values()),
            "statuses": [[id, regulation, status] for (id, regulation), status in self.statuses.items()],
            "sessions": self.sessions.ends,
            "webhooks": self.webhooks.dump(),
            "proofs": self.proofs,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what ``dump`` gave."""
        self._empty()
        self.settings.update(state["settings"])
        for user in state["users"]:
            self.users[user["id"]] = user
            if user["organization_user_id"]:
                self.ids_of.setdefault(user["organization_user_id"], []).append(user["id"])
        for event in state["events"]:
            self.events[event["id"]] = event
            self.events_of.setdefault((event["user"]["id"], event["regulation"]), []).append(event["id"])
        self.statuses.update({(id, regulation): status for id, regulation, status in state["statuses"]})
        self.sessions.ends = dict(state["sessions"])
        self.proofs.update(state["proofs"])
        self.webhooks.load(state["webhooks"])
        self.revision += 1

    def _empty(self) -> None:
        self.moment: str | None = None
        self.settings = dict(SETTINGS)
        self.events: dict[str, Json] = {}
        self.events_of: dict[Key, list[str]] = {}
        self.users: dict[str, Json] = {}
        self.ids_of: dict[str | None, list[str]] = {}
        self.statuses: dict[Key, Json] = {}
        self.proofs: dict[str, Json] = {}
        self.lagging: set[Key] = set()
        self.limits.forget()
        self.webhooks.forget()


def stamp(seconds: float) -> str:
    """Seconds since 1970 as the vendor writes a moment."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
