"""What makes the vendor refuse a row: fields that may not be written, required, references, uniqueness, rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.salesforce.errors import Failure, RowRefused, refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Given
from connectors.sandbox.salesforce.rules import automations
from connectors.sandbox.salesforce.rules.cases import check_owner
from connectors.sandbox.salesforce.schema.fields import Field, Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

# What a duplicate rule compares, case ignored: the vendor's standard rules are fuzzier, never stricter.
DUPLICATE_KEYS = {"Account": "Name", "Contact": "Email", "Lead": "Email"}
# The standard rules for people look among both kinds.
DUPLICATES_AMONG = {"Account": ("Account",), "Contact": ("Contact", "Lead"), "Lead": ("Lead", "Contact")}


def check_writable(given: Given, creating: bool) -> None:
    """Raises RowRefused when the row gives a field that may not be written."""
    fields = given.object.fields
    known = [fields[name] for name in given.values] + [link.field for link in given.links]
    barred = [f.name for f in known if not (f.createable if creating else f.updateable)]
    if barred:
        raise refused(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(barred)}. Please check the security settings of this field "
            "and verify that it is read/write for your profile or permission set.",
            *barred,
        )


def check_row(org: Org, object: ObjectType, row: Row, given: set[str], id: str | None, allow_duplicates: bool) -> None:
    """Check the row as it would be stored. `given` are the fields this write sets, `id` the row's own, if it has one.

    Raises RowRefused."""
    _check_required(object, row)
    for name in given:
        value, known = row.get(name), object.fields.get(name)
        if value is not None and known is not None:
            if known.type == "reference":
                _check_reference(org, object, known, value)
            if known.unique:
                _check_unique(org, object, known, value, id)
    if "OwnerId" in given:
        check_owner(org, object, row)
    if not allow_duplicates and object.name in org.settings.duplicate_rules:
        _check_duplicates(org, object, row, given, id)
    for rule in org.settings.validation_rules:
        if rule["object"] == object.name and _holds(org, object, rule["when"])(row):
            raise refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], *_fields_of(rule))
    automations.check(org, object, row, _holds)


def _fields_of(rule: dict[str, str]) -> tuple[str, ...]:
    return (rule["field"],) if rule.get("field") else ()


def _check_required(object: ObjectType, row: Row) -> None:
    missing = [f.name for f in object.fields.values() if f.required and row.get(f.name) is None]
    if object.name == "Account":
        needed = "LastName" if row.get("IsPersonAccount") else "Name"
        if row.get(needed) is None:
            missing.append(needed)
    if missing:
        raise refused("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", *missing)


def _check_reference(org: Org, object: ObjectType, known: Field, id: str) -> None:
    target = org.by_prefix(id)
    if target is not None and target.name not in known.reference_to:
        raise refused("FIELD_INTEGRITY_EXCEPTION", f"{known.label}: id value of incorrect type: {id}", known.name)
    if known.name == "RecordTypeId":
        found = object.record_type(id)
        if found is None or not found.active:
            raise refused(
                "INVALID_CROSS_REFERENCE_KEY",
                f"Record Type ID: this ID value isn't valid for the user: {id}",
                known.name,
            )
        return
    if target is None or id not in org.table(target.name).rows:
        if target is not None and id in org.table(target.name).deleted:
            raise refused("ENTITY_IS_DELETED", "entity is deleted", known.name)
        raise refused("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {id}", known.name)


def _check_unique(org: Org, object: ObjectType, known: Field, value: Any, id: str | None) -> None:
    others = [other for other in org.table(object.name).find(known.name, value) if other != id]
    if others:
        raise refused(
            "DUPLICATE_VALUE",
            f"duplicate value found: {known.name} duplicates value on record with id: {others[0][:15]}",
        )


def _check_duplicates(org: Org, object: ObjectType, row: Row, given: set[str], id: str | None) -> None:
    key = DUPLICATE_KEYS.get(object.name)
    if key is None or key not in given or row.get(key) is None:
        return
    found = {}
    for name in DUPLICATES_AMONG[object.name]:
        table = org.table(name)
        found[name] = [o for o in table.find(key, row[key]) if o != id and not table.rows[o].get("IsConverted")]
    if any(found.values()):
        raise RowRefused(_duplicates(object, found))


def _duplicates(object: ObjectType, found: dict[str, list[str]]) -> Failure:
    """The refusal of a duplicate rule; the key of its details is misspelled by the vendor."""
    message = "Use one of these records?"
    details = {
        "allowSave": True,
        "duplicateRule": f"Standard_{object.name}_Duplicate_Rule",
        "duplicateRuleEntityType": object.name,
        "errorMessage": message,
        "matchResults": [_matches(name, others) for name, others in found.items() if others],
    }
    return Failure("DUPLICATES_DETECTED", message, (), {"duplicateResut": details})


def _matches(name: str, ids: list[str]) -> dict[str, Any]:
    records = [
        {"attributes": {"type": name, "url": f"/services/data/v59.0/sobjects/{name}/{id}"}, "Id": id} for id in ids
    ]
    return {
        "entityType": name,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": [
            {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
            for record in records
        ],
        "rule": f"Standard_{name}_Match_Rule_v1_0",
        "size": len(ids),
        "success": True,
    }


def _holds(org: Org, object: ObjectType, condition: str) -> Callable[[Row], bool]:
    # Imported here because conditions are read by the query language, which reads rows itself.
    from connectors.sandbox.salesforce.soql.run import condition_of

    return condition_of(org, object, condition)
