"""Secondary addresses that runs left with users, and that a sync may therefore remove later (S1.40)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from connectors.models import Connection
from mappings.rules.matching import EMAIL
from mappings.rules.texts import fold
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.models import FormerAddress, Step


def holders(connection: Connection, addresses: Collection[str]) -> dict[str, list[str]]:
    """The users that have these addresses, by case-folded address."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = FormerAddress.objects.filter(connection=connection, address__in=[one for one in addresses if one])
    for address, user in rows.order_by("pk").values_list("address", "user_id"):
        found[address].append(user)
    return found


def note(connection: Connection, steps: Sequence[Step]) -> None:
    """Remember which addresses these written steps left with a user, and forget those that were removed.

    A later step decides. A fixed number of queries.
    """
    is_former: dict[tuple[str, str], bool] = {}
    for step in steps:
        change = next((change for change in step.changes if change["field"] == EMAIL), None)
        if change is None or not (step.reason_code == ReasonCode.ADDRESS or step.operation == FREE_ADDRESS):
            continue
        frees = step.operation == FREE_ADDRESS
        if not frees:
            is_former[step.right_id, _kept(change["after"])] = False
        is_former[step.right_id, _kept(change["before"])] = not frees
    if is_former:
        _store(connection, is_former)


def _kept(email: str | None) -> str:
    """An email as the rows store it."""
    return fold(email)[:300]


def _store(connection: Connection, is_former: Mapping[tuple[str, str], bool]) -> None:
    of_users = FormerAddress.objects.filter(connection=connection, user_id__in={user for user, _ in is_former})
    known = {(user, address): pk for pk, user, address in of_users.values_list("pk", "user_id", "address")}
    gone = [known[one] for one, former in is_former.items() if not former and one in known]
    new = [one for one, former in is_former.items() if former and one not in known and one[1]]
    if gone:
        FormerAddress.objects.filter(pk__in=gone).delete()
    rows = [FormerAddress(connection=connection, user_id=user, address=address) for user, address in new]
    FormerAddress.objects.bulk_create(rows, ignore_conflicts=True)
