"""A NUL byte in an address or a form is a bad request, never an error of the database."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("address", ["/runs/?q=%00", "/records/?find=a%00b", "/records/accounts/left/%00/"])
def test_a_nul_byte_in_an_address_is_refused(as_vera: Client, address: str) -> None:
    assert as_vera.get(address).status_code == 400


def test_a_nul_byte_in_a_form_is_refused(as_ada: Client) -> None:
    assert as_ada.post("/account/login/", {"login": "a\x00b"}).status_code == 400
    assert as_ada.post("/records/decide/accounts/", {"record": ["left a\x00", "left b"]}).status_code == 400
    assert as_ada.post("/account/login/", {"a\x00b": "login"}).status_code == 400
