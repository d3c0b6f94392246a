"""What an organisation has set up around a save: automations that write another object, and the seats of a licence.

Setup objects and others are never written in one transaction (Apex Developer Guide, "sObjects That Cannot Be Used
Together in DML Operations"), so an automation that does both fails the save that started it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.salesforce.errors import refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rules.users import license_of
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

SETUP_OBJECTS = frozenset({"User", "Profile", "UserLicense", "RecordType"})
MIXED = "DML operation on setup object is not permitted after you have updated a non-setup object"
FLOW, TRIGGER = "flow", "trigger"
KINDS = (FLOW, TRIGGER)
Holds = Callable[[Org, ObjectType, str], Callable[[Row], bool]]


def check(org: Org, object: ObjectType, row: Row, holds: Holds) -> None:
    """The row as it would be stored. Raises RowRefused where what follows from its save fails."""
    for automation in org.settings.automations:
        if automation["object"] != object.name or not _mixes(automation):
            continue
        if "when" not in automation or holds(org, object, automation["when"])(row):
            raise refused(*_failure(automation, row))
    if object.name == "User" and row.get("IsActive"):
        _check_seats(org, row)


def _mixes(automation: Mapping[str, str]) -> bool:
    return (automation["object"] in SETUP_OBJECTS) is not (automation["writes"] in SETUP_OBJECTS)


def _failure(automation: Mapping[str, str], row: Row) -> tuple[str, str]:
    """The code and the words of a flow that failed, or of a trigger."""
    name, written, original = automation["name"], automation["writes"], automation["object"]
    why = f"{MIXED} (or vice versa): {written}, original object: {original}"
    if automation["kind"] == TRIGGER:
        return (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"{name}: execution of AfterUpdate\n\ncaused by: System.DmlException: Update failed. First exception on "
            f"row 0; first error: MIXED_DML_OPERATION, {why}: []\n\nTrigger.{name}: line 7, column 1",
        )
    return (
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        f"We can't save this record because the “{name}” process failed. Give your Salesforce admin these details. "
        f"This error occurred when the flow tried to update records: MIXED_DML_OPERATION: {why}. You can look up "
        "ExceptionCode values in the SOAP API Developer Guide.",
    )


def _check_seats(org: Org, row: Row) -> None:
    """An active user is saved while no more users of its licence are active than there are seats, itself included."""
    licence = license_of(org, row)
    seats = org.settings.seats.get(licence)
    if seats is None:
        return
    others = (one for id, one in org.table("User").rows.items() if id != row.get("Id"))
    if sum(bool(one.get("IsActive")) and license_of(org, one) == licence for one in others) >= seats:
        raise refused("LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded")


def checked(value: Any, known: Callable[[str], ObjectType], condition: Callable[[ObjectType, str], Any]) -> Any:
    """The automations of a setting. Raises KeyError or TypeError for a form that is none of one, or what `known` and
    `condition` raise for objects and conditions that there are not.
    """
    for one in value:
        if one["kind"] not in KINDS:
            raise KeyError(one["kind"])
        str.strip(one["name"])
        object, _ = known(one["object"]), known(one["writes"])
        if "when" in one:
            condition(object, one["when"])
    return value
