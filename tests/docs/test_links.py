"""Links inside the repository lead somewhere."""

import re

import pytest

from tests.architecture import tree

LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", tree.files(".md"), ids=tree.shown)
def test_every_link_of_a_document_leads_to_a_file(path):
    targets = [target for target in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_decision_is_in_the_list_of_decisions():
    folder = tree.ROOT / "docs" / "adr"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


@pytest.mark.parametrize("path", sorted((tree.ROOT / "docs" / "adr").glob("0*.md")), ids=tree.shown)
def test_a_decision_has_context_options_decision_and_consequences(path):
    headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Options", "Decision", "Consequences"]
