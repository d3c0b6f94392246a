"""What every connector promises of credentials, tokens and announced limits."""

import logging

import pytest

from connectors.api.errors import AuthError, ConnectorError, RateLimited
from connectors.api.values import CheckState, Outcome
from tests.connectors.api.subjects import CountingBudget, MemoryTokens, Remote, by_tag


class SigningInContract:
    """Tokens, and what happens when they end."""

    def test_a_token_that_ended_in_the_middle_of_a_run_is_renewed_once(self, remote: Remote) -> None:
        connector = remote.open()
        remote.records(connector, limit=1)
        remote.control("POST", "expire-tokens")
        assert len(remote.records(connector)) == remote.subject.rows
        assert remote.seen("token") == 2

    def test_a_token_that_ended_under_several_calls_is_renewed_once_for_all(self, remote: Remote) -> None:
        connector = remote.open()
        remote.records(connector, limit=1)
        remote.control("POST", "expire-tokens")
        names = [f"Renewed {number}" for number in range(remote.subject.batch_size * 4)]
        assert {result.outcome for result in connector.write(remote.create(*names))} == {Outcome.DONE}
        assert remote.seen("token") == 2

    def test_revoked_credentials_are_an_authentication_error(self, remote: Remote) -> None:
        connector = remote.open()
        remote.records(connector, limit=1)
        remote.control("POST", "expire-tokens")
        answer = {"status": 401, "body": {"error": "invalid_client", "error_description": "gone"}}
        remote.break_next("POST", remote.subject.token_path, times=9, answer=answer)
        with pytest.raises(AuthError):
            remote.records(connector)

    def test_wrong_credentials_fail_the_step_of_that_name(self, remote: Remote) -> None:
        report = remote.open(settings={"client_secret": "wrong"}).check()
        states = {step.name: step.state for step in report.steps}
        assert states["Credentials"] is CheckState.FAILED
        assert states["Permission"] is CheckState.NOT_REACHED
        assert not report.ok

    def test_a_wrong_address_fails_the_step_where_it_shows(self, remote: Remote, unused_tcp_port: int) -> None:
        report = remote.open(base_url=f"http://127.0.0.1:{unused_tcp_port}").check()
        failed = next(step for step in report.steps if step.state is CheckState.FAILED)
        assert failed.name == "Connection"

    def test_tokens_are_shared_through_the_store(self, remote: Remote) -> None:
        store = MemoryTokens()
        remote.records(remote.open(tokens=store), limit=1)
        remote.records(remote.open(tokens=store), limit=1)
        assert remote.seen("token") == 1
        assert store.lifetime > 60

    def test_a_stored_token_that_ended_is_replaced(self, remote: Remote) -> None:
        store = MemoryTokens()
        remote.records(remote.open(tokens=store), limit=1)
        old = store.token
        remote.control("POST", "expire-tokens")
        remote.records(remote.open(tokens=store), limit=1)
        assert store.token
        assert store.token != old

    def test_no_secret_shows_in_errors_texts_or_logs(self, remote: Remote, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        connector = remote.open()
        remote.records(connector, limit=1)
        shown = [repr(connector), str(vars(connector)), caplog.text]
        for fault in ({"answer": {"status": 401}}, {"answer": {"status": 418}}, {"reset": "before"}):
            remote.break_next("*", "*", times=9, **fault)
            with pytest.raises(ConnectorError) as caught:
                remote.records(connector)
            chain = [caught.value, caught.value.__cause__, caught.value.__context__]
            shown.extend(f"{error!r} {error}" for error in chain if caught.value.__suppress_context__ is False)
            shown.append(f"{caught.value!r} {caught.value} {caught.value.hint}")
        secret = str(remote.credentials["client_secret"])
        assert secret
        assert not any(secret in text for text in shown)


class LimitContract:
    """Limits that the vendor announces."""

    def limit_answer(self, seconds: int) -> dict[str, object]:
        raise NotImplementedError

    def test_a_wait_that_was_told_is_waited_and_the_write_sent_again(self, remote: Remote) -> None:
        budget = CountingBudget()
        connector = remote.open(budget=budget)
        remote.break_next("POST", remote.subject.create_path, times=2, answer=self.limit_answer(7))
        results = by_tag(connector.write(remote.create("Patient")))
        assert results[0].outcome is Outcome.DONE
        assert budget.held == [7.0, 7.0]
        assert [round(seconds) for seconds in remote.slept] == [7, 7]

    def test_a_wait_beyond_the_longest_is_the_callers(self, remote: Remote) -> None:
        connector = remote.open()
        remote.break_next("GET", remote.subject.list_path, answer=self.limit_answer(3600))
        with pytest.raises(RateLimited) as caught:
            remote.records(connector)
        assert caught.value.retry_after == 3600
        assert not remote.slept
