"""Insert, update, upsert and delete one record, with every check the vendor makes on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.errors import Failure, RowRefused, refused
from connectors.sandbox.salesforce.ids import MASTER_RECORD_TYPE, normal
from connectors.sandbox.salesforce.org import INTEGRATION_USER, Org
from connectors.sandbox.salesforce.rows import Given, find, resolve
from connectors.sandbox.salesforce.rules import cases, checks, history, people, users
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.values import checked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. A refused row has failures; `id` is then the row it was meant for, if known, and
    `created` whether it would have been a new one."""

    id: str | None
    created: bool = False
    failures: tuple[Failure, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Manner:
    """How a write is made: past the duplicate rule or not, by whom, and whether assignment rules give it an owner."""

    allow_duplicates: bool = False
    user: str = INTEGRATION_USER
    assign: bool = False


PLAIN = Manner()
# object -> what goes when it does, and the field there that names it
DETAILS = {"Account": ("Contact", "AccountId"), "Case": ("CaseComment", "ParentId")}


def insert(org: Org, given: Given, manner: Manner = PLAIN) -> Outcome:
    try:
        return Outcome(_insert(org, given, manner), created=True)
    except RowRefused as refusal:
        return Outcome(None, created=True, failures=refusal.failures)


def update(org: Org, given: Given, manner: Manner = PLAIN) -> Outcome:
    try:
        row = live_row(org, given.object, given.id)
        _update(org, given, row, manner)
    except RowRefused as refusal:
        return Outcome(normal(given.id or ""), failures=refusal.failures)
    return Outcome(row["Id"])


def upsert(org: Org, given: Given, key: str, manner: Manner = PLAIN) -> Outcome:
    """Update the one row whose `key` field has the given value, else insert. Key "Id" inserts when it is null."""
    known = given.object.fields[key]
    value = given.id if known.type == "id" else given.values.get(known.name)
    if value in (None, "") and known.type != "id":
        return Outcome(None, failures=(Failure("MISSING_ARGUMENT", f"{key} not specified"),))
    found = find(org, given.object, key, value)
    if len(found) > 1:
        message = f"{key}: more than one record found for external id field: [{', '.join(found)}]"
        return Outcome(None, failures=(Failure("DUPLICATE_EXTERNAL_ID", message, (key,)),))
    if found or (known.type == "id" and value):
        given.id = found[0] if found else value
        return update(org, given, manner)
    return insert(org, given, manner)


def act(org: Org, operation: str, given: Given, key: str, seen: set[str], manner: Manner) -> Outcome:
    """One row of a bulk job: insert, update, delete, or upsert by `key`. `seen` gathers the keys of its batch."""
    match operation:
        case "insert":
            return insert(org, given, manner)
        case "update":
            return update(org, given, manner)
        case "delete":
            return delete(org, given.id or "")
        case _:
            return given_twice(given, key, seen) or upsert(org, given, key, manner)


def given_twice(given: Given, key: str, seen: set[str]) -> Outcome | None:
    """The refusal of a row whose key another row of the same request has; remembers the key in `seen`."""
    value = given.id if given.object.fields[key].type == "id" else given.values.get(key)
    if value in (None, ""):
        return None
    folded = str(value).lower()
    if folded in seen:
        return Outcome(
            None, failures=(Failure("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (key,)),)
        )
    seen.add(folded)
    return None


def delete(org: Org, id: str, by: str = INTEGRATION_USER) -> Outcome:
    """Move the record to the bin, and with an account its contacts."""
    try:
        object = object_of(org, id)
        row = live_row(org, object, id)
        remove(org, object, row["Id"], by)
    except RowRefused as refusal:
        return Outcome(normal(id), failures=refusal.failures)
    return Outcome(row["Id"])


def remove(org: Org, object: ObjectType, id: str, by: str = INTEGRATION_USER, **final: Any) -> None:
    """The effect of a delete; `final` are last values such as MasterRecordId after a merge."""
    if object.name in DETAILS:
        name, key = DETAILS[object.name]
        details = org.table(name)
        for detail in details.find(key, id):
            remove(org, details.object, detail, by)
    if not object.deletable:
        raise refused("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    org.table(object.name).remove(id, **_touch(org, by), **final)


def object_of(org: Org, id: str) -> ObjectType:
    """The object an id belongs to. Raises RowRefused MALFORMED_ID or INVALID_CROSS_REFERENCE_KEY."""
    full = normal(id)
    if full is None:
        raise refused("MALFORMED_ID", f"bad id {id}", "Id")
    object = org.by_prefix(full)
    if object is None:
        raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return object


def live_row(org: Org, object: ObjectType, id: str | None) -> Row:
    """The row of this id. Raises RowRefused: missing, malformed, of another object, deleted, or unknown."""
    if not id:
        raise refused("MISSING_ARGUMENT", "Id not specified in an update call")
    full = normal(str(id))
    if full is None or full[:3] != object.prefix:
        raise refused("MALFORMED_ID", f"{object.label} ID: id value of incorrect type: {id}", "Id")
    table = org.table(object.name)
    row = table.rows.get(full)
    if row is None:
        if full in table.deleted:
            raise refused("ENTITY_IS_DELETED", "entity is deleted")
        raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return row


def _insert(org: Org, given: Given, manner: Manner) -> str:
    object = given.object
    if not object.createable:
        raise refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {object.name} does not support create")
    if given.id:
        raise refused("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id")
    values = _checked_values(org, given, creating=True)
    row: Row = {}
    for name, known in object.every_field().items():
        if name in values:
            if values[name] is not None:
                row[name] = values[name]
        elif known.default is not None and known.type != "boolean" and known.createable:
            row[name] = known.default
    _take_record_type(object, row)
    if "OwnerId" in object.every_field():
        row.setdefault("OwnerId", manner.user)
        if manner.assign and object.name in org.settings.assignment_rules:
            row["OwnerId"] = values["OwnerId"] = org.settings.assignment_rules[object.name]
    settled = people.shape(object, row, values) | cases.shape(org, object, row) | users.shape(org, object, row, values)
    row |= {name: value for name, value in settled.items() if value is not None}
    checks.check_row(org, object, row, set(values), None, manner.allow_duplicates)
    return _store_new(org, object, row, manner.user)


def _store_new(org: Org, object: ObjectType, row: Row, user: str) -> str:
    table = org.table(object.name)
    now = org.now()
    for known in object.every_field().values():
        if known.auto_number:
            row[known.name] = known.auto_number.format(table.next_number(known.name))
    row |= {"Id": table.next_id(), "CreatedDate": now, "CreatedById": user, **_touch(org, user)}
    table.add(row)
    people.mirror(org, object, row)
    return row["Id"]


def _update(org: Org, given: Given, row: Row, manner: Manner) -> None:
    object = given.object
    if not object.updateable:
        raise refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {object.name} does not support update")
    if row.get("IsConverted"):
        raise refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    values = _checked_values(org, given, creating=False)
    if values.get("RecordTypeId") == MASTER_RECORD_TYPE:
        values["RecordTypeId"] = None
    after = {**row, **values}
    values |= people.shape(object, after, values) | cases.shape(org, object, after)
    values |= users.shape(org, object, after, values)
    after |= values
    checks.check_row(org, object, after, set(values), row["Id"], manner.allow_duplicates)
    history.note(org, object, row, values, manner.user)
    org.table(object.name).change(row, values | _touch(org, manner.user))
    people.mirror(org, object, row)
    users.follow(org, object, row)


def _checked_values(org: Org, given: Given, *, creating: bool) -> dict[str, Any]:
    """The stored form of each given value. Raises RowRefused with every reason found in the row."""
    failures = [failure for refusal in given.refusals for failure in refusal.failures]
    checks.check_writable(given, creating)
    values: dict[str, Any] = {}
    for name, value in given.values.items():
        try:
            values[name] = checked(given.object.fields[name], value)
        except RowRefused as refusal:
            failures += refusal.failures
    if failures:
        raise RowRefused(*failures)
    for link in given.links:
        values[link.field.name] = resolve(org, link)
    return values


def _take_record_type(object: ObjectType, row: Row) -> None:
    if "RecordTypeId" not in object.every_field():
        return
    if row.get("RecordTypeId") == MASTER_RECORD_TYPE:
        del row["RecordTypeId"]
    elif "RecordTypeId" not in row and (default := object.default_record_type()) and not default.master:
        row["RecordTypeId"] = default.id


def _touch(org: Org, user: str) -> Row:
    now = org.now()
    return {"LastModifiedDate": now, "LastModifiedById": user, "SystemModstamp": now}
