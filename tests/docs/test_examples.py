"""Examples in the documents are what the product does."""

import re

import pytest

from mappings.kinds.people.person_names import PersonName, split
from syncadmin.engine.people.groups import LinkRole, Member, preference_reason
from syncadmin.runs.pages.tickets.signatures import check_link
from tests.architecture import tree

CONCEPTS = tree.ROOT / "docs" / "concepts"


def names() -> list[tuple[str, str, str]]:
    """The table of split names: the whole, first name, last name."""
    text = (CONCEPTS / "people.md").read_text(encoding="utf-8")
    table = text.partition("| User in Zendesk |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return [(whole, first, last) for whole, first, last in rows]


@pytest.mark.parametrize(("whole", "first", "last"), names())
def test_a_name_is_split_as_the_document_says(whole, first, last):
    """S3.C14."""
    assert split(whole) == PersonName(first, last)


def test_the_document_lists_the_order_of_preference_in_full():
    """A8."""
    text = (CONCEPTS / "email-groups.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\d\. (.+)$", text.partition("## Who is the syncing record")[2], re.MULTILINE)
    chosen = Member(1, "a", rank=0, pinned=True, has_account=True, organization="o", role=LinkRole.SYNCING, created="1")
    assert len(listed) == len(chosen.order)
    for word, mine in zip(("pinned", "rank", "valid", "account", "before", "earlier", "id"), listed, strict=True):
        assert word in mine
    assert preference_reason(chosen, Member(1, "b")) == "pinned by hand"


def test_the_signature_of_a_link_is_what_the_document_says():
    text = (tree.ROOT / "docs" / "reference" / "embedded-tickets.md").read_text(encoding="utf-8")
    secret, connection, object, id, expires, nonce, signature = re.search(
        r"secret `([^`]+)`, the text `(.+)⏎(.+)⏎(.+)⏎(.+)⏎(.+)` has the signature\s+`(\w{64})`", text
    ).groups()
    link = {"expires": expires, "nonce": nonce, "signature": signature}
    assert check_link(secret, connection, (object, id), link, now=float(expires) - 1) == signature
