"""In which order steps are written: what frees a name or an id before what wants it, a user before its memberships."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import WRITES_LEFT, Action, Side
from syncadmin.runs.pipeline.context import Context

# What needs a user that this run makes, and what ends once the memberships have.
_LATER = Q(waits_for__gt="") | Q(code__in=(ReasonCode.LEFT_GROUP, ReasonCode.OWN_USER))
_WHEN = {None: Q(), True: _LATER, False: ~_LATER & ~Q(code=ReasonCode.ADDRESS)}


@dataclass(frozen=True, slots=True)
class Wave:
    """Steps that are written together. ``later``: only those that need what an earlier wave makes or takes away, or
    only the others. ``followed``: memberships that wait for it may go along with the last of it. ``only``: ids of the
    steps that it takes; none for all.
    """

    actions: tuple[Action, ...]
    later: bool | None = None
    followed: bool = False
    only: tuple[int, ...] = ()

    @property
    def side(self) -> Side:
        return side_of(self.actions[0])

    @property
    def where(self) -> Q:
        """Which open steps it takes."""
        among = Q(pk__in=self.only) if self.only else Q()
        return Q(action__in=self.actions) & _WHEN[self.later] & among


UPDATES = (Action.UNLINK, Action.UPDATE_RIGHT, Action.LINK)
ON_THE_LEFT = (Wave((Action.UPDATE_LEFT,)), Wave((Action.CREATE_LEFT,)))
CREATIONS = Wave((Action.CREATE_RIGHT,), later=False)
FOLLOWED_CREATIONS = Wave((Action.CREATE_RIGHT,), later=False, followed=True)
DELETIONS = (Wave((Action.DELETE_RIGHT,)), Wave((Action.DELETE_LEFT,)))
FOLLOWERS = Wave((Action.LINK,), later=True)
ADDITIONS = Wave((Action.ADD_MEMBERSHIP,))
LEAVERS, LATE_CREATIONS = Wave((Action.UNLINK,), later=True), Wave((Action.CREATE_RIGHT,), later=True)
# Stands for as many waves as addresses take, one after the other.
ADDRESSES = Wave((Action.UPDATE_RIGHT, Action.FREE_ADDRESS))


def waves(context: Context) -> tuple[Wave, ...]:
    """The waves of a run, in order. What an undo deletes goes first: others get its name or its email back."""
    undoing = context.run.undo_of_id is not None
    order = _of_people(context) if context.kind.family else (Wave(UPDATES), *ON_THE_LEFT, CREATIONS)
    return (*DELETIONS, *order) if undoing else (*order, *DELETIONS)


def _of_people(context: Context) -> tuple[Wave, ...]:
    """A helpdesk with one organization a user has to part with one before the next."""
    primary, remove = Wave((Action.MAKE_PRIMARY,)), Wave((Action.REMOVE_MEMBERSHIP,))
    if context.book.config.multiple_organizations:
        creations, organizations = FOLLOWED_CREATIONS, (ADDITIONS, primary, remove)
    else:
        creations, organizations = CREATIONS, (remove, ADDITIONS, primary)
    first = (Wave(UPDATES, later=False), ADDRESSES, *ON_THE_LEFT, creations)
    return (*first, FOLLOWERS, *organizations, LEAVERS, LATE_CREATIONS, FOLLOWERS, *organizations)


def side_of(action: Action) -> Side:
    """Which side an action writes to."""
    return Side.LEFT if action in WRITES_LEFT else Side.RIGHT


def actions_on(side: Side) -> Collection[Action]:
    """The actions that write to that side."""
    return [action for action in Action if side_of(action) is side]
