"""https with the vendors' own host names: client libraries that hard-code both work as they are."""

import http.client
import socket
import ssl
import stat
from urllib.parse import urlsplit

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization

from connectors.sandbox.gateway import server_name
from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from connectors.sandbox.tls import Authority, BadAuthority
from connectors.sandbox.world import WorldSize
from tests.timeouts import HANG_SECONDS

SIZE = WorldSize(accounts=12, contacts=12, leads=2, organizations=8, users=8)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running(Options(tls=str(tmp_path_factory.mktemp("tls")), size=SIZE)) as sandbox:
        yield sandbox


@pytest.fixture
def elsewhere(sandbox, monkeypatch):
    """What a user sets: the gateway as proxy, and the authority to trust."""
    for name in ("NO_PROXY", "no_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, sandbox.tls["gateway"])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sandbox.tls["ca"])
    return sandbox.credentials


def test_zenpy_works_as_it_is(elsewhere):
    given = elsewhere["zendesk"]
    client = Zenpy(subdomain="acme", email=given["email"], token=given["api_token"], disable_cache=True)
    with client.users.session:
        made = client.organizations.create(Organization(name="Acme"))
        assert made.url == f"https://acme.zendesk.com/api/v2/organizations/{made.id}.json"
        assert made.id in {row.id for row in client.organizations(cursor_pagination=5)}


def test_simple_salesforce_works_as_it_is_after_a_sign_in_at_the_login_host(elsewhere):
    given = elsewhere["salesforce"]
    keys = {"consumer_key": given["client_id"], "privatekey": given["private_key"]}
    client = Salesforce(username=given["username"], **keys)
    with client.session:
        assert client.sf_instance == "acme.my.salesforce.com"
        made = client.Account.create({"Name": "Acme"})
        assert client.query(f"SELECT Name FROM Account WHERE Id = '{made['id']}'")["records"][0]["Name"] == "Acme"
        assert client.bulk.Account.query("SELECT Id FROM Account LIMIT 1")


def test_simple_salesforce_signs_in_by_client_credentials_at_the_organisations_own_domain_only(elsewhere):
    given = elsewhere["salesforce"]
    keys = {"consumer_key": given["client_id"], "consumer_secret": given["client_secret"]}
    with Salesforce(domain="acme.my", **keys).session as session:
        assert session is not None
    address, form = "https://login.salesforce.com/services/oauth2/token", {"grant_type": "client_credentials"}
    refused = requests.post(address, form, auth=(keys["consumer_key"], keys["consumer_secret"]), timeout=HANG_SECONDS)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(domain="acme.my", consumer_key=given["client_id"], consumer_secret="wrong")


def test_a_client_that_resolves_the_names_itself_is_led_by_the_server_name(sandbox):
    context = ssl.create_default_context(cafile=sandbox.tls["ca"])
    gate = urlsplit(sandbox.tls["gateway"])
    asked = (
        ("acme.zendesk.com", "/api/v2/users", b"authenticate you"),
        ("test.salesforce.com", "/services/data", b"/services/data/v59.0"),
    )
    for host, path, said in asked:
        with socket.create_connection((gate.hostname, gate.port)) as plain:
            with context.wrap_socket(plain, server_hostname=host) as secure:
                secure.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                assert said in secure.makefile("rb").read()


def test_a_host_of_nobody_is_refused_with_the_names_there_are(sandbox):
    gate = urlsplit(sandbox.tls["gateway"])
    for asked in (b"CONNECT example.com:443 HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection((gate.hostname, gate.port)) as plain:
            plain.sendall(asked)
            assert plain.makefile("rb").readline() == b"HTTP/1.1 502 Bad Gateway\r\n"
    assert server_name(b"\x16\x03\x01\x00\x02xx") == server_name(b"") == ""


def test_the_authority_stays_and_its_keys_are_private(tmp_path):
    first = Authority(tmp_path / "tls").certificate_file.read_bytes()
    again = Authority(tmp_path / "tls")
    assert again.certificate_file.read_bytes() == first
    issued = again.issue("zendesk", ["*.zendesk.com", "127.0.0.1"])
    private = [issued, tmp_path / "tls" / "ca-key.pem"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in private] == [0o600, 0o600]
    (tmp_path / "tls" / "ca-key.pem").write_text("x")
    with pytest.raises(BadAuthority, match="empty it"):
        Authority(tmp_path / "tls")


def test_header_names_are_spelled_as_the_vendors_do(sandbox):
    context = ssl.create_default_context(cafile=sandbox.tls["ca"])

    def names(vendor, path):
        address = urlsplit(sandbox.endpoints[vendor].base_url)
        connection = http.client.HTTPSConnection(address.hostname, address.port, context=context)
        token = sandbox.credentials[vendor]["access_token"]
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        found = set(connection.getresponse().headers.keys())
        connection.close()
        return found

    common = {"Date", "Content-Type", "Content-Length"}
    limits = {"X-Rate-Limit", "X-Rate-Limit-Remaining", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}
    assert names("zendesk", "/api/v2/users") == common | limits
    assert names("salesforce", "/services/data/v59.0/limits") == common | {"Sforce-Limit-Info"}
