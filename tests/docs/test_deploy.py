"""The files for other machines parse, and their commands are understood by what they start."""

import configparser
import shlex

import pytest
import yaml
from django.core.management import load_command_class
from gunicorn.config import Config
from honcho.environ import parse_procfile

from tests.architecture import tree

DEPLOY = tree.ROOT / "deploy"
PROCESSES = parse_procfile((DEPLOY / "Procfile").read_text(encoding="utf-8")).processes
NAMES = {"worker": "worker@"}
UNITS = {name: f"syncadmin-{NAMES.get(name, name)}.service" for name in ("web", "worker", "cron", "listener")}


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


def test_every_process_has_a_unit():
    assert set(PROCESSES) == set(UNITS)
    assert {path.name for path in (DEPLOY / "systemd").iterdir()} == set(UNITS.values())


@pytest.mark.parametrize("process", sorted(UNITS))
def test_a_unit_starts_the_same_command_as_the_procfile(process):
    service = unit(UNITS[process])["Service"]
    folder = service["WorkingDirectory"]
    assert service["ExecStart"] == f"{folder}/{PROCESSES[process]}"
    assert service["EnvironmentFile"] == "/etc/syncadmin.env"


def test_the_containers_run_the_same_commands():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    everywhere = PROCESSES["web"].replace("127.0.0.1:8000", "0.0.0.0:8000")
    expected = {**PROCESSES, "web": everywhere}
    assert {name: services[name]["command"] for name in PROCESSES} == expected
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_the_web_server_understands_its_options():
    _, *arguments = shlex.split(PROCESSES["web"])
    options = vars(Config().parser().parse_args(arguments))
    assert options["args"] == ["syncadmin.wsgi"]
    assert options["workers"] == 2


@pytest.mark.parametrize("process", ["worker", "cron"])
def test_the_commands_understand_their_options(process):
    _, _, name, *arguments = shlex.split(PROCESSES[process])
    load_command_class("django_rq", name).create_parser("manage.py", name).parse_args(arguments)


def test_the_listener_is_a_command_of_ours():
    _, _, name = shlex.split(PROCESSES["listener"])
    load_command_class("syncadmin.live", name)
