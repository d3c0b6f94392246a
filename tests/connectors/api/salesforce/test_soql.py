"""SOQL is built in one place, and no value can leave its quotes."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.errors import ConfigError
from connectors.api.salesforce import soql
from connectors.api.values import Condition, FieldType, Op, Query, Write
from tests.connectors.api.subjects import Remote, by_tag

UNESCAPED = {"\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
TYPES = {"Amount": FieldType.INTEGER, "Active__c": FieldType.BOOLEAN, "Day__c": FieldType.DATE}


def unquoted(literal: str) -> str:
    """The text of a SOQL string, by the reference's own rules. Fails where the string ends early."""
    match = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", literal, re.DOTALL)
    assert match, literal
    return re.sub(r"\\(.)", lambda escape: UNESCAPED[escape[1]], match[1], flags=re.DOTALL)


@given(st.text())
def test_a_quoted_text_is_read_back_as_it_was(text: str) -> None:
    assert unquoted(soql.quoted(text)) == text


@given(st.text())
def test_a_field_name_is_a_name_or_refused(text: str) -> None:
    try:
        kept = soql.name(text)
    except ConfigError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_.]+", kept)


@pytest.mark.parametrize("text", ["Id FROM Account", "Name'", "a b", "", "1x", "A..B", "Name)", "Námé"])
def test_nothing_but_a_name_stands_for_a_field(text: str) -> None:
    with pytest.raises(ConfigError):
        soql.name(text)


def test_a_query_names_each_field_once() -> None:
    text = soql.select(("Name", "Id", "Name"), "Account", ("Type IN ('x')",), 5)
    assert text == "SELECT Name, Id FROM Account WHERE Type IN ('x') LIMIT 5"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Condition("Type", ("A", "B'C")), r"Type IN ('A', 'B\'C')"),
        (Condition("Type", ("A",), negated=True), "Type NOT IN ('A')"),
        (Condition("Type", ("",)), "Type = null"),
        (Condition("Type", ("",), negated=True), "Type != null"),
        (Condition("Type", ("A", "")), "(Type IN ('A') OR Type = null)"),
        (Condition("Type", ("A", ""), negated=True), "(Type NOT IN ('A') AND Type != null)"),
        (Condition("RecordType.DeveloperName", ("Customer",)), "RecordType.DeveloperName IN ('Customer')"),
        (Condition("Active__c", ("true",)), "Active__c IN (true)"),
        (Condition("Amount", ("1.5", "-2")), "Amount IN (1.5, -2)"),
        (Condition("Day__c", ("2024-01-31",)), "Day__c IN (2024-01-31)"),
    ],
)
def test_conditions_are_spelled_by_the_type_of_their_field(asked: Condition, text: str) -> None:
    assert soql.condition(asked, TYPES) == text


@pytest.mark.parametrize(
    "asked",
    [
        Condition("Active__c", ("true OR Id != null",)),
        Condition("Amount", ("1) OR (Id != null",)),
        Condition("Day__c", ("today",)),
        Condition("Type", ()),
    ],
)
def test_a_value_that_cannot_be_of_its_type_is_refused(asked: Condition) -> None:
    with pytest.raises(ConfigError):
        soql.condition(asked, TYPES)


def test_a_watermark_is_taken_back_by_the_overlap() -> None:
    text = soql.changed_since("2024-03-01T00:01:00Z", timedelta(minutes=3))
    assert text == "SystemModstamp >= 2024-02-29T23:58:00Z"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=300), st.integers(1000, 4000))
def test_pieces_of_a_long_list_fit_and_hold_each_value_once(values: list[str], room: int) -> None:
    asked = (Condition("Type", ("A",)), Condition("Name", tuple(values)))
    pieces = list(soql.in_pieces(asked, room))
    longest = max(asked, key=lambda condition: sum(map(len, condition.values)))
    if longest.field == "Name":
        cut = [
            value for piece in pieces for condition in piece if condition.field == "Name" for value in condition.values
        ]
        assert sorted(cut) == sorted(set(values))
    assert all(len(piece) == 2 for piece in pieces)


def test_names_that_try_to_leave_their_quotes_are_found_as_they_are(salesforce: Remote) -> None:
    connector = salesforce.open()
    names = [
        "O'Hara & Söhne",
        "back\\slash",
        'quo"te',
        "'; DELETE",
        "tab\there",
        "100% _sure_",
        "😀 ltd",
        "\\' OR Id != null",
    ]
    rows = [Write(Op.CREATE, "Account", tag, None, {"Name": name}) for tag, name in enumerate(names)]
    made = by_tag(connector.write(rows))
    for tag, name in enumerate(names):
        pages = connector.read(Query("Account", ("Name",), where=(Condition("Name", (name,)),)))
        found = [record.ref.id for page in pages for record in page.records]
        assert found == [made[tag].id], name
