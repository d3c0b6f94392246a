"""Constants and templates as sources of a mapping: what they make of a record."""

from typing import Any

import pytest

from connectors.api.values import Record, RecordRef
from mappings.rules import templates

PERSON = {"FirstName": "Ann", "LastName": "Lee", "Title": None, "Account.Name": "Acme", "Box": True}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("=EMEA", "EMEA"),
        ("={FirstName} {LastName}", "Ann Lee"),
        ("={Title} {LastName}", "Lee"),
        ("={ LastName }, {Account.Name}", "Lee, Acme"),
        ("={Title}", None),
        ("={Box}", "true"),
        ("= {} {1}", " {} {1}"),
    ],
)
def test_what_a_source_makes_of_a_record(source: str, text: Any) -> None:
    record = templates.with_texts(Record(RecordRef("Contact", "1"), PERSON), [source])
    assert record.values[source] == templates.filled(source, PERSON) == text


def test_a_record_whose_fields_were_not_all_read_has_no_text() -> None:
    record = Record(RecordRef("Contact", "1"), {"FirstName": "Ann"})
    assert templates.with_texts(record, ["={FirstName} {LastName}"]) == record
    assert templates.with_sources(["Name", "={FirstName} {LastName}", "=EMEA", "FirstName"]) == (
        "Name",
        "FirstName",
        "LastName",
    )
    assert [templates.is_constant(source) for source in ("=a", "={a}", "a")] == [True, False, False]
