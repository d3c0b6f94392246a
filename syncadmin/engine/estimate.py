"""Estimates the calls and the time of a plan from the costs that each system declares."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from connectors.api.costs import Costs
from mappings.rules.texts import plural
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.steps import LINK, UNLINK, Operation, Side, Verb

# Users whose memberships are asked for together, and up to how many each is asked for alone whatever the list costs.
LOOKED_UP = 1_000
FEW_USERS = 30
EMAIL = "email"
# Before a run writes, it reads the fields of each side.
FIELDS = 1
_UPDATES = (Verb.UPDATE.on(Side.RIGHT), LINK, UNLINK)
_MEMBERSHIPS = (ADD_MEMBERSHIP, REMOVE_MEMBERSHIP, CHANGE_PRIMARY)


@dataclass(frozen=True, slots=True)
class Estimate:
    left_calls: int
    right_calls: int
    seconds: float


def estimate(
    counted: Mapping[Operation, int],
    left: Costs,
    right: Costs,
    *,
    emails: Mapping[GroupKey, int] | None = None,
    bulk: bool = True,
    a_minute: int | None = None,
    looks: int = 1,
    users: int | None = None,
) -> Estimate:
    """The calls to each side and the seconds that writing a plan takes.

    An update costs a read before the write; a set of parallel jobs costs a poll.

    - ``emails``: the updates that change a user's email, by group.
    - ``bulk``: False if each creation is a call of its own.
    - ``a_minute``: calls that the right system's plan allows per minute, None if unknown.
    - ``looks``: calls that each deletion on the right takes to find what is attached to the record.
    - ``users``: number of users in Zendesk, to include the cost of reading memberships; None for kinds without them.
    """
    number = Counter(counted)
    if not any(count for operation, count in number.items() if not operation.informational):
        return Estimate(0, 0, 0.0)
    jobs = [_batches(rows, right) for rows in _rows_by_job(number, bulk=bulk)]
    alone = 0 if bulk else number[Verb.CREATE.on(Side.RIGHT)]
    alone += (looks if users is None else 1) * number[Verb.DELETE.on(Side.RIGHT)] + 2 * number[FREE_ADDRESS]
    slow = number[CHANGE_PRIMARY] + sum((emails or {}).values())
    calls = number[CHANGE_PRIMARY]
    calls += sum(count * _email_calls(key, right) for key, count in (emails or {}).items())
    memberships = 0 if users is None else _memberships(number, users, right)
    polls = sum(ceil(batches / 8) for batches in jobs)
    right_calls = FIELDS + sum(jobs) + polls + _lookups(number, emails or {}, right) + alone + calls + memberships
    right_calls += _reads_back(number[Verb.CREATE.on(Side.RIGHT)], right)
    left_calls = FIELDS + _on_the_left(number, left) + _reads_back(number[Verb.CREATE.on(Side.LEFT)], left)
    seconds = ceil(sum(jobs) / right.jobs) * right.wave_seconds + left_calls + slow * right.single_seconds
    seconds += alone * 60 / (a_minute or right.a_minute)
    least = 60 * (right_calls - a_minute) / a_minute if a_minute else 0.0
    return Estimate(left_calls, right_calls, max(float(seconds), least))


def email_changes(counted: Mapping[GroupKey, int]) -> dict[GroupKey, int]:
    """The groups of steps that change a user's email, with their numbers of steps."""
    return {key: number for key, number in counted.items() if _changes_email(key)}


def _rows_by_job(number: Mapping[Operation, int], *, bulk: bool) -> list[int]:
    """The numbers of rows that go out in jobs of a hundred on the right, by type of write. A creation on the left is
    followed by a link on the right.
    """
    created = number[Verb.CREATE.on(Side.RIGHT)] if bulk else 0
    updated = sum(number[operation] for operation in _UPDATES)
    joined, left = number[ADD_MEMBERSHIP], number[REMOVE_MEMBERSHIP]
    others = {operation.relation for operation in number} - {"", ADD_MEMBERSHIP.relation, FREE_ADDRESS.relation}
    added = [sum(rows for operation, rows in number.items() if operation.relation == name) for name in sorted(others)]
    return [
        created,
        updated,
        number[Verb.CREATE.on(Side.LEFT)],
        number[Verb.DELETE.on(Side.RIGHT)],
        joined,
        left,
        *added,
    ]


def _lookups(number: Mapping[Operation, int], emails: Mapping[GroupKey, int], right: Costs) -> int:
    """Calls that read right records before they are updated, or before left records are created from them."""
    updated = sum(number[operation] for operation in _UPDATES)
    looked_at = (updated, sum(emails.values()), number[Verb.DELETE.on(Side.RIGHT)])
    looks = sum(_batches(rows, right) for rows in looked_at)
    return looks + 2 * _batches(number[Verb.CREATE.on(Side.LEFT)], right)


def _on_the_left(number: Mapping[Operation, int], costs: Costs) -> int:
    """Calls to the left: a read and a write for each batch, and for deletions what is attached to the records."""
    left = (number[Verb.CREATE.on(Side.LEFT)], number[Verb.UPDATE.on(Side.LEFT)], number[Verb.DELETE.on(Side.LEFT)])
    deleted = number[Verb.DELETE.on(Side.LEFT)]
    hanging = FIELDS + costs.related * ceil(deleted / costs.related_batch) if deleted else 0
    return 2 * sum(_batches(rows, costs) for rows in left) + hanging


def roughly(seconds: float) -> str:
    """An estimated duration in words: "under a minute", "about 4 minutes", "about 2 hours"."""
    if seconds < 60:
        return "under a minute"
    unit, number = ("hour", seconds / 3_600) if seconds >= 90 * 60 else ("minute", seconds / 60)
    return f"about {plural(round(number), unit)}"


def _memberships(number: Mapping[Operation, int], users: int, right: Costs) -> int:
    """Calls that read memberships before they change, and users before they join or leave.

    Each user is asked for alone, or the whole list is read, whichever takes fewer calls.
    """
    changed = (number[REMOVE_MEMBERSHIP], number[CHANGE_PRIMARY], number[Verb.DELETE.on(Side.RIGHT)])
    listed = sum(_listed(rows, users + number[ADD_MEMBERSHIP], right) for rows in changed)
    return listed + sum(_batches(number[action], right) for action in _MEMBERSHIPS)


def _listed(rows: int, users: int, right: Costs) -> int:
    whole, rest = divmod(rows, LOOKED_UP)
    return whole * _look(LOOKED_UP, users, right) + _look(rest, users, right)


def _look(rows: int, users: int, right: Costs) -> int:
    few = rows <= FEW_USERS or rows * right.batch < users
    return rows if few else 1 + _batches(users, right)


def _reads_back(rows: int, costs: Costs) -> int:
    """Calls that read new records once after they were made."""
    return ceil(rows / costs.fetched) if costs.reads_back else 0


def _batches(rows: int, costs: Costs) -> int:
    return ceil(rows / costs.batch)


def _email_calls(key: GroupKey, right: Costs) -> int:
    return right.email_calls + (len(key.fields) > 1)


def _changes_email(key: GroupKey) -> bool:
    return key.operation in (Verb.UPDATE.on(Side.RIGHT), LINK) and EMAIL in key.fields
