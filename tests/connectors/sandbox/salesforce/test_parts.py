"""The parts that need no server: ids, moments, date ranges, CSV numbers, taking changes back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.salesforce import ids, moments
from connectors.sandbox.salesforce.cells import cell
from connectors.sandbox.salesforce.schema.account import account
from connectors.sandbox.salesforce.soql.ranges import days
from connectors.sandbox.salesforce.store import Journal, Table

FRIDAY = date(2026, 5, 15)


@pytest.mark.parametrize("id", ["0015500001QdZPKAA3", "0035500001H9kZuAAJ", "0125j000000RqVkAAK", "001i000000AnrblAAB"])
def test_the_checksum_is_that_of_real_ids(id):
    assert ids.normal(id[:15]) == id
    assert ids.normal(id) == id


@pytest.mark.parametrize("id", ["0015500001QdZPKAA3", "0035500001H9kZuAAJ"])
def test_an_18_character_id_that_lost_its_case_is_repaired(id):
    assert ids.normal(id.lower()) == id
    assert ids.normal(id.upper()) == id


@pytest.mark.parametrize("text", ["", "abc", "0015500001QdZP!", "0015500001QdZPKAA", "é" * 15])
def test_what_is_not_an_id_is_none(text):
    assert ids.normal(text) is None


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_ids_ascend_with_their_number(a, b):
    assert (ids.make("001", a) < ids.make("001", b)) == (a < b)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2024-10-23T04:13:57Z", "2024-10-23T04:13:57.000+0000"),
        ("2024-10-23T04:13:57.123+0000", "2024-10-23T04:13:57.123+0000"),
        ("2024-10-23T04:13:57+02:00", "2024-10-23T02:13:57.000+0000"),
        ("2024-10-23", "2024-10-23T00:00:00.000+0000"),
        ("2024-13-23T04:13:57Z", None),
        ("yesterday", None),
    ],
)
def test_moments_are_stored_in_one_form(text, stored):
    assert moments.parse_moment(text) == stored


@pytest.mark.parametrize(
    ("literal", "first", "after"),
    [
        ("TODAY", "2026-05-15", "2026-05-16"),
        ("YESTERDAY", "2026-05-14", "2026-05-15"),
        ("THIS_WEEK", "2026-05-10", "2026-05-17"),
        ("LAST_WEEK", "2026-05-03", "2026-05-10"),
        ("LAST_MONTH", "2026-04-01", "2026-05-01"),
        ("NEXT_MONTH", "2026-06-01", "2026-07-01"),
        ("THIS_QUARTER", "2026-04-01", "2026-07-01"),
        ("LAST_FISCAL_QUARTER", "2026-01-01", "2026-04-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("LAST_90_DAYS", "2026-02-14", "2026-05-16"),
        ("LAST_N_DAYS:3", "2026-05-12", "2026-05-16"),
        ("NEXT_N_DAYS:2", "2026-05-16", "2026-05-18"),
        ("LAST_N_MONTHS:2", "2026-03-01", "2026-05-01"),
        ("NEXT_N_WEEKS:1", "2026-05-17", "2026-05-24"),
        ("N_DAYS_AGO:2", "2026-05-13", "2026-05-14"),
        ("N_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
    ],
)
def test_relative_dates_are_half_open_ranges(literal, first, after):
    assert tuple(day.isoformat() for day in days(literal, FRIDAY)) == (first, after)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (5, "5"),
        (0.0, "0.0"),
        (12.5, "12.5"),
        (1e7, "1.0E7"),
        (123_456_789.25, "1.2345678925E8"),
        (0.0001, "1.0E-4"),
        ("2024-10-23T04:13:57.000+0000", "2024-10-23T04:13:57.000Z"),
    ],
)
def test_cells_are_written_as_the_vendor_does(value, text):
    assert cell(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15).map(lambda f: round(f, 2)))
def test_a_double_survives_its_cell(value):
    assert float(cell(value)) == value


def test_a_rolled_back_transaction_leaves_rows_and_indexes_as_they_were():
    journal = Journal()
    table = Table(account(), journal)
    for number in range(3):
        table.add({"Id": table.next_id(), "Name": f"N{number}"})
    first, second, _ = table.rows
    assert table.find("Name", "n0") == (first,)
    with journal.transaction() as rollback:
        table.change(table.rows[first], {"Name": "changed"})
        table.remove(second)
        table.add({"Id": table.next_id(), "Name": "new"})
        rollback()
    assert [row["Name"] for _, row in sorted(table.rows.items())] == ["N0", "N1", "N2"]
    assert table.deleted == {}
    assert (table.find("Name", "N0"), table.find("Name", "changed"), table.find("Name", "new")) == ((first,), (), ())
