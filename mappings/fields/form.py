"""The form of the mapping editor: what each button does to the submitted rows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.api.errors import ConnectorError
from connectors.api.values import Record
from mappings.fields import preview, rows
from mappings.fields.editor import Editor, Picked, add_problem, editor
from mappings.fields.rows import Row
from mappings.models import Sync
from mappings.rules import templates
from mappings.rules.configuration import Direction
from mappings.schemas import Schemas
from mappings.scope.stored import scope_of

logger = logging.getLogger(__name__)


def edited(data: Any, sync: Sync, known: Schemas) -> Editor:
    """The editor after the button in ``data["action"]``: add, pair:LEFT|RIGHT, up:3, down:3, remove:3, suggest:3 or
    refresh.

    Nothing is stored. Where a record is pinned the rows come with its values.
    """
    action, _, mark = data.get("action", "").partition(":")
    wanted, picked = rows.typed(data, known), _picked(data)
    if action == "add":
        wanted, picked = _added(wanted, picked, known, sync)
    elif action == "pair":
        wanted = _with_probable(wanted, mark, sync, known)
    elif mark.isdecimal():
        wanted = _acted(action, wanted, int(mark), known)
    return editor(sync, known, wanted, picked=picked, record=pinned(data, sync, known), typed=data)


def submitted(data: Any, sync: Sync, known: Schemas) -> tuple[list[Row], Picked]:
    """The rows to be saved: a pair in the line that adds a mapping counts as added. Half a pair is a problem."""
    wanted, picked = rows.typed(data, known), _picked(data)
    if not (picked.left or picked.right):
        return wanted, picked
    return _added(wanted, picked, known, sync)


def refused(data: Any, sync: Sync, known: Schemas) -> Editor:
    """The editor with everything as it was typed, after a save that could not be done."""
    wanted, picked = submitted(data, sync, known)
    return editor(sync, known, wanted, picked=picked, record=pinned(data, sync, known), refused=True, typed=data)


def pinned(data: Any, sync: Sync, known: Schemas) -> Record | None:
    """The record whose values are shown; None where none is chosen or it cannot be read now."""
    id = data.get("record", "")
    if not id:
        return None
    try:
        return preview.record(sync, known, scope_of(sync, known), id)
    except ConnectorError as error:
        logger.info("the preview record %s of %s could not be read: %s", id, sync.slug, error)
        return None


def _picked(data: Any) -> Picked:
    way = data.get("new_direction", "")
    known = way if way in list(Direction) else Direction.TO_RIGHT.value
    left = data.get("new_left", "")
    left = f"{templates.MARK}{data.get('new_text', '')}" if left == templates.MARK else left
    return Picked(left, data.get("new_right", ""), direction=known)


def _added(wanted: Sequence[Row], picked: Picked, known: Schemas, sync: Sync) -> tuple[list[Row], Picked]:
    """The rows with the picked pair, or the pair still picked with the reason why not."""
    if problem := add_problem(picked, wanted, known, rows.placed(sync).values()):
        return list(wanted), replace(picked, problem=problem)
    return rows.with_new(wanted, picked.left, picked.right, known, picked.direction), Picked()


def _with_probable(wanted: Sequence[Row], chosen: str, sync: Sync, known: Schemas) -> list[Row]:
    """The rows and the suggested pair that was chosen as LEFT|RIGHT; without one, all of them."""
    added = list(wanted)
    for left, right in rows.probable(wanted, sync, known):
        if chosen in ("", f"{left.name}|{right.name}"):
            added = rows.with_new(added, left.name, right.name, known)
    return added


def _acted(action: str, wanted: Sequence[Row], place: int, known: Schemas) -> list[Row]:
    match action:
        case "up":
            return rows.moved(wanted, place, -1)
        case "down":
            return rows.moved(wanted, place, 1)
        case "remove":
            return rows.without(wanted, place)
        case "suggest":
            return [rows.suggested(row, known) if index == place else row for index, row in enumerate(wanted)]
        case _:
            return list(wanted)
