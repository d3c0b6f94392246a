"""The reference lists exactly the variables that the code reads."""

import ast
import re

from tests.architecture import tree

READERS = {"env_bool", "env_int", "env_list"}
REFERENCE = (tree.ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def documented() -> list[str]:
    return re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", REFERENCE, re.MULTILINE)


def read_by(node: ast.AST) -> str | None:
    """The variable's name if the node reads one: env_int("X"), os.environ.get("X"), os.environ["X"], config()."""
    match node:
        case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name)), *_]) if reader in READERS:
            return name
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[ast.Constant(str(name)), *_]
        ):
            return name
        case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name)), ctx=ast.Load()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id="dj_database_url"), attr="config")):
            return "DATABASE_URL"
        case _:
            return None


def test_the_reference_lists_exactly_what_the_code_reads():
    read = {
        name
        for path in tree.modules(*tree.PRODUCT)
        for node in ast.walk(tree.parsed(path))
        if (name := read_by(node)) is not None
    }
    assert read == set(documented())


def test_no_variable_is_listed_twice():
    assert len(documented()) == len(set(documented()))


def test_the_example_for_hosts_names_only_known_variables():
    example = (tree.ROOT / "deploy" / "syncadmin.env").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= set(documented())
