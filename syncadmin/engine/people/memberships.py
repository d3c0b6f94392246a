"""Plans the organization memberships of a user (S1.12-S1.14, A7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mappings.kinds.people import sentences
from mappings.kinds.people.relations import MEMBERSHIP
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Change, Operation, PlannedStep, Side, Verb

ADD_MEMBERSHIP, REMOVE_MEMBERSHIP, CHANGE_PRIMARY = (
    verb.on(Side.RIGHT, MEMBERSHIP.name) for verb in (Verb.CREATE, Verb.DELETE, Verb.UPDATE)
)
# Among a link's agreed values: the primary organization, and memberships that others have made.
PRIMARY, MADE_BY_OTHERS = "organization_id", "memberships"
OWNED = "memberships"


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """What one contact contributes to its user's organizations.

    - ``wanted``: the organization of its account, "" without a synced one.
    - ``others``: what the user's other contacts want.
    - ``primary``: the user's current primary organization.
    - ``inherited``: memberships that a sync added for a contact that is gone.
    - ``brought``: organizations that another contact has added, or adds in this plan.
    - ``filling``: the organization of the contact that fills the user, if that is another one.
    """

    role: LinkRole
    wanted: str
    primary: str | None
    multiple: bool
    others: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()
    filling: str = ""

    @property
    def replaced(self) -> str:
        """Where users have one organization: the one that a sync added for a contact that no longer fills the user."""
        ours = not self.multiple and self.role is LinkRole.SYNCING and self.primary in self.brought
        return self.primary or "" if ours and self.wanted and self.wanted != self.primary else ""

    @property
    def gives_way(self) -> bool:
        """Whether the organization of the contact that fills the user takes the only place (S1.13)."""
        duplicate = not self.multiple and self.role is LinkRole.DUPLICATE
        return duplicate and bool(self.filling) and self.primary not in (None, self.filling)


@dataclass(frozen=True, slots=True)
class MembershipPlan:
    """What to write, and the ``last_synced`` and ``owned_values`` of the link afterwards."""

    add: str = ""
    primary: str = ""
    remove: tuple[str, ...] = ()
    last_synced: Mapping[str, Any] | None = None
    owned_values: tuple[str, ...] = ()


def plan_memberships(
    facts: MembershipFacts, last_synced: Mapping[str, Any], owned_values: Sequence[str], policy: str
) -> MembershipPlan:
    """The changes for one contact by the action table (S1.14), and for relations that ended (S3.C15).

    ``last_synced`` and ``owned_values`` are those of the link; ``policy`` (remove, ask or keep) applies to memberships
    that a sync added and whose relation ended. Memberships added by people are never changed.
    """
    ours = tuple(dict.fromkeys([*owned_values, *(org for org in sorted(facts.inherited) if org == facts.wanted)]))
    takes_part = facts.multiple or facts.role is LinkRole.SYNCING
    wanted = facts.wanted if takes_part else ""
    ended = tuple(org for org in ours if org != facts.wanted and org not in facts.others)
    if facts.gives_way and facts.primary in ours and facts.primary not in ended:
        ended = (*ended, facts.primary)
    kept = ours if policy != "keep" else tuple(org for org in ours if org not in ended)
    removing = ended if policy != "keep" else ()
    agreed = _agreed(facts, wanted if wanted in ours else "", last_synced)
    there = {facts.primary, *ours, *facts.brought, *last_synced.get(MADE_BY_OTHERS, ())}
    if not wanted or wanted in there:
        primary = _new_primary(facts, wanted, last_synced) if wanted else ""
        return MembershipPlan("", primary, removing, agreed, kept)
    parted_with = {*removing, facts.replaced if policy == "remove" else ""}
    if not facts.multiple and facts.primary and facts.primary not in parted_with:
        return MembershipPlan("", "", removing, agreed, kept)  # it stands somewhere else, by somebody's hand
    return MembershipPlan(wanted, _new_primary(facts, wanted, last_synced), removing, agreed, kept)


def _agreed(facts: MembershipFacts, wanted: str, last_synced: Mapping[str, Any]) -> dict[str, Any]:
    """The primary organization to remember: only one that a sync added. One set by people stays (A7)."""
    agreed = dict(last_synced)
    if facts.role is LinkRole.SYNCING and wanted and wanted == facts.primary:
        agreed[PRIMARY] = wanted
    return agreed


def _new_primary(facts: MembershipFacts, wanted: str, last_synced: Mapping[str, Any]) -> str:
    """The organization to make primary: only if a sync set the present one. One set by people stays (A7)."""
    moved = facts.role is LinkRole.SYNCING and facts.multiple and facts.primary and facts.primary != wanted
    return wanted if moved and last_synced.get(PRIMARY) == facts.primary else ""


def drafts(
    plan: MembershipPlan, facts: MembershipFacts, blank: PlannedStep, policy: str, names: Mapping[str, str]
) -> list[PlannedStep]:
    """The steps of a membership plan. ``blank`` has ids, label, role and group; ``names`` are those of
    organizations.
    """
    found = []
    if org := plan.add:
        first = facts.role is LinkRole.SYNCING and (not facts.primary or bool(facts.replaced))
        detail = sentences.FIRST_ORGANIZATION if first else sentences.ACCOUNT_SYNCED
        if replaced := facts.replaced:
            other = names.get(replaced, replaced).rstrip(".")
            detail = f"It replaces {other}, which another record with this email added"
        last_synced = ((PRIMARY, org),) if first else ()
        found.append(_step(blank, ADD_MEMBERSHIP, org, None, names, detail, last_synced, ((OWNED, (org,)),)))
    if org := plan.primary:
        changed = sentences.ACCOUNT_CHANGED
        found.append(_step(blank, CHANGE_PRIMARY, org, facts.primary, names, changed, ((PRIMARY, org),)))
    for org in plan.remove:
        owned = ((OWNED, (org,)),)
        step = _step(blank, REMOVE_MEMBERSHIP, org, org, names, sentences.LEFT_ACCOUNT, owned_values=owned)
        found.append(replace(step, needs_approval=policy == "ask"))
    return found


def _step(
    blank: PlannedStep,
    operation: Operation,
    org: str,
    before: str | None,
    names: Mapping[str, str],
    detail: str,
    last_synced: tuple[tuple[str, Any], ...] = (),
    owned_values: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> PlannedStep:
    after = None if operation == REMOVE_MEMBERSHIP else org
    name = names.get(org, org)
    change = Change(PRIMARY, before, after, f"{name}: {detail}")
    return replace(
        blank,
        operation=operation,
        changes=(change,),
        reason=f"{name}: {detail}",
        reason_code="",
        last_synced=last_synced,
        owned_values=owned_values,
    )
