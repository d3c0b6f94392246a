"""What every connector promises of check, describe, read and fetch."""

import pytest

from connectors.api.errors import AuthError, ConfigError, Transient
from connectors.api.values import CheckState, Op, Outcome, Query, RecordRef, Write
from tests.connectors.api.subjects import SHORT_RETRIES, Remote, last_watermark


class ReadingContract:
    """check, describe, read and fetch."""

    def test_a_working_connection_passes_every_step(self, remote: Remote) -> None:
        report = remote.open().check()
        assert report.ok
        assert all(step.state is CheckState.OK for step in report.steps)

    def test_an_unknown_object_is_a_setting_to_change(self, remote: Remote) -> None:
        with pytest.raises(ConfigError):
            remote.open().describe("Nonsense")

    def test_what_is_read_holds_the_asked_fields_and_no_others(self, remote: Remote) -> None:
        asked = (remote.subject.name, remote.subject.text)
        pages = list(remote.open().read(Query(remote.subject.object, asked)))
        records = [record for page in pages for record in page.records]
        assert len(records) == remote.subject.rows
        assert {tuple(record.values) for record in records} == {asked}
        assert all(record.modified_at and record.modified_at.tzinfo for record in records)
        assert not any(record.deleted for record in records)

    def test_a_limit_of_none_at_all_gives_the_total(self, remote: Remote) -> None:
        query = Query(remote.subject.object, (remote.subject.name,), limit=0)
        pages = list(remote.open().read(query))
        assert [(page.records, page.total) for page in pages] == [((), remote.subject.rows)]

    def test_a_limit_caps_the_records_and_gives_no_watermark(self, remote: Remote) -> None:
        pages = list(remote.open().read(Query(remote.subject.object, (remote.subject.name,), limit=7)))
        assert sum(len(page.records) for page in pages) == 7
        assert not any(page.watermark for page in pages)

    def test_known_records_are_fetched_and_an_unknown_one_is_deleted(self, remote: Remote) -> None:
        connector = remote.open()
        some = remote.records(connector, limit=3)
        nobody = RecordRef(remote.subject.object, "0")
        fetched = {
            record.ref: record for record in connector.fetch([*(r.ref for r in some), nobody], (remote.subject.name,))
        }
        assert {ref: fetched[ref].values for ref in fetched if ref != nobody} == {r.ref: r.values for r in some}
        assert fetched[nobody].deleted

    def test_nothing_to_fetch_costs_no_call(self, remote: Remote) -> None:
        connector = remote.open()
        assert list(connector.fetch([], (remote.subject.name,))) == []
        assert connector.calls == 0

    def test_a_read_is_repeated_when_the_connection_breaks(self, remote: Remote) -> None:
        connector = remote.open()
        connector.describe(remote.subject.object)
        remote.break_next("GET", remote.subject.list_path, times=2, reset="before")
        assert len(remote.records(connector)) == remote.subject.rows
        assert len(remote.slept) == 2

    def test_a_read_is_repeated_after_an_internal_error(self, remote: Remote) -> None:
        connector = remote.open()
        remote.break_next("GET", remote.subject.list_path, answer={"status": 502, "body": "<html>"})
        assert len(remote.records(connector)) == remote.subject.rows

    def test_a_read_that_keeps_failing_is_worth_another_try_later(self, remote: Remote) -> None:
        remote.break_next("GET", remote.subject.list_path, times=9, answer={"status": 500})
        with pytest.raises(Transient):
            remote.records(remote.open())
        assert len(remote.slept) == 3

    def test_a_read_without_an_answer_is_worth_another_try_later(self, remote: Remote) -> None:
        remote.break_next("GET", remote.subject.list_path, times=9, timeout="before", seconds=60)
        with pytest.raises(Transient, match="in time"):
            remote.records(remote.open(retry_policy=SHORT_RETRIES))

    def test_an_answer_that_is_no_json_is_not_taken_for_an_empty_one(self, remote: Remote) -> None:
        connector = remote.open()
        connector.describe(remote.subject.object)
        remote.break_next("GET", remote.subject.list_path, malformed=True)
        with pytest.raises(Transient):
            remote.records(connector)

    def test_an_answer_without_the_records_is_not_taken_for_an_empty_one(self, remote: Remote) -> None:
        remote.break_next("GET", remote.subject.list_path, answer={"status": 200, "body": {}})
        with pytest.raises(Transient):
            remote.records(remote.open())

    def test_a_missing_permission_is_a_matter_of_credentials(self, remote: Remote) -> None:
        answer = {"status": 403, "body": self.forbidden}
        remote.break_next("GET", remote.subject.list_path, answer=answer)
        with pytest.raises(AuthError) as caught:
            remote.records(remote.open())
        assert caught.value.hint

    forbidden: object = {}

    def test_another_address_is_never_followed(self, remote: Remote) -> None:
        answer = {"status": 302, "headers": {"Location": "https://evil.example/steal"}}
        remote.break_next("GET", remote.subject.list_path, answer=answer)
        with pytest.raises(ConfigError, match=r"evil\.example"):
            remote.records(remote.open())

    def test_only_what_changed_is_read_the_second_time_and_what_went_is_a_tombstone(self, remote: Remote) -> None:
        connector = remote.open()
        query = Query(remote.subject.object, (remote.subject.name,))
        first = list(connector.read(query))
        remote.control("POST", "clock", {"advance": 3600})
        kept, gone = [record.ref for record in first[0].records[:2]]
        changes = [
            Write(Op.UPDATE, remote.subject.object, 1, kept.id, {remote.subject.name: "Renamed"}),
            Write(Op.DELETE, remote.subject.object, 2, gone.id),
        ]
        assert {result.outcome for result in connector.write(changes)} == {Outcome.DONE}
        remote.control("POST", "clock", {"advance": 3600})

        again = Query(remote.subject.object, (remote.subject.name,), since=last_watermark(first))
        pages = list(connector.read(again))
        changed = {record.ref: record for page in pages for record in page.records}
        assert set(changed) == {kept, gone}
        assert changed[kept].values[remote.subject.name] == "Renamed"
        assert not changed[kept].deleted
        assert changed[gone].deleted

        after = Query(remote.subject.object, (remote.subject.name,), since=last_watermark(pages))
        assert not [r for page in connector.read(after) for r in page.records if r.ref not in changed]
