"""Finds and creates the shared contact folder of a mailbox, and lists its other contact folders.

It is called "Salesforce Contacts" (S2.6) when it is made. A mark of ours in it finds it again under any name.
"""

from dataclasses import dataclass

from connectors.api.outlook.client import DELTA, REMOVED, GraphClient, Json, rounds, rows
from connectors.api.outlook.fields import EXTENDED
from connectors.api.outlook.objects import ContactsOf

NAME = "Salesforce Contacts"
CATEGORY = "Salesforce"
MARK = "String {0f4ad6b2-6f57-4c39-9a3e-2d0f8c1b7a51} Name SyncAdminFolder"
_EXPAND = f"{EXTENDED}($filter=id eq '{MARK}')"


@dataclass(slots=True)
class Places:
    """Where the contacts of one mailbox are. ``shared``: the shared folder, "" where there is none yet.

    ``others``: the user's own folders. ``folders``: the link that tells what becomes of the list of them.
    """

    shared: str
    default: str
    others: frozenset[str]
    folders: str = ""

    def holds(self, folder: str) -> bool:
        """Whether it is a folder of contacts at all: a deleted contact is in another kind of folder for a while."""
        return folder in self.others or folder in (self.shared, self.default)


def find(client: GraphClient, owner: ContactsOf) -> Places:
    """Look at all folders of a mailbox; the shared one is known by our mark, else by its name."""
    default = str(client.get(f"{owner.path}/contactFolders/contacts")["id"])
    shared = shared_folder(client, owner)
    ids, _, link = changes(client, owner, "")
    return Places(shared, default, frozenset(ids) - {shared, default}, link)


def changes(client: GraphClient, owner: ContactsOf, link: str) -> tuple[set[str], set[str], str]:
    """The folders that are new or renamed since a link, those that are gone, and the next link. "" tells of all."""
    there: set[str] = set()
    gone: set[str] = set()
    for page in rounds(client, link or f"{owner.path}/contactFolders/delta", {}, "contact folders"):
        for row in rows(page):
            (gone if REMOVED in row else there).add(str(row["id"]))
            (there if REMOVED in row else gone).discard(str(row["id"]))
        link = page.get(DELTA, "")
    return there, gone, link


def shared_folder(client: GraphClient, owner: ContactsOf) -> str:
    """The id of the shared folder, "" where there is none."""
    return _shared(client, owner)[0]


def own(client: GraphClient, owner: ContactsOf) -> str:
    """The id of the shared folder, which has our mark from now on; it is made where there is none."""
    mark: Json = {EXTENDED: [{"id": MARK, "value": "1"}]}
    id, marked = _shared(client, owner)
    if not id:
        return str(client.post(f"{owner.path}/contactFolders", {"displayName": NAME, **mark})["id"])
    if not marked:  # its user has made it
        client.patch(f"{owner.path}/contactFolders/{id}", mark)
    return id


def _shared(client: GraphClient, owner: ContactsOf) -> tuple[str, bool]:
    """The id of the shared folder, and whether it has our mark."""
    params = {"$top": 100, "$expand": _EXPAND}
    found = [
        row for page in client.pages(f"{owner.path}/contactFolders", params, "contact folders") for row in rows(page)
    ]
    marked = [row for row in found if row.get(EXTENDED)]
    named = [row for row in found if str(row.get("displayName", "")).lower() == NAME.lower()]
    return str((marked or named or [{"id": ""}])[0]["id"]), bool(marked)
