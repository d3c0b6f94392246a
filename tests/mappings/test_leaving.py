"""Filters that put linked records out of scope: how many, and that it is asked first (A6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from connectors.api.values import Query
from connectors.models import Connection
from connectors.services import ask
from mappings.models import Sync
from mappings.rules.configuration import Scope
from mappings.schemas import Schemas
from mappings.scope.leaving import leaving, question
from syncadmin.runs.models import Link, MirrorRecord

SCOPE = "/syncs/accounts/scope/"


@pytest.fixture
def linked(sync: Sync, known: Schemas) -> list[dict[str, Any]]:
    """Forty accounts as they were read for a sync without filters, each linked to an organization."""
    (answer,) = ask(sync.left, Query("Account", ("Name", "RecordTypeId", "Type"), limit=40))
    for place, record in enumerate(answer.records):
        kept = {name: record.values[name] for name in ("Name", "RecordTypeId")}
        values = {"sync": sync, "side": "left", "remote_id": record.ref.id, "digest": "", "values": kept}
        MirrorRecord.objects.create(**values)
        Link.objects.create(sync=sync, left_id=record.ref.id, right_id=str(place))
    return [dict(record.values) for record in answer.records]


def record_type_id(known: Schemas, name: str) -> str:
    return next(record_type.id for record_type in known.left.record_types if record_type.name == name)


def test_linked_records_that_would_leave_are_counted(sync: Sync, known: Schemas, linked: list[dict[str, Any]]) -> None:
    partner = record_type_id(known, "Partner")
    found = leaving(sync, Scope(("Partner",)), known)
    assert found.linked == 40
    assert found.count == sum(values["RecordTypeId"] != partner for values in linked) > 0


def test_a_field_that_was_never_read_is_asked_for(sync: Sync, known: Schemas, linked: list[dict[str, Any]]) -> None:
    found = leaving(sync, Scope((), "Type", ("Customer",)), known)
    assert found.count == sum(values["Type"] != "Customer" for values in linked) > 0


def test_records_that_are_out_already_do_not_leave(sync: Sync, known: Schemas, linked: list[dict[str, Any]]) -> None:
    MirrorRecord.objects.update(in_scope=False)
    assert leaving(sync, Scope(("Partner",)), known).linked == 0


def test_unchanged_filters_ask_nothing(sync: Sync, known: Schemas, linked: list[dict[str, Any]]) -> None:
    assert question(sync, Scope(("Partner",)), Scope(("Partner",)), known) is None


def test_nobody_who_leaves_means_no_question(sync: Sync, known: Schemas, linked: list[dict[str, Any]]) -> None:
    everyone = tuple(record_type.name for record_type in known.left.record_types)
    assert question(sync, Scope(), Scope(everyone), known) is None


def test_a_count_that_cannot_be_had_is_a_question_of_its_own(
    sync: Sync, known: Schemas, linked: list[dict[str, Any]]
) -> None:
    Connection.objects.update(enabled=False)
    sync.left.refresh_from_db()
    asked = question(sync, Scope(), Scope((), "Type", ("Customer",)), known)
    assert asked is not None
    assert asked.answer == "unknown"
    assert "is switched off" in asked.failure


def test_filters_are_saved_only_after_the_answer(as_ada: Client, sync: Sync, linked: list[dict[str, Any]]) -> None:
    chosen = {"record_types": ["Partner"], "picklist_field": "", "leaving_scope": "stop", "save": "1"}
    page = " ".join(as_ada.post(SCOPE, chosen).content.decode().split())
    count = re.search(r'name="confirmed" value="(\d+)"', page)
    assert count is not None
    assert f"{count.group(1)} of 40 linked accounts would leave the filters" in page
    assert "Save the filters anyway" in page
    assert not sync.record_type_filters.exists()
    as_ada.post(SCOPE, {**chosen, "leaving_scope": "unlink", "confirmed": count.group(1)})
    sync.refresh_from_db()
    assert sync.option("leaving_scope") == "unlink"
    assert sync.record_type_filters.get().name == "Partner"


def test_the_answer_to_another_number_does_not_count(as_ada: Client, sync: Sync, linked: list[dict[str, Any]]) -> None:
    chosen = {"record_types": ["Partner"], "picklist_field": "", "leaving_scope": "stop", "confirmed": "1"}
    assert as_ada.post(SCOPE, chosen).status_code == 422
    assert not sync.record_type_filters.exists()
