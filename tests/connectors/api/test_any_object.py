"""Objects that no part of the product knows by name: they are described, read, fetched and written like any other."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.api.protocol import Connector
from connectors.api.values import ATTACHED, Cause, Condition, Op, Outcome, Query, RecordRef, Write, WriteResult
from tests.connectors.api.subjects import Remote, by_tag, last_watermark


@dataclass(frozen=True)
class Sample:
    """An object of a vendor with the field that labels it, two more, and values for a new record."""

    vendor: str
    object: str
    label: str
    note: str
    key: str
    new: dict[str, Any] = field(default_factory=dict)


SAMPLES = [
    Sample("salesforce", "Site__c", "Name", "City__c", "Code__c", {"Kind__c": "Plant", "Opened__c": "2024-02-29"}),
    Sample(
        "zendesk",
        "custom_object.site",
        "name",
        "fields.city",
        "external_id",
        {"fields.kind": "plant", "fields.opened": "2024-02-29", "fields.active": True, "fields.seats": 12},
    ),
]


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample.object)
def sample(request: pytest.FixtureRequest) -> Sample:
    return request.param


@pytest.fixture
def remote(sample: Sample, request: pytest.FixtureRequest) -> Remote:
    return request.getfixturevalue(sample.vendor)


def write(connector: Connector, op: Op, object: str, id: str | None = None, **values: Any) -> WriteResult:
    return by_tag(connector.write([Write(op, object, 1, id, values)]))[1]


def read(connector: Connector, query: Query) -> tuple[dict[str, Any], str]:
    pages = list(connector.read(query))
    return {record.ref.id: record for page in pages for record in page.records}, last_watermark(pages)


def test_a_record_lives_through_the_five_verbs(sample: Sample, remote: Remote) -> None:
    connector = remote.open()
    known = {field.name: field for field in connector.describe(sample.object).fields}
    assert known[sample.label].updatable
    assert {sample.note, sample.key, *sample.new} <= known.keys()
    fields = (sample.label, sample.note, sample.key, *sample.new)
    values = {sample.label: "Plant Kiel", sample.key: "P-1", **sample.new}
    made = write(connector, Op.CREATE, sample.object, None, **values)
    other = write(connector, Op.CREATE, sample.object, None, **{sample.label: "Store Rome"})
    assert (made.outcome, other.outcome) == (Outcome.DONE, Outcome.DONE)
    records, watermark = read(connector, Query(sample.object, fields))
    assert dict(records[str(made.id)].values) == {sample.note: None, **values}
    assert records.keys() == {made.id, other.id}
    by_key = read_some(connector, Query(sample.object, fields, (Condition(sample.key, ("P-1",)),)))
    assert by_key == {made.id}

    remote.control("POST", "clock", {"advance": 300})
    assert write(connector, Op.UPDATE, sample.object, made.id, **{sample.note: "Kiel"}).outcome is Outcome.DONE
    assert write(connector, Op.DELETE, sample.object, other.id).outcome is Outcome.DONE
    remote.control("POST", "clock", {"advance": 300})
    changed, watermark = read(connector, Query(sample.object, fields, since=watermark))
    assert changed[str(made.id)].values[sample.note] == "Kiel"
    assert changed[str(other.id)].deleted
    assert read(connector, Query(sample.object, fields, since=watermark))[0].keys() <= changed.keys()

    refs = [RecordRef(sample.object, str(id)) for id in (made.id, other.id)]
    fetched = {record.ref.id: record for record in connector.fetch(refs, fields)}
    assert fetched[str(made.id)].values[sample.note] == "Kiel"
    assert fetched[str(other.id)].deleted
    assert write(connector, Op.UPDATE, sample.object, other.id, **{sample.note: "x"}).cause is Cause.GONE
    again = {sample.label: "Second", sample.key: "P-1"}
    assert write(connector, Op.CREATE, sample.object, None, **again).cause is Cause.EXISTS


def read_some(connector: Connector, query: Query) -> set[str]:
    return {record.ref.id for page in connector.read(query) for record in page.records}


def test_users_of_salesforce_are_read_and_changed_and_have_no_tombstones(salesforce: Remote) -> None:
    """A user is switched off, never deleted; the object has no IsDeleted that a query could ask for."""
    connector = salesforce.open()
    known = {field.name: field for field in connector.describe("User").fields}
    assert (known["ContactId"].creatable, known["ContactId"].updatable) == (True, False)
    assert not known["AccountId"].writable
    assert known["AccountId"].read_only_reason
    portal = Condition("ContactId", ("",), negated=True)
    fields = ("ContactId", "Title", "Phone", "IsActive", "Profile.UserLicense.Name")
    users, watermark = read(connector, Query("User", fields, (portal,)))
    assert users
    first, *others = users
    assert users[first].values["Profile.UserLicense.Name"] == "Customer Community"
    salesforce.control("POST", "clock", {"advance": 600})
    assert write(connector, Op.UPDATE, "User", first, Title="Buyer", IsActive=False).outcome is Outcome.DONE
    taken = write(connector, Op.UPDATE, "User", others[0], Username="olivia@syncadmin.sandbox")
    assert (taken.outcome, taken.code, taken.cause) == (Outcome.REJECTED, "DUPLICATE_USERNAME", Cause.EXISTS)
    barred = write(connector, Op.UPDATE, "User", others[0], ContactId=users[others[0]].values["ContactId"])
    assert (barred.outcome, barred.code) == (Outcome.REJECTED, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert write(connector, Op.DELETE, "User", others[0]).code == "INSUFFICIENT_ACCESS_OR_READONLY"
    changed, _ = read(connector, Query("User", fields, (portal,), since=watermark))
    assert changed[first].values["Title"] == "Buyer"
    [now] = connector.fetch([RecordRef("User", first)], ("Title", "IsActive"))
    assert dict(now.values) == {"Title": "Buyer", "IsActive": False}


def test_a_contact_with_a_portal_user_says_so_before_it_is_deleted(salesforce: Remote) -> None:
    connector = salesforce.open()
    portal = Condition("ContactId", ("",), negated=True)
    users, _ = read(connector, Query("User", ("ContactId",), (portal,)))
    contact = next(iter(users.values())).values["ContactId"]
    [record] = connector.fetch([RecordRef("Contact", contact)], (ATTACHED,))
    assert "1 portal user" in [noun.counted(number) for noun, number in record.values[ATTACHED].items()]


def test_many_records_are_made_changed_and_refused_row_by_row(sample: Sample, remote: Remote) -> None:
    """More than one batch of either vendor; one row of it breaks a rule."""
    connector = remote.open()
    rows = [
        Write(Op.CREATE, sample.object, n, None, {sample.label: f"Site {n}", sample.key: f"K-{n}"}) for n in range(230)
    ]
    rows[7] = Write(Op.CREATE, sample.object, 7, None, {sample.note: "nameless"})
    made = by_tag(connector.write(rows))
    assert {n for n, result in made.items() if result.outcome is not Outcome.DONE} == {7}
    assert len({result.id for result in made.values()}) == 230
    changes = [Write(Op.UPDATE, sample.object, n, made[n].id, {sample.note: "x"}) for n in range(100, 230)]
    assert {result.outcome for result in connector.write(changes)} == {Outcome.DONE}
    found = connector.fetch(
        [RecordRef(sample.object, str(made[n].id)) for n in range(100, 230)], (sample.note, sample.key)
    )
    assert {(record.values[sample.note], record.values[sample.key]) for record in found} == {
        ("x", f"K-{n}") for n in range(100, 230)
    }
    [page] = connector.read(Query(sample.object, (sample.label,), limit=0))
    assert page.total == 229
