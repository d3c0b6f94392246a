"""Short modules, short functions, plain names: a reader finds the place and sees all of it."""

import ast
from collections import Counter

from tests.architecture import tree

MODULE_LINES = 400
FUNCTION_LINES = 50
TEMPLATE_LINES = 150
TEMPLATE_COLUMNS = 160
VIEW_LINES = 15
FOLDER_FILES = 25
FOLDERS = (*tree.PRODUCT, "templates", "static", "tests", "benchmarks")
VAGUE = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "processor")


def test_no_module_is_longer_than_a_reader_can_hold():
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tree.modules()}
    assert {tree.shown(path): count for path, count in counts.items() if count > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{tree.shown(path)}:{node.lineno} {node.name}": tree.lines_of(node)
        for path in tree.modules()
        for node in tree.functions(path)
        if tree.lines_of(node) > FUNCTION_LINES
    }
    assert long == {}


def test_no_folder_holds_more_than_a_reader_scans():
    """Folders are sorted as pages and stages are named; the tests as what they test."""
    ours = [path for path in tree.every_file() if path.relative_to(tree.ROOT).parts[0] in FOLDERS]
    counts = Counter(path.parent for path in ours if path.name != "__init__.py")
    assert {tree.shown(folder): count for folder, count in counts.items() if count > FOLDER_FILES} == {}


def test_no_template_is_longer_than_its_page_needs():
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tree.files(".html")}
    assert {tree.shown(path): count for path, count in counts.items() if count > TEMPLATE_LINES} == {}


def test_no_line_of_a_template_is_wider_than_a_reader_sees():
    wide = {
        f"{tree.shown(path)}:{number}": len(line)
        for path in [*tree.files(".html"), *tree.files(".txt", "templates")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > TEMPLATE_COLUMNS
    }
    assert wide == {}


def test_no_view_hides_a_service():
    long = {
        f"{tree.shown(path)}:{node.lineno} {node.name}": tree.body_lines(node)
        for path, found in tree.view_functions().items()
        for node in found
        if tree.body_lines(node) > VIEW_LINES
    }
    assert long == {}


def test_views_are_found_wherever_they_are_written():
    """By what they are, not by the name of their file."""
    modules = {tree.shown(path) for path in tree.view_functions()}
    assert modules >= {
        "connectors/views.py",
        "connectors/schema_views.py",
        "mappings/pages/section_views.py",
        "syncadmin/overview.py",
        "syncadmin/people.py",
        "syncadmin/runs/pages/runs/actions.py",
        "syncadmin/runs/pages/checks/views.py",
        "syncadmin/runs/pages/emails/views.py",
        "syncadmin/runs/pages/records/views.py",
        "syncadmin/web/errors.py",
        "syncadmin/web/lists/list_page.py",
        "syncadmin/web/pages.py",
        "syncadmin/web/people/views.py",
        "syncadmin/web/rq_dashboard.py",
    }


def test_names_say_what_a_module_is_about():
    vague = [tree.shown(path) for path in tree.modules() if path.stem.lower() in VAGUE or path.parent.name in VAGUE]
    assert vague == []


def test_names_say_what_a_class_is_for():
    vague = [
        f"{tree.shown(path)}: {node.name}"
        for path in tree.modules(*tree.PRODUCT, "benchmarks")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ClassDef) and node.name.lower().endswith(VAGUE)
    ]
    assert vague == []
