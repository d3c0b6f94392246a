"""In which order steps are written: what frees a name or an id before what wants it, a user before its memberships."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from syncadmin.engine.plan_people import LEFT_GROUP
from syncadmin.engine.steps import WRITES_LEFT, Action, Side
from syncadmin.runs.pipeline.context import Context

# What needs a user that this run makes, and what ends once the memberships have.
_LATER = Q(follows__gt="") | Q(code=LEFT_GROUP)
_WHEN = {None: Q(), True: _LATER, False: ~_LATER}


@dataclass(frozen=True, slots=True)
class Wave:
    """Steps that are written together. ``later``: only those that need what an earlier wave makes or takes away, or
    only the others. ``followed``: memberships that wait for it may go along with the last of it.
    """

    actions: tuple[Action, ...]
    later: bool | None = None
    followed: bool = False

    @property
    def side(self) -> Side:
        return side_of(self.actions[0])

    @property
    def where(self) -> Q:
        """Which open steps it takes."""
        return Q(action__in=self.actions) & _WHEN[self.later]


UPDATES = (Action.UNLINK, Action.UPDATE_RIGHT, Action.LINK)
ON_THE_LEFT = (Wave((Action.UPDATE_LEFT,)), Wave((Action.CREATE_LEFT,)))
CREATIONS, FOLLOWED_CREATIONS = Wave((Action.CREATE_RIGHT,)), Wave((Action.CREATE_RIGHT,), followed=True)
DELETIONS = (Wave((Action.DELETE_RIGHT,)), Wave((Action.DELETE_LEFT,)))
FOLLOWERS = Wave((Action.LINK,), later=True)
ADDITIONS = Wave((Action.ADD_MEMBERSHIP,))
LEAVERS = Wave((Action.UNLINK,), later=True)


def waves(context: Context) -> tuple[Wave, ...]:
    """The waves of a run, in order. A helpdesk with one organization a user has to part with one before the next."""
    if not context.kind.family:
        return (Wave(UPDATES), *ON_THE_LEFT, CREATIONS, *DELETIONS)
    primary, remove = Wave((Action.MAKE_PRIMARY,)), Wave((Action.REMOVE_MEMBERSHIP,))
    if context.book.config.multiple_organizations:
        creations, organizations = FOLLOWED_CREATIONS, (ADDITIONS, primary, remove)
    else:
        creations, organizations = CREATIONS, (remove, ADDITIONS, primary)
    return (Wave(UPDATES, later=False), *ON_THE_LEFT, creations, FOLLOWERS, *organizations, LEAVERS, *DELETIONS)


def side_of(action: Action) -> Side:
    """Which side an action writes to."""
    return Side.LEFT if action in WRITES_LEFT else Side.RIGHT


def actions_on(side: Side) -> Collection[Action]:
    """The actions that write to that side."""
    return [action for action in Action if side_of(action) is side]
