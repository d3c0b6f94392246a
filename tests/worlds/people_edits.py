"""What people do with contacts, leads and users while runs come and go, and what of it no run may undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from connectors.sandbox.salesforce.errors import ApiError, RowRefused
from connectors.sandbox.zendesk.answers import Refusal
from connectors.sandbox.zendesk.schema import identities, memberships, organizations, users
from connectors.sandbox.zendesk.schema.records import Membership, User
from tests.worlds.company import Company
from tests.worlds.edits import People

Made = TypeVar("Made")
Key = TypeVar("Key", int, str)
# Few, so that groups form; one of them in two spellings.
EMAILS = ("ann@one.example", "Ann@One.example", "bob@two.example", "cyd@three.example", None)
LAST_NAMES = ("Ash", "Birch", "Cedar", "van Dorn")
# "sales" and "support" are also what we would make of a department.
USER_TAGS = ("vip", "sales", "support")
DEPARTMENTS = (None, "Sales", "Support")
STATUSES = (None, "Current", "Left", "On leave")
LATER = 90
# Fields of a contact, lead or user that no configuration maps.
UNMAPPED = {"Fax": ("+1 555 0100", "+1 555 0101"), "alias": ("Annie", "Bobby"), "assistant": ("Zoe", "Yan")}


class Populace(People):
    """Edits people in both systems as their users would. What a system refuses has not been done.

    ``user_tags``, ``ids_of_users``, ``aliases``, ``assistants``, ``addresses`` are what agents typed, by user;
    ``joined`` memberships that they made, by their id; ``chosen`` the primary organization that they chose, by user;
    ``left`` memberships that they ended. ``unsure_tags``: those of which nobody can tell any more whose they are.
    ``faxes`` are what somebody typed into contacts and leads.
    """

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self._desk = company.zendesk.store
        self.made: set[str] = set()
        self.made_users: set[int] = set()
        self.gone_users: set[int] = set()
        self.deleted_people: list[str] = []
        self.faxes: dict[str, str] = {}
        self.user_tags: dict[int, set[str]] = defaultdict(set)
        self.addresses: dict[int, set[str]] = defaultdict(set)
        self.ids_of_users: dict[int, str] = {}
        self.aliases: dict[int, str] = {}
        self.assistants: dict[int, str] = {}
        self.joined: dict[int, tuple[int, int]] = {}
        self.chosen: dict[int, int] = {}
        self.left: set[tuple[int, int]] = set()
        self.staff: dict[int, tuple[Any, ...]] = {}
        self.unsure_tags: dict[int, set[str]] = defaultdict(set)

    # What is there.

    def people_rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """The live contacts or leads by id."""
        return {row["Id"]: dict(row) for row in self._store.rows(kind)}

    def users(self) -> dict[int, User]:
        """The live end users by id. Straight from the store: faults are for the product's calls."""
        self._desk.settle()
        return {row.id: row for row in self._desk.users if row.active and row.role == "end-user"}

    def let_jobs_end(self) -> None:
        """What a dead worker has started in Zendesk goes on; it is over when this returns."""
        while self._desk.jobs.in_flight:
            self._desk.settle()

    def members(self) -> dict[int, Membership]:
        """All memberships by id."""
        self._desk.settle()
        return {row.id: row for row in self._desk.memberships}

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that a run could write in Zendesk."""
        rows = [dict(users.wire(self._desk, row, "")) for row in self.users().values()]
        held = sorted((row.user_id, row.organization_id, row.default) for row in self.members().values())
        return rows, held, self.organizations()

    def crm(self) -> tuple[Any, ...]:
        """Everything that a run could write in Salesforce."""
        return self.people_rows("Contact"), self.people_rows("Lead"), self.account_rows()

    # Contacts and leads.

    def make_contact(self, *, account: int | None, **values: Any) -> None:
        self._make("Contact", {**values, "AccountId": self._account(account)})

    def make_lead(self, **values: Any) -> None:
        self._make("Lead", {**values, "Company": "Somewhere"})

    def _make(self, kind: str, values: dict[str, Any]) -> None:
        self.made.add(self._store.insert(kind, {name: value for name, value in values.items() if value is not None}))

    def _account(self, which: int | None) -> str | None:
        return None if which is None else _some(self.account_rows(), which)

    def edit_person(self, kind: str, which: int, **values: Any) -> None:
        """``account`` moves a contact to an account of that number, or out of all."""
        if not (id := _some(self.people_rows(kind), which)):
            return
        if "account" in values:
            values = {"AccountId": self._account(values["account"])}
        try:
            self._store.update(id, values)
        except RowRefused:
            return
        if "Fax" in values:
            self.faxes[id] = values["Fax"]

    def delete_person(self, kind: str, which: int) -> None:
        if id := _some(self.people_rows(kind), which):
            self.deleted_people.append(id)
            self._store.delete(id)

    def bring_person_back(self) -> None:
        if self.deleted_people:
            try:
                self._store.undelete(self.deleted_people.pop())
            except ApiError:
                return

    def merge_people(self, kind: str, which: int, other: int) -> None:
        master, loser = (_some(self.people_rows(kind), number) for number in (which, other))
        if master and loser and master != loser:
            self._store.merge(master, [loser])

    def convert_lead(self, which: int, contact: int | None, account: int) -> None:
        """Into one of the contacts, or a new one at an account."""
        lead, at = _some(self.people_rows("Lead"), which), self._account(account)
        into = None if contact is None else _some(self.people_rows("Contact"), contact)
        if not lead or not at:
            return
        try:
            self.made.add(self._store.convert(lead, None if into else at, into)["contact"])
        except RowRefused:
            return

    # Users.

    def make_user(self, *, organization: int | None, tags: tuple[str, ...], **values: Any) -> None:
        org = self._organization(organization)
        given = {**values, "tags": list(tags), "organization_id": org, "skip_verify_email": True}
        row = self._try(lambda: users.create(self._desk, given))
        if row is None:
            return
        self.made_users.add(row.id)
        self.user_tags[row.id] |= set(tags)
        self._note_memberships(row.id)
        if org:
            self.chosen[row.id] = org

    def edit_user(self, which: int, **values: Any) -> None:
        """``add_tag`` and ``take_tag`` edit the tags; the rest is written as it is."""
        if not (row := self._user(which)):
            return
        given = {name: value for name, value in values.items() if name not in ("add_tag", "take_tag", "assistant")}
        added, taken = values.get("add_tag"), values.get("take_tag")
        before = list(row.tags)
        if added or taken:
            given["tags"] = [entry for entry in before if entry != taken] + ([added] if added else [])
        if "assistant" in values:
            given["user_fields"] = {"assistant": values["assistant"]}
        if self._try(lambda: users.update(self._desk, row, given)) is None:
            return
        if taken:
            self.user_tags[row.id].discard(taken)
            self.unsure_tags[row.id].add(taken)
        if added and added not in before and added not in self.unsure_tags[row.id]:
            self.user_tags[row.id].add(added)
        for name, known in (
            ("external_id", self.ids_of_users),
            ("alias", self.aliases),
            ("assistant", self.assistants),
        ):
            if name in values:
                known[row.id] = values[name]

    def delete_user(self, which: int) -> None:
        if row := self._user(which):
            users.delete(self._desk, row)
            self.forget_user(row.id)

    def merge_users(self, which: int, other: int) -> None:
        loser, winner = self._user(which), self._user(other)
        if not loser or not winner or loser is winner:
            return
        users.merge(self._desk, loser, winner)
        self.user_tags[winner.id] |= self.user_tags[loser.id]
        self.unsure_tags[winner.id] |= {*self.unsure_tags[loser.id], *loser.tags}
        self.addresses[winner.id] |= self.addresses[loser.id]
        self.forget_user(loser.id)
        self._note_memberships(winner.id)

    def forget_user(self, id: int) -> None:
        """Nothing more is expected of a user that a person has deleted."""
        self.gone_users.add(id)
        for known in (self.user_tags, self.addresses, self.ids_of_users, self.aliases, self.assistants, self.chosen):
            known.pop(id, None)

    def promote(self, which: int) -> None:
        """The user becomes an agent: from now on no run has any business with it."""
        if row := self._user(which):
            users.update(self._desk, row, {"role": "agent"})
            self.staff[row.id] = self._whole(row)

    def _whole(self, row: User) -> tuple[Any, ...]:
        held = sorted((one.organization_id, one.default) for one in self.members().values() if one.user_id == row.id)
        return users.wire(self._desk, row, ""), held

    def add_address(self, which: int, email: str, primary: bool) -> None:
        if not (row := self._user(which)):
            return
        known = next((one for one in identities.of_user(self._desk, row.id) if one.value == email.lower()), None)
        if known and primary:
            identities.make_primary(self._desk, row, known)
        elif not known:
            added = self._try(lambda: identities.create(self._desk, row, "email", email, True, primary))
            if added:
                self.addresses[row.id].add(added.value)

    # Memberships.

    def join(self, which: int, organization: int) -> None:
        row, org = self._user(which), self._organization(organization)
        if not row or not org:
            return
        had = row.organization_id
        # Whose a membership is, its age tells: no person puts a user in as fast after a call as Zendesk does itself.
        self._desk.options.clock.advance(LATER)
        made = self._try(lambda: memberships.create(self._desk, row.id, org))
        self._desk.options.clock.advance(LATER)
        if made:
            self.joined[made.id] = (row.id, org)
            if not had:
                self.chosen[row.id] = org

    def part(self, which: int, number: int) -> None:
        """End one of a user's memberships."""
        if not (row := self._user(which)):
            return
        if held := memberships.of_user(self._desk, row.id):
            one = self._desk.memberships.rows[held[number % len(held)]]
            memberships.end(self._desk, one)
            self.joined.pop(one.id, None)
            self.left.add((row.id, one.organization_id))
            if self.chosen.get(row.id) == one.organization_id:
                del self.chosen[row.id]

    def choose_primary(self, which: int, number: int) -> None:
        if not (row := self._user(which)):
            return
        if held := memberships.of_user(self._desk, row.id):
            one = self._desk.memberships.rows[held[number % len(held)]]
            if not one.default:
                memberships.make_default(self._desk, one)
                self.chosen[row.id] = one.organization_id

    def turn(self, several: bool) -> None:
        """Switch several organizations a user on or off."""
        self._desk.settings["multiple_organizations"] = several

    def delete_organization(self, which: int) -> None:
        if id := _some(self.organizations(), which):
            organizations.delete(self._desk, organizations.find(self._desk, id))
            self.forget(id)
            self.staff = {user: self._whole(self._desk.users.rows[user]) for user in self.staff}

    def _note_memberships(self, user: int) -> None:
        for row in self.members().values():
            if row.user_id == user:
                self.joined.setdefault(row.id, (user, row.organization_id))

    def _organization(self, which: int | None) -> int | None:
        return None if which is None else _some(self.organizations(), which)

    def _user(self, which: int) -> User | None:
        live = self.users()
        return live[sorted(live)[which % len(live)]] if live else None

    def _try(self, work: Callable[[], Made]) -> Made | None:
        self._desk.settle()
        try:
            return work()
        except Refusal:
            return None

    # What holds whatever happens.

    def assert_nothing_of_theirs_is_lost(self) -> None:
        """S3.19, S3.C12, A7: what people typed stands, and where they have put a user, there it is."""
        super().assert_nothing_of_theirs_is_lost()
        live = self.users()
        self._assert_fields_stand(live)
        self._assert_memberships_stand(live)
        for id, kept in self.staff.items():
            row = self._desk.users.rows[id]
            if all(org in self.organizations() for org, _ in kept[1]):
                assert self._whole(row) == kept, f"agent {id} was touched"
            self.staff[id] = self._whole(row)
        assert not self._desk.mails, self._desk.mails

    def _assert_fields_stand(self, live: dict[int, User]) -> None:
        for id, typed in self.user_tags.items():
            if id not in self.staff:
                assert id in live or not typed, f"user {id} with the tags {typed} of people is gone"
                assert not typed or typed <= set(live[id].tags), (id, typed, live[id].tags)
        for id, emails in self.addresses.items():
            held = {one.value for one in identities.of_user(self._desk, id)}
            assert emails <= held, (id, emails, held)
        for id in live:
            assert live[id].external_id == self.ids_of_users.get(id, live[id].external_id)
            assert live[id].alias == self.aliases.get(id, live[id].alias)
            assert live[id].fields.get("assistant") == self.assistants.get(id, live[id].fields.get("assistant"))
        for typed in (self.ids_of_users, self.aliases, self.assistants):
            assert set(typed) <= set(live) | set(self.staff), "a user that somebody has edited is gone"
        rows = {**self.people_rows("Contact"), **self.people_rows("Lead")}
        for left_id, number in self.faxes.items():
            assert left_id not in rows or rows[left_id].get("Fax") == number

    def _assert_memberships_stand(self, live: dict[int, User]) -> None:
        held, orgs = self.members(), self.organizations()
        for id, (user, org) in list(self.joined.items()):
            if user in self.gone_users or org not in orgs:
                del self.joined[id]
            else:
                assert id in held, f"somebody has put user {user} into {org}; it is there no more"
        pairs = {(row.user_id, row.organization_id): row.default for row in held.values()}
        for user, org in list(self.chosen.items()):
            if (user, org) not in pairs:
                del self.chosen[user]
            else:
                assert pairs[user, org], f"somebody has chosen {org} for user {user}; another is the primary one now"


def _some(rows: dict[Key, Any], which: int) -> Key | None:
    return sorted(rows)[which % len(rows)] if rows else None
