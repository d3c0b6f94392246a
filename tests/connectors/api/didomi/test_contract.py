"""Didomi keeps what connectors promise of reading and signing in. It has nothing to write."""

from typing import Any

import pytest

from connectors.api.errors import AuthError, RateLimited
from connectors.api.values import (
    CheckState,
    Compare,
    Condition,
    FieldType,
    Op,
    Outcome,
    Query,
    Record,
    RecordRef,
    Write,
)
from tests.connectors.api.contract_reading import ReadingContract
from tests.connectors.api.subjects import MemoryTokens, Remote, last_watermark

KEY, NEWS, DATE = "organization_user_id", "purposes.newsletter", "purposes.newsletter.date"
MOMENTS = "@moments"


def collect(remote: Remote, who: str, **said: Any) -> Any:
    return remote.control("POST", "collect", {"organization_user_id": who, **said})


def read(remote: Remote, *fields: str, **query: Any) -> dict[str, Record]:
    pages = remote.open().read(Query("user", (KEY, *fields), **query))
    return {record.ref.id: record for page in pages for record in page.records}


class TestDidomi(ReadingContract):
    @pytest.fixture
    def remote(self, didomi: Remote) -> Remote:
        return didomi

    def test_a_limit_of_none_at_all_gives_the_total(self, remote: Remote) -> None:
        """Didomi counts rows: those of visitors without an id are among them."""
        (page,) = remote.open().read(Query("user", (KEY,), limit=0))
        assert page.records == ()
        assert page.total == remote.subject.rows + 5

    def test_only_what_changed_is_read_the_second_time_and_what_went_is_a_tombstone(self, remote: Remote) -> None:
        """What was deleted is not in any list; a webhook tells of it, or the next full read."""
        connector = remote.open()
        first = list(connector.read(Query("user", (KEY, NEWS))))
        remote.control("POST", "clock", {"advance": 3600})
        collect(remote, "visitor1@nobody.example", purposes={"newsletter": False})
        collect(remote, "new@nobody.example", purposes={"newsletter": True})
        remote.control("POST", "clock", {"advance": 3600})
        before = remote.seen("consents")
        pages = list(connector.read(Query("user", (KEY, NEWS), since=last_watermark(first))))
        changed = {record.ref.id: record.values[NEWS] for page in pages for record in page.records}
        assert changed == {"visitor1@nobody.example": "disabled", "new@nobody.example": "enabled"}
        assert remote.seen("consents") - before == 3, "a session that had ended, one page, and one call for both"
        again = Query("user", (KEY, NEWS), since=last_watermark(pages))
        assert not [record for page in connector.read(again) for record in page.records]


def test_a_session_is_renewed_when_it_ends_and_shared_between_processes(didomi: Remote) -> None:
    store = MemoryTokens()
    didomi.records(didomi.open(tokens=store), limit=1)
    connector = didomi.open(tokens=store)
    didomi.records(connector, limit=1)
    assert didomi.seen("sessions") == 1
    assert 3_000 < store.lifetime < 3_600
    didomi.control("POST", "clock", {"advance": 3_601})
    assert len(didomi.records(connector)) == didomi.subject.rows
    assert didomi.seen("sessions") == 2


def test_a_wrong_secret_and_another_organization_fail_at_their_own_steps(didomi: Remote, unused_tcp_port: int) -> None:
    def failed(**otherwise: Any) -> str:
        report = didomi.open(**otherwise).check()
        assert not report.ok
        return next(step.name for step in report.steps if step.state is CheckState.FAILED)

    assert failed(settings={"secret": "wrong"}) == "Credentials"
    assert failed(settings={"organization_id": "another"}) == "Permission"
    assert failed(base_url=f"http://127.0.0.1:{unused_tcp_port}") == "Connection"
    with pytest.raises(AuthError) as caught:
        didomi.records(didomi.open(settings={"secret": "very-secret-indeed"}))
    assert "very-secret-indeed" not in f"{caught.value!r} {caught.value}"


def test_a_wait_that_was_told_is_waited(didomi: Remote) -> None:
    connector = didomi.open()
    limited = {"status": 429, "headers": {"Retry-After": "7"}, "body": {"name": "TooManyRequests", "code": 429}}
    didomi.break_next("GET", "/metadata/purposes", answer=limited)
    connector.describe("user")
    assert [round(seconds) for seconds in didomi.slept] == [7]
    didomi.break_next("GET", "/consents/users", answer={**limited, "headers": {"Retry-After": "3600"}})
    with pytest.raises(RateLimited):
        didomi.records(connector)


def test_what_the_organization_asks_is_described_by_its_own_names(didomi: Remote) -> None:
    fields = {field.name: field for field in didomi.open().describe("user").fields}
    assert (fields[NEWS].label, fields[NEWS].type) == ("Newsletter", FieldType.CHOICE)
    assert [choice.value for choice in fields[NEWS].choices] == ["enabled", "disabled", "null"]
    assert (fields[DATE].label, fields[DATE].type) == ("Newsletter: date", FieldType.DATETIME)
    assert fields["cpra.purposes.newsletter"].label == "Newsletter (CPRA)"
    assert "cpra.purposes.profiling" not in fields, "that purpose belongs to GDPR alone"
    languages = fields["preferences.language"]
    assert languages.type is FieldType.CHOICES
    assert {choice.value: choice.label for choice in languages.choices}["fr"] == "French"
    assert fields["preferences.frequency"].type is FieldType.CHOICE
    assert fields["channels.email"].label == "Channel email"
    assert not any(field.writable for field in fields.values())


def test_choices_lists_and_dates_are_read_and_regulations_stay_apart(didomi: Remote) -> None:
    early, late = "2024-03-01T10:00:00.000Z", "2024-05-01T10:00:00.000Z"
    collect(didomi, "a@b.example", purposes={"newsletter": True}, created_at=early)
    collect(didomi, "a@b.example", preferences={"language": ["fr", "en"]}, channels={"sms": False}, created_at=late)
    collect(didomi, "a@b.example", purposes={"newsletter": False}, regulation="cpra", created_at=late)
    collect(didomi, "a@b.example", purposes={"newsletter": True}, user_id="second-device", created_at=early)
    collect(didomi, "n@b.example", purposes={"newsletter": None}, created_at=late)
    fields = (
        NEWS,
        DATE,
        "cpra.purposes.newsletter",
        "preferences.language",
        "preferences.language.date",
        "channels.sms",
    )
    found = read(didomi, *fields, "purposes.offers", "purposes.offers.date")
    a = found["a@b.example"].values
    assert [a[name] for name in fields] == ["enabled", early, "disabled", "en;fr", late, "disabled"]
    assert (a["purposes.offers"], a["purposes.offers.date"]) == ("null", None), "nobody asked"
    n = found["n@b.example"].values
    assert (n[NEWS], n[DATE]) == ("null", None), "no choice has no date"
    assert None not in found, "visitors without an id are left out"


def test_a_list_is_read_whole_whatever_its_form_and_order(didomi: Remote) -> None:
    whole = {id: record.values for id, record in read(didomi, NEWS, "cpra.purposes.newsletter").items()}
    assert len(whole) == didomi.subject.rows
    didomi.control("PUT", "settings", {"plain_lists": True, "ignores_sort": True})
    assert {id: record.values for id, record in read(didomi, NEWS, "cpra.purposes.newsletter").items()} == whole
    some = [RecordRef("user", id) for id in list(whole)[:30]]
    fetched = {r.ref.id: r for r in didomi.open().fetch([*some, RecordRef("user", "nobody")], (KEY, NEWS))}
    assert fetched["nobody"].deleted
    assert all(fetched[ref.id].values[NEWS] == whole[ref.id][NEWS] for ref in some)
    asked = Query("user", (KEY,), (Condition(KEY, ("VISITOR1@",), by=Compare.CONTAINS),))
    assert [r.ref.id for page in didomi.open().read(asked) for r in page.records] == ["visitor1@nobody.example"]


def test_a_user_whose_id_no_record_can_hold_is_left_out(didomi: Remote) -> None:
    kept, left_out = f"{'a' * 242}@acme.example", f"{'a' * 243}@acme.example"
    first = list(didomi.open().read(Query("user", (KEY,))))
    didomi.control("POST", "clock", {"advance": 3600})
    for who in (kept, left_out):
        collect(didomi, who, purposes={"newsletter": True})
    for query in ({}, {"since": last_watermark(first)}):
        found = read(didomi, NEWS, **query)
        assert (kept in found, left_out in found) == (True, False)


def test_nothing_is_written(didomi: Remote) -> None:
    connector = didomi.open()
    (result,) = connector.write([Write(Op.UPDATE, "user", 1, "a@b.example", {NEWS: "enabled"})])
    assert (result.outcome, result.code) == (Outcome.REJECTED, "read_only")
    assert connector.calls == 0
