"""Words that the reference explains are those that the product uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mappings.config import file as config_file
from mappings.config import options as config_options
from mappings.config import reference
from mappings.kinds.declaration import Kind
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Operation
from syncadmin.runs.status.reasons import MEANINGS
from syncadmin.runs.status.record_status import RecordStatus
from tests.architecture import test_names, tree

# Old, inverted or moody ways to say a plain thing; what is said instead stands in its place today.
OLD_PHRASES = re.compile(
    r"""what\ (stands\ in\ the\ form|became\ of\ it|becomes\ of\ such)|why\ is\ this\ record\ as\ it\ is|all\ 1\ shown
    |there\ is\ nothing\ to\ decide|are\ no\ users\ by\ policy|the\ step\ that\ it\ tells\ of|written:\ not\ done
    |\bneither\ plans\ nor\b|emails\ that\ are\ none|\bstands?\ (more\ than\ once|at\ )|\btakes?\ no\ part\b
    |\bt(akes|ook)\ its\ place|\bis\ no\ (picklist|port|domain\ name|text\ field|logging\ level)\b
    |\bis\ no\ (message|look-up|[a-z]+\ id)\b
    |\bnobody\ knows|mend\ that|the\ present\ (password|ones?)\b|\bgoes\ on\ by\ itself|starts\ by\ itself
    |\b(has|had)\ brought\b|half-written|\bby\ now\b|hangs\ on\ it|\b(is|are)\ told\ of\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

REFERENCE = tree.ROOT / "docs" / "reference"
# Read off the state of a record, and no code of a step.
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


def written_out(path: Path) -> list[str]:
    """Codes that stand in a module as plain words."""
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.keyword)
        and node.arg in ("code", "reason_code")
        and isinstance(node.value, ast.Constant)
        if node.value.value
    ]


def test_codes_of_steps_are_named_by_the_enumeration():
    """A code that stands in a module as a word has no meaning on a page, and is explained nowhere."""
    modules = (*tree.modules("syncadmin/engine"), *tree.modules("syncadmin/runs"))
    assert [place for path in modules for place in written_out(path)] == []


def test_every_code_has_a_meaning_on_pages_and_is_explained():
    assert set(MEANINGS) == set(ReasonCode)
    assert set(ReasonCode) - OF_RECORDS - explained("log-codes.md") == set()


def test_every_status_of_a_record_is_explained():
    assert set(RecordStatus) - OF_RECORDS - explained("log-codes.md") == set()


def test_every_action_of_a_step_is_explained():
    assert {operation.word for operation in Operation.known()} - explained("commands.md") == set()


def test_the_configuration_file_takes_exactly_the_keys_that_are_explained():
    """Sign-in settings differ by system; the connection form lists them."""
    known = {*config_file._SYNC_KEYS, *config_file._CONNECTION_KEYS, "left", "right", *config_file._MAPPING_WORDS}
    known |= {option.file_key for option in config_options.known(None)}
    assert explained("config-file.md") - {"client_id", "client_secret"} == known | {
        "value_map",
        "only_if_empty",
        *config_file._MADE_UP,
    }


def test_the_options_are_explained_as_their_kinds_declare_them():
    """To mend it, put these lines in the place of the table."""
    text = (REFERENCE / "config-file.md").read_text(encoding="utf-8")
    section = text[text.index("## Options") :]
    assert [
        line for line in section.partition("\n\nEarlier")[0].splitlines() if line.startswith("|")
    ] == reference.table()


def test_every_part_of_a_kind_is_in_the_guide_to_adding_one():
    guide = (tree.ROOT / "docs" / "develop" / "add-a-kind.md").read_text(encoding="utf-8")
    assert [name for name in Kind.__dataclass_fields__ if f"`{name}`" not in guide] == []


def shown() -> Iterator[tuple[str, str]]:
    """What people read, with its place: pages, sentences of modules, documents. The log of decisions is history."""
    for path in (*tree.files(".html", "templates"), *tree.files(".md", "docs")):
        if "adr" not in path.parts:
            yield tree.shown(path), path.read_text(encoding="utf-8")
    for path in test_names.product():
        yield from ((f"{tree.shown(path)}:{node.lineno}", node.value) for node in test_names.literals(path))


def test_pages_messages_and_documents_say_it_in_everyday_english():
    found = {place: match.group() for place, text in shown() if (match := OLD_PHRASES.search(text))}
    assert found == {}
