"""What a contact means for its user's organizations: the cells of the action table, and what holds in every case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import (
    ADD_MEMBERSHIP,
    CHANGE_PRIMARY,
    MADE_BY_OTHERS,
    OWNED,
    PRIMARY,
    REMOVE_MEMBERSHIP,
    MembershipFacts,
    MembershipPlan,
    drafts,
    plan_memberships,
)
from syncadmin.engine.steps import SKIP, PlannedStep

SYNCING, DUPLICATE = LinkRole.SYNCING, LinkRole.DUPLICATE
NAMES = {"1": "Acme", "2": "Beta", "3": "Gamma"}
BLANK = PlannedStep(SKIP, "Ann", left_id="003A", right_id="9", role=SYNCING, group="ann@x.example")
POLICIES = ("remove", "keep", "ask")


def stay(role: LinkRole = SYNCING, wanted: str = "1", primary: str | None = None, **more: Any) -> MembershipFacts:
    return MembershipFacts(role, wanted, primary, **{"multiple": True, **more})


def decide(
    given: MembershipFacts,
    last_synced: Mapping[str, Any] | None = None,
    owned_values: tuple[str, ...] = (),
    policy: str = "remove",
):
    return plan_memberships(given, last_synced or {}, owned_values, policy)


@pytest.mark.parametrize("multiple", [True, False])
def test_a_user_in_no_organization_joins_that_of_its_syncing_record(multiple: bool):
    """S1.14."""
    assert decide(stay(multiple=multiple)).add == "1"


@pytest.mark.parametrize(("policy", "added"), [("remove", "2"), ("keep", ""), ("ask", "")])
def test_where_a_user_has_one_organization_that_of_the_former_filler_gives_way(policy: str, added: str):
    """S1.13, S1.14: it was ours, brought by the contact that has filled the user until now."""
    taking = stay(SYNCING, "2", primary="1", multiple=False, brought=frozenset({"1"}))
    former = stay(DUPLICATE, "1", primary="1", multiple=False, others=frozenset({"2"}), filling="2")
    assert decide(taking, policy=policy).add == added
    assert decide(former, owned_values=("1",), policy=policy).remove == (() if policy == "keep" else ("1",))
    (draft,) = drafts(decide(taking), taking, BLANK, "remove", NAMES)
    assert draft.reason == "Beta: It replaces Acme, which another record with this email added"
    assert draft.last_synced == ((PRIMARY, "2"),)


def test_a_filler_without_a_valid_account_leaves_the_one_organization_as_it_is():
    former = stay(DUPLICATE, "1", primary="1", multiple=False)
    assert decide(former, owned_values=("1",)).remove == ()


def test_with_several_organizations_the_former_filler_keeps_its_own():
    former = stay(DUPLICATE, "1", primary="1", others=frozenset({"2"}), filling="2")
    assert decide(former, owned_values=("1",)).remove == ()


@pytest.mark.parametrize("multiple", [True, False])
@pytest.mark.parametrize("role", [SYNCING, DUPLICATE])
def test_without_a_valid_account_nothing_is_added(role: LinkRole, multiple: bool):
    assert decide(stay(role, "", multiple=multiple)) == MembershipPlan(last_synced={}, owned_values=())


@pytest.mark.parametrize(("multiple", "added"), [(True, "1"), (False, "")])
def test_a_duplicate_brings_its_organization_only_where_a_user_may_have_several(multiple: bool, added: str):
    assert decide(stay(DUPLICATE, primary="2", multiple=multiple)).add == added


def test_a_primary_organization_of_others_stays_and_ours_is_added():
    """A7."""
    found = decide(stay(primary="2"))
    assert (found.add, found.primary, found.remove) == ("1", "", ())


def test_a_primary_organization_of_ours_follows_the_account():
    found = decide(stay(wanted="2", primary="1"), {PRIMARY: "1"}, ("1",))
    assert (found.add, found.primary, found.remove) == ("2", "2", ("1",))


def test_a_primary_organization_that_somebody_chose_since_is_left_alone():
    """A7: ours was 1; somebody has made 3 the primary one."""
    found = decide(stay(wanted="2", primary="3"), {PRIMARY: "1"}, ("1",))
    assert (found.add, found.primary, found.remove) == ("2", "", ("1",))


def test_a_membership_that_somebody_else_had_made_is_no_reason_to_move_the_primary_one():
    """A7: the user stood there by somebody's hand before we came."""
    agreed = decide(stay(primary="1")).last_synced
    assert PRIMARY not in (agreed or {})
    assert decide(stay(wanted="2", primary="1"), agreed).primary == ""


def test_a_membership_of_ours_that_is_the_primary_one_is_noted_as_ours():
    assert decide(stay(primary="1"), owned_values=("1",)).last_synced == {PRIMARY: "1"}


def test_where_a_user_has_one_organization_a_users_own_is_not_replaced():
    """S1.13: it stands somewhere else, by somebody's hand."""
    assert decide(stay(primary="2", multiple=False)).add == ""


def test_where_a_user_has_one_organization_ours_is_replaced():
    found = decide(stay(wanted="2", primary="1", multiple=False), {PRIMARY: "1"}, ("1",))
    assert (found.add, found.primary, found.remove) == ("2", "", ("1",))


@pytest.mark.parametrize(
    ("policy", "removed", "owned_values"), [("remove", ("1",), ("1",)), ("keep", (), ()), ("ask", ("1",), ("1",))]
)
def test_what_ends_with_the_relation_is_the_policys_word(
    policy: str, removed: tuple[str, ...], owned_values: tuple[str, ...]
):
    """S3.C15. A removal is ours until it is done; what is kept is ours no more."""
    found = decide(stay(wanted="", primary="1"), {PRIMARY: "1"}, ("1",), policy)
    assert (found.remove, found.owned_values) == (removed, owned_values)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_membership_that_another_contact_wants_stays(policy: str):
    found = decide(stay(wanted="2", primary="1", others=frozenset({"1"})), {PRIMARY: "1"}, ("1",), policy)
    assert found.remove == ()


def test_a_membership_of_a_contact_that_is_gone_becomes_that_of_the_one_that_wants_it():
    """Its owner was deleted or merged (A14): nobody else could ever end it."""
    found = decide(stay(wanted="1", primary="1", inherited=frozenset({"1", "2"})))
    assert (found.add, found.owned_values) == ("", ("1",))


def test_an_organization_that_people_had_put_the_user_in_is_not_added_again():
    assert decide(stay(DUPLICATE, primary="2"), {MADE_BY_OTHERS: ["1"]}).add == ""


def test_an_organization_of_ours_that_somebody_took_away_is_not_added_again():
    """Somebody has decided; only a new relation asks again."""
    assert decide(stay(DUPLICATE, primary="2"), owned_values=("1",)).add == ""


# Everything that can be the case, with three organizations.
ORGS = st.sampled_from(["1", "2", "3"])
SOME = st.frozensets(ORGS)
BASES = st.fixed_dictionaries({}, optional={PRIMARY: ORGS, MADE_BY_OTHERS: st.lists(ORGS, unique=True)})
STAYS = st.builds(
    MembershipFacts,
    role=st.sampled_from([SYNCING, DUPLICATE]),
    wanted=st.sampled_from(["", "1", "2", "3"]),
    primary=st.one_of(st.none(), ORGS),
    multiple=st.booleans(),
    others=SOME,
    inherited=SOME,
    brought=SOME,
)
OWN = st.lists(ORGS, unique=True).map(tuple)
POLICY = st.sampled_from(POLICIES)


@given(STAYS, BASES, OWN, POLICY)
def test_what_is_not_ours_is_never_removed(
    given: MembershipFacts, last_synced: dict[str, Any], owned_values: tuple[str, ...], policy: str
):
    found = plan_memberships(given, last_synced, owned_values, policy)
    assert set(found.remove) <= set(owned_values)
    assert not set(found.remove) & (given.others | {given.wanted})


@given(STAYS, BASES, OWN)
def test_a_policy_of_keeping_removes_nothing(
    given: MembershipFacts, last_synced: dict[str, Any], owned_values: tuple[str, ...]
):
    assert plan_memberships(given, last_synced, owned_values, "keep").remove == ()


@given(STAYS, BASES, OWN, POLICY)
def test_what_is_there_is_never_added(
    given: MembershipFacts, last_synced: dict[str, Any], owned_values: tuple[str, ...], policy: str
):
    found = plan_memberships(given, last_synced, owned_values, policy)
    assert found.add in ("", given.wanted)
    assert not found.add or found.add not in {
        given.primary,
        *owned_values,
        *given.brought,
        *last_synced.get(MADE_BY_OTHERS, ()),
    }


@given(STAYS, BASES, OWN, POLICY)
def test_the_primary_organization_is_taken_only_from_one_that_we_had_chosen(
    given: MembershipFacts, last_synced: dict[str, Any], owned_values: tuple[str, ...], policy: str
):
    found = plan_memberships(given, last_synced, owned_values, policy)
    assert not found.primary or (
        given.role is SYNCING
        and given.multiple
        and found.primary == given.wanted != given.primary == last_synced.get(PRIMARY)
    )


@given(STAYS, BASES, OWN, POLICY)
def test_what_was_agreed_on_besides_the_primary_organization_is_kept(
    given: MembershipFacts, last_synced: dict[str, Any], owned_values: tuple[str, ...], policy: str
):
    others = {"name": "Ann", **last_synced}
    found = plan_memberships(given, others, owned_values, policy).last_synced or {}
    assert {name: value for name, value in found.items() if name != PRIMARY} == {
        name: value for name, value in others.items() if name != PRIMARY
    }


@dataclass(slots=True)
class Helpdesk:
    """A user's memberships, oldest first, as the helpdesk keeps them; its first is the primary one until told."""

    multiple: bool
    members: list[str] = field(default_factory=list)
    primary: str | None = None

    def add(self, org: str) -> None:
        assert org not in self.members, "a membership that is there is refused"
        assert self.multiple or not self.members, "one organization a user"
        self.members.append(org)
        self.primary = self.primary or org

    def choose(self, org: str) -> None:
        assert org in self.members
        self.primary = org

    def remove(self, org: str) -> None:
        self.members.remove(org)
        if self.primary == org:
            self.primary = self.members[0] if self.members else None


@dataclass(slots=True)
class Contact:
    """One contact, its link, and its user; ``sync`` writes what is decided, in the order of a run."""

    user: Helpdesk
    role: LinkRole
    last_synced: dict[str, Any] = field(default_factory=dict)
    owned_values: tuple[str, ...] = ()

    def sync(self, wanted: str, policy: str = "remove") -> MembershipPlan:
        said = MembershipFacts(self.role, wanted, self.user.primary, self.user.multiple)
        found = plan_memberships(said, self.last_synced, self.owned_values, policy)
        self.last_synced, self.owned_values = dict(found.last_synced or {}), found.owned_values
        if not self.user.multiple:
            self._remove(found)
        if found.add:
            self._add(found.add)
        if found.primary:
            self.user.choose(found.primary)
            self.last_synced[PRIMARY] = found.primary
        if self.user.multiple:
            self._remove(found)
        return found

    def _add(self, org: str) -> None:
        if org in self.user.members:  # somebody was faster: the helpdesk says so, and it is theirs
            self.last_synced[MADE_BY_OTHERS] = [*self.last_synced.get(MADE_BY_OTHERS, ()), org]
            return
        first = not self.user.members
        self.user.add(org)
        self.owned_values = (*self.owned_values, org)
        if first and self.role is SYNCING:
            self.last_synced[PRIMARY] = org

    def _remove(self, found: MembershipPlan) -> None:
        for org in found.remove:
            if org in self.user.members:
                self.user.remove(org)
            self.owned_values = tuple(one for one in self.owned_values if one != org)


def does_nothing(found: MembershipPlan) -> bool:
    return not (found.add or found.primary or found.remove)


CONTACTS = st.builds(
    lambda multiple, members, role: Contact(
        Helpdesk(multiple, members[: None if multiple else 1], members[0] if members else None), role
    ),
    st.booleans(),
    st.lists(ORGS, unique=True),
    st.sampled_from([SYNCING, DUPLICATE]),
)
WANTED = st.lists(st.sampled_from(["", "1", "2", "3"]), min_size=1, max_size=5)


@given(CONTACTS, WANTED, st.sampled_from(["remove", "keep"]))
def test_settling_again_what_was_written_gives_nothing(contact: Contact, wanted: list[str], policy: str):
    for org in wanted:
        contact.sync(org, policy)
        assert does_nothing(contact.sync(org, policy))


@given(CONTACTS, WANTED)
def test_where_a_user_has_one_organization_a_second_is_never_added(contact: Contact, wanted: list[str]):
    contact.user = replace(contact.user, multiple=False, members=contact.user.members[:1])
    for org in wanted:
        contact.sync(org)
        assert len(contact.user.members) <= 1


@given(CONTACTS, WANTED, st.sampled_from(["remove", "keep"]))
def test_memberships_of_people_outlast_any_change_of_account(contact: Contact, wanted: list[str], policy: str):
    before = set(contact.user.members)
    for org in wanted:
        contact.sync(org, policy)
        assert before <= set(contact.user.members)


@given(CONTACTS, WANTED)
def test_when_the_relation_ends_nothing_of_ours_is_left(contact: Contact, wanted: list[str]):
    before = set(contact.user.members)
    for org in [*wanted, ""]:
        contact.sync(org)
    assert set(contact.user.members) == before
    assert contact.owned_values == ()


@given(CONTACTS, WANTED)
def test_with_several_organizations_the_wanted_one_is_there_in_the_end(contact: Contact, wanted: list[str]):
    contact.user.multiple = True
    for org in wanted:
        contact.sync(org)
        assert not org or org in contact.user.members


def test_a_step_for_each_write_says_what_it_is_about_and_why():
    given = stay(wanted="2", primary="1")
    found = drafts(plan_memberships(given, {PRIMARY: "1"}, ("1",), "remove"), given, BLANK, "remove", NAMES)
    assert [step.operation for step in found] == [ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP]
    assert {(step.relation, step.left_id, step.right_id, step.group) for step in found} == {
        ("membership", "003A", "9", "ann@x.example")
    }
    assert [step.reason for step in found] == [
        "Beta: Its account is synced",
        "Beta: The contact's account has changed, and nobody else has chosen the primary organization",
        "Acme: Added by a sync, and the contact no longer belongs to this account",
    ]
    assert [(step.changes[0].before, step.changes[0].after) for step in found] == [
        (None, "2"), ("1", "2"), ("1", None)
    ]  # fmt: skip
    assert [dict(step.owned_values).get(OWNED) for step in found] == [("2",), None, ("1",)]


def test_the_first_membership_of_a_syncing_records_user_is_agreed_on_as_the_primary_one():
    given = stay()
    (step,) = drafts(plan_memberships(given, {}, (), "remove"), given, BLANK, "remove", NAMES)
    assert dict(step.last_synced) == {PRIMARY: "1"}
    assert step.reason == "Acme: First organization of the user; Zendesk makes it the primary one"


def test_a_duplicates_first_membership_is_not_agreed_on_as_the_primary_one():
    """S1.14: only the syncing record's organization is the primary one."""
    given = stay(DUPLICATE)
    (step,) = drafts(plan_memberships(given, {}, (), "remove"), given, BLANK, "remove", NAMES)
    assert step.last_synced == ()


@pytest.mark.parametrize(("policy", "held"), [("remove", False), ("ask", True)])
def test_a_removal_waits_for_somebody_where_the_sync_asks(policy: str, held: bool):
    given = stay(wanted="", primary="1")
    (step,) = drafts(plan_memberships(given, {PRIMARY: "1"}, ("1",), policy), given, BLANK, policy, NAMES)
    assert (step.operation, step.needs_approval) == (REMOVE_MEMBERSHIP, held)


def test_an_organization_whose_name_is_not_known_is_called_by_its_id():
    given = stay(wanted="77")
    (step,) = drafts(plan_memberships(given, {}, (), "remove"), given, BLANK, "remove", NAMES)
    assert step.reason.startswith("77: ")


@pytest.mark.parametrize("role", [SYNCING, DUPLICATE])
def test_what_another_contact_of_the_user_has_brought_is_not_added_again(role: LinkRole):
    """Two contacts of one person at one account."""
    found = decide(stay(role, primary="2", brought=frozenset({"1"})))
    assert (found.add, found.owned_values) == ("", ())
