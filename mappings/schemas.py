"""The fields of both sides of a sync, as they were last read."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.api.values import FieldSchema, ObjectSchema
from mappings.kinds.declaration import Kind
from mappings.rules import templates


@dataclass(frozen=True, slots=True)
class Schemas:
    """Both sides' schemas, by field name, and the kind of sync that says which of their fields may fill each other."""

    left: ObjectSchema
    right: ObjectSchema
    kind: Kind

    def left_field(self, name: str) -> FieldSchema | None:
        if templates.is_made_up(name):
            return templates.schema_of(name)
        return next((field for field in self.left.fields if field.name == name), None)

    def right_field(self, name: str) -> FieldSchema | None:
        return next((field for field in self.right.fields if field.name == name), None)
