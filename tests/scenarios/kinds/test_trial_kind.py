"""A kind that only a line in the registry makes known, with Zendesk on the left and objects that no code names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.api.values import Condition
from mappings.config import store as config_store
from mappings.kinds import shared_options
from mappings.kinds.declaration import Admission
from mappings.models import Sync
from mappings.rules.configuration import Configuration
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Step
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.depots import branches, depot, edit_depot
from tests.worlds.runs import advance, counts, plan, run


@pytest.fixture
def sync(company: Company) -> Iterator[Sync]:
    with depots.registered():
        yield company.store(depots.SYNC)


def test_it_is_planned_written_left_alone_changed_and_undone(company: Company, sync: Sync) -> None:
    kiel = depot(company, "Kiel", city="Kiel", seats=12)
    depot(company, "Oslo")
    company.salesforce.store.insert("Site__c", {"Name": "Rome", "City__c": "Roma"})
    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    depot(company, "rome", city="Rome")
    waiting = plan(sync)
    assert waiting.status is RunState.PLANNED, waiting.message
    assert set(branches(company)) == {"Rome"}, "a plan writes nothing"

    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    made = branches(company)
    assert (made["Kiel"]["City__c"], made["Kiel"]["Seats__c"], made["Kiel"]["Code__c"]) == ("Kiel", 12, kiel)
    assert set(made) == {"Kiel", "Oslo", "rome"}
    assert counts(run(sync))["planned"] == 0

    company.edit(made["Kiel"]["Id"], City__c="Kiel-Gaarden")
    edit_depot(company, kiel, seats=14)
    second = run(sync)
    assert branches(company)["Kiel"]["Seats__c"] == 14
    assert depots.depots(company)["Kiel"]["custom_object_fields"]["city"] == "Kiel-Gaarden"

    undone = advance(services.undo(second, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, undone.message
    assert branches(company)["Kiel"]["Seats__c"] == 12
    assert depots.depots(company)["Kiel"]["custom_object_fields"]["city"] == "Kiel"
    advance(services.undo(first, write=True, enqueue=False))
    left = {name: row["City__c"] for name, row in branches(company).items()}
    assert left == {"Rome": "Roma", "Kiel": "Kiel-Gaarden"}, "what people have edited since stays"


def test_nothing_is_created_on_a_side_where_the_kind_creates_nothing(company: Company, sync: Sync) -> None:
    lone = company.salesforce.store.insert("Site__c", {"Name": "Lone"})
    assert counts(run(sync)).get("written", 0) == 0
    with pytest.raises(decisions.Refused, match="creates nothing there"):
        decisions.create(sync, side=Side.RIGHT, remote_id=lone, by=None)


def test_its_configuration_is_written_as_it_is_read(
    company: Company, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug, endpoint in (("SF", company.salesforce), ("ZD", company.zendesk)):
        monkeypatch.setenv(f"{slug}_CLIENT_SECRET", endpoint.credentials["client_secret"])
    text = config_store.export()
    assert "kind: depots_branches" in text
    config_store.apply(text)
    assert config_store.export() == text


def test_a_side_without_a_field_for_ids_is_created_on_all_the_same(company: Company) -> None:
    with depots.registered(right=replace(depots.KIND.right, link_field="")):
        sync = company.store(depots.SYNC)
        depot(company, "Kiel", city="Kiel")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        assert run(sync).status is RunState.COMPLETED
        assert list(branches(company)) == ["Kiel"]
        assert run(sync).planned == 0


def test_a_file_calls_an_option_as_the_kind_of_the_sync_does(company: Company) -> None:
    """Accounts call the same option create_in_zendesk."""
    with depots.registered(options=(shared_options.CREATE_IN_RIGHT,)):
        sync = company.store({**depots.SYNC, "create_right": False})
        assert sync.option("create_right") is False
        assert "create_right: false" in config_store.export(sync.slug)


def open_branches(values: Mapping[str, Any], config: Configuration) -> Admission:
    closed = values.get("Seats__c") == 0
    return Admission(not closed, *(("out_of_scope", "The branch is closed") if closed else ()))


def test_what_is_not_read_and_what_is_left_out_on_the_right_is_as_if_it_were_not_there(company: Company) -> None:
    insert = company.salesforce.store.insert
    read = (Condition("City__c", ("Elsewhere",), negated=True),)
    fields = ("Name", "City__c", "Seats__c")
    right = replace(depots.KIND.right, creatable=(), reads=read, fields=lambda config: fields, link_field="")
    refused = {"admit_right": open_branches, "leaves_out_refused": True, "judged_by": lambda config: ("Seats__c",)}
    with depots.registered(right=right, **refused):
        sync = company.store({**depots.SYNC, "mappings": [{"left": "fields.city", "right": "City__c"}]})
        insert("Site__c", {"Name": "Kiel", "City__c": "Elsewhere", "Seats__c": 4})
        closed, there = (insert("Site__c", {"Name": "Oslo", "Seats__c": seats}) for seats in (0, 10))
        kiel = depot(company, "Kiel", city="Kiel")
        oslo = depot(company, "Oslo", city="Oslo")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        assert run(sync).status is RunState.COMPLETED
        assert links(sync) == {oslo: there}
        assert cities(company) == {"Elsewhere", "Oslo"}, "Kiel was never read, so it is nobody's"
        assert run(sync).planned == 0

        (alone,) = Step.objects.filter(left_id=kiel, run__sync=sync)
        assert (alone.reason_code, alone.reason) == ("alone", "No branch has this name")
        edit_depot(company, oslo, city="Kristiania")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        waiting = plan(sync)
        company.edit(there, Seats__c=0)
        (conflict,) = advance(services.approve(waiting, enqueue=False)).steps.all()
        assert (conflict.state, conflict.outcome.message) == ("conflict", "The branch is closed")
        assert [step.reason for step in run(sync).steps.all()] == ["The branch is closed"]
        edit_depot(company, oslo, city="Christiania")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        run(sync)
        assert cities(company) == {"Elsewhere", "Oslo"}

        company.edit(closed, Seats__c=3)
        assert run(sync).status is RunState.COMPLETED
        assert links(sync) == {oslo: closed}, "the one that is open now takes its place"
        assert cities(company) == {"Elsewhere", "Oslo", "Christiania"}
        assert run(sync).planned == 0


def cities(company: Company) -> set[str]:
    return {city for row in company.salesforce.store.rows("Site__c") if (city := row.get("City__c"))}


def links(sync: Sync) -> dict[str, str]:
    return dict(Link.objects.active_of(sync).values_list("left_id", "right_id"))


def test_of_several_with_one_key_the_only_preferred_one_is_the_counterpart(company: Company) -> None:
    fields = ("Name", "City__c", "Seats__c")
    right = replace(depots.KIND.right, creatable=(), fields=lambda config: fields, link_field="")
    with depots.registered(right=right, preferred=lambda values: bool(values.get("Seats__c"))):
        sync = company.store({**depots.SYNC, "mappings": [{"left": "fields.city", "right": "City__c"}]})
        first, second = (
            company.salesforce.store.insert("Site__c", {"Name": "Oslo", "Seats__c": seats}) for seats in (0, 10)
        )
        oslo = depot(company, "Oslo", city="Oslo")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        run(sync)
        assert links(sync) == {oslo: second}
        company.edit(first, Seats__c=3)
        edit_depot(company, oslo, city="Kristiania")
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        several = run(sync)
        assert several.status is RunState.REJECTIONS
        assert cities(company) == {"Oslo"}, "two are preferred: none is written"
        assert "2 Salesforce records have this name" in {step.reason for step in several.steps.all()}
        company.edit(second, Seats__c=0)
        run(sync)
        assert links(sync) == {oslo: first}
        assert cities(company) == {"Oslo", "Kristiania"}
        assert run(sync).planned == 0
