"""Between Salesforce's JSON and CSV and our values: what was not read, and what a field says of its values."""

import pytest

from connectors.api.salesforce.schema import object_schema
from connectors.api.salesforce.values import Shape, csv_records, json_records, shape_of
from connectors.api.values import FieldType


def test_a_key_that_a_row_leaves_out_was_not_read() -> None:
    shape = Shape({"Site": FieldType.TEXT}, frozenset())
    make = json_records("Account", ("Site", "Phone", "RecordType.DeveloperName"), shape)
    assert make({"Id": "1", "Site": None}).values == {"Site": None}
    assert make({"Id": "1", "Phone": "1", "RecordType": None}).values == {
        "Phone": "1",
        "RecordType.DeveloperName": None,
    }


@pytest.mark.parametrize(
    ("kind", "text", "hidden"),
    [
        ("all", "****", True), ("all", "**** ****", True), ("all", "4711", False), ("all", "***1", False),
        ("all", "", False), ("lastFour", "*****0815", True), ("lastFour", "****", True), ("lastFour", "4711", False),
        ("creditCard", "****-****-****-1234", True), ("ssn", "***-**-6789", True), ("nino", "** ** ** ** *", True),
    ],
)  # fmt: skip
def test_a_masked_value_was_not_read(kind: str, text: str, hidden: bool) -> None:
    """It comes as a mask, whatever was written; nobody may take that for the value."""
    field = {"name": "S", "label": "S", "type": "encryptedstring", "mask": "*", "maskType": kind, "encrypted": True}
    shape = shape_of(object_schema({"name": "X", "label": "X", "fields": [field]}))
    read = json_records("X", ("S",), shape)({"Id": "1", "S": text}).values
    from_csv = csv_records("X", ("S",), shape, ["Id", "SystemModstamp", "S"])(["1", "", text]).values
    assert ("S" not in read, "S" not in from_csv) == (hidden, hidden)


def test_amounts_say_where_their_currency_stands_and_several_values_in_one_are_known() -> None:
    types = {"CurrencyIsoCode": "picklist", "Amount": "currency", "BillingAddress": "address", "Place__c": "location"}
    described = [{"name": name, "label": name, "type": type} for name, type in types.items()]
    known = {f.name: f for f in object_schema({"name": "X", "label": "X", "fields": described}).fields}
    assert [name for name, field in known.items() if field.compound] == ["BillingAddress", "Place__c"]
    assert [known[name].unit for name in types] == ["", "CurrencyIsoCode", "", ""]
    alone = object_schema({"name": "X", "label": "X", "fields": described[1:2]})
    assert alone.fields[0].unit == ""
