"""Help at the words: each word that a page explains is in the concepts; documents can be read in the product."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.test import Client

from syncadmin.navigation import entries
from syncadmin.web.glossary import known_terms, terms

USED = re.compile(r"{% help \"([^\"]+)\" %}")


def test_every_word_with_help_is_explained() -> None:
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    used = {slug for path in templates for slug in USED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 4
    assert used <= set(known_terms())


def test_a_term_is_a_paragraph_that_begins_with_a_bold_word() -> None:
    (term,) = terms("# T\n\n**Held steps.** Creating *one* of `x`\nwaits. See [more](a.md).\n\nOther text.")
    assert (term.slug, term.name, term.short) == ("held-steps", "Held steps", "Creating one of x waits.")
    assert term.text == "Creating one of x waits. See more."


def test_words_and_documents_are_pages_and_nothing_else_of_the_folder_is(as_vera: Client) -> None:
    page = as_vera.get("/help/").content.decode()
    assert 'id="held-steps"' in page
    assert 'href="/help/guides/undo-people/"' in page
    assert "Undo" in as_vera.get("/help/guides/undo-people/").content.decode()
    for path in ("/help/develop/architecture/", "/help/../manage/", "/help/known-issues/", "/help/pictures/"):
        assert as_vera.get(path).status_code == 404


def test_every_page_leads_to_the_document_about_it(as_ada: Client) -> None:
    """By its place in the navigation; a document that is not there would be missing here."""
    found = {
        entry.label: re.search(r'/help/([^"#]+)/">Guide: ', as_ada.get(entry.url).content.decode())
        for entry in entries()
    }
    assert all(found.values()), found
    assert found["Tickets"][1] == "guides/tickets"
    assert "Guide: Quickstart" in as_ada.get("/changelog/").content.decode()
