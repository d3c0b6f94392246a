"""Addresses as people type them (S3.C2)."""

import pytest

from connectors.api.address import netloc, normalise_base_url
from connectors.api.errors import ConfigError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("acme.zendesk.com", "https://acme.zendesk.com"),
        ("  https://acme.zendesk.com/agent/dashboard?x=1#y ", "https://acme.zendesk.com"),
        ("HTTPS://Acme.My.Salesforce.com:443/", "https://acme.my.salesforce.com"),
        ("acme.my.salesforce.com/lightning/page/home", "https://acme.my.salesforce.com"),
        ("http://127.0.0.1:9401/services", "http://127.0.0.1:9401"),
        ("localhost:9402", "http://127.0.0.1:9402"),
        ("http://LOCALHOST:9402", "http://127.0.0.1:9402"),
        ("127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_an_address_is_reduced_to_its_origin(typed: str, kept: str) -> None:
    assert normalise_base_url(typed) == kept
    assert normalise_base_url(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "https://",
        "http://acme.zendesk.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.evil.example",
        "https://ada:secret@acme.zendesk.com",
        "https://acme.zendesk.com@evil.example",
        "https://acme.zendesk.com:8443",
        "https://acme.zendesk.com:99999999",
        "https://acme.zendesk.com:port",
        "ftp://acme.zendesk.com",
        "javascript://acme.zendesk.com",
        "https://acme zendesk.com",
        "https://10.0.0.1",
        "https://169.254.169.254/latest",
        "https://127.1",
        "https://0x7f.0.0.1",
        "https://2130706433",
        "https://[::1]:9401",
        "https://[bad",
        "acme",
    ],
)
def test_what_cannot_be_called_safely_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        normalise_base_url(typed)
    assert caught.value.message
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_the_port_of_the_scheme_is_no_part_of_the_host() -> None:
    assert netloc("https://Acme.example:443/x") == "acme.example"
    assert netloc("http://127.0.0.1:9401/x") == "127.0.0.1:9401"
