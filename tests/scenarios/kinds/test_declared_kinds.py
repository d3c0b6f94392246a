"""What a declaration of a kind says, beyond what the kinds that exist need."""

from __future__ import annotations

from dataclasses import replace

from mappings import syncs
from mappings.fields import choices, rows, words
from mappings.fields.rows import Row
from mappings.kinds.registry import kind_of
from mappings.kinds.wording import worded
from mappings.options.forms import SetupForm
from mappings.rules.configuration import Conflict, Direction, FieldRule
from mappings.services import misfit, schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services.report import report
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.runs import run

LEFT, RIGHT = depots.KIND.left, depots.KIND.right
ONE_SYSTEM = replace(
    depots.KIND, left=replace(LEFT, system="salesforce", system_label="Salesforce", called="Depot (new)")
)


def test_sides_in_one_system_are_told_apart_by_their_objects() -> None:
    names = ONE_SYSTEM.names
    assert (names.left_system, names.right_system) == ("Depot (new)", "Branch")
    assert words.sides(ONE_SYSTEM) == ("Depot (new)", "Branch")
    assert worded("{left_system} to {right_system}", ONE_SYSTEM) == "Depot (new) to Branch"
    assert depots.KIND.names.left_system == "Zendesk", "two systems are told apart by their own names"


CITY = FieldRule("fields.city", "City__c", direction=Direction.BOTH, conflict=Conflict.NEWEST)


def test_a_new_sync_maps_the_default_fields_of_its_kind_and_none_that_is_never_written(company: Company) -> None:
    never = replace(RIGHT, never_written={"Seats__c": "it is a promise"})
    with depots.registered(default_fields=(CITY,), right=never):
        values = {name: value for name, value in depots.SYNC.items() if name != "mappings"}
        from_file = company.store(values)
        made = syncs.create(kind_of(depots.KIND.slug), left=from_file.left, right=from_file.right, by="ada")
        for sync in (from_file, made):
            (row,) = rows.stored(sync)
            assert row == Row("fields.city", "City__c", direction="both", conflict="newest")
        assert rows.stored(company.store({**values, "mappings": []})) == []

        known = schemas(from_file)
        offered = choices.targets(None, known)
        assert "never written: it is a promise" in dict(offered.groups[1][1])["Seats__c"]
        seats = Row("fields.seats", "Seats__c")
        assert misfit(seats, known) == "fields.seats → Seats__c: Seats__c is never written: it is a promise."
        assert misfit(replace(seats, direction="to_left"), known) == ""


def test_one_connection_on_both_sides_is_opened_once_and_its_calls_count_once(company: Company) -> None:
    itself = replace(RIGHT, fields=lambda config: ("Name",), link_field="")
    company.salesforce.store.insert("Site__c", {"Name": "Kiel"})
    with depots.registered(left=itself, right=replace(itself, one="copy", many="copies")):
        sync = company.store({**depots.SYNC, "left": "sf", "right": "sf", "mappings": []})
        before = sum(company.calls(company.salesforce).values())
        found = run(sync)
        asked = sum(company.calls(company.salesforce).values()) - before
        assert (found.status, found.message) == (RunState.COMPLETED, "")
        assert report(found)["calls"] == {"salesforce": asked}
        sign_ins = company.calls(company.salesforce)
        assert sum(number for path, number in sign_ins.items() if "token" in path) <= 1, sign_ins

        form = SetupForm(kind=kind_of(depots.KIND.slug))
        labels = [form.fields[side].label for side in ("left", "right")]
        assert labels == ["Salesforce connection for branches", "Salesforce connection for copies"]
        both = {"name": "Twice", "left": sync.left_id, "right": sync.right_id}
        assert SetupForm(both, kind=kind_of(depots.KIND.slug)).is_valid()
