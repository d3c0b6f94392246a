"""Named tuples of the rows that are stored in bulk, and the shape of a change inside a step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NotRequired, TypedDict

from mappings.kinds.agreed import FieldNote
from syncadmin.engine.steps import Change


class StoredChange(TypedDict):
    """A change of one field as stored in a step."""

    field: str
    before: Any
    after: Any
    reason: str
    add: Sequence[str]
    remove: Sequence[str]
    replaces: NotRequired[str]
    """Rows of older versions have none."""


class StepRow(NamedTuple):
    run: int
    verb: str
    side: str
    relation: str
    state: str
    needs_approval: bool
    object: str
    left_id: str
    right_id: str
    waits_for: str
    role: str
    group: str
    label: str
    group_key: str
    reason_code: str
    reason: str
    changes: Collection[Change]
    warnings: Collection[str]
    last_synced: Mapping[str, Any]
    field_notes: Mapping[str, FieldNote]
    owned_values: Mapping[str, Collection[str]]
    facts: Mapping[str, Any]
    recorded: bool = False
    lease: int = 0


class OutcomeRow(NamedTuple):
    step: int
    state: str
    remote_id: str | None
    code: str
    message: str
    field: str
    at: datetime


class LinkRow(NamedTuple):
    """A written link."""

    sync: int
    left_id: str
    right_id: str
    role: str
    how: str
    reason: str
    last_synced: Mapping[str, Any]
    field_notes: Mapping[str, FieldNote]
    owned_values: Mapping[str, Collection[str]]
    synced_at: datetime
    run_id: int
    active: bool = True
    replaces: Mapping[str, Any] = {}
