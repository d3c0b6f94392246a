"""What people read on a page."""

from __future__ import annotations

import re

from django.test import Client


def text(client: Client, address: str) -> str:
    """The words of the page, without navigation, lists of fields, and what is quoted of the vendor."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    found = re.search(r"(?:<h1|<main).*?</main>", answer.content.decode(), re.DOTALL)
    assert found, address
    words = re.sub(r"<(script|style|svg|select).*?</\1>|<[^>]+>|&quot;.*?&quot;", " ", found[0], flags=re.DOTALL)
    return " ".join(words.split())
