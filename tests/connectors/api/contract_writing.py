"""What every connector promises of write, and its three outcomes."""

from itertools import count

import pytest

from connectors.api.errors import ConfigError, Transient
from connectors.api.values import Op, Outcome, RecordRef, Write
from tests.connectors.api.subjects import CountingBudget, Remote, by_tag, until_it_stops


class WritingContract:
    """write, and its three outcomes."""

    def test_records_are_created_changed_and_deleted(self, remote: Remote) -> None:
        connector, subject = remote.open(), remote.subject
        created = by_tag(connector.write(remote.create("First one", "Second one")))
        assert {result.outcome for result in created.values()} == {Outcome.DONE}
        first, second = created[0].id, created[1].id
        changes = [
            Write(Op.UPDATE, subject.object, 7, first, {subject.text: "told"}),
            Write(Op.DELETE, subject.object, 8, second),
        ]
        changed = by_tag(connector.write(changes))
        assert [changed[tag].outcome for tag in (7, 8)] == [Outcome.DONE, Outcome.DONE]
        refs = [RecordRef(subject.object, str(id)) for id in (first, second)]
        now = {record.ref.id: record for record in connector.fetch(refs, (subject.name, subject.text))}
        assert now[str(first)].values == {subject.name: "First one", subject.text: "told"}
        assert now[str(second)].deleted

    def test_none_clears_a_field_and_an_absent_one_stays(self, remote: Remote) -> None:
        connector, subject = remote.open(), remote.subject
        new = Write(Op.CREATE, subject.object, 1, None, {subject.name: "Full", subject.text: "text"})
        id = by_tag(connector.write([new]))[1].id
        ref = RecordRef(subject.object, str(id))
        by_tag(connector.write([Write(Op.UPDATE, subject.object, 1, id, {subject.name: "Fuller"})]))
        [record] = connector.fetch([ref], (subject.text,))
        assert record.values == {subject.text: "text"}
        by_tag(connector.write([Write(Op.UPDATE, subject.object, 1, id, {subject.text: None})]))
        [record] = connector.fetch([ref], (subject.text,))
        assert not record.values[subject.text]

    def test_one_refused_row_leaves_the_others_alone(self, remote: Remote) -> None:
        """S3.C7, acceptance test 17."""
        names = [f"Good {number}" for number in range(remote.subject.batch_size + 20)]
        names[5] = remote.subject.refused
        results = by_tag(remote.open().write(remote.create(*names)))
        refused = results.pop(5)
        assert refused.outcome is Outcome.REJECTED
        assert refused.code
        assert refused.message
        assert {result.outcome for result in results.values()} == {Outcome.DONE}
        assert len({result.id for result in results.values()}) == len(names) - 1

    def test_results_name_the_rows_they_belong_to(self, remote: Remote) -> None:
        connector = remote.open()
        names = [f"Row {number}" for number in range(remote.subject.batch_size * 2 + 1)]
        results = by_tag(connector.write(remote.create(*names)))
        refs = [RecordRef(remote.subject.object, str(results[tag].id)) for tag in range(len(names))]
        found = {r.ref: r.values[remote.subject.name] for r in connector.fetch(refs, (remote.subject.name,))}
        assert [found[ref] for ref in refs] == names

    def test_a_row_that_is_not_there_is_refused(self, remote: Remote) -> None:
        gone = Write(Op.UPDATE, remote.subject.object, 1, self.nobody, {remote.subject.name: "x"})
        assert by_tag(remote.open().write([gone]))[1].outcome is Outcome.REJECTED

    nobody = "1"

    @pytest.mark.parametrize("fault", [{"timeout": "after", "seconds": 2}, {"reset": "after"}, {"malformed": True}])
    def test_a_write_without_an_answer_is_unknown_and_never_sent_again(
        self, remote: Remote, fault: dict[str, object]
    ) -> None:
        connector = remote.open()
        names = [f"Perhaps {number}" for number in range(remote.subject.batch_size + 1)]
        remote.records(connector, limit=1)
        remote.break_next("POST", remote.subject.create_path, times=1, **fault)
        results = by_tag(connector.write(remote.create(*names)))
        outcomes = [result.outcome for result in results.values()]
        assert set(outcomes) == {Outcome.DONE, Outcome.UNKNOWN}
        assert outcomes.count(Outcome.UNKNOWN) in (1, remote.subject.batch_size)
        assert remote.seen(remote.subject.create_path.strip("*")) == 2

    def test_an_internal_error_after_a_write_is_unknown(self, remote: Remote) -> None:
        connector = remote.open()
        remote.break_next("POST", remote.subject.create_path, answer={"status": 500})
        results = by_tag(connector.write(remote.create("Perhaps")))
        assert results[0].outcome is Outcome.UNKNOWN

    def test_silence_three_times_in_a_row_stops_the_writing(self, remote: Remote) -> None:
        connector = remote.open()
        remote.break_next("POST", remote.subject.create_path, times=999, reset="after")
        found, error = until_it_stops(connector.write(remote.create(*(f"Lost {n}" for n in range(10_000)))))
        assert isinstance(error, Transient)
        assert {result.outcome for result in found} <= {Outcome.UNKNOWN, Outcome.NOT_SENT}
        assert sum(result.outcome is Outcome.UNKNOWN for result in found) <= 5_000

    @pytest.mark.parametrize("status", [403, 404])
    def test_rows_of_a_call_that_failed_for_good_were_not_sent(self, remote: Remote, status: int) -> None:
        connector = remote.open()
        remote.break_next("POST", remote.subject.create_path, times=9, answer={"status": status, "body": {}})
        found, error = until_it_stops(connector.write(remote.create("Not yet")))
        assert isinstance(error, ConfigError)
        assert [result.outcome for result in found] == [Outcome.NOT_SENT]

    def test_cancelling_sends_no_further_batch_and_reports_the_ones_in_flight(self, remote: Remote) -> None:
        connector = remote.open()
        going = iter([True, False, *[False] * 99])
        names = [f"Some {number}" for number in range(remote.subject.batch_size * 3)]
        results = by_tag(connector.write(remote.create(*names), keep_going=lambda: next(going)))
        done = [tag for tag, result in results.items() if result.outcome is Outcome.DONE]
        assert len(done) == remote.subject.batch_size
        assert {r.outcome for r in results.values()} <= {Outcome.DONE, Outcome.NOT_SENT}

    def test_rows_are_taken_only_as_they_can_be_sent(self, remote: Remote) -> None:
        taken = count()

        def rows() -> object:
            for number in range(1_000_000):
                next(taken)
                yield remote.create(f"Endless {number}")[0]

        results = remote.open().write(rows())  # type: ignore[arg-type]
        next(results)
        results.close()  # type: ignore[attr-defined]
        assert next(taken) <= 30_000

    def test_every_call_is_counted(self, remote: Remote) -> None:
        connector = remote.open()
        remote.control("DELETE", "stats")
        remote.records(connector)
        by_tag(connector.write(remote.create("Counted")))
        assert connector.calls == remote.control("GET", "stats")["total"]

    def test_a_shared_budget_is_asked_before_each_call(self, remote: Remote) -> None:
        budget = CountingBudget()
        connector = remote.open(budget=budget)
        remote.records(connector)
        by_tag(connector.write(remote.create("Paced")))
        assert connector.calls <= budget.acquired <= connector.calls + remote.subject.turns_ahead
