"""The supervisor over real, tiny processes."""

import os
import signal
import sys
import threading
from dataclasses import replace

import pytest

from syncadmin.supervisor.parts import Part
from syncadmin.supervisor.readiness import PartNotReady, Stopped, wait_for
from syncadmin.supervisor.run import PartStopped, run

SLEEPER = Part("sleeper", (sys.executable, "-c", "import signal; print('{}', flush=True); signal.pause()"))


def stop_when_started(record) -> None:
    wait_for("sleeper", lambda: bool(record.tails["sleeper"]), record.stopping)
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def own_signals():
    """honcho leaves its handlers behind; the next test gets the ones of pytest back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_it_returns_when_it_is_told_to_stop(tmp_path):
    run([SLEEPER], os.environ, tmp_path / "log", stop_when_started)
    assert "sleeper stopped (rc=-15)" in (tmp_path / "log").read_text()


def test_it_stops_everything_also_when_it_is_told_before_the_parts_have_started(tmp_path):
    default = signal.getsignal(signal.SIGINT)

    def stop_at_once(record) -> None:
        while signal.getsignal(signal.SIGINT) is default:
            pass
        os.kill(os.getpid(), signal.SIGINT)

    parts = [replace(SLEEPER, name=f"sleeper-{number}") for number in range(6)]
    run(parts, os.environ, tmp_path / "log", stop_at_once)
    log = (tmp_path / "log").read_text()
    assert all(f"{part.name} stopped (rc=-15)" in log for part in parts)


def test_a_part_that_ends_by_itself_stops_the_rest_and_says_why(tmp_path):
    broken = Part("broken", (sys.executable, "-c", "print('no such host'); raise SystemExit(3)"))
    with pytest.raises(PartStopped, match=r"(?s)broken stopped by itself.*no such host"):
        run([SLEEPER, broken], os.environ, tmp_path / "log", lambda record: None)


def test_a_failure_beside_the_parts_stops_them_and_is_raised(tmp_path):
    def fail(record) -> None:
        wait_for("sleeper", lambda: bool(record.tails["sleeper"]), record.stopping)
        raise PartNotReady("The web server did not answer within 60 seconds.")

    with pytest.raises(PartNotReady, match="The web server"):
        run([SLEEPER], os.environ, tmp_path / "log", fail)


def test_waiting_ends_when_everything_is_being_stopped():
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Stopped):
        wait_for("anything", lambda: False, stopping)


def test_waiting_ends_with_the_name_of_what_stayed_silent():
    with pytest.raises(PartNotReady, match="The moon did not answer within 0 seconds"):
        wait_for("The moon", lambda: False, threading.Event(), seconds=0.2)
