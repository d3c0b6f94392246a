"""What an object (an account, a contact ...) is: its fields, record types, and who may see which field."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.salesforce.ids import MASTER_RECORD_TYPE
from connectors.sandbox.salesforce.schema.fields import Field


@dataclass(frozen=True, slots=True)
class RecordType:
    id: str
    name: str
    developer_name: str
    default: bool = False
    person: bool = False
    active: bool = True
    available: bool = True
    # field name -> values of that picklist this record type offers; a field not named offers all of them
    picklists: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def master(self) -> bool:
        return self.id == MASTER_RECORD_TYPE


@dataclass(slots=True)
class ObjectType:
    """One object. `fields` holds those the API user sees, by API name; `hidden` those kept from it."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: dict[str, Field]
    record_types: list[RecordType] = field(default_factory=list)
    hidden: dict[str, Field] = field(default_factory=dict)
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    mergeable: bool = False
    listviews: bool = False
    child_names: dict[str, str] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index()

    def _index(self) -> None:
        self._folded = {name.lower(): name for name in self.fields}

    def field(self, name: str) -> Field | None:
        """The visible field of this API name, in any case; None when there is none."""
        found = self.fields.get(name)
        if found is None and (canonical := self._folded.get(name.lower())):
            found = self.fields[canonical]
        return found

    def relation(self, name: str) -> Field | None:
        """The visible reference field behind a relationship name (`Owner`, `Account`, `Main_Office__r`)."""
        low = name.lower()
        links = (f for f in self.fields.values() if f.reference_to and f.relationship)
        return next((f for f in links if (f.relationship or "").lower() == low), None)

    def put(self, new: Field) -> None:
        """Add the field, or replace the one of the same name in its place."""
        self.hidden.pop(new.name, None)
        self.fields[new.name] = new
        self._index()

    def drop(self, name: str) -> None:
        self.fields.pop(name, None)
        self.hidden.pop(name, None)
        self._index()

    def hide(self, name: str) -> None:
        """Take the field from the API user's sight (field-level security); its values stay."""
        if name in self.fields:
            self.hidden[name] = self.fields.pop(name)
            self._index()

    def show(self, name: str) -> None:
        if name in self.hidden:
            self.put(self.hidden.pop(name))

    def every_field(self) -> dict[str, Field]:
        return {**self.fields, **self.hidden}

    def record_type(self, id: str | None) -> RecordType | None:
        return next((r for r in self.record_types if r.id == id), None)

    def default_record_type(self) -> RecordType | None:
        return next((r for r in self.record_types if r.default), None)


def master(default: bool = False) -> RecordType:
    return RecordType(MASTER_RECORD_TYPE, "Master", "Master", default=default)


def object_type(name: str, label: str, plural: str, prefix: str, fields: list[Field], **more: object) -> ObjectType:
    """An object of these fields; a field written twice keeps its last form."""
    made = ObjectType(name, label, plural, prefix, {f.name: f for f in fields})
    for key, value in more.items():
        setattr(made, key, value)
    return made
