"""Links inside the repository lead somewhere."""

import re

from tests.architecture import tree

LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_of_a_document_leads_to_a_file():
    links = [(path, link) for path in tree.files(".md") for link in LINK.findall(path.read_text(encoding="utf-8"))]
    lost = [(tree.shown(path), link) for path, link in links if "://" not in link and not (path.parent / link).exists()]
    assert lost == []


def test_every_decision_is_in_the_list_of_decisions():
    folder = tree.ROOT / "docs" / "adr"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def test_a_decision_has_context_options_decision_and_consequences():
    for path in sorted((tree.ROOT / "docs" / "adr").glob("0*.md")):
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Options", "Decision", "Consequences"], tree.shown(path)
