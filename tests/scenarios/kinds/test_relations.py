"""A kind declares what belongs to its records: the lines of a depot become comments of its case, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from mappings.kinds.registry import kind_of
from mappings.kinds.relation import Relation, steps_of_relation
from mappings.models import Sync
from mappings.rules.configuration import Configuration, FieldRule
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report
from syncadmin.runs.status import operations
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.runs import advance, plan, run
from tests.worlds.strategies import INSERT

SUBJECT = FieldRule("name", "Subject", label="Name", never_blank=True)


def lines(values: Mapping[str, Any], config: Configuration) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for line in filter(None, (values.get("fields.city") or "").split("; ")):
        yield line.split(":")[0], {"CommentBody": line, "IsPublished": True}


COMMENTS = Relation(
    "comment",
    "CaseComment",
    "comment",
    "comments",
    steps_of_relation("comment", "comment", "comments", "create"),
    parent="ParentId",
    sources=frozenset({"fields.city"}),
    wanted=lines,
)
CASE = replace(
    depots.KIND.right,
    object="Case",
    one="case",
    many="cases",
    label_field="Subject",
    key_field="Subject",
    key=lambda values: str(values.get("Subject") or "").casefold(),
    fields=lambda config: ("Subject", config.id_field),
    creatable=("cases",),
    link_field="Zendesk_Ticket_Id__c",
)
DEPOT = replace(depots.KIND.left, fields=lambda config: ("name", "fields.city"))


@contextmanager
def cases() -> Iterator[None]:
    with depots.registered(left=DEPOT, right=CASE, rules=lambda config: (SUBJECT,), relations=(COMMENTS,)):
        yield


def bodies(company: Company) -> list[str]:
    return [row["CommentBody"] for row in company.salesforce.store.rows("CaseComment")]


def settled(sync: Sync) -> None:
    assert (again := run(sync)).planned == 0, list(again.steps.values_list("verb", "label", "reason"))


def test_what_belongs_to_a_record_is_made_once_in_order_and_told_in_its_own_words(company: Company) -> None:
    with cases():
        sync = company.store({**depots.SYNC, "mappings": []})
        kiel = depots.depot(company, "Kiel", city="1: first; 2: second")
        waiting = plan(sync)
        assert services.button(waiting) == "Create 1 case in Salesforce; create 2 comments in Salesforce"
        assert report(waiting)["actions"]["create_comment"] == 2
        step = waiting.steps.filter(relation="comment").first()
        assert step is not None
        assert operations.label(step.operation, kind_of(sync.kind)) == "Create a comment in Salesforce"

        done = run(sync)
        assert (done.status, bodies(company)) == (RunState.COMPLETED, ["1: first", "2: second"])
        (case,) = company.salesforce.store.rows("Case")
        assert {row["ParentId"] for row in company.salesforce.store.rows("CaseComment")} == {case["Id"]}
        assert Link.objects.get(sync=sync).owned_values == {"comments": ["1", "2"]}
        settled(sync)

        depots.edit_depot(company, kiel, city="1: corrected; 2: second; 3: third")
        run(sync)
        assert bodies(company) == ["1: first", "2: second", "3: third"], "what was made is never touched again"
        settled(sync)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_addition_whose_answer_was_lost_is_looked_up_and_not_made_again(company: Company, moment: str) -> None:
    with cases():
        sync = company.store({**depots.SYNC, "mappings": []})
        kiel = depots.depot(company, "Kiel")
        run(sync)
        depots.edit_depot(company, kiel, city="1: same; 2: same; 3: third")
        company.fault(company.salesforce, {**INSERT, "reset": moment, "times": 1})
        done = run(sync)
        assert company.fired(company.salesforce) == 1
        company.fault(company.salesforce)
        assert (done.status, bodies(company)) == (RunState.COMPLETED, ["1: same", "2: same", "3: third"])
        settled(sync)


def test_an_undo_takes_the_record_and_what_belongs_to_it(company: Company) -> None:
    with cases():
        sync = company.store({**depots.SYNC, "mappings": []})
        depots.depot(company, "Kiel", city="1: first")
        done = run(sync)
        back = advance(services.approve(advance(services.undo(done, enqueue=False)), enqueue=False))
        assert (back.status, company.salesforce.store.rows("Case")) == (RunState.COMPLETED, [])
