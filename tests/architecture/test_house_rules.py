"""Rules about text that no linter knows."""

import ast
import json
import re
import tomllib

import pytest

import syncadmin
from tests.architecture import tree

BLIND = {"Exception", "BaseException"}
LINK = re.compile(r"""<a\b[^>]*\bhref="https?://[^"]+"[^>]*>""", re.DOTALL)
OUTSIDE = re.compile(r"""(?<!xmlns=")(?:https?:)//[\w{]""")
# Written apart, so that this file does not name them either.
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")))
PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(name, ast.Name) and name.id in BLIND for name in caught)


def test_everything_is_caught_in_one_place_at_most():
    """One wrapper around a job may see an error it does not know; everybody else catches what they expect."""
    blind = [
        f"{tree.shown(path)}:{node.lineno}"
        for path in tree.modules(*tree.PRODUCT, "benchmarks")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert len(blind) <= 1, blind
    assert all(place.startswith("syncadmin/runs/") for place in blind), blind


def test_pages_load_nothing_from_another_host():
    """A link to a vendor's documentation is text for a person; anything else would be fetched by the browser."""
    served = [*tree.files(".html", "templates"), *tree.files(".html", *tree.PRODUCT)]
    served += [path for path in tree.every_file() if path.is_relative_to(tree.ROOT / "static")]
    outside = []
    for path in served:
        if path.suffix not in {".html", ".css", ".js", ".svg", ".json", ".txt"}:
            continue
        text = LINK.sub("", path.read_text(encoding="utf-8"))
        outside += [f"{tree.shown(path)}: {found.group()}" for found in OUTSIDE.finditer(text)]
    assert outside == []


def test_no_file_names_a_package_registry():
    """People install through their own mirror or proxy; a host name in a lock file would go around it."""
    naming = []
    for path in tree.every_file():
        content = path.read_bytes()
        naming += [f"{tree.shown(path)}: {host}" for host in REGISTRIES if host.encode() in content]
    assert naming == []


def test_every_dependency_says_why_it_is_there():
    text = (tree.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = [*PROJECT["project"]["dependencies"]]
    for extra in PROJECT["project"].get("optional-dependencies", {}).values():
        declared += extra
    silent = [name for name in declared if not re.search(rf'"{re.escape(name)}",\s+# \S', text)]
    assert silent == []


def test_every_dependency_is_locked_with_hashes():
    locked = (tree.ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9.-]+)==\S+ \\\n    --hash=sha256:", locked, re.MULTILINE))
    wanted = {
        re.split(r"[\[<>=~!; ]", name)[0].lower().replace("_", "-")
        for name in [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    }
    assert wanted - pinned == set()


def test_the_test_folders_are_not_packages():
    """With an __init__.py, tests/mappings would shadow the app of the same name."""
    assert [tree.shown(path) for path in tree.files(".py", "tests") if path.name == "__init__.py"] == []


def test_the_version_is_the_same_everywhere():
    page_libraries = json.loads((tree.ROOT / "package.json").read_text(encoding="utf-8"))
    changes = (tree.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## v?(\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest is not None
    versions = {PROJECT["project"]["version"], syncadmin.__version__, page_libraries["version"], newest.group(1)}
    assert len(versions) == 1, versions


def test_the_build_machine_runs_what_people_run():
    script = tree.ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/quickstart.md"])
def test_documents_ask_for_the_python_that_the_project_needs(document):
    needed = re.search(r">=(\d+\.\d+)", PROJECT["project"]["requires-python"])
    assert needed is not None
    named = set(re.findall(r"Python (\d+\.\d+)", (tree.ROOT / document).read_text(encoding="utf-8")))
    assert named <= {needed.group(1)}
