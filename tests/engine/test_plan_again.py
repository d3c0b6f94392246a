"""A plan that was written leaves nothing to plan (S3.C13), whatever the records hold."""

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.api.values import FieldType
from mappings.rules.configuration import Conflict, Direction, FieldRule, OnProblem
from mappings.rules.convert import same
from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import plan_new_right
from syncadmin.engine.steps import INFORMATIONAL, Side, Verb
from tests.engine.pairs import Pair, account, book, organization, phone, revenue, tier, written

WORDS = st.sampled_from([None, "", "a", "b", "gold", "emea", "🔥", " a ", "x\r\ny"])
TAGS = st.lists(st.sampled_from(["vip", "energy", "media", "gold", "emea"]), unique=True, max_size=4)
DOMAINS = st.lists(st.sampled_from(["acme.com", "acme.de", "agents.example"]), unique=True, max_size=3)
CONFIGURED = st.fixed_dictionaries({
    "direction": st.sampled_from(list(Direction)),
    "conflict": st.sampled_from(list(Conflict)),
    "on_problem": st.sampled_from(list(OnProblem)),
})  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> Any:
    active = FieldRule("Active__c", "fields.active", FieldType.BOOLEAN, FieldType.BOOLEAN, **draw(CONFIGURED))
    units = FieldRule("Units__c", "fields.units", FieldType.INTEGER, FieldType.INTEGER, **draw(CONFIGURED))
    rules = [phone(**draw(CONFIGURED)), revenue(**draw(CONFIGURED)), tier(**draw(CONFIGURED)), active, units]
    chosen = draw(st.lists(st.sampled_from(rules), unique_by=lambda rule: rule.left))
    return book(
        rules=tuple(chosen),
        tags=draw(st.sampled_from([(), ("Industry",), ("Industry", "Region__c")])),
        domain_names=draw(st.sampled_from(["", "Domains__c"])),
        notes=draw(st.sampled_from(["", "Description"])),
        store_external_id=draw(st.booleans()),
    )


LEFTS = st.fixed_dictionaries(
    {"Name": st.sampled_from(["Acme", "ACME", "Acme Corp"])},
    optional={
        "Phone": WORDS, "AnnualRevenue": st.sampled_from([None, 0, 1.5, 1000.0]), "Description": WORDS,
        "Tier__c": st.sampled_from([None, "gold", "silver", "bronze"]), "Active__c": st.booleans(),
        "Units__c": st.sampled_from([None, 0, 5, 1.5]), "Industry": WORDS, "Region__c": WORDS,
        "Domains__c": st.sampled_from([None, "acme.com", "acme.com acme.de", "no domain"]),
    },
)  # fmt: skip
RIGHTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Acme", "acme"]), "external_id": st.sampled_from([None, "001A", "CUST-7"])},
    optional={
        "fields.phone": WORDS, "fields.revenue": st.sampled_from([None, 0, 1.5, "1000"]), "notes": WORDS,
        "fields.tier": st.sampled_from([None, "gold", "silver"]), "fields.active": st.sampled_from([None, True, False]),
        "fields.units": st.sampled_from([None, 0, 5, 7]), "tags": TAGS, "domain_names": DOMAINS,
    },
)  # fmt: skip
BONDS = st.builds(
    lambda agreed, tags, domains, fresh: LinkState(agreed, {"tags": tags, "domain_names": domains}, fresh, "Same name"),
    st.dictionaries(st.sampled_from(["name", "fields.phone", "fields.tier", "fields.revenue"]), WORDS),
    TAGS.map(tuple), DOMAINS.map(tuple), st.booleans(),
)  # fmt: skip


def pair(rules: Any, left: dict, right: dict, link_state: LinkState) -> Pair:
    made = Pair(rules, account(), organization(), link_state)
    made.left = replace(made.left, values=left)
    made.right = replace(made.right, values=right)
    return made


@given(books(), LEFTS, RIGHTS, BONDS)
def test_a_plan_that_was_written_leaves_nothing_to_plan(rules, left, right, link_state):
    found = pair(rules, left, right, link_state)
    drafts = found.settle()
    again = found.plan()
    # What waits for a person, or for a better value, waits on.
    waiting = [draft.operation for draft in drafts if draft.verb in INFORMATIONAL]
    assert [draft.operation for draft in again] == waiting


@given(books(), LEFTS, RIGHTS, BONDS)
def test_every_draft_is_complete(rules, left, right, link_state):
    found = pair(rules, left, right, link_state)
    for draft in found.plan():
        assert draft.label
        assert draft.reason
        assert (draft.left_id, draft.right_id) == ("001A", "100")
        target = found.left if draft.operation.writes(Side.LEFT) else found.right
        for change in draft.changes:
            assert change.reason
            assert change.is_list or not same(change.before, change.after) or draft.verb in INFORMATIONAL
            if draft.verb not in INFORMATIONAL:
                assert change.field in target.values
                assert change.before == (target.values[change.field] or ([] if change.is_list else change.before))


@given(books(), LEFTS, RIGHTS, BONDS)
def test_no_field_is_written_that_was_not_read_on_both_sides(rules, left, right, link_state):
    found = pair(rules, left, right, link_state)
    by_right = {rule.right: rule.left for rule in rules.rules}
    for draft in found.plan():
        for change in draft.changes:
            sources = {source for rule in rules.lists if rule.field == change.field for source in rule.sources}
            if draft.operation == Verb.UPDATE.on(Side.RIGHT) and change.field != "external_id":
                assert change.field in right
                assert {by_right.get(change.field, "Name")} | sources <= left.keys() | {"Name"}


@given(phone=WORDS, name=st.sampled_from(["Acme", "Acme 2"]), units=st.sampled_from([5, 7]), last_synced=st.booleans())
def test_a_write_that_salesforce_refused_is_planned_again_and_never_turned_around(phone, name, units, last_synced):
    """The old Salesforce value must not overwrite the edit in Zendesk that it was refused for."""
    two_way = FieldRule("Phone", "fields.phone", direction=Direction.BOTH)
    one_way = FieldRule("Units__c", "fields.units", FieldType.INTEGER, FieldType.INTEGER)
    left = {"Name": name, "Phone": "old", "Units__c": units}
    right = {"name": "Acme", "external_id": "001A", "fields.phone": phone, "fields.units": 5}
    agreed = {"name": "Acme", "fields.units": 5} | ({"fields.phone": "old"} if last_synced else {})
    found = pair(book(rules=(two_way, one_way)), left, right, LinkState(agreed))
    drafts = found.plan()
    found.write(drafts, refused=[Verb.UPDATE.on(Side.LEFT)])
    refused = [draft.changes for draft in drafts if draft.operation == Verb.UPDATE.on(Side.LEFT)]
    assert [(draft.operation, draft.changes) for draft in found.plan()] == [
        (Verb.UPDATE.on(Side.LEFT), c) for c in refused
    ]
    assert not refused or same(found.right.values["fields.phone"], phone)


@given(books(), LEFTS)
def test_a_new_organization_needs_no_update(rules, left):
    filled = {"Name": "Acme"} | left
    made = replace(account(), values=filled)
    draft = plan_new_right(rules, made)
    assume(draft.operation == Verb.CREATE.on(Side.RIGHT))
    names = rules.kind.right_fields(rules.config)
    blank = replace(organization(), values=dict.fromkeys(names) | {"tags": [], "domain_names": []})
    found = Pair(rules, made, written(blank, draft), LinkState.after(draft))
    assert found.plan() == []


@given(books(), LEFTS, RIGHTS, BONDS, TAGS)
def test_a_tag_of_a_person_survives_every_plan(rules, left, right, link_state, people):
    theirs = [tag for tag in people if tag not in link_state.owned_values["tags"]]
    found = pair(rules, left, right | {"tags": [*theirs, *link_state.owned_values["tags"]]}, link_state)
    found.settle()
    assert set(theirs) <= set(found.right.values["tags"])
