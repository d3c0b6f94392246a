"""Planning strategy for kinds where several left records, also of other syncs, share one right record (S1.8-S1.14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from connectors.api.values import Record
from mappings.kinds.people import people
from mappings.models import Sync
from syncadmin.engine import plan as rules
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people import addresses
from syncadmin.engine.people import plan as plan_people
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import OWNED, PRIMARY
from syncadmin.engine.people.plan import Place
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import SKIP, PlannedStep, Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.plan.group_facts import GroupFacts, gather
from syncadmin.runs.pipeline.plan.one_to_one import OneToOne
from syncadmin.runs.pipeline.shared import counterpart_merges, match_people
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import address_looks, email_groups
from syncadmin.runs.storage.email_groups import EmailGroup
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import link_state_of


class SharedTargets(OneToOne):
    """Plans contacts and leads. A right record without any is planned as for kinds that share nothing."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._siblings: list[Sync] = email_groups.siblings(context.sync)
        self._sync_ids = tuple(sync.pk for sync in self._siblings)
        self._facts = GroupFacts({}, {}, {}, {}, {})
        self._moving_out: frozenset[str] = frozenset()
        self._merged_organizations: Mapping[str, frozenset[str]] = {}
        self._looks_like: dict[str, str] = {}
        self._elsewhere: frozenset[str] = frozenset()
        self._parents: Mapping[str, tuple[str, str]] = {}

    def kept(self, rights: Collection[str]) -> set[str]:
        """Those of these users that a record in scope is linked to, or was just matched with."""
        found = Link.objects.of_sync(self._siblings, right_id__in=rights)
        pairs = list(found.values_list("left_id", "right_id"))
        lefts = MirrorRecord.objects.left_of(self._siblings).alive_in_scope()
        living = set(lefts.filter(remote_id__in=[left for left, _ in pairs]).values_list("remote_id", flat=True))
        return {right for left, right in pairs if left in living}

    def filling(self, links: Mapping[str, Link]) -> Mapping[str, Link]:
        """The links of records that fill their user: edits of a user are not planned for its duplicates."""
        return {id: link for id, link in links.items() if link.role == LinkRole.SYNCING}

    def links_of(self, rights: Collection[MirrorRow]) -> dict[str, Link]:
        """The link of the record that fills each user in this sync."""
        found = Link.objects.of_sync(self._sync_id, right_id__in=[row.remote_id for row in rights])
        return {link.right_id: link for link in found.filter(role=LinkRole.SYNCING)}

    def gather_lefts(self, rows: Collection[MirrorRow], links: Mapping[str, Link]) -> None:
        self._gather(rows, links)
        self._looks_like = self._lookalikes(Side.RIGHT, [row for row in rows if row.remote_id not in links])

    def gather_rights(
        self, rows: Collection[MirrorRow], links: Mapping[str, Link], lefts: Mapping[str, MirrorRow]
    ) -> None:
        self._elsewhere = self._linked_elsewhere(rows)
        self._gather(lefts.values(), {link.left_id: link for link in links.values()})
        lost = {link.right_id for link in links.values() if (left := lefts.get(link.left_id)) and left.deleted}
        self._targets = self._unmatched_targets(
            [row for row in rows if row.remote_id not in links or row.remote_id in lost]
        )
        self._parents = self._parents_of(rows)

    def _left(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        """The steps of a record, preceded by those that free an address for it."""
        found = self._of_record(row, link, self._facts.rights.get(link.right_id) if link else None)
        others = self._facts.others_have(addresses.given_back(found), row.remote_id)
        return [*found, *addresses.frees(found, others, self._facts.former.get(row.match_key, ()))]

    def right(self, row: MirrorRow, link: Link | None, left: MirrorRow | None) -> list[PlannedStep]:
        """The steps of a user; none if a duplicate, or a record of another sync, has it: it is planned with that
        record.
        """
        if link is None and row.remote_id in self._elsewhere:
            return []
        if link is None and not row.deleted:
            refusal = self._book.kind.admit_right(row.values, self._book.config)
            if not refusal.admitted:
                return [rules.skip(row.label, refusal.reason_code, refusal.line, right_id=row.remote_id)]
        return super().right(_with_parent(row, self._parents), link, left)

    def _gather(self, rows: Iterable[MirrorRow], links: Mapping[str, Link]) -> None:
        """Gather the facts about these left records, and which of them move into a user that is not created yet."""
        self._facts = gather(self._context.sync, self._siblings, rows, links)
        self._merged_organizations = email_groups.merged_organizations(self._context.sync, links.values())
        self._gone = counterpart_merges.reasons(self._context, self._facts.rights.values())
        moving = self._facts.moving_out() if self._book.config.creates_right else {}
        found = match_people.find(self._context, moving.items()) if moving else {}
        unmatched = {id for id, one in found.items() if one.match.status is match_people.UNMATCHED.status}
        self._moving_out = frozenset(unmatched)

    def _of_record(self, row: MirrorRow, link: Link | None, right: MirrorRow | None) -> list[PlannedStep]:
        if row.deleted:
            return self._left_deleted(row, link)
        if not row.in_scope or row.status in (RecordStatus.AMBIGUOUS, RecordStatus.IGNORED):
            return [self._skipped(row, row.status, row.reason, link)]
        if refused := self._unusable(row, right):
            return refused
        group = self._facts.groups.get(row.match_key)
        member = next((one for one in group.members if one.id == row.remote_id), None) if group else None
        if row.remote_id in self._facts.asked and (right is None or right.deleted):
            link = None  # somebody wants another user made; its link ends with that
        place = self._facts.place(row, member, group, link)
        if link is None:
            return self._without_user(row, group, place)
        if row.remote_id in (group.stale if group else self._facts.stale):
            return self._move_out(row, link, right, place, group)
        if right is None or right.deleted:
            reason = self._gone.get(
                link.right_id,
                f"Its {self._names.right_system} {self._names.right_one} was deleted; it is not created again",
            )
            return [self._skipped(row, ReasonCode.COUNTERPART_DELETED, reason, link)]
        if group and place.role is LinkRole.DUPLICATE and group.user and group.user != link.right_id:
            return self._of_another(row, link, right, place, group)
        if group and place.role is LinkRole.DUPLICATE and not self._facts.may_unlink(link, group):
            reason = (
                f"{place.syncing_label} is the syncing record of its email now, and has not taken the user over yet"
            )
            return [self._skipped(row, ReasonCode.WAITS, reason, link)]
        return self._with_user(row, right, link, place)

    def _without_user(self, row: MirrorRow, group: EmailGroup | None, place: Place) -> list[PlannedStep]:
        left, asked = self._record(row), row.remote_id in self._facts.asked
        if place.role is LinkRole.SYNCING:
            if not row.match_key and self._book.config.option("no_email") == "match" and not asked:
                return [
                    self._skipped(row, ReasonCode.NO_EMAIL, "It has no email, and no further criterion matches a user")
                ]
            looks_like = self._looks_like.get(row.remote_id, "")
            return [plan_people.create(self._book, left, place, lookalike=looks_like, asked=asked)]
        if not self._book.config.creates_right:
            return [
                self._skipped(row, ReasonCode.CREATE_OFF, f"Creating in {self._names.right_system} is switched off")
            ]
        if group and group.syncing.sync != self._sync_id:
            reason = f"{place.syncing_label} fills the user of this email and has none yet; run its sync first"
            return [self._skipped(row, ReasonCode.WAITS, reason)]
        if place.syncing not in self._facts.open | self._moving_out:
            reason = f"{place.syncing_label} fills the user of this email and could not be made a user"
            return [self._skipped(row, ReasonCode.WAITS, reason)]
        return plan_people.follow(self._book, left, place)

    def _move_out(
        self, row: MirrorRow, link: Link, right: MirrorRow | None, place: Place, group: EmailGroup | None
    ) -> list[PlannedStep]:
        """The steps of a record that leaves its user for one of its own. A user that still has its email goes first."""
        if group and right and right.match_key == row.match_key and group.syncing.id not in self._moving_out:
            reason = "The user with this email gets another email first; the next run creates a user for this record"
            return [self._skipped(row, ReasonCode.WAITS, reason, link)]
        ends = self._leave(row, link, right, place, "Its email is no longer that of its user")
        if group is None or group.syncing.id not in self._moving_out:
            return ends
        member = next(one for one in group.members if one.id == row.remote_id)
        own = self._without_user(row, group, self._facts.place(row, member, group, None))
        return plan_people.with_user_of_its_own(ends, own)

    def _of_another(
        self, row: MirrorRow, link: Link, right: MirrorRow, place: Place, group: EmailGroup
    ) -> list[PlannedStep]:
        """The steps of a record linked to one user while its email belongs to another: a duplicate leaves, others need
        a person.
        """
        if link.role == LinkRole.DUPLICATE:
            return self._leave(row, link, right, place, "Its email belongs to another user now")
        reason = (
            f"It is linked to user {link.right_id}, but its email belongs to user {group.user}; merge or unlink them"
        )
        return [self._skipped(row, ReasonCode.TWO_USERS, reason, link)]

    def _with_user(self, left: MirrorRow, right: MirrorRow, link: Link, place: Place) -> list[PlannedStep]:
        self._take_ownership(link, place)
        link_state = replace(self._facts.link_state(link, place), chosen=self._chosen.get(link.left_id, {}))
        drafts, agreed = plan_people.pair(
            self._book, self._record(left), right.record(self._book.kind.right_object), link_state, place
        )
        if place.role is LinkRole.DUPLICATE and [draft.operation for draft in drafts] == [SKIP]:
            # a word about a duplicate only when it was touched itself, not its group
            return drafts if left.last_run == self._context.run.pk else []
        if not drafts and agreed:
            self._remember(link, LinkState.after(agreed))
        return counterpart_merges.warned(link, drafts)

    def _take_ownership(self, link: Link, place: Place) -> None:
        """Move memberships of contacts that are gone to the contact that wants them, also after a merge of
        organizations.
        """
        wanted, owned = place.organization, list(link.owned_values.get(OWNED, ()))
        moved = self._merged_organizations.get(wanted, frozenset()).intersection(owned)
        if moved or (wanted in place.inherited and wanted not in owned):
            kept = [org for org in owned if org not in moved and org != wanted]
            base = {**link.last_synced, PRIMARY: wanted} if link.last_synced.get(PRIMARY) in moved else link.last_synced
            ours = {**link.owned_values, OWNED: [*kept, wanted]}
            self._remember(link, LinkState(base, ours, field_notes=link.field_notes))
            link.last_synced, link.owned_values = base, ours

    def _pair(self, left: MirrorRow, right: MirrorRow, link: Link) -> list[PlannedStep]:
        return self._left(left, link)

    def _leave(
        self, row: MirrorRow, link: Link, right: MirrorRow | None, place: Place, reason: str
    ) -> list[PlannedStep]:
        record = right.record(self._book.kind.right_object) if right else None
        if place.held_role is None:
            return []
        link_state = link_state_of(link)
        place = replace(place, role=LinkRole(link.role), others=self._remaining_memberships(row, link, right))
        drafts = plan_people.leave(self._book, self._record(row), record, link_state, place, reason)
        return [replace(draft, right_id=link.right_id, waits_for="") for draft in drafts]

    def _left_deleted(self, row: MirrorRow, link: Link | None) -> list[PlannedStep]:
        """The end of a deleted record's link if another record takes over; else it stays, so that nothing is created
        again.
        """
        if link is None or not link.active:
            return []
        right = self._facts.rights.get(link.right_id)
        row = replace(row, label=row.label or link.left_id)
        place = Place(right.match_key if right else "", LinkRole(link.role), "", "", held_role=LinkRole(link.role),
                      names=self._facts.names)  # fmt: skip
        merge = self._merged.get(row.remote_id)
        if merge and right and not right.deleted and not merge.transfers and merge.counterpart:
            return super()._left_deleted(row, link)
        reason = merge.reason(self._names) if merge else f"Deleted in {self._names.left_system}"
        if merge and merge.transfers:
            ends = self._leave(row, link, right, place, f"{reason}, which replaces it")
            return [replace(ends[0], warnings=(f"{row.label}: {reason}, which replaces it.",)), *ends[1:]]
        if right and self._facts.groups.get(right.match_key):
            return self._leave(row, link, right, place, f"{reason}; another record has its email")
        removals = self._leave(row, link, right, place, reason)[:-1]
        reason = f"{reason}; its {self._names.right_system} {self._names.right_one} is left alone"
        skipped = rules.skip(row.label, ReasonCode.DELETED, reason, left_id=row.remote_id, right_id=link.right_id)
        return [*removals, skipped]

    def _remaining_memberships(self, row: MirrorRow, link: Link, right: MirrorRow | None) -> frozenset[str]:
        """The organizations that the user's remaining records want."""
        links_of_user = [
            other.left_id for other in self._facts.links.get(link.right_id, ()) if other.left_id != link.left_id
        ]
        keys = {self._facts.living.get(left_id, "") for left_id in links_of_user} | {right.match_key if right else ""}
        staying = [group for key in keys if (group := self._facts.groups.get(key))]
        return frozenset(org for group in staying for org in group.wanted(except_for=row.remote_id))

    def _lookalikes(self, side: Side, rows: Iterable[MirrorRow]) -> dict[str, str]:
        """Email addresses that look alike. Names do not count: two people may have the same."""
        return address_looks.alike(self._siblings if side is Side.LEFT else self._context.sync, side, list(rows))

    def _skipped(self, row: MirrorRow, code: str, reason: str, link: Link | None = None) -> PlannedStep:
        """A row about a left record and, with its link, about its user: neither is planned again in this run."""
        right_id = link.right_id if link else ""
        skipped = rules.skip(row.label, code, reason, left_id=row.remote_id, right_id=right_id)
        return replace(skipped, group=row.match_key)

    def _record(self, row: MirrorRow) -> Record:
        return row.record(self._book.kind.left_object)

    def _linked_elsewhere(self, rows: Collection[MirrorRow]) -> frozenset[str]:
        """The users that a duplicate, or a record of another sync, is linked to."""
        ids = [row.remote_id for row in rows]
        found = Link.objects.of_sync(self._siblings, right_id__in=ids)
        return frozenset(found.values_list("right_id", flat=True))

    def _parents_of(self, rows: Collection[MirrorRow]) -> dict[str, tuple[str, str]]:
        """The account and name of these users' primary organizations, by organization id."""
        ids = {str(row.values.get(PRIMARY)) for row in rows if not row.deleted and row.values.get(PRIMARY)}
        accounts = email_groups.accounts(self._context.sync, ids)
        names = email_groups.organization_names(self._context.sync, ids)
        return {id: (accounts.get(id, ""), names.get(id, "")) for id in ids}


def _with_parent(row: MirrorRow, parents: Mapping[str, tuple[str, str]]) -> MirrorRow:
    """The user with the account and name of its organization among its values, for a contact or lead
    created from it.
    """
    if row.deleted or str(row.values.get(PRIMARY)) not in parents:
        return row
    account, name = parents[str(row.values[PRIMARY])]
    return replace(row, values={**row.values, people.PARENT_ID: account, people.PARENT_NAME: name})
