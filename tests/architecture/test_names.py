"""One name for one thing, in the words of the field; the words of a system stand with that system."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import tree

# Names of classes that several modules use. Django asks for the first two.
FRAMEWORK = {"Meta", "Command"}

# Moods, metaphors and fused actions, as whole words of a name.
BANNED = {
    "adopt", "bond", "desk", "faces", "hand_over", "heir", "heirs", "kin", "lay_out", "learned", "ledger", "look_key",
    "newcomer", "newcomers", "retake", "road", "second_key", "settlement", "stay", "survey", "waking", "widowed",
    "woken", "create_left", "leavers", "make_primary", "strangers", "create_organization", "create_user", "link_left",
    "link_right", "create_right", "patience", "stranger", "telling", "tell", "tells", "wake", "wakes",
}  # fmt: skip

SYSTEMS = re.compile(r"\b(salesforce|zendesk|didomi|outlook)\b", re.IGNORECASE)
OBJECTS = re.compile(r"\b(organizations?|contacts?|leads?(?! to))\b", re.IGNORECASE)
# Where a system's and an object's own words stand: vendors, kinds, the sandbox and the demo, and the registries' lines.
OWN_WORDS = re.compile(
    r"connectors/(api/(salesforce|zendesk|didomi|outlook|registry)|eventbus|sandbox|management/commands/sandbox)"
    r"|mappings/kinds/(\w+/|registry)|syncadmin/supervisor/|syncadmin/runs/management/commands/demo"
)


def product() -> list[Path]:
    """The product without the sandbox, which speaks as the vendors do."""
    return [path for path in tree.modules(*tree.PRODUCT) if "sandbox" not in path.parts]


def test_a_class_name_means_one_thing():
    places = defaultdict(list)
    for path in product():
        for node in tree.classes(path):
            places[node.name].append(tree.shown(path))
    several = {name: where for name, where in places.items() if len(where) > 1 and name not in FRAMEWORK}
    assert several == {}


def test_names_use_the_words_of_the_field():
    found: Counter[str] = Counter()
    for path in product():
        for name in names(path):
            words = "_" + "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)).lower() + "_"
            found.update(word for word in BANNED if f"_{word}_" in words)
    assert found == {}


def names(path: Path) -> Iterator[str]:
    """What the module calls itself, its classes, functions, arguments, variables and attributes."""
    yield path.stem
    for node in ast.walk(tree.parsed(path)):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def test_the_name_of_a_system_stands_with_that_system():
    """S0: a sentence takes the name from the connection's spec or from the side of the kind."""
    assert generic_modules_with(SYSTEMS) == set()


def test_the_name_of_an_object_stands_with_its_kind():
    assert generic_modules_with(OBJECTS) == set()


def test_no_page_names_a_system_by_itself():
    pages = [path for path in tree.files(".html", "templates") if "templates/mappings/kinds/" not in tree.shown(path)]
    assert [tree.shown(path) for path in pages if SYSTEMS.search(path.read_text("utf-8"))] == []


def generic_modules_with(word: re.Pattern[str]) -> set[str]:
    """Modules for every system and kind with the word in a literal; docstrings are for the reader of the code."""
    modules = [path for path in product() if not OWN_WORDS.match(tree.shown(path))]
    return {tree.shown(path) for path in modules if any(word.search(node.value) for node in literals(path))}


def literals(path: Path) -> Iterator[ast.Constant]:
    described = {id(node.value) for node in ast.walk(tree.parsed(path)) if isinstance(node, ast.Expr)}
    return (node for node in tree.strings(path) if id(node) not in described)
