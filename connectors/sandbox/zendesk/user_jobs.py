"""The rows of the bulk jobs on users."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.jobs import JobKind
from connectors.sandbox.zendesk.schema import users
from connectors.sandbox.zendesk.store import Store


def _create(store: Store, given: Any) -> dict[str, Any]:
    return {"id": users.create(store, given).id, "status": "Created"}


def _upsert(store: Store, given: Any) -> dict[str, Any]:
    row, new = users.create_or_update(store, given)
    result: dict[str, Any] = {"id": row.id, "action": "create" if new else "update"}
    result |= {"status": "Created" if new else "Updated", "success": True}
    return result | {"external_id": row.external_id, "email": row.email}


def _update(store: Store, given: Any) -> dict[str, Any]:
    row = users.update(store, users.row_target(store, given), given)
    return {"id": row.id, "action": "update", "status": "Updated", "success": True}


def _delete(store: Store, given: Any) -> dict[str, Any]:
    row = users.row_target(store, given)
    users.delete(store, row)
    return {"id": row.id, "action": "delete", "status": "Deleted", "success": True}


JOB_KINDS = {
    "users.create": JobKind(
        "Bulk Create User", "UserBulkCreateJobV2", "Creating User", "UserCreateError", "create", _create
    ),
    "users.upsert": JobKind(
        "Bulk Create User", "UserBulkCreateJobV2", "Creating User", "UserCreateError", "create", _upsert
    ),
    "users.update": JobKind(
        "Bulk Update User", "UserBulkUpdateJobV2", "Updating User", "UserUpdateError", "update", _update
    ),
    "users.delete": JobKind(
        "Bulk Update User", "UserBulkDeleteJobV2", "Deleting User", "UserDeleteError", "delete", _delete
    ),
}
