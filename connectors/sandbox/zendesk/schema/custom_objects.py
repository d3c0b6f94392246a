"""Custom objects: what an account has added beside users and organizations, with fields and records of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.sandbox.zendesk.answers import invalid, not_found
from connectors.sandbox.zendesk.given import key, text
from connectors.sandbox.zendesk.schema.fields import Definitions
from connectors.sandbox.zendesk.table import ChangeLog, Table
from connectors.sandbox.zendesk.times import iso

DELETED = "[DELETED]"
"""What an export shows of a deleted record in the place of each value."""


@dataclass(slots=True)
class CustomRecord:
    """One record; the API knows it by ``record_id``."""

    id: int
    name: str
    created: int
    updated: int
    external_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class CustomObject:
    """One object: its fields, and the records that are there and that are gone."""

    key: str
    title: str
    plural: str
    created: int
    definitions: Definitions = field(init=False)
    records: Table[CustomRecord] = field(default_factory=Table)
    deleted: Table[CustomRecord] = field(default_factory=Table)
    changes: ChangeLog = field(default_factory=ChangeLog)
    last_id: int = 0

    def __post_init__(self) -> None:
        self.definitions = Definitions(self.key)

    def wire(self, base: str) -> dict[str, Any]:
        return {
            "url": f"{base}/api/v2/custom_objects/{self.key}.json",
            "key": self.key,
            "title": self.title,
            "title_pluralized": self.plural,
            "raw_title": self.title,
            "raw_title_pluralized": self.plural,
            "include_in_list_view": True,
            "description": "",
            "raw_description": "",
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
        }

    def wire_record(self, row: CustomRecord, base: str) -> dict[str, Any]:
        id, gone = record_id(row.id), row.id in self.deleted.rows
        values = self.definitions.rendered(row.fields)
        return {
            "url": f"{base}/api/v2/custom_objects/{self.key}/records/{id}.json",
            "id": id,
            "custom_object_key": self.key,
            "name": DELETED if gone else row.name,
            "external_id": row.external_id,
            "custom_object_fields": dict.fromkeys(values, DELETED) if gone else dict(values),
            "created_at": iso(row.created),
            "updated_at": iso(row.updated),
            "created_by_user_id": "1",
            "updated_by_user_id": "1",
        }

    def find(self, id: object) -> CustomRecord:
        """The record of this id. Raises Refusal 404."""
        row = self.records.get(_number(id))
        if row is None:
            raise not_found()
        return row

    def by_external_id(self, value: str) -> CustomRecord | None:
        return next((row for row in self.records if row.external_id == value), None)

    def create(self, given: Mapping[str, Any], now: int) -> CustomRecord:
        """Raises Invalid."""
        row = CustomRecord(self.last_id + 1, "", now, now)
        self._assign(row, given, new=True)
        self.last_id = row.id
        self.records.put(row)
        self.changes.touch(row.id, now)
        return row

    def update(self, row: CustomRecord, given: Mapping[str, Any], now: int) -> None:
        """Raises Invalid."""
        self._assign(row, given, new=False)
        row.updated = now
        self.changes.touch(row.id, now)

    def delete(self, row: CustomRecord, now: int) -> None:
        self.records.drop(row.id)
        row.updated = now
        self.deleted.put(row)
        self.changes.touch(row.id, now)

    def _assign(self, row: CustomRecord, given: Mapping[str, Any], *, new: bool) -> None:
        name = (text("name", given.get("name")) or "").strip()
        if not name and (new or "name" in given):
            raise invalid("name", "Name: cannot be blank", "BlankValue")
        external = key("external_id", given.get("external_id"))
        other = self.by_external_id(external) if external else None
        if other is not None and other.id != row.id:
            raise invalid("external_id", "External ID: has already been taken", "DuplicateValue")
        row.fields = self.definitions.merged(row.fields, given.get("custom_object_fields"), refuse_unknown=True)
        row.name = name or row.name
        if "external_id" in given:
            row.external_id = external

    def dump(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "plural": self.plural,
            "created": self.created,
            "definitions": [asdict(definition) for definition in self.definitions.table],
            "records": [asdict(row) for row in self.records],
            "deleted": [asdict(row) for row in self.deleted],
            "changes": self.changes.dump(),
            "last_id": self.last_id,
        }

    @classmethod
    def loaded(cls, state: Mapping[str, Any]) -> CustomObject:
        """The object that ``dump`` gave, without its definitions."""
        made = cls(state["key"], state["title"], state["plural"], state["created"])
        for row in state["records"]:
            made.records.put(CustomRecord(**row))
        for row in state["deleted"]:
            made.deleted.put(CustomRecord(**row))
        made.changes.load(state["changes"])
        made.last_id = state["last_id"]
        return made


def record_id(number: int) -> str:
    """The id of a record as the API shows it: text of 26 signs that ascends with time."""
    return f"01J{number:023d}"


def _number(id: object) -> int:
    given = str(id)
    return int(given[3:]) if len(given) == 26 and given[:3] == "01J" and given[3:].isdecimal() else -1
