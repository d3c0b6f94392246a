"""The action table of email groups, a test for each cell (S1.14), and what it does not say (A7, A14, A15, S3.C15)."""

from dataclasses import replace

import pytest

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from syncadmin.engine.compare import LinkState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.people.plan import create, follow, leave, pair
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, PROBLEM, SKIP, UNLINK, Side, Verb
from tests.engine.folk import ACME, BETA, book, contact, link_state, place, said, user

ENABLED, DISABLED = {"multiple_organizations": True}, {"multiple_organizations": False}
BOTH = pytest.mark.parametrize("setting", [ENABLED, DISABLED], ids=["enabled", "disabled"])
RENAMED = contact(Name="Ann Cole")
FIELDS = ("update_right", ["name"])
JOIN = ("add_membership", [PRIMARY])


class TestASyncingRecordAndAUserInNoOrganization:
    def test_with_a_valid_account_enabled_fields_are_synced_and_the_primary_membership_is_set(self):
        drafts, _ = pair(book(**ENABLED), RENAMED, user(), link_state(), place(organization=ACME))
        assert said(drafts) == [FIELDS, JOIN]
        assert dict(drafts[1].last_synced) == {PRIMARY: ACME}, "the first membership is the primary one"

    def test_with_a_valid_account_disabled_the_user_is_updated_and_linked_to_the_organization(self):
        drafts, _ = pair(book(**DISABLED), RENAMED, user(), link_state(), place(organization=ACME))
        assert said(drafts) == [FIELDS, JOIN]

    def test_without_a_valid_account_enabled_fields_are_synced(self):
        drafts, _ = pair(book(**ENABLED), RENAMED, user(), link_state(), place())
        assert said(drafts) == [FIELDS]

    def test_without_a_valid_account_disabled_fields_are_synced(self):
        drafts, _ = pair(book(**DISABLED), RENAMED, user(), link_state(), place())
        assert said(drafts) == [FIELDS]

    @BOTH
    def test_the_organization_of_a_user_is_no_field_of_an_update(self, setting: dict[str, bool]):
        """It would end all other memberships."""
        drafts, _ = pair(book(**setting), RENAMED, user(), link_state(), place(organization=ACME))
        assert all(
            PRIMARY not in [c.field for c in d.changes] for d in drafts if d.operation == Verb.UPDATE.on(Side.RIGHT)
        )


class TestADuplicateAndTheUserOfItsGroup:
    def test_with_a_valid_account_enabled_no_field_is_synced_and_a_membership_added(self):
        drafts, agreed = pair(
            book(**ENABLED),
            RENAMED,
            user(organization_id=BETA),
            link_state(),
            place(LinkRole.DUPLICATE, organization=ACME),
        )
        assert (said(drafts), agreed) == ([JOIN], None)
        (warning,) = drafts[0].warnings
        assert warning.startswith("Duplicate of Bob Cole, which has the same email: none of its fields is synced; ")
        assert warning.endswith("it adds a membership of Acme.")

    def test_with_a_valid_account_disabled_nothing_is_synced(self):
        (draft,), _ = pair(
            book(**DISABLED),
            RENAMED,
            user(organization_id=BETA),
            link_state(),
            place(LinkRole.DUPLICATE, organization=ACME),
        )
        assert (draft.operation, draft.reason_code, draft.changes) == (SKIP, ReasonCode.DUPLICATE, ())
        assert draft.reason.endswith("no membership is added: multiple organizations are off in Zendesk.")

    def test_without_a_valid_account_enabled_nothing_is_synced(self):
        (draft,), _ = pair(
            book(**ENABLED), RENAMED, user(organization_id=BETA), link_state(), place(LinkRole.DUPLICATE)
        )
        assert (draft.operation, draft.reason_code, draft.changes) == (SKIP, ReasonCode.DUPLICATE, ())

    def test_without_a_valid_account_disabled_nothing_is_synced(self):
        (draft,), _ = pair(
            book(**DISABLED), RENAMED, user(organization_id=BETA), link_state(), place(LinkRole.DUPLICATE)
        )
        assert (draft.operation, draft.reason_code, draft.changes) == (SKIP, ReasonCode.DUPLICATE, ())

    @BOTH
    def test_its_first_link_warns_once_and_writes_no_field(self, setting: dict[str, bool]):
        """S1.22, S1.30."""
        found = LinkState(fresh=True, reason="The email is the same")
        (draft,), _ = pair(book(**setting), RENAMED, user(), found, place(LinkRole.DUPLICATE, held_role=None))
        assert (draft.operation, draft.reason_code, draft.changes, draft.role) == (
            LINK,
            ReasonCode.FIRST_LINK,
            (),
            LinkRole.DUPLICATE,
        )
        assert len(draft.warnings) == 1
        assert draft.reason == "Same email as Bob Cole; linked to the same user"


class TestANewUser:
    """The user does not exist: the syncing record makes it, its duplicates follow (S1.10, S1.19)."""

    @BOTH
    def test_it_is_created_in_the_organization_of_a_valid_account(self, setting: dict[str, bool]):
        draft = create(book(**setting), contact(), place(organization=ACME, held_role=None))
        values = {change.field: change.after for change in draft.changes}
        assert (draft.operation, values[PRIMARY], values["external_id"]) == (Verb.CREATE.on(Side.RIGHT), ACME, "003A")
        assert (dict(draft.last_synced)[PRIMARY], dict(draft.owned_values)[OWNED]) == (ACME, (ACME,))
        assert (draft.role, draft.group) == (LinkRole.SYNCING, "ann@x.example")

    @BOTH
    def test_it_is_created_in_no_organization_without_one(self, setting: dict[str, bool]):
        draft = create(book(**setting), contact(), place(held_role=None))
        assert PRIMARY not in [change.field for change in draft.changes] + list(dict(draft.last_synced))
        assert OWNED not in dict(draft.owned_values)

    def test_its_duplicates_follow_it_and_bring_their_organizations(self):
        link, join = follow(
            book(**ENABLED), contact("003B"), place(LinkRole.DUPLICATE, organization=BETA, held_role=None)
        )
        assert (link.operation, join.operation) == (LINK, ADD_MEMBERSHIP)
        assert {(step.waits_for, step.right_id, step.left_id) for step in (link, join)} == {("003S", "", "003B")}
        assert join.changes[0].after == BETA

    def test_its_duplicates_follow_it_and_bring_nothing_where_a_user_has_one_organization(self):
        (link,) = follow(
            book(**DISABLED), contact("003B"), place(LinkRole.DUPLICATE, organization=BETA, held_role=None)
        )
        assert (link.operation, link.waits_for) == (LINK, "003S")

    def test_a_duplicate_at_the_same_account_brings_nothing_more(self):
        there = place(LinkRole.DUPLICATE, organization=ACME, held_role=None, brought=frozenset({ACME}))
        (link,) = follow(book(**ENABLED), contact("003B"), there)
        assert link.operation == LINK

    def test_nobody_is_created_where_creating_is_off_but_for_whom_it_was_asked(self):
        """S3.C11."""
        off = book(create_right=False)
        assert create(off, contact(), place(held_role=None)).reason_code == "create_off"
        assert create(off, contact(), place(held_role=None), asked=True).operation == Verb.CREATE.on(Side.RIGHT)

    def test_a_value_that_does_not_fit_holds_the_user_back_and_joins_nothing(self):
        number = FieldRule("Score__c", "fields.score", FieldType.INTEGER, FieldType.INTEGER)
        draft = create(book(rules=(number,)), contact(Score__c=1.5), place(organization=ACME, held_role=None))
        assert draft.operation == PROBLEM
        assert PRIMARY not in [change.field for change in draft.changes]


class TestAUserWithMemberships:
    """A7: ours is added, the others stay, and a primary organization that somebody chose is respected."""

    def test_ours_is_added_and_not_made_the_primary_one(self):
        drafts, _ = pair(book(**ENABLED), contact(), user(organization_id=BETA), link_state(), place(organization=ACME))
        assert said(drafts) == [JOIN]
        assert drafts[0].last_synced == ()

    def test_where_a_user_has_one_organization_it_keeps_the_one_it_has(self):
        drafts, _ = pair(
            book(**DISABLED), contact(), user(organization_id=BETA), link_state(), place(organization=ACME)
        )
        assert drafts == []

    def test_a_moved_contact_takes_its_primary_membership_of_ours_along(self):
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts, _ = pair(book(**ENABLED), contact(), user(organization_id=ACME), held, place(organization=BETA))
        assert [draft.operation for draft in drafts] == [
            ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
        ]  # fmt: skip

    def test_a_primary_organization_that_an_agent_has_chosen_since_stays(self):
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts, _ = pair(book(**ENABLED), contact(), user(organization_id="999"), held, place(organization=BETA))
        assert [draft.operation for draft in drafts] == [ADD_MEMBERSHIP, REMOVE_MEMBERSHIP]

    def test_a_user_whose_organization_was_not_read_is_taken_as_it_was_agreed_on(self):
        there = user()
        unread = replace(there, values={name: value for name, value in there.values.items() if name != PRIMARY})
        assert (
            pair(book(**ENABLED), contact(), unread, link_state({PRIMARY: ACME}, (ACME,)), place(organization=ACME))[0]
            == []
        )


class TestTheEndOfARelation:
    """S3.C15: what we added ends, what people made and what others want stays."""

    @pytest.mark.parametrize("role", list(LinkRole)[:2])
    def test_a_relation_that_ended_takes_our_membership_away(self, role: LinkRole):
        """Sync.option("ended_values") leave the record without a valid account."""
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts, _ = pair(book(**ENABLED), contact(), user(organization_id=ACME), held, place(role))
        assert said(drafts) == [("remove_membership", [PRIMARY])]

    def test_it_is_kept_where_the_sync_says_so(self):
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts, agreed = pair(
            book(**ENABLED, membership_end="keep"), contact(), user(organization_id=ACME), held, place()
        )
        assert drafts == []
        assert agreed is not None
        assert dict(agreed.owned_values)[OWNED] == (), "what is kept is ours no more"

    def test_it_waits_for_approval_where_the_sync_asks(self):
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts, _ = pair(book(**ENABLED, membership_end="ask"), contact(), user(organization_id=ACME), held, place())
        assert [(draft.operation, draft.needs_approval) for draft in drafts] == [(REMOVE_MEMBERSHIP, True)]

    def test_a_membership_that_another_contact_wants_stays(self):
        held, there = link_state({PRIMARY: ACME}, (ACME,)), place(others=frozenset({ACME}))
        assert pair(book(**ENABLED), contact(), user(organization_id=ACME), held, there)[0] == []

    def test_a_membership_of_people_is_never_touched(self):
        assert pair(book(**ENABLED), contact(), user(organization_id=ACME), link_state(), place())[0] == []

    def test_a_record_that_leaves_takes_its_own_memberships_along_and_ends_last(self):
        held = link_state({PRIMARY: ACME}, (ACME,))
        drafts = leave(book(**ENABLED), contact(), user(organization_id=ACME), held, place(), "Deleted in Salesforce")
        assert [(draft.operation, draft.reason_code) for draft in drafts] == [
            (REMOVE_MEMBERSHIP, ""), (UNLINK, ReasonCode.LEFT_GROUP)
        ]  # fmt: skip

    @pytest.mark.parametrize("right", [None, replace(user(), deleted=True)])
    def test_a_record_whose_user_is_gone_just_ends(self, right: object):
        drafts = leave(book(**ENABLED), contact(), right, link_state(owned_values=(ACME,)), place(), "gone")
        assert [draft.operation for draft in drafts] == [UNLINK]


class TestWhoTakesOver:
    """A14: another record of the email fills the user from now on."""

    def test_a_duplicate_that_becomes_the_syncing_record_syncs_its_fields_and_says_whom_it_follows(self):
        there = place(held_role=LinkRole.DUPLICATE, former="Bob Cole")
        drafts, _ = pair(
            book(), contact(Name="Ann Cole"), user(external_id="003S"), link_state(replaces=frozenset({"003S"})), there
        )
        (draft,) = drafts
        assert (draft.operation, draft.role, draft.reason_code) == (
            Verb.UPDATE.on(Side.RIGHT),
            LinkRole.SYNCING,
            ReasonCode.TAKEN_OVER,
        )
        assert {change.field for change in draft.changes} == {"name", "external_id"}
        assert draft.warnings == ("It replaces Bob Cole and fills the user from now on.",)

    def test_one_that_has_the_same_values_already_takes_over_all_the_same(self):
        there = place(held_role=LinkRole.DUPLICATE, former="Bob Cole")
        (draft,), _ = pair(book(), contact(), user(), link_state(), there)
        assert (draft.operation, draft.role, draft.changes) == (LINK, LinkRole.SYNCING, ())

    def test_the_former_syncing_record_becomes_a_duplicate(self):
        (draft,), _ = pair(book(), RENAMED, user(), link_state(), place(LinkRole.DUPLICATE, held_role=LinkRole.SYNCING))
        assert (draft.operation, draft.role, draft.changes) == (LINK, LinkRole.DUPLICATE, ())
        assert draft.reason == "Bob Cole is the syncing record of its email now"

    def test_the_id_of_somebody_else_in_the_helpdesk_is_not_replaced(self):
        """S3.C12: only that of the former syncing record."""
        there = place(held_role=LinkRole.DUPLICATE)
        (draft,), _ = pair(
            book(), contact(), user(external_id="erp-7"), link_state(replaces=frozenset({"003S"})), there
        )
        assert draft.changes == ()
        assert "erp-7" in draft.warnings[0]


@pytest.mark.parametrize("role", ["agent", "admin"])
@pytest.mark.parametrize("part", [LinkRole.SYNCING, LinkRole.DUPLICATE])
def test_staff_is_never_touched(role: str, part: LinkRole):
    drafts, agreed = pair(book(**ENABLED), RENAMED, user(role=role), link_state(), place(part, organization=ACME))
    assert [(draft.operation, draft.reason_code) for draft in drafts] == [(SKIP, "staff")]
    assert agreed is None


def test_a_syncing_record_that_agrees_with_its_user_needs_nothing():
    drafts, agreed = pair(
        book(**ENABLED),
        contact(),
        user(organization_id=ACME),
        link_state(owned_values=(ACME,)),
        place(organization=ACME),
    )
    assert drafts == []
    assert agreed is not None
    assert dict(agreed.last_synced)[PRIMARY] == ACME
