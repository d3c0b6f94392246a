"""The session under the vendors' libraries: what it refuses, how it waits, what it never tells."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.api.errors import ConfigError, OutcomeUnknown, RateLimited, Transient
from connectors.api.http import RetryPolicy, VendorSession
from connectors.api.zendesk.errors import judge_zendesk


class Server:
    """A plain local server that gives prepared answers and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.free = threading.Event()
        self.free.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                outer.free.wait(5)
                length = int(self.headers.get("Content-Length") or 0)
                outer.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
                status, headers, body = outer.answers.pop(0) if outer.answers else (200, {}, b"{}")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda request, client: None  # type: ignore[method-assign]
        self.base_url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def session(server: Server, slept: list[float]) -> Iterator[VendorSession]:
    made = session_for(server.base_url, slept)
    yield made
    made.close()


def session_for(
    base_url: str, slept: list[float], retry_policy: RetryPolicy | None = None, *, known: bool = True
) -> VendorSession:
    return VendorSession(
        base_url, product="Zendesk", judge=judge_zendesk, retry_policy=retry_policy, known=known, sleep=slept.append
    )


def test_a_library_that_insists_on_https_reaches_the_sandbox(server: Server, session: VendorSession) -> None:
    address = server.base_url.replace("http://", "https://")
    assert session.get(f"{address}/api").status_code == 200
    assert server.asked[0][1] == "/api"


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.zendesk.com/api",
        "https://evil.example/api",
        "http://127.0.0.1:1/api",
        "http://127.0.0.1.evil.example/api",
    ],
)
def test_no_host_but_the_configured_one_is_called(session: VendorSession, url: str) -> None:
    with pytest.raises(ConfigError):
        session.get(url)
    assert session.calls == 0


def test_plain_http_to_an_allowed_host_is_refused_too() -> None:
    with session_for("https://acme.zendesk.com", []) as session, pytest.raises(ConfigError, match="Plain http"):
        session.get("http://acme.zendesk.com/api")


def test_a_redirect_of_a_read_stays_on_the_origin(server: Server, session: VendorSession) -> None:
    server.answers = [(301, {"Location": "/moved"}, b""), (200, {}, b"{}")]
    assert session.get(f"{server.base_url}/old").ok
    assert [path for _, path, _, _ in server.asked] == ["/old", "/moved"]
    assert session.calls == 2


def test_a_redirect_elsewhere_takes_no_credentials_along(server: Server, session: VendorSession) -> None:
    other = Server()
    try:
        server.answers = [(302, {"Location": f"{other.base_url}/steal"}, b"")]
        session.headers["Authorization"] = "Bearer secret"
        with pytest.raises(ConfigError, match="not the configured address"):
            session.get(f"{server.base_url}/api")
        assert other.asked == []
    finally:
        other.close()


def test_a_redirected_write_is_an_error_and_not_a_read(server: Server, session: VendorSession) -> None:
    server.answers = [(302, {"Location": "/elsewhere"}, b"")]
    with pytest.raises(ConfigError, match="another address"):
        session.post(f"{server.base_url}/api", data=b"{}")
    assert len(server.asked) == 1


def test_the_product_says_who_it_is_and_keeps_no_cookies(server: Server, session: VendorSession) -> None:
    server.answers = [(200, {"Set-Cookie": "tracked=1; Path=/"}, b"{}")]
    session.get(f"{server.base_url}/one")
    session.get(f"{server.base_url}/two")
    headers = server.asked[1][2]
    assert headers["User-Agent"].startswith("SyncAdmin/")
    assert "Cookie" not in headers


def test_credentials_of_the_machine_do_not_overrule_ours(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password wrong\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with session_for(server.base_url, []) as session:
        session.get(f"{server.base_url}/api")
    assert "Authorization" not in server.asked[0][2]


def test_every_read_has_a_timeout_whatever_the_library_asks(server: Server) -> None:
    server.free.clear()
    with session_for(server.base_url, [], RetryPolicy(read_timeout=0.1, tries=1)) as session:
        with pytest.raises(Transient, match="in time"):
            session.get(f"{server.base_url}/slow", timeout=None)
    server.free.set()


def test_reads_are_repeated_with_growing_and_jittered_pauses(
    server: Server, session: VendorSession, slept: list[float]
) -> None:
    server.answers = [(500, {}, b"")] * 4
    with pytest.raises(Transient):
        session.get(f"{server.base_url}/api")
    assert len(server.asked) == 4
    for number, pause in enumerate(slept):
        assert 0.25 * 2**number <= pause <= 0.75 * 2**number


def test_a_write_is_never_repeated_after_an_internal_error(server: Server, session: VendorSession) -> None:
    server.answers = [(500, {}, b"")]
    with pytest.raises(OutcomeUnknown):
        session.post(f"{server.base_url}/api", data=b"{}")
    assert len(server.asked) == 1


def test_a_busy_server_without_a_time_leaves_a_write_unknown(server: Server, session: VendorSession) -> None:
    server.answers = [(503, {}, b"")]
    with pytest.raises(OutcomeUnknown):
        session.post(f"{server.base_url}/api", data=b"{}")


def test_a_busy_server_that_names_a_time_did_nothing(
    server: Server, session: VendorSession, slept: list[float]
) -> None:
    server.answers = [(503, {"Retry-After": "4"}, b"")]
    assert session.post(f"{server.base_url}/api", data=b"{}").ok
    assert [round(seconds) for seconds in slept] == [4]


def test_a_collision_is_repeated_for_writes_too(server: Server, session: VendorSession) -> None:
    server.answers = [(409, {}, b'{"error": "DatabaseConflict"}')]
    assert session.post(f"{server.base_url}/api", data=b"{}").ok
    assert len(server.asked) == 2


def test_a_limit_without_a_time_is_waited_for_longer_and_longer(
    server: Server, session: VendorSession, slept: list[float]
) -> None:
    server.answers = [(429, {}, b"{}")] * 3
    assert session.get(f"{server.base_url}/api").ok
    assert [round(seconds) for seconds in slept] == [5, 10, 20]


def test_a_limit_that_never_ends_is_given_to_the_caller(
    server: Server, session: VendorSession, slept: list[float]
) -> None:
    server.answers = [(429, {"Retry-After": "60"}, b"{}")] * 9
    with pytest.raises(RateLimited) as caught:
        session.get(f"{server.base_url}/api")
    assert caught.value.retry_after == 60
    assert sum(slept) <= RetryPolicy().longest_wait
    with pytest.raises(RateLimited):
        session_limit_is_kept(server, session)


def session_limit_is_kept(server: Server, session: VendorSession) -> None:
    session.hold(3600)
    asked = len(server.asked)
    try:
        session.get(f"{server.base_url}/api")
    finally:
        assert len(server.asked) == asked


def test_a_time_may_be_a_date(server: Server, session: VendorSession, slept: list[float]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answers = [(429, {"Retry-After": later}, b"{}")]
    session.get(f"{server.base_url}/api")
    assert 25 <= slept[0] <= 31


def test_an_unreadable_time_is_no_time(server: Server, session: VendorSession, slept: list[float]) -> None:
    server.answers = [(429, {"Retry-After": "soon"}, b"{}")]
    session.get(f"{server.base_url}/api")
    assert [round(seconds) for seconds in slept] == [5]


def test_a_hold_stops_every_thread_of_the_session(server: Server, slept: list[float]) -> None:
    with session_for(server.base_url, slept) as session:
        session.hold(20)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: session.get(f"{server.base_url}/api"), range(3)))
    assert 1 <= len(slept) <= 3
    assert all(19 <= seconds <= 20 for seconds in slept)


def test_a_connection_that_is_refused_changed_nothing(unused_tcp_port: int, slept: list[float]) -> None:
    with session_for(f"http://127.0.0.1:{unused_tcp_port}", slept) as session:
        with pytest.raises(Transient, match="cannot be reached"):
            session.post(f"http://127.0.0.1:{unused_tcp_port}/api", data=b"{}")
    assert len(slept) == 3


def test_a_name_that_does_not_exist_says_so(slept: list[float]) -> None:
    with session_for("https://no-such-host.invalid", slept) as session:
        session.proxies.clear()
        with pytest.raises(Transient, match=r"no-such-host\.invalid cannot be looked up"):
            session.get("https://no-such-host.invalid/api")


@pytest.mark.parametrize("address", ["https://no-such-host.invalid", ""])
def test_silence_at_an_address_that_has_never_answered_is_a_wrong_address(
    unused_tcp_port: int, slept: list[float], address: str
) -> None:
    """Waiting helps only where something was there before; a few tries, and then the cause."""
    address = address or f"http://127.0.0.1:{unused_tcp_port}"
    with session_for(address, slept, known=False) as session:
        session.proxies.clear()
        with pytest.raises(ConfigError, match=r"no-such-host\.invalid|cannot be reached at 127") as caught:
            session.get(f"{address}/api")
    assert "check the address" in caught.value.hint
    assert (len(slept), session.answered) == (3, False)


def test_a_host_that_has_answered_once_is_waited_for(server: Server, slept: list[float]) -> None:
    server.answers = [(200, {"Connection": "close"}, b"{}")]
    with session_for(server.base_url, slept, known=False) as session:
        session.get(f"{server.base_url}/api")
        server.close()
        with pytest.raises(Transient):
            session.get(f"{server.base_url}/api")
        assert session.answered


def test_errors_do_not_quote_the_request(
    server: Server, session: VendorSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.answers = [(500, {}, b"")] * 4
    with pytest.raises(Transient) as caught:
        session.get(f"{server.base_url}/api?email=ada@example.com", headers={"Authorization": "Bearer s3cret"})
    text = f"{caught.value!r} {caught.value} {caplog.text} {session!r}"
    assert "s3cret" not in text
    assert "ada@example.com" not in text


def test_calls_from_several_threads_are_all_counted(server: Server, session: VendorSession) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.get(f"{server.base_url}/api"), range(40)))
    assert session.calls == len(server.asked) == 40
