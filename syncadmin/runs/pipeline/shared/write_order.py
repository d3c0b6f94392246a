"""In which order steps are written: what frees a name or an id before what wants it, a user before its memberships."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, UNLINK, Operation, Side, Verb
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.querysets import doing

# What needs a user that this run makes, and what ends once the memberships have.
_LATER = Q(waits_for__gt="") | Q(code__in=(ReasonCode.LEFT_GROUP, ReasonCode.OWN_USER))
_WHEN = {None: Q(), True: _LATER, False: ~_LATER & ~Q(code=ReasonCode.ADDRESS)}


@dataclass(frozen=True, slots=True)
class Wave:
    """Steps that are written together. ``later``: only those that need what an earlier wave makes or takes away, or
    only the others. ``followed``: memberships that wait for it may go along with the last of it. ``only``: ids of the
    steps that it takes; none for all.
    """

    operations: tuple[Operation, ...]
    later: bool | None = None
    followed: bool = False
    only: tuple[int, ...] = ()

    @property
    def verb(self) -> Verb:
        return self.operations[0].verb

    @property
    def relation(self) -> str:
        return self.operations[0].relation

    @property
    def side(self) -> Side:
        return self.operations[0].side

    @property
    def where(self) -> Q:
        """Which open steps it takes."""
        among = Q(pk__in=self.only) if self.only else Q()
        return doing(*self.operations) & _WHEN[self.later] & among


UPDATES = (UNLINK, Verb.UPDATE.on(Side.RIGHT), LINK)
ON_THE_LEFT = (Wave((Verb.UPDATE.on(Side.LEFT),)), Wave((Verb.CREATE.on(Side.LEFT),)))
CREATIONS = Wave((Verb.CREATE.on(Side.RIGHT),), later=False)
FOLLOWED_CREATIONS = Wave((Verb.CREATE.on(Side.RIGHT),), later=False, followed=True)
DELETIONS = (Wave((Verb.DELETE.on(Side.RIGHT),)), Wave((Verb.DELETE.on(Side.LEFT),)))
FOLLOWERS = Wave((LINK,), later=True)
ADDITIONS = Wave((ADD_MEMBERSHIP,))
LEAVERS, LATE_CREATIONS = Wave((UNLINK,), later=True), Wave((Verb.CREATE.on(Side.RIGHT),), later=True)
# Stands for as many waves as addresses take, one after the other.
ADDRESSES = Wave((Verb.UPDATE.on(Side.RIGHT), FREE_ADDRESS))


def waves(context: Context) -> tuple[Wave, ...]:
    """The waves of a run, in order. What an undo deletes goes first: others get its name or its email back."""
    undoing = context.run.undo_of_id is not None
    order = _of_people(context) if context.kind.family else (Wave(UPDATES), *ON_THE_LEFT, CREATIONS)
    return (*DELETIONS, *order) if undoing else (*order, *DELETIONS)


def _of_people(context: Context) -> tuple[Wave, ...]:
    """A helpdesk with one organization a user has to part with one before the next."""
    primary, remove = Wave((CHANGE_PRIMARY,)), Wave((REMOVE_MEMBERSHIP,))
    if context.book.config.multiple_organizations:
        creations, organizations = FOLLOWED_CREATIONS, (ADDITIONS, primary, remove)
    else:
        creations, organizations = CREATIONS, (remove, ADDITIONS, primary)
    first = (Wave(UPDATES, later=False), ADDRESSES, *ON_THE_LEFT, creations)
    return (*first, FOLLOWERS, *organizations, LEAVERS, LATE_CREATIONS, FOLLOWERS, *organizations)
