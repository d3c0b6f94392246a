"""Simulates how a user would change if another record of its group filled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.api.values import Record, RecordRef
from mappings.kinds.agreed import FieldNote
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people import plan as plan_people
from syncadmin.engine.people.groups import LinkRole, Member, elect
from syncadmin.engine.people.memberships import OWNED
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.steps import LINK, PlannedStep, Side, Verb
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pages.emails.selectors import GroupPage, MemberLine
from syncadmin.runs.pages.runs.step_rows import FieldLine, ShownNames, field_lines, parents_in
from syncadmin.runs.services.comparison import known_rules
from syncadmin.runs.status.labels import field_labels
from syncadmin.runs.storage import email_groups

_WRITES_FIELDS = (Verb.CREATE.on(Side.RIGHT), Verb.UPDATE.on(Side.RIGHT), LINK)


@dataclass(frozen=True, slots=True)
class Simulation:
    """Which record would fill the user, which one does so far, and what the next plan would write.

    ``unknown``: why the fields cannot be told. ``sentences``: about memberships and other effects.
    """

    chosen: MemberLine
    former: MemberLine | None
    fields: list[FieldLine]
    sentences: list[str]
    warnings: list[str]
    creates: bool = False
    unknown: str = ""

    @property
    def changes_nothing(self) -> bool:
        return not self.fields and not self.sentences and not self.unknown


def simulate(page: GroupPage, *, pin: tuple[int, str] | None) -> Simulation | None:
    """The group with that record pinned; with ``None`` without a pin. None if the record is not in the group."""
    members = [line.member for line in page.lines if line.member]
    if not members or (pin and pin not in {(m.sync, m.id) for m in members}):
        return None
    chosen = elect(replace(member, pinned=(member.sync, member.id) == pin) for member in members)
    line = next(
        line for line in page.lines if line.member and (line.member.sync, line.member.id) == (chosen.sync, chosen.id)
    )
    former = page.syncing if page.syncing is not line else None
    book = known_rules(line.record.sync)
    if book is None:
        text = "The fields of both systems were not read yet, so the changes are not known."
        return Simulation(line, former, [], [], [], unknown=text)
    drafts = _drafts(page, line, chosen, book)
    return _simulation(page, line, former, drafts)


def _drafts(page: GroupPage, line: MemberLine, member: Member, book: Rulebook) -> list[PlannedStep]:
    """The steps that a plan would have for the record if it filled the user."""
    left = _record(line.record, book.kind.left_object)
    links_of_user = _links_of_user(page, line)
    place = _place(page, line, member, links_of_user)
    user = next((user for user in page.users if user.sync_id == line.record.sync_id), page.user)
    if user is None:
        return [plan_people.create(book, left, place)]
    right = _record(user, book.kind.right_object)
    found, _ = plan_people.pair(book, left, right, _link_state(line, place, links_of_user), place)
    return found


def _links_of_user(page: GroupPage, line: MemberLine) -> list[Link]:
    """The links of the user, including the record's own."""
    user = page.user.remote_id if page.user else ""
    syncs = email_groups.siblings(page.sync)
    return list(Link.objects.active_of(syncs, right_id=user).order_by("pk"))


def _former(line: MemberLine, links_of_user: list[Link]) -> Link | None:
    """The link of the record that has filled the user so far, if it is another one."""
    others = (link for link in links_of_user if link.left_id != line.record.remote_id)
    return next((link for link in others if link.role == LinkRole.SYNCING), None)


def _place(page: GroupPage, line: MemberLine, member: Member, links_of_user: list[Link]) -> plan_people.Place:
    wanted = page.group.wanted() if page.group else frozenset()
    former = _former(line, links_of_user)
    labels = {known.record.remote_id: str(known.record) for known in page.lines}
    others = [link for link in links_of_user if link.left_id != line.record.remote_id]
    return plan_people.Place(
        group=page.key,
        role=LinkRole.SYNCING,
        syncing=line.record.remote_id,
        syncing_label=str(line.record),
        organization=member.organization,
        held_role=member.role,
        others=page.group.wanted(except_for=member.id) if page.group else frozenset(),
        names=email_groups.organization_names(page.sync, wanted),
        former=labels.get(former.left_id, former.left_id) if former and member.role is not LinkRole.SYNCING else "",
        brought=frozenset(org for link in others for org in link.owned_values.get(OWNED, ())),
    )


def _link_state(line: MemberLine, place: plan_people.Place, links_of_user: list[Link]) -> LinkState:
    """The state of the link. A record that takes a user over continues with its predecessor's values and tags."""
    own = next((link for link in links_of_user if link.left_id == line.record.remote_id), None)
    base: Mapping[str, object] = own.last_synced if own else {}
    notes: Mapping[str, FieldNote] = own.field_notes if own else {}
    owned: Mapping[str, list[str]] = own.owned_values if own else {}
    former = _former(line, links_of_user) if place.held_role is not LinkRole.SYNCING else None
    if former is not None:
        # a membership stays that of its own contact
        tags = {name: entries for name, entries in former.owned_values.items() if name != OWNED}
        base, owned = {**former.last_synced, **base}, {**tags, **owned}
        notes = {**former.field_notes, **notes}
    replaces = frozenset(link.left_id for link in links_of_user if link is not own)
    return LinkState(base, owned, own is None, "The email is the same", replaces, field_notes=notes)


def _simulation(page: GroupPage, line: MemberLine, former: MemberLine | None, drafts: list[PlannedStep]) -> Simulation:
    writing = [draft for draft in drafts if draft.operation in _WRITES_FIELDS]
    changes = [change for draft in writing for change in draft.changes]
    labels = field_labels(line.record.sync, {change.field for change in changes})
    return Simulation(
        chosen=line,
        former=former,
        fields=field_lines(changes, ShownNames(labels, parents_in(line.record.sync, changes))),
        sentences=[f"{draft.reason.rstrip('.')}." for draft in drafts if draft not in writing],
        warnings=[warning for draft in writing for warning in draft.warnings],
        creates=any(draft.operation == Verb.CREATE.on(Side.RIGHT) for draft in drafts),
    )


def _record(row: MirrorRecord, remote_object: str) -> Record:
    return Record(RecordRef(remote_object, row.remote_id), row.values, row.modified_at, row.deleted)
