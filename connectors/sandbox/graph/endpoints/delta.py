"""Delta queries of contacts in a folder, and of the folders.

A round begins without a token, or with the $deltatoken of the round before; its pages lead on by $skiptoken until one
has a delta link. What changes while a round is read comes with the next one. An item that left a folder, deleted or
moved, comes as `@removed`. Tokens hold what was asked for; they end when the service forgets them (410).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from connectors.sandbox.graph.answers import Answer, Refusal, bad_request
from connectors.sandbox.graph.call import Call, Paths
from connectors.sandbox.graph.endpoints import rendering
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.schema import ids
from connectors.sandbox.graph.schema.contact import Contact

REFUSED_OPTIONS = ("filter", "orderby", "expand", "search", "top", "skip", "count")
FOLDERS = ""


@dataclass(frozen=True, slots=True)
class Token:
    """The state of a round. since: the change that the round before ended with. after: the last one that was told.

    until: the mailbox's last change when the round began. folder: FOLDERS for the list of folders.
    """

    mailbox: str
    folder: str
    epoch: int
    since: int
    after: int
    until: int
    select: str

    def text(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps(asdict(self))).decode()


def contacts(call: Call) -> Answer:
    box = call.box
    folder = box.folder(call.params["folder"]).id if "folder" in call.params else box.root
    return _round(call, box, folder)


def folders(call: Call) -> Answer:
    return _round(call, call.box, FOLDERS)


def _round(call: Call, box: Mailbox, folder: str) -> Answer:
    token = _token(call, box, folder)
    if token.select:
        call.query = {**call.query, "select": token.select}
    changes = _changes(box, token)
    size = min(call.page_size or call.store.settings.delta_page, call.store.settings.delta_page)
    page = changes[:size]
    told = [_item(call, box, change) for _, change in _with_repeat(call, box, token, page)]
    what = "contactFolders" if folder == FOLDERS else "contacts"
    body: dict[str, Any] = {"@odata.context": rendering.context(call, what)}
    if len(changes) > size:
        after = Token(**{**asdict(token), "after": page[-1][0]})
        body["@odata.nextLink"] = f"{call.address}?$skiptoken={after.text()}"
    else:
        done = Token(**{**asdict(token), "since": token.until, "after": token.until, "until": 0})
        body["@odata.deltaLink"] = f"{call.address}?$deltatoken={done.text()}"
    if call.page_size:
        call.applied.append(f"odata.maxpagesize={size}")
    return Answer({**body, "value": told})


def _token(call: Call, box: Mailbox, folder: str) -> Token:
    """The state to go on from. Raises Refusal 400 for what is no token, 410 for one that has expired."""
    begun = call.query.get("skiptoken") or call.query.get("deltatoken")
    if begun is None:
        if unfit := [name for name in REFUSED_OPTIONS if name in call.query]:
            raise bad_request(f"${unfit[0]} is not supported by change tracking.", "ErrorInvalidUrlQuery")
        return Token(box.address, folder, call.store.delta_epoch, 0, 0, box.number, call.query.get("select", ""))
    token = _read(begun)
    if token is None or (token.mailbox, token.folder) != (box.address, folder):
        raise bad_request("Badly formed token.", "SyncStateInvalid")
    if token.epoch != call.store.delta_epoch:
        message = f"The sync state generation is not found; generation={token.epoch}."
        raise Refusal(410, "SyncStateNotFound", message, {"Location": call.address})
    return token if token.until else Token(**{**asdict(token), "until": box.number})


def _read(text: str) -> Token | None:
    try:
        found = Token(**orjson.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, TypeError, binascii.Error):
        return None
    numbers = (found.epoch, found.since, found.after, found.until)
    return found if all(type(number) is int for number in numbers) and isinstance(found.select, str) else None


Change = tuple[int, Any]


def _changes(box: Mailbox, token: Token) -> list[Change]:
    """What the rest of the round has to tell, in the order in which it happened, by the mailbox's numbers."""
    found: list[Change] = []
    if token.folder == FOLDERS:
        found += [(row.changed, row) for row in box.folders.values() if row.id != box.root]
        found += [(number, id) for id, number in box.removed_folders.items() if token.since]
    else:
        found += [(row.changed, row) for row in box.inside(token.folder)]
        found += [(row.changed, row) for row in box.removed.get(token.folder, {}).values() if token.since]
    return sorted((change for change in found if token.after < change[0] <= token.until), key=lambda change: change[0])


def _with_repeat(call: Call, box: Mailbox, token: Token, page: list[Change]) -> list[Change]:
    """A page after the first begins with the last item of the one before, as it may with the vendor."""
    if not call.store.settings.repeat_items or token.after == token.since:
        return page
    before = _changes(box, Token(**{**asdict(token), "after": token.since, "until": token.after}))
    return [*before[-1:], *page]


def _item(call: Call, box: Mailbox, change: Any) -> dict[str, Any]:
    if isinstance(change, str):
        return {"id": change, "@removed": {"reason": "deleted"}}
    if isinstance(change, Contact):
        return rendering.contact(call, box, change)
    if hasattr(change, "parent"):
        return rendering.folder(call, change)
    if call.immutable:
        id = ids.immutable_id(box.address, change.key)
    else:
        id = ids.regular_id(box.address, change.key, change.moves)
    return {"id": id, "@removed": {"reason": "deleted"}}


PATHS: Paths = {
    "/users/{user}/contacts/delta": {"GET": contacts},
    "/users/{user}/contacts/delta()": {"GET": contacts},
    "/users/{user}/contactFolders/delta": {"GET": folders},
    "/users/{user}/contactFolders/delta()": {"GET": folders},
    "/users/{user}/contactFolders/{folder}/contacts/delta": {"GET": contacts},
    "/users/{user}/contactFolders/{folder}/contacts/delta()": {"GET": contacts},
}
