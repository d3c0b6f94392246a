"""The commands are a contract: exit codes, one JSON object on standard output, and words that help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Operation
from syncadmin.logs.models import LoggingLevel
from syncadmin.logs.services import save_logging_level
from syncadmin.runs.models import Run
from syncadmin.runs.services import runs as services
from tests.architecture.tree import ROOT
from tests.timeouts import HANG_SECONDS
from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.laptop import NOBODY, Laptop, wait_for
from tests.worlds.runs import run

CREATE = {"method": "POST", "path": "/api/v2/organizations/create_many"}
KEYS = ["run", "sync", "state", "outdated", "counts", "unresolved", "guards", "actions", "calls", "seconds"]
COUNTS = {"planned", "written", "skipped", "rejected", "conflicts", "remaining"}


def test_a_run_says_everything_in_one_object_and_its_progress_elsewhere(company: Company) -> None:
    company.account("Acme")
    company.account("Beta")
    company.organization("Beta")
    company.configure()
    said = manage("sync", "run", "accounts", "--inline", "--json")
    assert said.code == 0
    assert list(said.json) == KEYS
    assert (said.json["sync"], said.json["state"]) == ("accounts", "completed")
    assert said.json["counts"].keys() == COUNTS
    assert said.json["counts"] | {"planned": 2, "written": 2} == said.json["counts"]
    assert said.json["actions"].keys() == {operation.word for operation in Operation.known()}
    assert (said.json["actions"]["create_right"], said.json["actions"]["link"]) == (1, 1)
    assert said.json["calls"].keys() == {"salesforce", "zendesk"}
    assert all(number > 0 for number in said.json["calls"].values())
    assert said.json["seconds"].keys() == {"extract", "match", "plan", "apply"}
    assert "completed" in said.err


def test_a_plan_ends_with_two_when_there_is_something_to_do_and_with_nothing_otherwise(company: Company) -> None:
    company.account("Acme")
    company.configure()
    changes = manage("sync", "plan", "accounts", "--json")
    assert (changes.code, changes.json["state"], changes.json["counts"]["remaining"]) == (2, "planned", 1)
    assert company.organizations() == {}
    assert manage("sync", "run", "accounts", "--inline").code == 0
    nothing = manage("sync", "plan", "accounts", "--json")
    assert (nothing.code, nothing.json["state"], nothing.json["counts"]["planned"]) == (0, "completed", 0)


def test_a_run_with_rejections_ends_with_three(company: Company) -> None:
    company.account("Acme")
    company.account("Beta")
    company.configure()
    company.fault(company.zendesk, {**CREATE, "times": 9, "job": {"fail_rows": [0], "error": "RecordInvalid"}})
    said = manage("sync", "run", "accounts", "--inline", "--json")
    assert (said.code, said.json["state"], said.json["counts"]["rejected"]) == (3, "completed_with_rejections", 1)


def test_a_run_that_cannot_sign_in_ends_with_one_and_says_why(company: Company) -> None:
    sync = company.configure()
    sync.right.secrets = ""
    sync.right.save()
    said = manage("sync", "run", "accounts", "--inline", "--json")
    assert (said.code, said.json["state"]) == (1, "failed")
    assert list(said.json) == KEYS
    assert "Zendesk" in said.err.splitlines()[-1]
    assert said.json["calls"].keys() == {"salesforce", "zendesk"}
    assert "Traceback" not in said.err


def test_without_json_a_person_reads_counts_that_add_up(company: Company) -> None:
    company.account("Acme")
    company.configure()
    said = manage("sync", "run", "accounts", "--inline")
    assert "1 planned = 1 written + 0 skipped + 0 rejected + 0 conflicts + 0 remaining" in said.out


def test_a_plan_above_the_ceiling_waits_and_says_so(company: Company) -> None:
    """S3.46."""
    for number in range(3):
        company.account(f"Company {number}")
    company.configure(ceiling=2)
    said = manage("sync", "run", "accounts", "--inline", "--json")
    assert (said.code, said.json["state"]) == (2, "planned")
    assert "2 records" in said.err.splitlines()[-1]
    assert company.organizations() == {}


def test_undo_is_a_run_of_its_own(company: Company) -> None:
    company.account("Acme")
    company.configure()
    done = manage("sync", "run", "accounts", "--inline", "--json").json["run"]
    said = manage("sync", "undo", str(done), "--json")
    assert (said.code, said.json["actions"]["delete_right"]) == (0, 1)
    assert said.json["run"] != done
    assert company.organizations() == {}


def test_cancel_and_resume(company: Company) -> None:
    company.account("Acme")
    company.configure()
    waiting = manage("sync", "plan", "accounts", "--json").json["run"]
    cancelled = manage("sync", "cancel", str(waiting), "--json")
    assert (cancelled.code, cancelled.json["state"]) == (0, "cancelled")
    resumed = manage("sync", "resume", str(waiting), "--json")
    assert resumed.json["state"] == "planned", "nobody has approved it yet"
    assert company.organizations() == {}


def test_a_queued_run_that_no_worker_takes_can_be_cancelled(company: Company) -> None:
    queued = services.start(company.configure(), write=True, enqueue=False)
    said = manage("sync", "cancel", str(queued.pk), "--json")
    assert (said.code, said.json["state"]) == (0, "cancelled")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "nope"), "There is no sync 'nope'. Known: accounts."),
        (("run", "nope", "--inline"), "There is no sync 'nope'. Known: accounts."),
        (("show", "nope"), "There is no sync 'nope'. Known: accounts."),
        (("cancel", "7"), "There is no run 7."),
        (("resume", "7"), "There is no run 7."),
        (("undo", "7"), "There is no run 7."),
    ],
)
def test_what_is_not_there_is_said(company: Company, arguments: tuple[str, ...], words: str) -> None:
    company.configure()
    said = manage("sync", *arguments, "--json")
    assert (said.code, said.out) == (1, "")
    assert words in said.err


@pytest.mark.parametrize("verb", ["cancel", "resume", "undo"])
def test_what_is_over_is_refused_with_a_reason(company: Company, verb: str) -> None:
    nothing_done = run(company.configure())
    said = manage("sync", verb, str(nothing_done.pk), "--json")
    assert (said.code, said.out) == (1, "")
    assert f"Run {nothing_done.pk} " in said.err or "The run is completed" in said.err


def test_a_second_run_is_refused_and_the_first_is_named(company: Company) -> None:
    """S3.C9."""
    first = Run.objects.create(sync=company.configure(), state=RunState.WRITING)
    said = manage("sync", "run", "accounts", "--inline", "--json")
    assert (said.code, said.out) == (1, "")
    assert f"manage.py sync cancel {first.pk}" in said.err


def test_without_a_queue_a_run_for_the_workers_is_refused_before_it_starts(
    company: Company, settings: Settings
) -> None:
    company.configure()
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": NOBODY}}
    said = manage("sync", "run", "accounts", "--json")
    assert (said.code, said.out) == (1, "")
    assert "--inline" in said.err
    assert not Run.objects.exists()


def test_list_and_show_tell_what_there_is(company: Company) -> None:
    company.configure()
    manage("sync", "run", "accounts", "--inline")
    listed = manage("sync", "list", "--json").json["syncs"]
    assert [(row["slug"], row["last_run"]["state"]) for row in listed] == [("accounts", "completed")]
    assert manage("sync", "show", "accounts", "--json").json["last_run"]["sync"] == "accounts"
    shown = yaml.safe_load(manage("sync", "show", "accounts").out)
    assert [row["slug"] for row in shown["syncs"]] == ["accounts"]
    assert "accounts" in manage("sync", "list").out


def test_the_log_is_filtered_and_listed_newest_first(company: Company) -> None:
    save_logging_level(LoggingLevel.DEBUG)
    company.account("Acme")
    company.account("Twin")
    company.account("Twin")
    sync = company.configure()
    first, second = run(sync), run(sync)
    everything = manage("logs", "--json").json["entries"]
    assert [entry["at"] for entry in everything] == sorted((entry["at"] for entry in everything), reverse=True)
    assert {entry["run"] for entry in everything} == {first.pk, second.pk}
    of_first = manage("logs", "--run", str(first.pk), "--json").json["entries"]
    assert {entry["run"] for entry in of_first} == {first.pk}
    warnings = manage("logs", "--level", "warning", "--json").json["entries"]
    assert {entry["record"] for entry in warnings} == {"Twin"}
    bulk = manage("logs", "--functionality", "Bulk Sync", "--json").json["entries"]
    assert len(bulk) == len(everything)
    assert manage("logs", "--functionality", "Ongoing Sync", "--json").json["entries"] == []
    assert "warning Twin" in manage("logs", "--level", "warning").out


def test_with_nothing_set_at_all_every_command_works(tmp_path: Path) -> None:
    """A data folder is made, with keys and a database; standard output holds what was asked for and nothing else."""
    bare = {"PATH": os.environ["PATH"], "SYNCADMIN_VAR": str(tmp_path / "new")}
    commands = {
        ("sync", "list", "--json"): '{"syncs":[]}',
        ("logs", "--json"): '{"entries":[]}',
        ("config", "export"): "connections: []\nsyncs: []",
    }
    for command, expected in commands.items():
        said = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=bare, text=True, capture_output=True, timeout=HANG_SECONDS, check=False,
        )  # fmt: skip
        assert (said.returncode, said.stdout.strip()) == (0, expected), said.stderr
    assert (tmp_path / "new" / "keys.json").stat().st_mode & 0o077 == 0


def test_ctrl_c_stops_a_run_in_the_terminal_and_says_how_to_go_on(company: Company, tmp_path: Path) -> None:
    """Its call is held until the signal is there, however slow the machine is."""
    company.account("Acme")
    company.configure()
    file = tmp_path / "config.yaml"
    file.write_text(exported_with_secrets(company))
    with Laptop(tmp_path) as laptop:
        assert laptop.manage("config", "apply", str(file)).returncode == 0
        company.fault(company.zendesk, {**CREATE, "timeout": "before", "seconds": 3600})
        worker = laptop.start("sync", "run", "accounts", "--inline", "--json")
        wait_for(lambda: company.fired(company.zendesk) or worker.poll() is not None)
        assert worker.poll() is None, worker.communicate()
        worker.send_signal(signal.SIGINT)
        company.fault(company.zendesk)  # lets the call go: the command waits for what it has sent
        out, err = worker.communicate(timeout=HANG_SECONDS)
        assert (worker.returncode, out) == (1, ""), err
        assert "manage.py sync resume 1" in err
        assert "Traceback" not in err
        assert laptop.manage("sync", "resume", "1").returncode == 0
    assert "Acme" in company.organizations()


def exported_with_secrets(company: Company) -> str:
    said = yaml.safe_load(manage("config", "export").out)
    for row, endpoint in zip(said["connections"], (company.salesforce, company.zendesk), strict=True):
        row["client_secret"] = endpoint.credentials["client_secret"]
    return yaml.safe_dump(said)


def test_an_exported_configuration_is_taken_back_as_it_is(company: Company, tmp_path: Path) -> None:
    company.configure(
        create_left="accounts",
        record_types=["Partner", "Customer"],
        picklist_filter={"field": "Type", "values": ["Prospect", "Customer"]},
        mappings=[{"left": "Tier__c", "right": "tier", "value_map": {"Gold": "tier_gold"}, "on_problem": "field"}],
    )
    file = tmp_path / "config.yaml"
    assert manage("config", "export", "--output", str(file)).out == ""
    before = file.read_text()
    assert company.zendesk.credentials["client_secret"] not in before
    file.write_text(exported_with_secrets(company))
    Sync.objects.all().delete()
    assert manage("config", "apply", str(file)).code == 0
    assert manage("config", "export").out == before
    company.account("Acme", Type="Customer")
    assert manage("sync", "plan", "accounts").code in (0, 2), "the connections work"


def test_the_progress_of_writing_is_counted_from_the_steps(company: Company) -> None:
    """The same numbers as on the page of the run."""
    for number in range(3):
        company.account(f"Company {number}")
    company.configure()
    said = manage("sync", "run", "accounts", "--inline")
    assert "write 3/3" in said.err
