"""Contacts in their email groups, every twentieth a duplicate: ``new``, ``same`` and ``changed`` as for accounts.

A pass elects the syncing record of each group, and decides on fields and memberships of every contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.engine.accounts import written
from benchmarks.engine.timing import Plan
from connectors.api.values import Record, RecordRef
from mappings.kinds.registry import defaults, kind_of
from mappings.rules.configuration import Configuration, FieldRule
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people import plan as plan_people
from syncadmin.engine.people.groups import LinkRole, Member, elect
from syncadmin.engine.people.plan import Place
from syncadmin.engine.plan import Rulebook, rulebook
from syncadmin.engine.steps import PlannedStep

SHARES = 20  # each how-manieth contact has the email of the one before it
AN_ORGANIZATION = 10
DEPARTMENTS = ("Sales", "Support", "Finance", "Legal")
SYNC = 1


@dataclass(slots=True)
class Group:
    """The contacts of one email; once there is a user, its record and what each contact's link agreed on."""

    members: list[tuple[Member, Record]]
    user: Record | None = None
    link_states: dict[str, LinkState] = field(default_factory=dict)


def book() -> Rulebook:
    """The same sync that the other measurements run (benchmarks.product.SYNCS)."""
    config = Configuration(
        "contacts_users",
        rules=(FieldRule("Description", "notes"), FieldRule("Title", "user_fields.title")),
        options={**defaults("contacts_users"), "tags": ["Department"]},
        multiple_organizations=True,
    )
    return rulebook(kind_of("contacts_users"), config)


def contact(number: int, title: str = "Buyer") -> Record:
    owner = number - 1 if number % SHARES == SHARES - 1 else number
    values = {
        "Name": f"Jo Doe {number}",
        "Email": f"jo.doe{owner}@mail.example",
        "CreatedDate": f"2024-01-01T00:00:{number:09d}",
        "AccountId": f"001{number // AN_ORGANIZATION:015d}",
        "Department": DEPARTMENTS[number % len(DEPARTMENTS)],
        "Description": f"Notes about {number}",
        "Title": title,
    }
    return Record(RecordRef("Contact", f"003{number:015d}"), values)


def groups(contacts: Iterable[Record]) -> list[Group]:
    """The contacts by email, each at an organization other than its neighbour's."""
    found: dict[str, Group] = {}
    for number, record in enumerate(contacts):
        member = Member(
            SYNC, record.ref.id, has_account=True, organization=str(number), created=record.values["CreatedDate"]
        )
        found.setdefault(record.values["Email"], Group([])).members.append((member, record))
    return list(found.values())


def decide(rules: Rulebook, group: Group) -> Iterator[PlannedStep]:
    """What the planner asks of the engine for one group."""
    first = elect(member for member, _ in group.members)
    label = next(record.values["Name"] for member, record in group.members if member is first)
    wanted = {member.id: member.organization for member, _ in group.members}
    for member, record in group.members:
        role = LinkRole.SYNCING if member is first else LinkRole.DUPLICATE
        others = frozenset(organization for id, organization in wanted.items() if id != member.id)
        held = role if group.user else None
        place = Place(record.values["Email"], role, first.id, label, member.organization, held, others)
        if group.user:
            yield from plan_people.pair(rules, record, group.user, group.link_states[member.id], place)[0]
        elif role is LinkRole.SYNCING:
            yield plan_people.create(rules, record, place)
        else:
            yield from plan_people.follow(rules, record, place)


def plans(records: int) -> dict[str, Plan]:
    """Each kind of decision over that many contacts."""
    rules = book()
    unknown = groups(contact(number) for number in range(records))
    same = groups(contact(number) for number in range(records))
    changed = groups(contact(number, title="Chief") for number in range(records))
    for number, group in enumerate(unknown):
        drafts = list(decide(rules, group))
        user, link_states = written("user", number, drafts[0]), _agreed(drafts)
        for known in (same[number], changed[number]):
            known.user, known.link_states = user, link_states

    def over(listed: list[Group]) -> Plan:
        return lambda: (draft for group in listed for draft in decide(rules, group))

    return {"new": over(unknown), "same": over(same), "changed": over(changed)}


def _agreed(drafts: Iterable[PlannedStep]) -> dict[str, LinkState]:
    """What each link holds once these drafts are written."""
    link_states: dict[str, LinkState] = {}
    for draft in drafts:
        known = link_states.get(draft.left_id, LinkState())
        link_states[draft.left_id] = LinkState(
            {**known.last_synced, **dict(draft.last_synced)},
            {**known.owned_values, **dict(draft.owned_values)},
            field_notes={**known.field_notes, **dict(draft.field_notes)},
        )
    return link_states
