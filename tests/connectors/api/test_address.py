"""Addresses as people type them (S3.C2)."""

import pytest

from connectors.api.address import netloc, normalise_base_url
from connectors.api.errors import ConfigError
from connectors.api.registry import address_of


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


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JavaScript:alert(1)//x.my.salesforce.com", "javascript://acme.zendesk.com/%0aalert(1)",
        "data:text/html,x", "mailto:ada@acme.example", "ftp://acme.zendesk.com", "java\nscript:alert(1)", "file:///etc/x",
    ],
)  # fmt: skip
def test_what_is_no_https_address_is_called_so(typed: str) -> None:
    with pytest.raises(ConfigError, match="is not an https address"):
        normalise_base_url(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://acme.lightning.force.com/lightning/r/Account/001/view", "https://acme.my.salesforce.com"),
        ("acme--dev.sandbox.lightning.force.com/lightning/page/home", "https://acme--dev.sandbox.my.salesforce.com"),
        ("acme-dev-ed.develop.lightning.force.com", "https://acme-dev-ed.develop.my.salesforce.com"),
        ("acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home", "https://acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce-setup.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--c.vf.force.com/apex/Page", "https://acme.my.salesforce.com"),
        ("acme--c.visualforce.com/apex/Page", "https://acme.my.salesforce.com"),
        ("acme--uat--c.sandbox.vf.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("ACME.my.salesforce.com/setup/forcecomHomepage.apexp", "https://acme.my.salesforce.com"),
        ("http://127.0.0.1:9401", "http://127.0.0.1:9401"),
    ],
)
def test_a_page_of_an_org_gives_its_my_domain(typed: str, kept: str) -> None:
    assert address_of("salesforce", typed) == kept
    assert address_of("salesforce", kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("salesforce", "https://login.salesforce.com/?locale=de", "sign-in page"),
        ("salesforce", "test.salesforce.com", "sign-in page"),
        ("salesforce", "https://eu12.salesforce.com/home/home.jsp", "instance"),
        ("salesforce", "cs101.salesforce.com", "instance"),
        ("salesforce", "www.salesforce.com", "website"),
        ("salesforce", "salesforce.com", "website"),
        ("salesforce", "trailhead.salesforce.com/today", "website"),
        ("salesforce", "acme.my.site.com/portal", "site"),
        ("salesforce", "acme.file.force.com", "My Domain"),
        ("salesforce", "javascript:alert(1)", "not an https address"),
        ("zendesk", "https://www.zendesk.com/login", "website"),
        ("zendesk", "zendesk.com", "website"),
    ],
)
def test_an_address_that_is_no_account_is_refused_with_the_reason(kind: str, typed: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address_of(kind, typed)
    assert reason in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("kind", "typed", "owner"),
    [
        ("salesforce", "https://acme.zendesk.com/agent", "Zendesk"),
        ("salesforce", "graph.microsoft.com", "Outlook"),
        ("zendesk", "https://acme.my.salesforce.com", "Salesforce"),
        ("zendesk", "https://acme.lightning.force.com/lightning/page/home", "Salesforce"),
        ("outlook", "https://acme.my.salesforce-setup.com", "Salesforce"),
        ("didomi", "acme.zendesk.com", "Zendesk"),
    ],
)
def test_an_address_of_another_system_is_refused_with_its_name(kind: str, typed: str, owner: str) -> None:
    with pytest.raises(ConfigError, match=f"is an address of {owner}, and this is a connection to") as caught:
        address_of(kind, typed)
    assert caught.value.hint
    assert address_of("zendesk", "https://myzendesk.com") == "https://myzendesk.com", "no part of another's domain"
