"""List pages: sorting, paging, filtering, CSV, and what they cost."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import syncadmin
from syncadmin.web.lists import pagination
from syncadmin.web.lists.pagination import CappedPaginator
from syncadmin.web.lists.spreadsheet import csv_lines, defused

PEOPLE = "/settings/people/"


def _many(number: int) -> None:
    User.objects.bulk_create(User(username=f"user{n:05}", email=f"user{n:05}@example.com") for n in range(number))


def _csv(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("dangerous", ["=1+1", "+49 30 1", "-5", "@SUM(A1)", "\tx", "\rx", "\n=1", "\uff1d1"])
def test_text_that_a_spreadsheet_would_run_is_defused(dangerous: str) -> None:
    assert defused(dangerous) == f"'{dangerous}"


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    assert [defused(value) for value in (-5, 2.5, None, "plain")] == [-5, 2.5, "", "plain"]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4), max_size=5))
def test_no_cell_of_a_csv_file_begins_like_a_formula(rows: list[list[str]]) -> None:
    for row in csv.reader(io.StringIO("".join(csv_lines(rows)))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


@pytest.mark.parametrize("people", [3, 60])
def test_a_list_page_costs_the_same_queries_whatever_its_size(
    as_ada: Client, django_assert_max_num_queries, people: int
) -> None:
    _many(people)
    with django_assert_max_num_queries(7):
        assert as_ada.get(PEOPLE).status_code == 200


def test_a_long_list_has_pages_that_say_where_one_is(as_ada: Client) -> None:
    _many(120)
    first = as_ada.get(PEOPLE).content.decode()
    assert "1–50 of 121" in first
    assert re.search(r'rel="next" href="[^"]*page=2"', first)
    last = as_ada.get(f"{PEOPLE}?page=3").content.decode()
    assert "101–121 of 121" in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize("cap", [10_000, 20])
def test_a_page_past_the_end_is_the_last_one_and_one_before_the_start_the_first(
    as_ada: Client, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    """Also where counting stopped before the end."""
    monkeypatch.setattr(pagination, "COUNTING_STOPS_AT", cap)
    _many(120)
    for page, rows in {"4": "101–121", str(10**30): "101–121", "0": "1–50", "-1": "1–50", "x": "1–50"}.items():
        assert f"{rows} of" in as_ada.get(f"{PEOPLE}?page={page}").content.decode(), page


def test_counting_stops_at_the_cap_and_later_pages_are_still_reached(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "COUNTING_STOPS_AT", 20)
    _many(45)
    paginator = CappedPaginator(User.objects.order_by("username"), 10)
    assert paginator.count_word == "20+"
    assert [user.username for user in paginator.page(5)] == [f"user{n:05}" for n in range(40, 45)]
    assert paginator.page(4).has_next()
    assert not paginator.page(5).has_next()


def test_sorting_goes_both_ways_and_is_announced(as_ada: Client) -> None:
    _many(3)
    text = as_ada.get(f"{PEOPLE}?sort=-username").content.decode()
    assert text.index("user00002") < text.index("user00000")
    assert 'aria-sort="descending"' in text


def test_htmx_gets_the_same_part_that_the_page_includes(as_ada: Client) -> None:
    whole = as_ada.get(PEOPLE)
    part = as_ada.get(PEOPLE, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert part.content.decode().strip().startswith('<section id="list"')
    assert {t.name for t in part.templates} < {t.name for t in whole.templates}


def test_going_back_in_history_gets_the_whole_page(as_ada: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in as_ada.get(PEOPLE, headers=headers).content.decode()


def test_csv_holds_the_rows_of_the_list_in_its_order(as_ada: Client) -> None:
    _many(3)
    response = as_ada.get(f"{PEOPLE}?sort=-username&format=csv")
    rows = _csv(response)
    assert rows[0] == ["Name", "E-mail address", "Role", "State", "Last sign-in"]
    assert [row[0] for row in rows[1:]] == ["user00002", "user00001", "user00000", "ada"]
    assert rows[-1][2:4] == ["Administrator", "May sign in"]


@pytest.mark.parametrize(("typed", "names"), [("R00002", ["user00002"]), ("001@example", ["user00001"]), ("?", [])])
def test_people_are_found_by_a_part_of_name_or_address(as_ada: Client, typed: str, names: list[str]) -> None:
    _many(3)
    rows = _csv(as_ada.get(PEOPLE, {"text": typed, "format": "csv"}))
    assert [row[0] for row in rows[1:]] == names


def test_the_name_of_a_csv_file_tells_the_version(as_ada: Client) -> None:
    disposition = as_ada.get(f"{PEOPLE}?format=csv")["Content-Disposition"]
    assert f"people-and-roles-syncadmin-{syncadmin.__version__}-" in disposition


def test_csv_reads_the_rows_in_chunks(as_ada: Client, django_assert_max_num_queries) -> None:
    _many(2_500)
    with django_assert_max_num_queries(10):
        assert len(_csv(as_ada.get(f"{PEOPLE}?format=csv"))) == 2_502


def test_columns_are_chosen_and_the_file_has_what_is_seen(as_ada: Client) -> None:
    _many(3)
    wanted = {"columns": ["email", "username", "nothing"], "text": "user00001"}
    text = as_ada.get(PEOPLE, wanted).content.decode()
    heads = re.findall(r'role="columnheader".*?>\s*(?:<a[^>]*>)?\s*([^<]+?)\s*<', text, re.DOTALL)
    assert heads == ["Name", "E-mail address"]
    assert _csv(as_ada.get(PEOPLE, {**wanted, "format": "csv"})) == [heads, ["user00001", "user00001@example.com"]]
    assert len(_csv(as_ada.get(f"{PEOPLE}?columns=nothing&format=csv"))[0]) == 5, "no known column is no choice"


def test_a_view_of_a_list_is_saved_replaced_and_deleted_by_whom_it_belongs_to(
    as_ada: Client, as_vera: Client, vera: User
) -> None:
    given = {"name": "New <people>", "path": "/runs/", "query": "state=failed&columns=state"}
    answer = as_vera.post("/views/save/", given)
    assert answer["Location"] == "/runs/?state=failed&columns=state"
    as_vera.post("/views/save/", {**given, "query": "state=planned"})
    [view] = vera.saved_views.all()
    text = as_vera.get("/runs/?state=planned&page=7").content.decode()
    assert '<a href="/runs/?state=planned" aria-current="true">New &lt;people&gt;</a>' in text
    assert "New &lt;people&gt;" not in as_vera.get("/records/").content.decode(), "it is a view of another list"
    assert "New &lt;people&gt;" not in as_ada.get("/runs/").content.decode()
    assert as_ada.post(f"/views/{view.pk}/delete/").status_code == 404
    assert as_vera.post(f"/views/{view.pk}/delete/")["Location"] == "/runs/"
    for wrong in ({"name": ""}, {"name": "x" * 61}, {"path": "//elsewhere.example.com/"}, {"path": "javascript:1"}):
        answer = as_vera.post("/views/save/", {**given, **wrong})
        assert answer["Location"] in ("/", "/runs/")
    assert not vera.saved_views.exists()
