"""Starting and stopping: ports, options, latency, the state file, the command's first line."""

import json
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from connectors.sandbox.listening import PortRefused, RemoteHostRefused
from connectors.sandbox.options import Options, Seed, add_arguments, from_arguments
from connectors.sandbox.server import first_line, running
from tests.timeouts import HANG_SECONDS

ROOT = Path(__file__).parents[3]


def parsed(*flags):
    import argparse

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return from_arguments(vars(parser.parse_args(flags)))


def organizations(sandbox):
    credentials = sandbox.credentials["zendesk"]
    return requests.get(
        f"{credentials['base_url']}/api/v2/organizations",
        headers={"Authorization": f"Bearer {credentials['access_token']}"},
        timeout=HANG_SECONDS,
    )


def test_every_port_is_free_and_known_and_all_credentials_are_in_the_first_line():
    with running(Options(vendors=("zendesk",), seed=Seed.EMPTY)) as sandbox:
        told = json.loads(first_line(sandbox))["zendesk"]
        assert set(told) >= {"base_url", "client_id", "client_secret", "access_token", "email", "api_token"}
        assert told["base_url"] == sandbox.zendesk.base_url
        assert not told["base_url"].endswith(":0")
        assert organizations(sandbox).json()["organizations"] == []


def test_an_empty_account_still_has_its_custom_fields():
    with running(Options(vendors=("zendesk",), seed=Seed.EMPTY)) as sandbox:
        assert len(sandbox.zendesk.store.organization_fields.table) > 9
        assert [user.role for user in sandbox.zendesk.store.users] == ["admin", "agent", "agent"]


def twice():
    """One free port for both servers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {"salesforce": port, "zendesk": port}


def test_a_port_that_is_taken_raises_where_the_sandbox_was_asked_for():
    with running(Options(vendors=("zendesk",), seed=Seed.EMPTY)) as sandbox:
        port = int(sandbox.zendesk.base_url.rpartition(":")[2])
        with pytest.raises(PortRefused, match=rf"Port {port} is taken.*--zendesk-port"):
            with running(Options(vendors=("zendesk",), ports={"zendesk": port})):
                pass
        with pytest.raises(PortRefused, match=r"is taken.*--zendesk-port"), running(Options(ports=twice())):
            pass
        with pytest.raises(PortRefused, match="--zendesk-port"):
            with running(Options(vendors=("zendesk",), ports={"zendesk": 70_000})):
                pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "sandbox.example"])
def test_a_host_that_others_can_reach_is_refused(host):
    with pytest.raises(RemoteHostRefused, match="--allow-remote"), running(Options(host=host)):
        pass


def test_latency_delays_every_answer_and_blocks_nobody_else():
    options = Options(vendors=("zendesk",), seed=Seed.EMPTY, zendesk_latency_ms=100)
    with running(options) as sandbox, ThreadPoolExecutor(1) as pool:
        rules = f"{sandbox.zendesk.base_url}/_sandbox/faults"
        held_for_good = [{"path": "/api/v2/organizations", "timeout": "before", "seconds": 3600}]
        requests.put(rules, json=held_for_good, timeout=HANG_SECONDS).raise_for_status()
        held = pool.submit(organizations, sandbox)
        while not requests.get(rules, timeout=HANG_SECONDS).json()["rules"][0]["fired"]:
            assert not held.done()
        assert organizations(sandbox).elapsed.total_seconds() >= 0.1
        assert not held.done()
        requests.delete(rules, timeout=HANG_SECONDS).raise_for_status()
        assert isinstance(held.exception(HANG_SECONDS), requests.ConnectionError)


def test_the_state_file_keeps_data_jobs_and_tokens_across_restarts(tmp_path):
    options = Options(vendors=("zendesk",), state_file=str(tmp_path / "state.json"), job_ms=0)
    with running(options) as sandbox:
        address = f"{sandbox.zendesk.base_url}/api/v2/organizations/create_many"
        headers = {"Authorization": f"Bearer {sandbox.zendesk.credentials['access_token']}"}
        body = {"organizations": [{"name": "Acme", "organization_fields": {"tier": "tier_gold"}}]}
        job = requests.post(address, json=body, headers=headers, timeout=HANG_SECONDS).json()["job_status"]
        before = sandbox.zendesk.store.dump()
    with running(options) as sandbox:
        store = sandbox.zendesk.store
        assert json.dumps(store.dump()) == json.dumps(before)
        assert store.jobs.by_id[job["id"]].status == "completed"
        assert store.organizations.rows[store.organization_by_name["acme"]].tags == ["tier_gold"]


def test_exact_sizes_switch_the_strangers_off():
    size = parsed("--accounts", "1000", "--organizations", "0").size
    assert (size.accounts, size.organizations, size.helpdesk_only_companies) == (1000, 0, 0)
    assert (parsed().size.organizations, parsed().size.helpdesk_only_companies) == (180, 12)


def test_the_profile_sets_the_quoted_numbers_and_flags_override_it():
    options = parsed("--profile", "p1", "--zendesk-latency-ms", "5")
    assert (options.salesforce_latency_ms, options.zendesk_latency_ms) == (80, 5)
    assert (options.zendesk_rpm, options.job_ms, options.job_row_ms) == (700, 1000, 5.0)
    both = parsed("--latency-ms", "30")
    assert (both.salesforce_latency_ms, both.zendesk_latency_ms) == (30, 30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_json_first_and_stops_cleanly(number):
    command = [sys.executable, "manage.py", "sandbox", "--only", "zendesk", "--zendesk-port", "0"]
    with subprocess.Popen(
        [*command, "--seed", "empty"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        told = json.loads(process.stdout.readline())
        address = f"{told['zendesk']['base_url']}/_sandbox/stats"
        assert requests.get(address, timeout=HANG_SECONDS).json()["total"] == 0
        process.send_signal(number)
        assert process.wait(HANG_SECONDS) == 0, process.stderr.read()
        assert process.stderr.read() == ""


def test_a_body_that_breaks_off_the_rules_of_http_is_refused_and_no_error_of_the_sandbox():
    broken = b"PATCH /api/v2/users/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n"
    with running(Options(seed=Seed.EMPTY, vendors=("zendesk",))) as sandbox:
        zendesk = sandbox.zendesk
        port = int(zendesk.base_url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS) as line:
            line.sendall(broken)
            assert line.recv(1_000).startswith(b"HTTP/1.1 400 ")
        asked = requests.get(f"{zendesk.base_url}/_sandbox/stats", timeout=HANG_SECONDS).json()
    assert asked["internal_errors"] == 0
