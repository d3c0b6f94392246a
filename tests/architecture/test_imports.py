"""The import direction is a failing build, also where a linter does not see it."""

import ast
import configparser
import re
import subprocess
import sys
from importlib import import_module

from django.template.loader import get_template
from django.utils.module_loading import import_string

from tests.architecture import tree

DOTTED = re.compile(r"(connectors|mappings|syncadmin)(\.\w+)*\.(?!sqlite3)\w+$")
PURE = ("syncadmin/engine", "mappings/kinds", "mappings/rules")
CLOCKS = {"now", "today", "utcnow", "localtime", "uuid1", "uuid4", "urandom"}


def contract_modules(name: str) -> set[str]:
    config = configparser.ConfigParser()
    config.read(tree.ROOT / ".importlinter", encoding="utf-8")
    return set(config[f"importlinter:contract:{name}"]["modules"].split())


def test_every_module_imports_only_downwards():
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())",
    ]
    done = subprocess.run([*command, "--no-cache"], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_vendor_is_kept_apart_from_the_others():
    folder = tree.ROOT / "connectors" / "api"
    vendors = {f"connectors.api.{path.parent.name}" for path in folder.glob("*/__init__.py")}
    assert contract_modules("vendors-apart") == vendors


def test_every_sync_kind_is_kept_apart_from_the_others():
    """A kind is a folder of mappings.kinds with a module that declares KIND."""
    kinds = {
        f"mappings.kinds.{path.parent.name}"
        for path in tree.modules("mappings/kinds")
        if any(isinstance(target, ast.Name) and target.id == "KIND" for target in assigned_names(path))
    }
    assert contract_modules("kinds-apart") >= kinds


def assigned_names(path):
    for node in tree.parsed(path).body:
        if isinstance(node, ast.Assign):
            yield from node.targets
        elif isinstance(node, ast.AnnAssign):
            yield node.target


def dotted_paths() -> list[str]:
    """Names of modules and objects written as text: registries, settings, task names."""
    found = set()
    for path in tree.modules(*tree.PRODUCT):
        found |= {node.value for node in tree.strings(path) if DOTTED.match(node.value)}
    return sorted(found)


def test_every_dotted_path_in_a_registry_leads_somewhere():
    assert [path for path in dotted_paths() if not leads_somewhere(path)] == []


def leads_somewhere(path: str) -> bool:
    try:
        import_module(path)
    except ModuleNotFoundError:
        if is_permission(path):
            return True
        try:
            import_string(path)
        except ImportError:
            return False
    return True


def is_permission(path: str) -> bool:
    """`connectors.view_connection` looks like a path and is one of Django's permissions."""
    _app, _, codename = path.partition(".")
    return codename.split("_")[0] in {"add", "change", "delete", "view"} and "." not in codename


def template_names() -> list[str]:
    found = set()
    for path in tree.modules(*tree.PRODUCT):
        found |= {node.value for node in tree.strings(path) if re.fullmatch(r"[\w/]+\.(html|txt)", node.value)}
    return sorted(found)


def test_every_template_named_in_code_exists():
    for name in template_names():
        get_template(name)  # its error names the template


def test_decisions_never_read_the_clock_or_chance():
    calls = [
        f"{tree.shown(path)}:{node.lineno} {node.func.attr}"
        for path in tree.modules(*PURE)
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert calls == []


def test_only_the_pipeline_and_the_services_open_connections():
    openers = {
        tree.shown(path)
        for path in tree.modules(*tree.PRODUCT)
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call) and opens(node.func)
    }
    allowed = ("connectors/services.py", "connectors/services/", "syncadmin/runs/pipeline/")
    assert [path for path in sorted(openers) if not path.startswith(allowed)] == []


def opens(called: ast.expr) -> bool:
    match called:
        case ast.Name("opened") | ast.Attribute(attr="opened"):
            return True
        case ast.Attribute(value=ast.Name("spec") | ast.Attribute(attr="spec"), attr="open"):
            return True
        case _:
            return False
