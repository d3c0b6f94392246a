"""The seeded consents: of some contacts and leads of the world, of people nobody else knows, of nameless visitors."""

from __future__ import annotations

import uuid
from typing import Any

from connectors.sandbox.didomi.catalog import CHANNELS, LANGUAGES, TOPICS
from connectors.sandbox.didomi.endpoints.control import consents
from connectors.sandbox.didomi.endpoints.events import collect
from connectors.sandbox.didomi.store import Store, stamp
from connectors.sandbox.world import SPAN, START, Person

EVERY_CONTACT, EVERY_LEAD = 4, 4
MOST_PEOPLE, STRANGERS, ANONYMOUS = 2_000, 6, 5


def seed(store: Store) -> None:
    """Fill an empty store, oldest consents first."""
    world = store.world
    people = [person for index, person in enumerate(world.contacts()) if index % EVERY_CONTACT == 0 and person.email]
    people += [lead.person for index, lead in enumerate(world.leads()) if index % EVERY_LEAD == 0]
    for number, person in enumerate(people[:MOST_PEOPLE]):
        _collect(store, number, person)
    if people:
        for number in range(STRANGERS):
            _add(store, {"organization_user_id": f"visitor{number}@nobody.example"}, number, START + SPAN + number)
        for number in range(ANONYMOUS):
            _add(store, {}, number, START + SPAN + 100 + number)
    store.moment = None


def _collect(store: Store, number: int, person: Person) -> None:
    _add(store, {"organization_user_id": person.email}, number, person.created + 86_400)


def _add(store: Store, user: dict[str, Any], number: int, moment: int) -> None:
    store.moment = stamp(float(moment))
    choice = (True, False, True, None)[number % 4]
    said: dict[str, Any] = {"purposes": {"newsletter": choice, "offers": number % 3 == 0}}
    said["channels"] = {CHANNELS[number % 3]: True}
    if number % 2 == 0:
        languages = list(LANGUAGES)
        said["preferences"] = {
            "language": sorted({languages[number % 6], languages[(number // 2) % 6]}),
            "topics": [list(TOPICS)[number % 3]],
        }
    id = str(uuid.UUID(int=store.world.random_seed * 2**64 + len(store.users)))
    event = {"id": f"seed-{len(store.events)}", "user": {**user, "id": id, "country": "FR"}, "consents": consents(said)}
    collect(store, event, told=False)
    if number % 10 == 0:
        cpra = {"id": f"seed-{len(store.events)}", "regulation": "cpra", "user": {"id": id}}
        collect(store, {**cpra, "consents": consents({"purposes": {"newsletter": not choice}})}, told=False)
