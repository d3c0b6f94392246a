"""The first mailboxes of the tenant: private contacts in them, and nothing of the CRM yet."""

from __future__ import annotations

from connectors.sandbox.graph.mailbox import Mailbox, new_mailbox
from connectors.sandbox.graph.schema import contact as schema
from connectors.sandbox.graph.store import Store
from connectors.sandbox.vocabulary import EMPLOYEES, MAIL_DOMAIN
from connectors.sandbox.world import START, Person, World

# How many contacts of its own a mailbox has, in the default folder and in one of the user's.
PRIVATE, FAMILY = 8, 3
# Far from the people of the CRM.
STRANGERS = 5_000_000


def fill(store: Store, world: World, mailboxes: int) -> None:
    """So many mailboxes; the first ones have names, the later ones numbers."""
    for place in range(mailboxes):
        name = EMPLOYEES[place] if place < len(EMPLOYEES) else f"Mailbox {place + 1}"
        first = name.partition(" ")[0].lower() if place < len(EMPLOYEES) else f"mailbox{place + 1}"
        box = new_mailbox(f"{first}@{MAIL_DOMAIN}", name)
        family = box.add_folder("Family", box.root)
        for number in range(PRIVATE + FAMILY):
            person = world.person(STRANGERS + place * 100 + number)
            _add(box, box.root if number < PRIVATE else family.id, person)
        store.add(box)


def _add(box: Mailbox, folder: str, person: Person) -> None:
    given = {
        "givenName": person.first_name,
        "surname": person.last_name,
        "emailAddresses": [{"address": f"private-{person.email}", "name": person.name}],
        "mobilePhone": person.mobile or None,
        "personalNotes": "Private.",
    }
    box.add(folder, schema.named(schema.accepted(given)), {}, START)
