"""The files of this repository, and what stands in them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("connectors", "mappings", "syncadmin")
NOT_OURS = {".git", ".venv", "node_modules", "var", "staticfiles", "__pycache__"}
VIEWS = ("View", "TemplateView", "RedirectView", "RoleRequired")
Function = ast.FunctionDef | ast.AsyncFunctionDef
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")


@cache
def every_file() -> tuple[Path, ...]:
    """All files a checkout holds; nothing that setup, a run or a tool made."""
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(set(folders) - NOT_OURS - set(CACHES))
        found += [Path(folder) / name for name in sorted(files)]
    return tuple(found)


def files(suffix: str, *folders: str) -> list[Path]:
    """Files with the suffix below the given top folders, or everywhere."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [path for path in every_file() if path.suffix == suffix and any(path.is_relative_to(r) for r in roots)]


def modules(*folders: str) -> list[Path]:
    """Python files without what was generated: Django's migrations, the messages of the Pub/Sub API."""
    return [path for path in files(".py", *folders) if path.parent.name != "migrations" and "_pb2" not in path.stem]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node


def view_functions() -> dict[Path, list[Function]]:
    """Whatever answers a request, by module: methods of views, and functions whose first parameter is the request."""
    found: dict[Path, list[Function]] = {}
    for path in _pages():
        methods = [node for view in classes(path) if bases(view) & view_names() for node in view.body]
        answers = [node for node in functions(path) if node.args.args and node.args.args[0].arg == "request"]
        if views := [node for node in [*methods, *answers] if isinstance(node, Function)]:
            found[path] = views
    return found


@cache
def view_names() -> frozenset[str]:
    """VIEWS, and the names of the classes that are built on them, over however many steps."""
    known: set[str] = set(VIEWS)
    every = [node for path in _pages() for node in classes(path)]
    while more := {node.name for node in every if bases(node) & known} - known:
        known |= more
    return frozenset(known)


def _pages() -> list[Path]:
    """The product without the sandbox, whose servers have endpoints of another framework."""
    sandbox = ROOT / "connectors" / "sandbox"
    return [path for path in modules(*PRODUCT) if not path.is_relative_to(sandbox)]


def classes(path: Path) -> Iterator[ast.ClassDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ClassDef):
            yield node


def bases(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def strings(path: Path) -> Iterator[ast.Constant]:
    """Every string literal of the module, docstrings included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def lines_of(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_lines(node: Function) -> int:
    """Lines below the signature, the docstring not counted."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0
