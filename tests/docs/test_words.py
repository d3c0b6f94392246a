"""Words that the reference explains are those that the product uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mappings.config import file as config_file
from mappings.kinds.declaration import Kind
from syncadmin.engine.steps import Action
from syncadmin.runs.status.record_status import RecordStatus
from tests.architecture import tree

REFERENCE = tree.ROOT / "docs" / "reference"
# What a step is made with: the function's name, and which argument is the code.
TELLERS = {"skip": 1, "Admission": 1, "conflict": 1, "_told": 1}
# Standings of a record that are no code of a step: read off its state.
OF_RECORDS = {
    RecordStatus.PENDING,
    RecordStatus.IN_SYNC,
    RecordStatus.REJECTED,
    RecordStatus.PROBLEM,
    RecordStatus.CONFLICT,
}


def explained(name: str) -> set[str]:
    """The first column of the tables of a page of the reference."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    return {
        word for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for word in re.findall(r"`([^`]+)`", row)
    }


def constants() -> dict[str, str]:
    """Words that the engine and the runs have a name for, by that name."""
    found: dict[str, str] = {}
    for path in (*tree.modules("syncadmin/engine"), *tree.modules("syncadmin/runs")):
        for node in tree.parsed(path).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(word))):
                    found[name] = word
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=given)):
                    pairs = zip(names, given, strict=True)
                    found |= {
                        n.id: v.value for n, v in pairs if isinstance(n, ast.Name) and isinstance(v, ast.Constant)
                    }
    return found


NAMED = constants()


def words(node: ast.expr) -> Iterator[str]:
    """The words that an expression may come to."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in NAMED:
            yield NAMED[name]
        case ast.Constant(value=str(word)) if word:
            yield word
        case ast.IfExp(body=one, orelse=other):
            yield from (*words(one), *words(other))


def codes() -> set[str]:
    """Every code that the engine or the pipeline gives to a step, as far as it is written out there."""
    found: set[str] = set()
    for path in (*tree.modules("syncadmin/engine"), *tree.modules("syncadmin/runs")):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.Call):
                found |= {word for keyword in node.keywords if keyword.arg == "code" for word in words(keyword.value)}
                place = TELLERS.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
                if place is not None and len(node.args) > place:
                    found |= set(words(node.args[place]))
    return found


def test_every_code_of_a_step_is_explained():
    assert codes() - OF_RECORDS - explained("log-codes.md") == set()


def test_every_standing_of_a_record_is_explained():
    assert set(RecordStatus) - OF_RECORDS - explained("log-codes.md") == set()


def test_every_action_of_a_step_is_explained():
    assert set(Action) - explained("commands.md") == set()


def test_the_configuration_file_takes_exactly_the_keys_that_are_explained():
    """Sign-in settings differ by system; the connection form lists them."""
    known = {*config_file._SYNC_KEYS, *config_file._CONNECTION_KEYS, "left", "right", *config_file._MAPPING_WORDS}
    assert explained("config-file.md") - {"client_id", "client_secret"} == known | {"value_map"}


def test_every_part_of_a_kind_is_in_the_guide_to_adding_one():
    guide = (tree.ROOT / "docs" / "develop" / "add-a-kind.md").read_text(encoding="utf-8")
    assert [name for name in Kind.__dataclass_fields__ if f"`{name}`" not in guide] == []
