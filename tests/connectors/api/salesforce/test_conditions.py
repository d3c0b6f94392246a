"""Conditions (S3.54): Salesforce finds the records that are judged to meet them, and all others by their opposite."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from connectors.api.conditions import ORDERS, holds
from connectors.api.values import Compare, Condition, FieldType, Op, Outcome, Query, Record, Write
from tests.connectors.api.subjects import Remote

TYPES = {
    "Name": FieldType.TEXT,
    "Website": FieldType.URL,
    "Phone": FieldType.PHONE,
    "AnnualRevenue": FieldType.DECIMAL,
    "NumberOfEmployees": FieldType.INTEGER,
    "CreatedDate": FieldType.DATETIME,
    "Industry": FieldType.CHOICE,
    "Products__c": FieldType.CHOICES,
    "ParentId": FieldType.REFERENCE,
    "IsPersonAccount": FieldType.BOOLEAN,
}
NAMES = [
    {"Name": "100% _sure_", "AnnualRevenue": 0, "Website": None, "Products__c": "Suite;Talk"},
    {"Name": "o'Hara & Söhne", "AnnualRevenue": 10.5, "NumberOfEmployees": 0, "Products__c": "Chat"},
    {"Name": "Back\\slash", "NumberOfEmployees": 7, "Phone": "+49 30 1", "Products__c": None},
]
ORDERED = (FieldType.DECIMAL, FieldType.INTEGER, FieldType.DATETIME)
TEXTS = (FieldType.TEXT, FieldType.URL, FieldType.PHONE)


def drawn(field: str, records: list[Record], chance: random.Random) -> Iterator[Condition]:
    """Conditions on a field, by values that some record has."""
    type, held = TYPES[field], [record.values.get(field) for record in records]
    texts = sorted(
        {str(value).lower() if isinstance(value, bool) else str(value) for value in held if value is not None}
    )
    if type is FieldType.CHOICES:
        texts = sorted({part for text in texts for part in text.split(";")})
    if not texts:
        return
    several = tuple(chance.sample(texts, min(3, len(texts))))
    negated = chance.random() < 0.5
    yield Condition(field, several, negated, type=type)
    if type is not FieldType.BOOLEAN:
        yield Condition(field, ("",), negated, type=type)
    if type in ORDERED:
        yield from (Condition(field, several[:1], not negated, by, type) for by in ORDERS)
    if type in TEXTS:
        piece = several[0][: chance.randint(1, 4)].upper()
        yield Condition(field, (piece,), negated, Compare.STARTS, type)
        yield Condition(field, (several[0][1:3] or "%",), negated, Compare.CONTAINS, type)


def test_salesforce_finds_what_is_judged_to_meet_a_condition(salesforce: Remote) -> None:
    connector, chance = salesforce.open(), random.Random(54)
    made = connector.write(Write(Op.CREATE, "Account", tag, None, values) for tag, values in enumerate(NAMES))
    assert {result.outcome for result in made} == {Outcome.DONE}
    everybody = [record for page in connector.read(Query("Account", tuple(TYPES))) for record in page.records]
    each = [condition for field in TYPES for condition in drawn(field, everybody, chance)]
    both = [Condition("", (), chance.random() < 0.5, any_of=tuple(chance.sample(each, 3))) for _ in range(8)]
    assert len(each) > 30
    for asked in [*each, *both]:
        for where in ((asked,), (replace(asked, negated=not asked.negated),), (asked, chance.choice(each))):
            found = [
                record.ref.id for page in connector.read(Query("Account", ("Name",), where)) for record in page.records
            ]
            judged = {record.ref.id for record in everybody if all(holds(one, record.values) for one in where)}
            assert set(found) == judged, where
            assert len(found) == len(judged)
