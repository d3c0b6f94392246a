import datetime as dt
import io

from honcho.printer import Message

from syncadmin.supervisor.record import OutputRecord

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def line(name: str, text: str) -> Message:
    return Message(type="line", data=text.encode(), time=NOON, name=name, colour=None)


def test_the_credentials_of_the_sandbox_are_kept_and_not_logged():
    log = io.StringIO()
    record = OutputRecord(log)
    record.write(line("sandbox", '{"zendesk": {"client_secret": "s3cret"}}\n'))
    assert record.sandbox_ready.is_set()
    assert record.sandbox["zendesk"]["client_secret"] == "s3cret"
    assert "s3cret" not in log.getvalue()


def test_the_part_that_stopped_first_is_named_with_its_last_words():
    record = OutputRecord(io.StringIO())
    record.write(line("worker-1", "Connection refused\n"))
    record.write(line("system", "worker-1 stopped (rc=1)\n"))
    record.write(line("system", "web stopped (rc=0)\n"))
    assert record.first_stopped == "worker-1"
    assert list(record.tails["worker-1"]) == ["Connection refused"]
    assert record.stopping.is_set()


def test_a_signal_stops_the_waiting():
    record = OutputRecord(io.StringIO())
    record.write(line("web", "SIGINT received by a page, which is only text"))
    assert not record.stopping.is_set()
    record.write(line("system", "SIGINT received\n"))
    assert record.stopping.is_set()


def test_every_line_reaches_the_log_with_its_part():
    log = io.StringIO()
    OutputRecord(log).write(line("cron", "Starting cron scheduler\n"))
    assert log.getvalue() == "12:00:00 cron | Starting cron scheduler\n"
