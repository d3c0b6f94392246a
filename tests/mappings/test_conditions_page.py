"""Conditions among the filters of a sync (S3.54, S3.55): typed, refused, counted and stored. Without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.scope.stored import scope_of
from mappings.services import configuration

PAGE = "/syncs/accounts/"
RICH = {"condition": ["0"], "cfield-0": "NumberOfEmployees", "cop-0": ">=", "cvalue-0": "400"}


def submitted(**values: Any) -> dict[str, Any]:
    return {"leaving_scope": "stop", "picklist_field": "", "match": "all", **values}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_condition_is_added_typed_counted_and_stored(as_ada: Client, sync: Sync, known: Schemas) -> None:
    empty = as_ada.post(f"{PAGE}scope/", submitted(condition_action="add"))
    assert 'name="cfield-0"' in text(empty)
    assert 'name="cop-0"' not in text(empty), "operators follow from the field"
    chosen = text(
        as_ada.post(f"{PAGE}scope/", submitted(refresh="1", condition=["0"], **{"cfield-0": "NumberOfEmployees"}))
    )
    assert "is at least" in chosen
    assert "contains</option>" not in chosen
    assert "Text Area (Long) · Description – records cannot be searched by it" in chosen

    whole = re.search(r"of ([\d,]+) accounts in scope", text(as_ada.get(f"{PAGE}count/")))
    counted = text(as_ada.get(f"{PAGE}count/", submitted(filters="1", **RICH)))
    found = re.search(r"<strong[^>]*>(\d+)</strong> of (\d+) accounts in scope", counted)
    assert whole
    assert found
    assert found[2] == whole[1]
    assert 0 < int(found[1]) < int(found[2])
    assert "the filter asks: Employees is at least 400" in counted

    as_ada.post(f"{PAGE}scope/", submitted(save="1", **RICH))
    stored = Sync.objects.get(pk=sync.pk)
    assert stored.conditions == [{"field": "NumberOfEmployees", "op": ">=", "values": ["400"]}]
    assert stored.revision == sync.revision + 1
    assert "NumberOfEmployees" in configuration(stored, known).scope.fields
    shown = text(as_ada.get(PAGE))
    assert 'value="400"' in shown
    dropped = text(as_ada.post(f"{PAGE}scope/", submitted(condition_action="drop:0", **RICH)))
    assert "cfield-0" not in dropped


def test_what_cannot_be_compared_is_refused_with_the_reason_and_kept(
    as_ada: Client, sync: Sync, known: Schemas
) -> None:
    refused = as_ada.post(f"{PAGE}scope/", submitted(save="1", **{**RICH, "cvalue-0": "plenty"}))
    assert refused.status_code == 422
    assert "Employees: &#x27;plenty&#x27; is no number." in text(refused)
    assert 'value="plenty"' in text(refused)
    assert Sync.objects.get(pk=sync.pk).conditions == []
    sync.conditions = [{"field": "Lost__c", "op": "is", "values": ["x"]}]
    sync.save()
    page = text(as_ada.get(PAGE))
    assert "Lost__c does not exist in Salesforce." in page
    assert "Lost__c (gone)" in page


def test_any_of_several_is_enough_and_choices_are_ticked(as_ada: Client, sync: Sync, known: Schemas) -> None:
    either = {
        "match": "any",
        "condition": ["0", "1"],
        "cfield-1": "Industry",
        "cop-1": "any_of",
        "cvalue-1": ["Banking"],
        "cvalue-0": "900000000000",
    }
    as_ada.post(f"{PAGE}scope/", submitted(save="1", **RICH) | either)
    stored = scope_of(Sync.objects.get(pk=sync.pk), known)
    assert stored.match == "any"
    assert [one.sentence for one in stored.conditions][1] == "Industry is any of Banking"
    page = text(as_ada.get(PAGE))
    assert re.search(r'name="cvalue-1" value="Banking" checked', page)
    assert re.search(r"None of the 2 conditions is met", text(as_ada.get(f"{PAGE}count/")))


def test_only_what_changes_from_now_on(as_ada: Client, sync: Sync, known: Schemas) -> None:
    """S3.55: a condition on the last change, which people see and can move."""
    page = text(as_ada.post(f"{PAGE}scope/", submitted(condition_action="now")))
    moment = re.search(r'name="cvalue-0" type="datetime-local" value="([^"]+)"', page)
    assert moment
    now = {"condition": ["0"], "cfield-0": "LastModifiedDate", "cop-0": ">=", "cvalue-0": moment[1]}
    as_ada.post(f"{PAGE}scope/", submitted(save="1", **now))
    assert ">0</strong> of" in text(as_ada.get(f"{PAGE}count/"))


@pytest.mark.parametrize("role", ["as_vera", "as_olaf"])
def test_others_see_the_conditions_and_cannot_change_them(
    request: pytest.FixtureRequest, role: str, sync: Sync, known: Schemas
) -> None:
    sync.conditions = [{"field": "Industry", "op": "any_of", "values": ["Banking"]}]
    sync.save()
    client: Client = request.getfixturevalue(role)
    assert 'value="Banking" checked' in text(client.get(PAGE))
    assert client.post(f"{PAGE}scope/", submitted(save="1")).status_code == 403
