"""Documents for developers name files and folders that exist."""

import re

from tests.architecture import tree

# `mappings/kinds/`, `plan/one_to_one.py`; not `GET /users` and not names in capitals, which stand for one's own.
PATH = re.compile(r"`([a-z_.]+(?:/[a-z_0-9.-]+)*/?)`")
DOCUMENTS = ("docs/develop", "CONTRIBUTING.md", "README.md")
# The kind that add-a-kind.md builds, and what a run of the tests leaves behind.
EXAMPLES = ("branches_sites", "var/")


def test_every_path_in_a_document_for_developers_exists() -> None:
    """A path may leave out its first folders: `plan/one_to_one.py` is `syncadmin/runs/pipeline/plan/one_to_one.py`."""
    there = {f"/{tree.shown(path)}" for path in tree.every_file()}
    there |= {f"/{tree.shown(folder)}" for path in tree.every_file() for folder in path.parents if folder > tree.ROOT}
    named = {
        (tree.shown(path), found)
        for path in tree.files(".md")
        if tree.shown(path).startswith(DOCUMENTS)
        for found in PATH.findall(path.read_text(encoding="utf-8"))
        if "/" in found and not any(example in found for example in EXAMPLES)
    }
    assert [one for one in sorted(named) if not any(path.endswith(f"/{one[1].strip('/')}") for path in there)] == []
