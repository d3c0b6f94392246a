"""How many calls and how much time a plan will cost, from the vendors' batch sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from syncadmin.engine.steps import Action, shape_fields

RIGHT_BATCH = 100
LEFT_BATCH = 200
JOBS_IN_FLIGHT = 30
# Users whose memberships are asked for together, and up to how many each is asked for alone whatever the list costs.
LOOKED_UP = 1_000
FEW_USERS = 30
SECONDS_A_WAVE = 6.0
# What a user's email or primary membership takes: one call for each, and one call a second for the whole account.
SECONDS_A_USER = 1.0
# The requests a minute of the vendor's smallest plan, where the account's own are not known.
SMALLEST_PLAN = 200
EMAIL = "email"
_LOOKED_AT = (Action.UPDATE_RIGHT, Action.LINK, Action.UNLINK, Action.DELETE_RIGHT)


@dataclass(frozen=True, slots=True)
class Estimate:
    left_calls: int
    right_calls: int
    seconds: float


def estimate(
    actions: Mapping[str, int],
    *,
    email_changes: int = 0,
    bulk: bool = True,
    a_minute: int | None = None,
    looks: int = 1,
    users: int | None = None,
) -> Estimate:
    """The cost of writing a plan. An update costs a look before the write; a wave of jobs costs a poll.

    ``email_changes`` are the updates among them that change a user's email. Without ``bulk`` every creation is a call
    of its own. ``looks`` are those that each deletion on the right takes, a call each, to see what hangs on the record.
    ``a_minute`` are the calls that the right side's plan allows, None where not known. With the number of ``users`` of
    the helpdesk, what it takes to read their memberships is counted too: they are listed by user, or as a whole where
    that is cheaper.
    """
    number = {action: actions.get(action, 0) for action in Action}
    looked_at = sum(number[action] for action in _LOOKED_AT)
    jobs = _batches(number[Action.CREATE_RIGHT]) if bulk else 0
    jobs += _batches(looked_at) + _batches(number[Action.ADD_MEMBERSHIP]) + _batches(number[Action.REMOVE_MEMBERSHIP])
    alone = 0 if bulk else number[Action.CREATE_RIGHT]
    slow = number[Action.MAKE_PRIMARY] + email_changes
    alone += (looks if users is None else 1) * number[Action.DELETE_RIGHT] + 2 * number[Action.FREE_ADDRESS]
    memberships = 0 if users is None else _memberships(number, users)
    right_calls = jobs + _batches(looked_at) + ceil(jobs / 8) + alone + slow + memberships
    left = number[Action.CREATE_LEFT] + number[Action.UPDATE_LEFT] + number[Action.DELETE_LEFT]
    left_calls = 2 * ceil(left / LEFT_BATCH)
    seconds = ceil(jobs / JOBS_IN_FLIGHT) * SECONDS_A_WAVE + left_calls + slow * SECONDS_A_USER
    seconds += alone * 60 / (a_minute or SMALLEST_PLAN)
    least = 60 * (right_calls - a_minute) / a_minute if a_minute else 0.0
    return Estimate(left_calls, right_calls, max(float(seconds), least))


def email_changes(shapes: Mapping[str, int]) -> int:
    """How many steps change a user's email, from the number of steps of each shape (``steps.shape``)."""
    return sum(number for shape, number in shapes.items() if _changes_email(shape))


def roughly(seconds: float) -> str:
    """A length of time as it is estimated: "under a minute", "about 4 minutes", "about 2 hours"."""
    if seconds < 60:
        return "under a minute"
    unit, number = ("hour", seconds / 3_600) if seconds >= 90 * 60 else ("minute", seconds / 60)
    whole = round(number)
    return f"about {whole:,} {unit}{'' if whole == 1 else 's'}"


def _memberships(number: Mapping[Action, int], users: int) -> int:
    """Calls that read memberships before one is changed or its user is deleted, and users before one joins or leaves.

    So many users at a time are asked about: a call each, or the whole list.
    """
    changed = (number[Action.REMOVE_MEMBERSHIP], number[Action.MAKE_PRIMARY], number[Action.DELETE_RIGHT])
    calls = sum(_listed(rows, users) for rows in changed)
    joined = number[Action.ADD_MEMBERSHIP] + number[Action.REMOVE_MEMBERSHIP] + number[Action.MAKE_PRIMARY]
    return calls + _batches(joined) + (1 if calls or joined else 0)


def _listed(rows: int, users: int) -> int:
    whole, rest = divmod(rows, LOOKED_UP)
    return whole * _look(LOOKED_UP, users) + _look(rest, users)


def _look(rows: int, users: int) -> int:
    few = rows <= FEW_USERS or rows * RIGHT_BATCH < users
    return rows if few else 1 + _batches(users)


def _batches(rows: int) -> int:
    return ceil(rows / RIGHT_BATCH)


def _changes_email(shape: str) -> bool:
    action = shape.partition(":")[0]
    return action in (Action.UPDATE_RIGHT, Action.LINK) and EMAIL in shape_fields(shape)
