"""Organizations of a user: what its contacts bring, what is ours, and what people have arranged (S1.12-S1.14, A7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syncadmin.engine.people.groups import Role
from syncadmin.engine.steps import Action, Change, Draft

OBJECT = "organization_membership"
# Among a link's agreed values: the primary organization, and memberships that others have made.
PRIMARY, SETTLED = "organization_id", "memberships"
OWNED = "memberships"


@dataclass(frozen=True, slots=True)
class Stay:
    """What one contact means for its user's organizations.

    ``wanted``: the organization of its account, "" without a valid one. ``others``: what the user's other contacts
    want. ``primary``: the user's primary organization now. ``inherited``: memberships of ours whose contact is gone.
    ``brought``: what another contact of the user has added, or adds by this very plan. ``filling``: the organization of
    the contact that fills the user, if that is another one.
    """

    role: Role
    wanted: str
    primary: str | None
    multiple: bool
    others: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()
    filling: str = ""

    @property
    def replaced(self) -> str:
        """Where a user has one organization: ours, brought by a contact that does not fill the user any more."""
        ours = not self.multiple and self.role is Role.SYNCING and self.primary in self.brought
        return self.primary or "" if ours and self.wanted and self.wanted != self.primary else ""

    @property
    def gives_way(self) -> bool:
        """Where a user has one organization, it is that of the contact which fills it, if that one has any (S1.13)."""
        duplicate = not self.multiple and self.role is Role.DUPLICATE
        return duplicate and bool(self.filling) and self.primary not in (None, self.filling)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to write, and what is agreed on without writing: ``base`` and ``owned`` of the link from now on."""

    add: str = ""
    make_primary: str = ""
    remove: tuple[str, ...] = ()
    base: Mapping[str, Any] | None = None
    owned: tuple[str, ...] = ()


def settle(stay: Stay, base: Mapping[str, Any], owned: Sequence[str], policy: str) -> Settlement:
    """What the action table says of one contact (S1.14), and what ends with the relation (S3.C15).

    ``base`` is what the link agreed on, ``owned`` the organizations that it has added, ``policy`` what happens to
    memberships of ours whose relation has ended: remove, ask or keep. Those of people are never touched.
    """
    ours = tuple(dict.fromkeys([*owned, *(org for org in sorted(stay.inherited) if org == stay.wanted)]))
    takes_part = stay.multiple or stay.role is Role.SYNCING
    wanted = stay.wanted if takes_part else ""
    ended = tuple(org for org in ours if org != stay.wanted and org not in stay.others)
    if stay.gives_way and stay.primary in ours and stay.primary not in ended:
        ended = (*ended, stay.primary)
    kept = ours if policy != "keep" else tuple(org for org in ours if org not in ended)
    removing = ended if policy != "keep" else ()
    agreed = _agreed(stay, wanted if wanted in ours else "", base)
    there = {stay.primary, *ours, *stay.brought, *base.get(SETTLED, ())}
    if not wanted or wanted in there:
        primary = _make_primary(stay, wanted, base) if wanted else ""
        return Settlement("", primary, removing, agreed, kept)
    parted_with = {*removing, stay.replaced if policy == "remove" else ""}
    if not stay.multiple and stay.primary and stay.primary not in parted_with:
        return Settlement("", "", removing, agreed, kept)  # it stands somewhere else, by somebody's hand
    return Settlement(wanted, _make_primary(stay, wanted, base), removing, agreed, kept)


def _agreed(stay: Stay, wanted: str, base: Mapping[str, Any]) -> dict[str, Any]:
    """Only a membership of ours is ours to be primary; where somebody else put the user, it stays (A7)."""
    agreed = dict(base)
    if stay.role is Role.SYNCING and wanted and wanted == stay.primary:
        agreed[PRIMARY] = wanted
    return agreed


def _make_primary(stay: Stay, wanted: str, base: Mapping[str, Any]) -> str:
    """Only away from the one that we made primary ourselves: another was set by hand, and stays (A7)."""
    moved = stay.role is Role.SYNCING and stay.multiple and stay.primary and stay.primary != wanted
    return wanted if moved and base.get(PRIMARY) == stay.primary else ""


def drafts(settlement: Settlement, stay: Stay, blank: Draft, policy: str, names: Mapping[str, str]) -> list[Draft]:
    """The steps of a settlement. ``blank`` has the ids, label, role and group; ``names`` those of organizations."""
    found = []
    member = replace(blank, object=OBJECT)
    if org := settlement.add:
        first = stay.role is Role.SYNCING and (not stay.primary or bool(stay.replaced))
        why = "First organization of the user; Zendesk makes it the primary one" if first else "Its account is synced"
        if replaced := stay.replaced:
            other = names.get(replaced, replaced).rstrip(".")
            why = f"It takes the place of {other}, which another record of the email had brought"
        base = ((PRIMARY, org),) if first else ()
        found.append(_step(member, Action.ADD_MEMBERSHIP, org, None, names, why, base, ((OWNED, (org,)),)))
    if org := settlement.make_primary:
        why = "The contact's account has changed, and nobody else has chosen the primary organization"
        found.append(_step(member, Action.MAKE_PRIMARY, org, stay.primary, names, why, ((PRIMARY, org),)))
    for org in settlement.remove:
        why = "Added by us, and the contact no longer belongs to its account"
        step = _step(member, Action.REMOVE_MEMBERSHIP, org, org, names, why, owned=((OWNED, (org,)),))
        found.append(replace(step, held=policy == "ask"))
    return found


def _step(
    blank: Draft,
    action: Action,
    org: str,
    before: str | None,
    names: Mapping[str, str],
    why: str,
    base: tuple[tuple[str, Any], ...] = (),
    owned: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> Draft:
    after = None if action is Action.REMOVE_MEMBERSHIP else org
    name = names.get(org, org)
    change = Change(PRIMARY, before, after, f"{name}: {why}")
    return replace(blank, action=action, changes=(change,), reason=f"{name}: {why}", code="", base=base, owned=owned)
