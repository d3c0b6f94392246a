"""Tags and domain names in a plan (S3.19, S3.20): ours come and go, everybody else's stay."""

import pytest

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from syncadmin.engine.compare import LinkState
from syncadmin.engine.steps import Side, Verb
from tests.engine.pairs import Pair, account, book, only, organization, phone, tier, without


def tagged(industry: str | None, tags: list[str] | None, owned_values: tuple[str, ...] = (), **more) -> Pair:
    """A linked pair whose Industry becomes a tag."""
    options = {"tags": ("Industry",)} | more.pop("options", {})
    left, right = more.pop("left", {}), more.pop("right", {})
    link_state = LinkState(
        last_synced={"name": "Acme"} | more.pop("last_synced", {}), owned_values={"tags": owned_values}
    )
    return Pair(
        book(**options),
        account(Industry=industry, **left),
        organization(external_id="001A", tags=tags, **right),
        link_state,
    )


def test_a_changed_value_replaces_only_our_own_earlier_tag():
    """Acceptance test 5."""
    pair = tagged("ours-new", ["agent-added", "ours-old"], ("ours-old",))
    draft = only(pair.settle())
    assert draft.operation == Verb.UPDATE.on(Side.RIGHT)
    assert (draft.changes[0].add, draft.changes[0].remove) == (("ours-new",), ("ours-old",))
    assert draft.changes[0].before == ["agent-added", "ours-old"]
    assert pair.right.values["tags"] == ["agent-added", "ours-new"]
    assert dict(draft.owned_values) == {"tags": ("ours-new",)}
    assert pair.plan() == []


def test_a_cleared_value_takes_our_tag_away():
    pair = tagged(None, ["energy", "vip"], ("energy",))
    pair.settle()
    assert pair.right.values["tags"] == ["vip"]
    assert pair.link_state.owned_values == {"tags": ()}


@pytest.mark.parametrize("reason, industry, tags, owned_values", [
    ("Set in Salesforce", "Energy", [], ()),
    ("Added by a sync and no longer needed", None, ["energy"], ("energy",)),
    ("Set in Salesforce; Added by a sync and no longer needed", "Media", ["energy"], ("energy",)),
])  # fmt: skip
def test_the_reason_tells_additions_from_removals(reason, industry, tags, owned_values):
    assert only(tagged(industry, tags, owned_values).plan()).changes[0].reason == reason


def test_no_tags_at_all_is_an_empty_list():
    assert only(tagged("Energy", None).plan()).changes[0].add == ("energy",)


def test_a_field_that_was_not_read_never_costs_a_tag_and_its_ledger_is_remembered():
    pair = tagged("Energy", ["energy"], ("energy",), options={"tags": ("Industry", "Rating"), "rules": (phone(),)},
                  left={"Phone": "2"}, right={"fields__phone": "1"}, last_synced={"fields.phone": "1"})  # fmt: skip
    draft = only(pair.plan())
    assert [change.field for change in draft.changes] == ["fields.phone"]
    assert dict(draft.owned_values) == {"tags": ("energy",)}


def test_tags_that_were_not_read_are_not_edited():
    pair = tagged("Energy", [])
    pair.right = without(pair.right, "tags")
    assert pair.plan() == []


def test_a_link_knows_which_tags_it_added():
    draft = only(Pair(book(tags=("Industry",)), account(Industry="Energy"), organization(tags=["vip"])).plan())
    assert draft.operation == Verb.UPDATE.on(Side.RIGHT)
    assert dict(draft.owned_values) == {"tags": ("energy",)}


def test_the_mirrored_tag_of_a_drop_down_survives():
    """The helpdesk adds the drop-down's value to the tags by itself and would add it again."""
    last_synced = {"fields.tier": "gold"}
    pair = tagged(None, ["gold"], ("gold",), options={"rules": (tier(),)}, left={"Tier__c": "gold"},
                  right={"fields__tier": "gold"}, last_synced=last_synced)  # fmt: skip
    assert pair.plan() == []


def test_the_tag_of_the_drop_down_s_next_value_survives():
    last_synced = {"fields.tier": "gold"}
    pair = tagged(None, ["gold", "silver"], ("gold", "silver"), options={"rules": (tier(),)},
                  left={"Tier__c": "silver"}, right={"fields__tier": "gold"}, last_synced=last_synced)  # fmt: skip
    edit = only(pair.plan()).changes[1]
    assert (edit.add, edit.remove) == ((), ("gold",))


def test_a_text_that_reads_like_our_tag_does_not_keep_it():
    """Only drop-downs are mirrored; the same field may feed a text and a tag."""
    region = FieldRule("Region__c", "fields.region", FieldType.TEXT, FieldType.TEXT)
    pair = tagged(None, ["emea", "vip"], ("emea",), options={"tags": ("Region__c",), "rules": (region,)},
                  left={"Region__c": "apac"}, right={"fields__region": "emea"},
                  last_synced={"fields.region": "emea"})  # fmt: skip
    pair.settle()
    assert pair.right.values["tags"] == ["vip", "apac"]
    assert pair.right.values["fields.region"] == "apac"


def test_domains_are_added_and_taken_back_and_others_stay():
    """S3.20."""
    pair = Pair(book(domain_names="Domains__c"), account(Domains__c="acme.com acme.de"),
                organization(domain_names=["agents.example"]))  # fmt: skip
    pair.settle()
    assert pair.right.values["domain_names"] == ["agents.example", "acme.com", "acme.de"]
    pair.edit_left(Domains__c="acme.de")
    pair.settle()
    assert pair.right.values["domain_names"] == ["agents.example", "acme.de"]


def test_a_word_that_is_no_domain_is_a_warning_and_the_others_are_written():
    pair = Pair(book(domain_names="Domains__c"), account(Domains__c="acme.com,acme.de acme.org"),
                organization(domain_names=[]))  # fmt: skip
    draft = only(pair.settle())
    assert draft.warnings == ("'acme.com,acme.de' is not a domain name and is left out.",)
    assert pair.right.values["domain_names"] == ["acme.org"]


def test_an_unchanged_text_that_reads_like_our_tag_does_not_keep_it_either():
    region = FieldRule("Region__c", "fields.region", FieldType.TEXT, FieldType.TEXT)
    pair = tagged(None, ["emea"], ("emea",), options={"rules": (region,)}, left={"Region__c": "emea"},
                  right={"fields__region": "emea"}, last_synced={"fields.region": "emea"})  # fmt: skip
    assert only(pair.plan()).changes[0].remove == ("emea",)
