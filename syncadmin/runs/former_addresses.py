"""Addresses that runs have left with users as secondary ones: what is ours to free later (S1.40)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from connectors.models import Connection
from mappings.rules.matching import EMAIL
from syncadmin.engine.match import fold
from syncadmin.engine.steps import ADDRESS, Action
from syncadmin.runs.models import FormerAddress, Step


def holders(connection: Connection, addresses: Collection[str]) -> dict[str, list[str]]:
    """The users that these addresses were left with, by address as it is compared."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = FormerAddress.objects.filter(connection=connection, address__in=[one for one in addresses if one])
    for address, user in rows.order_by("pk").values_list("address", "user_id"):
        found[address].append(user)
    return found


def note(connection: Connection, steps: Sequence[Step]) -> None:
    """Remember what these written steps have left with a user, and forget what it has no more."""
    for step in steps:
        change = next((change for change in step.changes if change["field"] == EMAIL), None)
        if change is None or not (step.code == ADDRESS or step.action == Action.FREE_ADDRESS):
            continue
        left, taken = fold(change["before"]), fold(change["after"])
        mine = FormerAddress.objects.filter(connection=connection, user_id=step.right_id)
        if step.action == Action.FREE_ADDRESS:
            mine.filter(address=left).delete()
            continue
        mine.filter(address=taken).delete()
        if left:
            FormerAddress.objects.get_or_create(connection=connection, user_id=step.right_id, address=left[:300])
