"""What the documents tell people to type exists."""

from __future__ import annotations

import argparse
import re
import shlex

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from tests.architecture import tree

DOCUMENTS = tree.files(".md")
MAKE = re.compile(r"(?:`|^)make ([a-z]+)\b", re.MULTILINE)
MANAGE = re.compile(r"manage\.py ([a-z][\w-]+)(?: ([a-z]+))?")
REFERENCE = (tree.ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


def said(pattern: re.Pattern[str]) -> set[tuple[str, ...]]:
    return {found.groups() for path in DOCUMENTS for found in pattern.finditer(path.read_text(encoding="utf-8"))}


def parser_of(name: str) -> argparse.ArgumentParser:
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    return command.create_parser("manage.py", name)


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def make_targets() -> dict[str, str]:
    makefile = (tree.ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z]+):.*## (.+)$", makefile, re.MULTILINE))


def test_every_make_target_in_the_documents_exists():
    assert {name for (name,) in said(MAKE)} - make_targets().keys() == set()


def test_every_make_target_is_in_the_reference():
    assert [name for name in make_targets() if f"`make {name}`" not in REFERENCE] == []


@pytest.mark.parametrize(("name", "sub"), sorted(said(MANAGE), key=str))
def test_every_command_in_the_documents_exists_and_has_help(name, sub):
    parser = parser_of(name)
    assert parser.format_help()
    if subcommands(parser) and sub:
        assert sub in subcommands(parser)


def usages() -> list[str]:
    """The usage lines of the reference, continuation lines joined."""
    joined = re.sub(r"\n {8,}\[", " [", REFERENCE)
    return re.findall(r"^    manage\.py (.+)$", joined, re.MULTILINE)


@pytest.mark.parametrize("usage", usages())
def test_every_option_in_the_reference_is_known_to_its_command(usage):
    name, *words = shlex.split(usage.replace("[", " ").replace("]", " "))
    parser = parser_of(name)
    parser = subcommands(parser).get(words[0], parser) if words else parser
    known = {option for action in parser._actions for option in action.option_strings}
    assert {word for word in words if word.startswith("--")} - known == set()


def test_every_command_of_ours_is_in_the_reference():
    ours = {name for name, app in get_commands().items() if isinstance(app, str) and app.split(".")[0] in tree.PRODUCT}
    assert [name for name in sorted(ours) if f"## manage.py {name}" not in REFERENCE] == []


def test_the_configuration_file_in_the_reference_is_yaml_with_known_kinds():
    text = (tree.ROOT / "docs" / "reference" / "config-file.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.+?)```", text, re.DOTALL)
    assert found is not None
    configuration = yaml.safe_load(found.group(1))
    named = {connection["slug"] for connection in configuration["connections"]}
    assert {sync[side] for sync in configuration["syncs"] for side in ("left", "right")} <= named
