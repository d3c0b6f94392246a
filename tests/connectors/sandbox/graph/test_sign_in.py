"""How applications get tokens: msal as it is, by secret and by certificate, by the vendor's host names and by ours."""

import msal
import pytest
import requests

from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from tests.timeouts import HANG_SECONDS

SCOPES = ["https://graph.microsoft.com/.default"]


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    with running(Options(vendors=("graph",), tls=str(tmp_path_factory.mktemp("tls")))) as sandbox:
        yield sandbox


@pytest.fixture
def given(secure, monkeypatch):
    """The credentials, where the gateway is the proxy and the authority is trusted."""
    for name in ("NO_PROXY", "no_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, secure.tls["gateway"])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", secure.tls["ca"])
    return secure.credentials["graph"]


@pytest.fixture
def application(given):
    """Makes applications of msal, whose connections are closed at the end."""
    with requests.Session() as session:

        def made(authority="https://login.microsoftonline.com", **more):
            credential = more.pop("credential", given["client_secret"])
            tenant, client = more.pop("tenant", given["tenant_id"]), more.pop("client", given["client_id"])
            return msal.ConfidentialClientApplication(
                client,
                authority=f"{authority}/{tenant}",
                client_credential=credential,
                http_client=session,
                **more,
            )

        yield made


def test_msal_works_as_it_is_by_the_vendors_host_names(given, application):
    token = application().acquire_token_for_client(SCOPES)["access_token"]
    mailbox = given["mailboxes"][0]
    answer = requests.get(
        f"https://graph.microsoft.com/v1.0/users/{mailbox}/contacts",
        headers={"Authorization": f"Bearer {token}"},
        timeout=HANG_SECONDS,
    )
    assert answer.json()["value"]
    certificate = {"private_key": given["private_key"], "thumbprint": given["thumbprint"]}
    assert "access_token" in application(credential=certificate).acquire_token_for_client(SCOPES)


def test_msal_works_as_it_is_by_the_address_of_the_server(given, application, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    origin = given["base_url"].removesuffix("/v1.0")
    found = application(origin, instance_discovery=False).acquire_token_for_client(SCOPES)
    assert found["token_type"] == "Bearer"


def test_a_refusal_says_what_is_wrong(application):
    wrong = application(credential="wrong").acquire_token_for_client(SCOPES)
    assert (wrong["error"], wrong["error_codes"]) == ("invalid_client", [7000215])
    unknown = application(client="0").acquire_token_for_client(SCOPES)
    assert (unknown["error"], unknown["error_codes"]) == ("unauthorized_client", [700016])
    with pytest.raises(ValueError, match="check your tenant name"):
        application(tenant="elsewhere.example").acquire_token_for_client(SCOPES)
