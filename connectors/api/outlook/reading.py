"""Reading the shared contacts of a mailbox: those in the shared folder, and those that have the category elsewhere.

Of other contacts nothing is read but their ids and categories, and nothing is told (S2.8). Changes come from Graph's
change queries, one for each folder and one for the folders. A contact that left the shared folder is asked for by its
id: it may have been moved, which is no deletion.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.api.errors import ConfigError, Transient, WatermarkExpired
from connectors.api.outlook import folders, records
from connectors.api.outlook.client import DELTA, REMOVED, GraphClient, Json, rounds, rows
from connectors.api.outlook.fields import (
    CATEGORIES,
    EMAILS,
    EXPAND,
    FIELDS,
    IN_FOLDER,
    LINK,
    LINK_PROPERTY,
    PARENT,
    link_of,
    properties,
)
from connectors.api.outlook.folders import CATEGORY, Places
from connectors.api.outlook.objects import ContactsOf
from connectors.api.outlook.watermark import Watermark, parsed
from connectors.api.values import Condition, Page, Query, Record

LIST_SIZE = 500
# From so many changed contacts on, the links of the whole folder are read in a list: a batch tells of twenty.
MANY = 60


def read(client: GraphClient, owner: ContactsOf, query: Query) -> Iterator[Page]:
    """The pages of ``query``. See ``Connector.read``. Raises WatermarkExpired."""
    _check_fields(query.fields)
    if query.limit is not None or query.where:
        yield from _listed(client, owner, query)
        return
    select = properties(query.fields)
    mark = parsed(query.since, select) if query.since is not None else None
    yield from _Round(client, owner, query.fields, select, mark).pages()


@dataclass(slots=True)
class _Round:
    """One read of all folders; ``before`` is where the last one ended, None reads everything."""

    client: GraphClient
    owner: ContactsOf
    fields: tuple[str, ...]
    select: str
    before: Watermark | None
    _links: dict[str, str | None] | None = None
    """The linked record's id by contact, once all of them were listed."""

    def pages(self) -> Iterator[Page]:
        places = self._places()
        links = dict(self.before.contacts) if self.before else {}
        after: dict[str, str] = {}
        outside = set(self.before.outside) if self.before else set()
        for folder in sorted({places.default, *places.others}):
            after[folder] = self._look_outside(folder, links.get(folder, ""), outside)
        found, outside_now = self._outside(sorted(outside), places)
        if found:
            yield Page(tuple(found))
        if places.shared:
            if self.before is None and LINK in self.fields:
                self._links = self._listed_links(places)
            begin, params = self._begin(places.shared, links.get(places.shared, ""), self.select)
            for page in rounds(self.client, begin, params, "contacts"):
                after[places.shared] = page.get(DELTA, "")
                yield Page(tuple(self._inside(rows(page), places)))
        mark = Watermark(places.shared, places.default, places.folders, self.select, after, tuple(outside_now))
        yield Page((), watermark=mark.text())

    def _places(self) -> Places:
        """The folders as they are now. Raises WatermarkExpired where the shared one was deleted with what it held, or
        another one is the shared one by now: as long as it has no mark of ours, its name says which one is.
        """
        if self.before is None:
            return folders.find(self.client, self.owner)
        there, gone, link = folders.changes(self.client, self.owner, self.before.folders)
        shared = self.before.shared
        if shared in gone:
            raise WatermarkExpired("The shared folder was deleted.", "Everything is compared again.")
        if there and (now := folders.shared_folder(self.client, self.owner)) != shared:
            if shared or now in self.before.contacts:
                raise WatermarkExpired("Another folder is the shared one.", "Everything is compared again.")
            shared = now
        others = ({*self.before.contacts, *there} - gone) - {shared, self.before.default}
        return Places(shared, self.before.default, frozenset(others), link)

    def _begin(self, folder: str, link: str, select: str) -> tuple[str, dict[str, str]]:
        if link:
            return link, {}
        return f"{self.owner.path}/contactFolders/{folder}/contacts/delta", {"$select": select}

    def _look_outside(self, folder: str, link: str, outside: set[str]) -> str:
        """Note which contacts of a folder of the user's have the category; returns the link to go on from.

        Those that had it before stay noted: what became of them is to be told.
        """
        known = set(self.before.outside) if self.before else set()
        for page in rounds(self.client, *self._begin(folder, link, CATEGORIES), "contacts"):
            for row in rows(page):
                shares = REMOVED not in row and CATEGORY in (row.get(CATEGORIES) or [])
                if shares:
                    outside.add(str(row["id"]))
                elif row["id"] not in known:
                    outside.discard(str(row["id"]))
            link = page.get(DELTA, "")
        return link

    def _outside(self, ids: Sequence[str], places: Places) -> tuple[list[Record], list[str]]:
        """Contacts elsewhere that have, or had, the category: whole where they have it; and which of them have it."""
        found, still = list[Record](), list[str]()
        before = set(self.before.outside) if self.before else set()
        for id, contact in zip(ids, records.contacts(self.client, self.owner, ids, self.fields), strict=True):
            parent = str((contact or {}).get(PARENT))
            if contact is None or not places.holds(parent):
                found.append(records.gone(self.owner, id))
            elif parent != places.shared and CATEGORY in (contact.get(CATEGORIES) or []):
                found.append(records.record(self.owner, contact, self.fields, places.shared))
                still.append(id)
            elif parent != places.shared and id in before:
                found.append(records.unshared(self.owner, contact, self.fields))
        return found, still

    def _inside(self, contacts: Sequence[Json], places: Places) -> list[Record]:
        """Records of a page of the shared folder's changes; the last word of each contact counts."""
        last = {str(row["id"]): row for row in contacts}
        left = [id for id, row in last.items() if REMOVED in row]
        there = {id: row for id, row in last.items() if REMOVED not in row}
        linked: dict[str, str | None] = {}
        if LINK in self.fields:
            linked = self._links_of(list(there), places)
            there = {id: row for id, row in there.items() if id in linked}
        found = [self._with_link(row, places, linked) for row in there.values()]
        for id, contact in zip(left, records.contacts(self.client, self.owner, left, (CATEGORIES,)), strict=True):
            parent = str((contact or {}).get(PARENT))
            if contact is None or not places.holds(parent):
                found.append(records.gone(self.owner, id))
            elif parent != places.shared:
                found.append(records.unshared(self.owner, contact, self.fields))
        return found

    def _links_of(self, ids: Sequence[str], places: Places) -> dict[str, str | None]:
        """The linked record's id of each of these contacts; one that is gone meanwhile is missing. One that came after
        they were listed is asked for by itself.
        """
        if self._links is None and len(ids) >= MANY:
            self._links = self._listed_links(places)
        listed = self._links or {}
        asked = records.contacts(self.client, self.owner, [id for id in ids if id not in listed], (LINK,))
        return {id: listed[id] for id in ids if id in listed} | {str(row["id"]): link_of(row) for row in asked if row}

    def _with_link(self, contact: Json, places: Places, linked: dict[str, str | None]) -> Record:
        whole = {**contact, PARENT: places.shared}
        named = records.record(self.owner, whole, [name for name in self.fields if name != LINK], places.shared)
        if LINK not in self.fields:
            return named
        values = {**named.values, LINK: linked.get(str(contact["id"]))}
        return Record(named.ref, {name: values[name] for name in self.fields}, named.modified_at)

    def _listed_links(self, places: Places) -> dict[str, str | None]:
        """The linked record's id of every contact in the shared folder."""
        path = f"{self.owner.path}/contactFolders/{places.shared}/contacts"
        params = {"$select": "id", "$expand": EXPAND, "$top": LIST_SIZE}
        pages = self.client.pages(path, params, "contacts")
        return {str(row["id"]): link_of(row) for page in pages for row in rows(page)}


def _listed(client: GraphClient, owner: ContactsOf, query: Query) -> Iterator[Page]:
    """Some contacts of the shared folder, or their number."""
    shared = folders.shared_folder(client, owner)
    if not shared:
        yield Page((), total=0)
        return
    path = f"{owner.path}/contactFolders/{shared}/contacts"
    if query.limit == 0 and not query.where:
        count = client.get(path, {"$count": "true", "$top": 1, "$select": "id"}).get("@odata.count")
        if not isinstance(count, int):
            raise Transient("Outlook does not say how many contacts there are.", "Try again.")
        yield Page((), total=count)
        return
    left = query.limit
    params = {"$select": properties(query.fields), "$top": min(left or LIST_SIZE, LIST_SIZE)}
    params |= {"$expand": EXPAND} if LINK in query.fields else {}
    for filter in _filters(query.where):
        for page in client.pages(path, {**params, **filter}, "contacts"):
            found = [records.record(owner, {**row, PARENT: shared}, query.fields, shared) for row in rows(page)][:left]
            left = None if left is None else left - len(found)
            yield Page(tuple(found))
            if left == 0:
                return


def _filters(where: Sequence[Condition]) -> list[dict[str, str]]:
    """What to ask for, one call each. Raises ConfigError for what Graph cannot filter contacts by."""
    if not where:
        return [{}]
    condition = where[0]
    field = FIELDS.get(condition.field)
    if len(where) > 1 or not condition.is_plain:
        raise ConfigError("Outlook cannot filter contacts in this way.", "Filter on the other side.")
    values = [value.replace("'", "''") for value in condition.values]
    if condition.field == LINK:
        any_of = "singleValueExtendedProperties/Any(ep: ep/id eq '{}' and ep/value eq '{}')"
        return [{"$filter": any_of.format(LINK_PROPERTY, value)} for value in values]
    if field is not None and field.property == EMAILS:
        return [{"$filter": f"emailAddresses/any(a:a/address eq '{value}')"} for value in values]
    raise ConfigError(f"Outlook cannot filter contacts by {condition.field}.", "Filter on the other side.")


def _check_fields(fields: Sequence[str]) -> None:
    unknown = [name for name in fields if name not in FIELDS and name not in (LINK, IN_FOLDER, CATEGORIES, "id")]
    if unknown:
        raise ConfigError(f"Outlook contacts have no {unknown[0]}.", "Correct the mapping.")
