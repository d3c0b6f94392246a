"""The order in which steps are written: what frees a name or id before what needs it, a user before its memberships."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from mappings.kinds.people.relations import ADDRESS, MEMBERSHIP
from mappings.kinds.relation import Relation
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, UNLINK, Operation, Side, Verb
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.querysets import doing

# What needs a user that this run makes, and what ends once the memberships have.
_LATER = Q(waits_for__gt="") | Q(reason_code__in=(ReasonCode.LEFT_GROUP, ReasonCode.OWN_USER))
_WHEN = {None: Q(), True: _LATER, False: ~_LATER & ~Q(reason_code=ReasonCode.ADDRESS)}


@dataclass(frozen=True, slots=True)
class WriteRound:
    """Steps that are written together.

    - ``later``: only steps that depend on an earlier round, or only the others.
    - ``followed``: memberships that wait for the round may go along with its last steps.
    - ``only``: ids of the steps to take; none for all.
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
        """The condition for the open steps of the round."""
        among = Q(pk__in=self.only) if self.only else Q()
        return doing(*self.operations) & _WHEN[self.later] & among


UPDATES = WriteRound((UNLINK, Verb.UPDATE.on(Side.RIGHT), LINK), later=False)
ON_THE_LEFT = (WriteRound((Verb.UPDATE.on(Side.LEFT),)), WriteRound((Verb.CREATE.on(Side.LEFT),)))
CREATIONS = WriteRound((Verb.CREATE.on(Side.RIGHT),), later=False)
FOLLOWED_CREATIONS = WriteRound((Verb.CREATE.on(Side.RIGHT),), later=False, followed=True)
DELETIONS = (WriteRound((Verb.DELETE.on(Side.RIGHT),)), WriteRound((Verb.DELETE.on(Side.LEFT),)))
FOLLOWERS = WriteRound((LINK,), later=True)
ADDITIONS = WriteRound((ADD_MEMBERSHIP,))
LATE_UNLINKS = WriteRound((UNLINK,), later=True)
LATE_CREATIONS = WriteRound((Verb.CREATE.on(Side.RIGHT),), later=True)
# Stands for as many rounds as addresses take, one after the other.
ADDRESSES = WriteRound((Verb.UPDATE.on(Side.RIGHT), FREE_ADDRESS))


def write_rounds(context: Context) -> tuple[WriteRound, ...]:
    """The rounds of a run, in order. In an undo, deletions come first: others get the name or email back.

    1. End links and update the right side: names and ids become free.
    2. Addresses, each after the one it waits for; then the left side, which waits for nothing.
    3. Creations on the right, which may need those names, ids and addresses.
    4. What waited for them: further links to a shared record, then what belongs to records.
    5. Links that end after what they brought is removed, the records created in their place, and what waited for those.
    """
    kind = context.kind
    several = MEMBERSHIP in kind.relations and context.book.config.multiple_organizations
    addresses = (ADDRESSES,) if ADDRESS in kind.relations else ()
    first = (UPDATES, *addresses, *ON_THE_LEFT, FOLLOWED_CREATIONS if several else CREATIONS)
    related = tuple(one for relation in kind.relations for one in _of_relation(relation, several=several))
    late = (FOLLOWERS, *related, LATE_UNLINKS, LATE_CREATIONS, FOLLOWERS, *related) if kind.grouping else related
    return (*DELETIONS, *first, *late) if context.run.undo_of_id else (*first, *late, *DELETIONS)


def _of_relation(relation: Relation, *, several: bool) -> tuple[WriteRound, ...]:
    """The rounds of a relation, verb by verb. Where users have one organization, removals come first."""
    if relation == ADDRESS:
        return ()  # they have rounds of their own
    if relation == MEMBERSHIP:
        primary, remove = WriteRound((CHANGE_PRIMARY,)), WriteRound((REMOVE_MEMBERSHIP,))
        return (ADDITIONS, primary, remove) if several else (remove, ADDITIONS, primary)
    return tuple(WriteRound((Verb(verb).on(Side(relation.side), relation.name),)) for verb in relation.steps)
