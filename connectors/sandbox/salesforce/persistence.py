"""The organisation's data as plain JSON values, and back. Jobs, cursors and sessions do not outlive a restart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connectors.sandbox.salesforce.events import change_schema
from connectors.sandbox.salesforce.listviews import ListView
from connectors.sandbox.salesforce.org import Org, Settings


def dump(org: Org) -> dict[str, Any]:
    tables = {
        name: {
            "rows": list(table.rows.values()),
            "deleted": list(table.deleted.values()),
            "sequence": table.sequence,
            "numbers": table.numbers,
        }
        for name, table in org.tables.items()
    }
    settings = asdict(org.settings)
    views = [asdict(view) for view in org.listviews.values()]
    settings["duplicate_rules"] = sorted(settings["duplicate_rules"])
    member = org.tooling.table("PlatformEventChannelMember")
    tooling = {"rows": list(member.rows.values()), "sequence": member.sequence}
    setup = {"settings": settings, "schema": org.schema_changes, "listviews": views, "tooling": tooling}
    return {"tables": tables, **setup}


def load(org: Org, state: dict[str, Any]) -> None:
    """Replace what the organisation holds by a dump."""
    org.clear()
    settings = dict(state["settings"])
    org.settings = Settings(**settings | {"duplicate_rules": set(settings["duplicate_rules"])})
    for change in state["schema"]:
        change_schema(org, change)
    for view in state["listviews"]:
        org.listviews[view["id"]] = ListView(**view | {"columns": tuple(view["columns"])})
    member, tooling = org.tooling.table("PlatformEventChannelMember"), state["tooling"]
    member.sequence = tooling["sequence"]
    for row in tooling["rows"]:
        member.add(row)
    for name, saved in state["tables"].items():
        table = org.table(name)
        for row in saved["rows"]:
            table.add(row)
        table.deleted = {row["Id"]: row for row in saved["deleted"]}
        table.sequence, table.numbers = saved["sequence"], saved["numbers"]
