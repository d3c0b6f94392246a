"""/api/v2/custom_objects: the objects an account has added, their fields, records and bulk jobs."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.answers import Answer, bad_request, not_found
from connectors.sandbox.zendesk.call import MANY, Call
from connectors.sandbox.zendesk.jobs import JobKind
from connectors.sandbox.zendesk.schema.custom_objects import CustomObject, CustomRecord
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

TOO_MANY = "Too many records. 100 at most"
ACTIONS = ("create", "update", "delete")


def index(call: Call) -> Answer:
    objects = [found.wire(call.base) for found in call.store.custom_objects.values()]
    return Answer({"custom_objects": objects, "count": len(objects), "next_page": None, "previous_page": None})


def show(call: Call) -> Answer:
    return Answer({"custom_object": of(call).wire(call.base)})


def fields(call: Call) -> Answer:
    owner = of(call)
    known = owner.definitions.table

    def render(id: int) -> dict[str, Any]:
        url = f"{call.base}/api/v2/custom_objects/{owner.key}/fields/{id}.json"
        return {**known.rows[id].wire(call.base, owner.key), "url": url}

    return call.page("custom_object_fields", known.ids, render)


def records(call: Call) -> Answer:
    """All records; by id or external id those that are asked for."""
    owner = of(call)
    ids = owner.records.ids
    if "filter[ids]" in call.query:
        asked = set(call.listed("filter[ids]", TOO_MANY))
        ids = [row.id for row in owner.records if owner.wire_record(row, "")["id"] in asked]
    elif "filter[external_ids]" in call.query:
        wanted = set(call.listed("filter[external_ids]", TOO_MANY))
        ids = [row.id for row in owner.records if row.external_id in wanted]
    answer = call.page("custom_object_records", ids, lambda id: owner.wire_record(owner.records.rows[id], call.base))
    answer.content["count"] = len(answer.content["custom_object_records"])
    return answer


def count(call: Call) -> Answer:
    body = {"value": len(of(call).records), "refreshed_at": iso(call.store.now())}
    return Answer({"count": body})


def show_record(call: Call) -> Answer:
    owner = of(call)
    return _answer(call, owner, owner.find(call.params["id"]))


def create(call: Call) -> Answer:
    owner = of(call)
    return _answer(call, owner, owner.create(call.part("custom_object_record"), call.store.now()), 201)


def update(call: Call) -> Answer:
    owner = of(call)
    row = owner.find(call.params["id"])
    owner.update(row, call.part("custom_object_record"), call.store.now())
    return _answer(call, owner, row)


def delete(call: Call) -> Answer:
    owner = of(call)
    owner.delete(owner.find(call.params["id"]), call.store.now())
    return Answer(None, 204)


def job(call: Call) -> Answer:
    """A bulk job. Deletions name ids, the others objects."""
    owner, asked = of(call), call.part("job")
    action, items = asked.get("action"), asked.get("items")
    if action not in ACTIONS:
        raise bad_request(f"Invalid action: {action}", "InvalidValue")
    if not isinstance(items, list) or len(items) > MANY:
        raise bad_request(TOO_MANY, "TooManyValues")
    rows = [{"id": item} if action == "delete" else item for item in items]
    if not all(isinstance(row, dict) for row in rows):
        raise bad_request("Items must be objects", "InvalidValue")
    answer = call.job(f"custom_objects.{action}", [{**row, "custom_object_key": owner.key} for row in rows])
    return Answer(answer.content, 201)


def of(call: Call) -> CustomObject:
    """The object of the path. Raises Refusal 404."""
    found = call.store.custom_objects.get(str(call.params["key"]))
    if found is None:
        raise not_found()
    return found


def _answer(call: Call, owner: CustomObject, row: CustomRecord, status: int = 200) -> Answer:
    return Answer({"custom_object_record": owner.wire_record(row, call.base)}, status)


def _create(store: Store, given: Any) -> dict[str, Any]:
    owner = store.custom_objects[given["custom_object_key"]]
    return _done(owner, owner.create(given, store.now()), "create", "Created")


def _update(store: Store, given: Any) -> dict[str, Any]:
    owner = store.custom_objects[given["custom_object_key"]]
    row = owner.find(given.get("id"))
    owner.update(row, given, store.now())
    return _done(owner, row, "update", "Updated")


def _delete(store: Store, given: Any) -> dict[str, Any]:
    owner = store.custom_objects[given["custom_object_key"]]
    row = owner.find(given.get("id"))
    owner.delete(row, store.now())
    return _done(owner, row, "delete", "Deleted")


def _done(owner: CustomObject, row: CustomRecord, action: str, status: str) -> dict[str, Any]:
    return {"id": owner.wire_record(row, "")["id"], "action": action, "status": status, "success": True}


def _kind(action: str, verb: str, run: Any) -> JobKind:
    title = action.capitalize()
    name, job_class = f"Bulk {title} Custom Object Record", f"CustomObjectRecordBulk{title}Job"
    return JobKind(name, job_class, f"{verb} custom object record", f"CustomObjectRecord{title}Error", action, run)


JOB_KINDS = {
    "custom_objects.create": _kind("create", "Creating", _create),
    "custom_objects.update": _kind("update", "Updating", _update),
    "custom_objects.delete": _kind("delete", "Deleting", _delete),
}
