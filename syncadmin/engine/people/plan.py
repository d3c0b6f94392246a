"""Plans one contact or lead of an email group (S1.8-S1.14, S1.22)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors.api.values import Record
from mappings.kinds.people import sentences
from mappings.rules.matching import EMAIL
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people import addresses, memberships
from syncadmin.engine.people.duplicates import DuplicateFacts
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import OWNED, PRIMARY, MembershipFacts
from syncadmin.engine.plan import Rulebook, plan_new_right, plan_pair, skip
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, SKIP, UNLINK, Change, PlannedStep

# The code of the step that ends a record's part in a user.


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a record in its email group.

    - ``syncing``, ``syncing_label``: id and name of the record that fills the user; ``filling`` its organization.
    - ``held_role``: the role of the record's own link, None without an active one.
    - ``others``: organizations that the group's other records want.
    - ``inherited``: memberships that a sync added for a contact that is gone.
    - ``brought``: memberships that another contact added, or adds in this plan.
    - ``names``: names of organizations.
    - ``former``: the name of the record that filled the user before, "" if it was this one or nobody.
    """

    group: str
    role: LinkRole
    syncing: str
    syncing_label: str
    organization: str = ""
    held_role: LinkRole | None = None
    others: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    former: str = ""
    brought: frozenset[str] = frozenset()
    filling: str = ""

    def facts(self, book: Rulebook, primary: str | None) -> MembershipFacts:
        """What the record contributes to its user's organizations."""
        several = book.config.multiple_organizations
        return MembershipFacts(
            self.role, self.organization, primary, several, self.others, self.inherited, self.brought, self.filling
        )


def create(book: Rulebook, left: Record, place: Place, *, lookalike: str = "", asked: bool = False) -> PlannedStep:
    """The step that creates the user of a record, with its first organization as the primary one (S1.14)."""
    draft = replace(plan_new_right(book, left, lookalike=lookalike, asked=asked), role=place.role, group=place.group)
    if not draft.operation.creates:
        return draft
    if not (org := place.organization):
        return draft
    change = Change(PRIMARY, None, org, f"{place.names.get(org, org)}: {sentences.PRIMARY_OF_NEW_USER}")
    return replace(
        draft,
        changes=(*draft.changes, change),
        last_synced=(*draft.last_synced, (PRIMARY, org)),
        owned_values=(*draft.owned_values, (OWNED, (org,))),
    )


def with_user_of_its_own(ends: list[PlannedStep], own: list[PlannedStep]) -> list[PlannedStep]:
    """The steps that end a record's part in a user, then those that create its own. Both wait for approval together."""
    held = any(draft.needs_approval for draft in ends)
    made = [replace(draft, reason_code=ReasonCode.OWN_USER) if draft.operation.creates else draft for draft in own]
    return [*ends, *(replace(draft, needs_approval=draft.needs_approval or held) for draft in made)]


def follow(book: Rulebook, left: Record, place: Place) -> list[PlannedStep]:
    """The steps of a duplicate whose user this plan creates: link it, and add its organization."""
    return _duplicate(book, _blank(book, left, "", place), LinkState(fresh=True), place.facts(book, None), place)


def pair(
    book: Rulebook, left: Record, right: Record, link_state: LinkState, place: Place
) -> tuple[list[PlannedStep], PlannedStep | None]:
    """The steps for a record and its user; for the record that fills it also the agreed values, as ``plan_pair``
    returns them.
    """
    refusal = book.kind.admit_right(right.values, book.config)
    if not refusal.admitted:
        skipped = skip(
            book.kind.left_label(left), refusal.reason_code, refusal.line, left_id=left.ref.id, right_id=right.ref.id
        )
        return [replace(skipped, group=place.group)], None
    primary = right.values.get(PRIMARY) if PRIMARY in right.values else link_state.last_synced.get(PRIMARY)
    facts = place.facts(book, primary)
    if place.role is LinkRole.DUPLICATE:
        return _duplicate(book, _blank(book, left, right.ref.id, place), link_state, facts, place), None
    return _syncing(book, left, right, link_state, facts, place)


def _syncing(
    book: Rulebook, left: Record, right: Record, link_state: LinkState, facts: MembershipFacts, place: Place
) -> tuple[list[PlannedStep], PlannedStep]:
    taken_over = place.held_role is LinkRole.DUPLICATE
    if taken_over:
        reason = "It is the syncing record of its email now"
        link_state = replace(link_state, fresh=True, reason=reason)
    policy = book.config.option("membership_end")
    plan = memberships.plan_memberships(facts, link_state.last_synced, _owned_organizations(link_state), policy)
    if plan.last_synced is not None:
        link_state = replace(link_state, last_synced=plan.last_synced)
    link_state = replace(link_state, owned_values={**link_state.owned_values, OWNED: plan.owned_values})
    found, agreed = plan_pair(book, left, right, link_state)
    found = [replace(draft, role=place.role, group=place.group) for draft in found]
    if found and (taken_over or place.former):
        found = [_filled_anew(book, draft, book.kind.left_label(left)) for draft in found]
        former = place.former or "the former syncing record"
        warning = f"It replaces {former} and fills the {book.kind.names.right_one} from now on."
        code = (
            ReasonCode.TAKEN_OVER
            if taken_over and found[0].reason_code == ReasonCode.FIRST_LINK
            else found[0].reason_code
        )
        found[0] = replace(found[0], warnings=(*found[0].warnings, warning), reason_code=code)
    found = [part for draft in found for part in addresses.split(draft, link_state.last_synced.get(EMAIL))]
    blank = _blank(book, left, right.ref.id, place)
    found += memberships.drafts(plan, facts, blank, policy, place.names)
    return found, agreed


def _filled_anew(book: Rulebook, draft: PlannedStep, label: str) -> PlannedStep:
    """The step with the reason that another record fills the user now."""
    if draft.operation in (CONFLICT, PROBLEM):
        return draft
    reason = f"Filled by {label} now"
    kept = [change.is_list or change.field == book.config.id_field for change in draft.changes]
    found = zip(draft.changes, kept, strict=True)
    return replace(draft, changes=tuple(change if same else replace(change, reason=reason) for change, same in found))


def _duplicate(
    book: Rulebook, blank: PlannedStep, link_state: LinkState, facts: MembershipFacts, place: Place
) -> list[PlannedStep]:
    """The steps of a duplicate: no fields; a membership if its account is synced and users may have several (A15)."""
    policy = book.config.option("membership_end")
    plan = memberships.plan_memberships(facts, link_state.last_synced, _owned_organizations(link_state), policy)
    found = memberships.drafts(plan, facts, blank, policy, place.names)
    duplicate = _duplicate_facts(place, facts, plan.add)
    warning = duplicate.planned(book.kind.names.right_system)
    if link_state.fresh or place.held_role is LinkRole.SYNCING:
        if place.held_role is LinkRole.SYNCING:
            reason = f"{place.syncing_label} is the syncing record of its email now"
        else:
            reason = f"Same email as {place.syncing_label}; linked to the same {book.kind.names.right_one}"
        link = replace(
            blank,
            operation=LINK,
            reason_code=ReasonCode.FIRST_LINK if link_state.fresh else ReasonCode.DUPLICATE,
            reason=reason,
        )
        owned_values = tuple(
            (name, tuple(entries)) for name, entries in link_state.owned_values.items() if name == OWNED
        )
        # whoever fills the user parts with it once the other one has taken it over
        follows = blank.waits_for if link_state.fresh else place.syncing
        found.insert(0, replace(link, owned_values=owned_values, waits_for=follows))
    if not found:
        found = [replace(blank, operation=SKIP, reason_code=ReasonCode.DUPLICATE, reason=warning)]
        return found
    return [replace(found[0], warnings=(warning,), facts=duplicate.as_stored()), *found[1:]]


def _duplicate_facts(place: Place, facts: MembershipFacts, added: str) -> DuplicateFacts:
    name = place.names.get(added, added).rstrip(".")
    return DuplicateFacts(place.syncing_label, name, not added and bool(facts.wanted) and not facts.multiple)


def leave(
    book: Rulebook, left: Record, right: Record | None, link_state: LinkState, place: Place, reason: str
) -> list[PlannedStep]:
    """The steps that end a record's part in a user: memberships that a sync added end by policy, the user stays
    (S3.C15).

    The link ends last, so that it still holds the memberships while their removal waits for approval.
    """
    right_id = right.ref.id if right else ""
    blank = _blank(book, left, right_id, place)
    drafts = [replace(blank, operation=UNLINK, reason=reason, reason_code=ReasonCode.LEFT_GROUP)]
    if right is None or right.deleted or not book.kind.admit_right(right.values, book.config).admitted:
        return drafts
    primary = right.values.get(PRIMARY)
    facts = MembershipFacts(place.role, "", primary, book.config.multiple_organizations, place.others)
    policy = book.config.option("membership_end")
    plan = memberships.plan_memberships(facts, link_state.last_synced, _owned_organizations(link_state), policy)
    removals = replace(plan, add="", primary="")
    ends = memberships.drafts(removals, facts, blank, policy, place.names)
    return ends + [replace(draft, needs_approval=any(end.needs_approval for end in ends)) for draft in drafts]


def _owned_organizations(link_state: LinkState) -> tuple[str, ...]:
    return tuple(link_state.owned_values.get(OWNED, ()))


def _blank(book: Rulebook, left: Record, right_id: str, place: Place) -> PlannedStep:
    return PlannedStep(
        SKIP,
        book.kind.left_label(left),
        left_id=left.ref.id,
        right_id=right_id,
        waits_for="" if right_id else place.syncing,
        role=place.role,
        group=place.group,
    )
