"""A mailbox: contact folders, the contacts in them, and a numbered history that delta queries read."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.sandbox.graph.answers import Refusal, not_found
from connectors.sandbox.graph.schema import ids
from connectors.sandbox.graph.schema.contact import Contact, Values

# The name by which the default folder can be asked for.
WELL_KNOWN = "contacts"


@dataclass(slots=True)
class Folder:
    """changed: the mailbox's number of its last change."""

    id: str
    name: str
    parent: str
    changed: int
    extended: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Removed:
    """What left a folder: its keys, when by the mailbox's numbers, and the moves it had made until then."""

    key: int
    changed: int
    moves: int


@dataclass(slots=True)
class Mailbox:
    """number: the last change of anything in it."""

    address: str
    id: str
    name: str
    number: int = 0
    keys: int = 0
    root: str = ""
    folders: dict[str, Folder] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    removed: dict[str, dict[int, Removed]] = field(default_factory=dict)
    removed_folders: dict[str, int] = field(default_factory=dict)
    categories: list[Values] = field(default_factory=list)
    _by_id: dict[str, int] = field(default_factory=dict)
    _folders_made: int = 0

    def next(self) -> int:
        self.number += 1
        return self.number

    def open(self) -> None:
        """Make the default folder."""
        self.root = self.add_folder("Contacts", "").id

    def folder(self, id: str) -> Folder:
        """Raises Refusal 404."""
        folder = self.folders.get(self.root if id.lower() == WELL_KNOWN else id)
        if folder is None:
            raise not_found()
        return folder

    def children(self, parent: str) -> list[Folder]:
        return [folder for folder in self.folders.values() if folder.parent == parent]

    def add_folder(self, name: str, parent: str) -> Folder:
        """Raises Refusal 409 where one of that name is there."""
        self._free_name(name, parent)
        self._folders_made += 1
        folder = Folder(ids.folder_id(self.address, self._folders_made), name, parent, self.next())
        self.folders[folder.id] = folder
        return folder

    def rename(self, folder: Folder, name: str) -> None:
        if name != folder.name:
            self._free_name(name, folder.parent)
            folder.name, folder.changed = name, self.next()

    def remove_folder(self, folder: Folder) -> None:
        """Side effect: what it holds goes with it."""
        if folder.id == self.root:
            raise Refusal(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
        for child in self.children(folder.id):
            self.remove_folder(child)
        for contact in self.inside(folder.id):
            self.remove(contact)
        self.removed_folders[folder.id] = self.next()
        del self.folders[folder.id]

    def inside(self, folder: str) -> list[Contact]:
        return [contact for contact in self.contacts.values() if contact.folder == folder]

    def find(self, id: str) -> Contact:
        """By either of its ids. Raises Refusal 404."""
        key = self._by_id.get(id)
        if key is None:
            raise not_found()
        return self.contacts[key]

    def add(self, folder: str, values: Values, extended: dict[str, str], now: float) -> Contact:
        self.keys += 1
        contact = Contact(self.keys, folder, now, now, self.next(), values=values, extended=extended)
        self.contacts[contact.key] = contact
        self._index(contact)
        return contact

    def touch(self, contact: Contact, now: float) -> None:
        """Note a change of it."""
        contact.changed, contact.modified = self.next(), now

    def move(self, contact: Contact, folder: str, now: float) -> None:
        """Into another folder: gone from the old one, and under another id unless that is the immutable one."""
        if contact.folder == folder:
            return
        self._leave(contact)
        self._by_id.pop(ids.regular_id(self.address, contact.key, contact.moves))
        contact.folder = folder
        contact.moves += 1
        self._index(contact)
        self.touch(contact, now)
        self.removed.get(folder, {}).pop(contact.key, None)

    def remove(self, contact: Contact) -> None:
        self._leave(contact)
        for id in self._ids(contact):
            del self._by_id[id]
        del self.contacts[contact.key]

    def dump(self) -> dict[str, Any]:
        state = asdict(self)
        del state["_by_id"]
        state["contacts"] = list(state["contacts"].values())
        state["removed"] = {folder: list(rows.values()) for folder, rows in state["removed"].items()}
        return state

    @classmethod
    def load(cls, state: dict[str, Any]) -> Mailbox:
        """Back from a dump."""
        box = cls(**state)
        box.folders = {id: Folder(**row) for id, row in state["folders"].items()}
        box.contacts = {row["key"]: Contact(**row) for row in state["contacts"]}
        gone = state["removed"].items()
        box.removed = {folder: {row["key"]: Removed(**row) for row in rows} for folder, rows in gone}
        for contact in box.contacts.values():
            box._index(contact)
        return box

    def _free_name(self, name: str, parent: str) -> None:
        if any(folder.name.lower() == name.lower() for folder in self.children(parent)):
            raise Refusal(409, "ErrorFolderExists", "A folder with the specified name already exists.")

    def _leave(self, contact: Contact) -> None:
        gone = Removed(contact.key, self.next(), contact.moves)
        self.removed.setdefault(contact.folder, {})[contact.key] = gone

    def _index(self, contact: Contact) -> None:
        for id in self._ids(contact):
            self._by_id[id] = contact.key

    def _ids(self, contact: Contact) -> tuple[str, str]:
        key = contact.key
        return ids.immutable_id(self.address, key), ids.regular_id(self.address, key, contact.moves)


def new_mailbox(address: str, name: str) -> Mailbox:
    """A mailbox with its default folder and the categories that Outlook starts with."""
    box = Mailbox(address, str(uuid.uuid5(uuid.NAMESPACE_DNS, address)), name)
    box.open()
    for place, color in enumerate(("Red", "Orange", "Yellow", "Green", "Blue", "Purple")):
        box.categories.append(category(box, f"{color} category", f"preset{place}"))
    return box


def category(box: Mailbox, name: str, color: str) -> Values:
    id = uuid.uuid5(uuid.NAMESPACE_DNS, f"{box.address}/{name.lower()}")
    return {"id": str(id), "displayName": name, "color": color}
