"""The first steps of a connection test say where it fails (S3.C2)."""

import socket
import threading
from collections.abc import Iterator

import pytest

from connectors.api.errors import ConfigError
from connectors.api.reach import Steps, check_address, check_connection, check_name, check_tls
from connectors.api.values import CheckState, CheckStep


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and speaks no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]


def test_a_name_that_does_not_exist_fails_there() -> None:
    with pytest.raises(ConfigError, match=r"no-such-host\.invalid"):
        check_name("https://no-such-host.invalid")


def test_a_host_without_a_trusted_certificate_fails_there(silent_port: int) -> None:
    with pytest.raises(ConfigError, match="not trusted"):
        check_tls(f"https://127.0.0.1:{silent_port}", proxied=False)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_host_that_takes_no_connections_fails_before_its_certificate(unused_tcp_port: int, scheme: str) -> None:
    with pytest.raises(ConfigError, match="does not take connections"):
        check_connection(f"{scheme}://127.0.0.1:{unused_tcp_port}", proxied=False)


def test_a_host_that_takes_connections_passes(silent_port: int) -> None:
    assert check_connection(f"https://127.0.0.1:{silent_port}", proxied=False).state is CheckState.OK


def test_what_a_call_shows_of_another_step_is_told_there() -> None:
    def call() -> CheckStep:
        raise ConfigError("no API", code="NO_API")

    steps = Steps(("Scope", "Permission", "Edition"))
    steps.run("Scope", call, {"NO_API": "Edition"})
    assert [step.state for step in steps.all()] == [
        CheckState.NOT_REACHED,
        CheckState.NOT_REACHED,
        CheckState.FAILED,
    ]


def test_the_sandbox_needs_no_certificate_and_a_proxy_checks_for_itself() -> None:
    assert check_tls("http://127.0.0.1:1", proxied=False).state is CheckState.OK
    assert check_tls("https://no-such-host.invalid", proxied=True).state is CheckState.OK
    assert check_connection("https://no-such-host.invalid", proxied=True).state is CheckState.OK


def test_steps_after_a_failed_one_are_not_reached() -> None:
    steps = Steps(("Address", "DNS", "TLS"))
    steps.run("Address", lambda: check_address("https://acme.zendesk.com"))
    steps.run("DNS", lambda: check_address("http://acme.zendesk.com"))
    steps.run("TLS", lambda: pytest.fail("it must not be tried"))
    report = steps.all()
    assert [step.name for step in report] == ["Address", "DNS", "TLS"]
    assert [step.state for step in report] == [CheckState.OK, CheckState.FAILED, CheckState.NOT_REACHED]
    assert "https://acme.zendesk.com" in report[1].hint


def test_a_warning_does_not_stop_the_test() -> None:
    steps = Steps(("One", "Two"))
    steps.run("One", lambda: CheckStep("One", CheckState.WARNING))
    steps.run("Two", lambda: CheckStep("Two", CheckState.OK))
    assert not steps.failed
