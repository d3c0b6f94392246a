"""List views of Salesforce: which there are, which records they show, and what is said of one that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.api.errors import ConfigError
from connectors.api.special_fields import LIST_VIEW, LIST_VIEWS
from connectors.api.values import Condition, Query
from tests.connectors.api.subjects import Remote

VIEW = "HotOnes"


def shown(
    salesforce: Remote, *more: Condition, limit: int | None = None, negated: bool = False
) -> tuple[set[str], Any]:
    asked = Query("Account", ("Name", "Rating"), (Condition(LIST_VIEW, (VIEW,), negated), *more), limit=limit)
    pages = list(salesforce.open().read(asked))
    return {str(record.values["Rating"]) for page in pages for record in page.records}, pages[0].total


def test_the_views_that_programs_may_read_are_told(salesforce: Remote) -> None:
    """S2.5."""
    (field,) = salesforce.open().describe(f"{LIST_VIEWS}Contact").fields
    named = {choice.value: choice.label for choice in field.choices}
    assert named["CurrentContacts"] == "Current contacts"
    assert "RecentlyViewedContacts" not in named


@pytest.mark.parametrize(
    "where",
    [
        "Rating = 'Hot'",
        "Rating = 'Hot' AND (NOT Name = 'a WHERE b ORDER BY c')",
        "(Rating = 'Hot' OR Rating = 'Hot') AND CreatedDate < TOMORROW",
    ],
)
def test_a_view_shows_what_its_query_says_and_may_be_narrowed_or_turned_round(salesforce: Remote, where: str) -> None:
    salesforce.control("POST", "listviews", {"object": "Account", "developerName": VIEW, "label": "V", "where": where})
    assert shown(salesforce)[0] == {"Hot"}
    assert "Hot" not in shown(salesforce, negated=True)[0]
    inside, outside = shown(salesforce, limit=0)[1], shown(salesforce, limit=0, negated=True)[1]
    assert inside > 0
    assert inside + outside == 214
    narrowed = Condition("Type", ("Customer",))
    assert 0 < shown(salesforce, narrowed, limit=0)[1] < inside


def test_a_view_of_my_records_shows_those_of_the_connections_user(salesforce: Remote) -> None:
    salesforce.control("POST", "listviews", {"object": "Account", "developerName": VIEW, "label": "V", "scope": "mine"})
    assert shown(salesforce, limit=0)[1] == 0


@pytest.mark.parametrize("lost", ["DELETE", "PATCH"])
def test_a_view_that_is_gone_or_hidden_is_an_error_with_a_fix(salesforce: Remote, lost: str) -> None:
    """Never an empty scope."""
    salesforce.control("POST", "listviews", {"object": "Account", "developerName": VIEW, "label": "V"})
    assert shown(salesforce, limit=0)[1] == 214
    salesforce.control(lost, "listviews", {"object": "Account", "developerName": VIEW, "visible": False})
    with pytest.raises(ConfigError, match="has no list view HotOnes") as refused:
        shown(salesforce)
    assert "Choose another list view" in refused.value.hint


def test_a_view_that_programs_may_not_read_is_an_error(salesforce: Remote) -> None:
    with pytest.raises(ConfigError, match="lets no program read"):
        list(salesforce.open().read(Query("Contact", ("Id",), (Condition(LIST_VIEW, ("RecentlyViewedContacts",)),))))
